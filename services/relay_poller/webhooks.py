"""A shop's webhooks: platforms remove or disable them and say nothing, so each day they are set up anew."""

import random
from datetime import timedelta
from typing import Final

import httpx

from services.relay_poller import schedule, stamps
from services.relay_poller.clock import now
from services.relay_poller.shop import Shop
from shoprelay_relays.errors import RelayError
from shoprelay_runtime import metrics
from shoprelay_runtime.admin.modes import DAILY, WEBHOOK_URL
from shoprelay_runtime.admin.subscribing import point
from shoprelay_runtime.logs import logger
from shoprelay_runtime.store import Bson

_AGAIN: Final = timedelta(hours=1)
_log = logger(__name__)


async def subscribe(shop: Shop, job: Bson) -> None:
    """Have the shop send its webhooks where it was told to. That it refuses stops no poll: polls find what changes.

    Raises Lost and PyMongoError.
    """
    url = shop.webshop.config.get(WEBHOOK_URL)
    if not url:
        await _left(shop, job, {"due_at": None})
        return
    try:
        await point(shop.store, shop.webshop, shop.relay, shop.client, url)
    except (RelayError, httpx.HTTPError) as error:
        await _refused(shop, job, error)
        return
    await stamps.webhooks(shop, well=True)
    due = now() + DAILY * random.uniform(0.95, 1.05)  # noqa: S311
    await _left(shop, job, {"due_at": due, "watermark": now(), "failures": 0, "trouble": None})


async def _refused(shop: Shop, job: Bson, error: Exception) -> None:
    metrics.ERRORS.labels("relay-poller", f"Webhooks{type(error).__name__}").inc()
    _log.warning("a shop does not take its webhooks", webshop=str(shop.webshop.webshop_id), error=type(error).__name__)
    await stamps.webhooks(shop, well=False)
    failures = job.get("failures") or 0
    due = now() + min(_AGAIN * 2 ** min(failures, 10), DAILY)
    await _left(shop, job, {"due_at": due, "failures": failures + 1, "trouble": stamps.told(error)})


async def _left(shop: Shop, job: Bson, change: Bson) -> None:
    await schedule.save(shop.store, shop.turn, job, {"$set": {"owner": None, "lease_until": None, **change}})
