"""Whether everything was listed: the shop is asked for its own count. A difference is shown, and nothing is deleted for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import httpx

from services.relay_poller.clock import now
from services.relay_poller.shop import Shop
from shoprelay_relays.errors import RelayError
from shoprelay_relays.spec import Resource
from shoprelay_runtime import metrics
from shoprelay_runtime.logs import logger

_log = logger(__name__)
# What a relay raises when the shop answers nonsense, or when its own code is wrong: a check must not undo an import.
_FAILED: Final = (RelayError, httpx.HTTPError, ValueError, TypeError, LookupError, AttributeError)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many records were listed, and how many the shop says it has; None: it did not say."""

    listed: int
    counted: int | None
    at: datetime


async def counted(shop: Shop, resource: Resource, listed: int) -> Counted:
    """Ask the shop. PyMongoError when the shop's budget cannot be had."""
    if resource.count is None:
        raise ValueError(f"{shop.relay.label} cannot count {resource.name}")
    try:
        found = Counted(listed, await resource.count(shop.client, shop.webshop.config), now())
    except _FAILED as error:
        metrics.COUNTS.labels(shop.relay.name, resource.name, "unknown").inc()
        _log.warning("a shop did not count", webshop=str(shop.webshop.webshop_id), error=type(error).__name__)
        return Counted(listed, None, now())
    same = found.counted == listed
    metrics.COUNTS.labels(shop.relay.name, resource.name, "same" if same else "different").inc()
    if not same:
        _log.warning(
            "a shop counts otherwise than it lists",
            webshop=str(shop.webshop.webshop_id),
            resource=resource.name,
            listed=listed,
            counted=found.counted,
        )
    return found
