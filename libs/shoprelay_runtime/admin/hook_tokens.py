"""Exchanging the secret part of a shop's webhook address while the shop still sends to the one before."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
from bson import ObjectId

from shoprelay_runtime import codec
from shoprelay_runtime.admin.errors import Missing
from shoprelay_runtime.admin.modes import WEBHOOK_URL
from shoprelay_runtime.admin.shops import webhook_url
from shoprelay_runtime.admin.subscribing import relay_of, subscribe_or_say_why
from shoprelay_runtime.crypto import new_token, token_hash
from shoprelay_runtime.projects import Project, Projects, Webshop
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Session, Store

_SHOP_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class RotatedHook:
    """A new token: it is shown this once. `old_until`: when the addresses before end. `url`: the new address, where it is known.

    `webhook_trouble`: None when the shop cannot be told, "" when it was told its new address, else what it said.
    """

    token: str = field(repr=False)
    url: str | None = field(repr=False)
    created_at: datetime
    old_until: datetime
    webhook_trouble: str | None


async def rotate_hook(
    store: Store,
    settings: Settings,
    projects: Projects,
    project: Project,
    webshop: ObjectId,
    overlap: timedelta,
    *,
    webhook_base_url: str | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> RotatedHook:
    """Give a webshop another webhook address. What is sent to those before is taken for `overlap` longer, or as long as it was.

    A shop that can be told its webhooks' address is told at once; the others' merchant enters it. Missing when there is no such
    webshop.
    """
    token, now = new_token(), datetime.now(UTC)
    until = now + overlap
    async with store.transaction() as session:
        await _exchange(store, project, webshop, token, until, session)
    shop = await projects.webshop(project, webshop)
    base = webhook_base_url or _base(shop)
    url, trouble, relay = webhook_url(base, token) if base else None, None, relay_of(shop.relay_id)
    if url and relay.webhook and relay.webhook.subscribe:
        try:
            async with asyncio.timeout(_SHOP_SECONDS):
                trouble = await subscribe_or_say_why(store, settings, projects, project, webshop, url, transport)
        except TimeoutError:
            trouble = "the shop did not answer in time; it is told again by itself"
    return RotatedHook(token, url, now, until, trouble)


async def _exchange(store: Store, project: Project, webshop: ObjectId, token: str, until: datetime, session: Session) -> None:
    """The webshop's own token and the rows by which webhook-ingest knows its addresses, all or nothing."""
    sealed = codec.seal(project.cipher, "webshops", {"webhook_token": token})
    webshops, hooks = store.database(project.database)["webshops"], store.collection(Control.HOOKS)
    found = await webshops.find_one_and_update({"_id": webshop}, {"$set": sealed}, session=session)
    if found is None:
        raise Missing(f"there is no webshop {webshop} in project {project.name}", "webshop")
    longer = {"webshop": webshop, "$or": [{"until": None}, {"until": {"$gt": until}}]}
    await hooks.update_many(longer, {"$set": {"until": until}}, session=session)
    name = relay_of(found["relay_id"]).name
    row = {"_id": token_hash(token), "project": project.id, "webshop": webshop, "relay": name, "until": None}
    await hooks.insert_one(row, session=session)


def _base(shop: Webshop) -> str | None:
    """Where webhook-ingest is, as the shop was told before."""
    url = shop.config.get(WEBHOOK_URL)
    return str(url).rpartition("/webhooks/")[0] if url else None
