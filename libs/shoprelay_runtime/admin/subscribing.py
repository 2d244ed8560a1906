"""Telling shops where to send their webhooks: when they are connected, and every day after that, as shops drop webhooks."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
from bson import ObjectId

from shoprelay_relays.errors import RelayError
from shoprelay_relays.registry import by_id
from shoprelay_relays.spec import Connection, Relay
from shoprelay_runtime import codec
from shoprelay_runtime.admin.errors import AdminError, Missing
from shoprelay_runtime.admin.jobs import reconcile
from shoprelay_runtime.admin.lacking import refuse_incomplete
from shoprelay_runtime.admin.modes import WEBHOOK_URL
from shoprelay_runtime.budgeted import BudgetedTransport
from shoprelay_runtime.budgets import Budget, Lane
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_runtime.projects import Project, Projects, Webshop
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.shop_tokens import tokens_of
from shoprelay_runtime.store import Store


async def subscribe_webshop(
    store: Store,
    settings: Settings,
    projects: Projects,
    project: Project,
    webshop: ObjectId,
    url: str,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    """Point the shop's webhooks at `url`, and look after them there from now on. Raises RelayError."""
    shop = await projects.webshop(project, webshop)
    relay = relay_of(shop.relay_id)
    if relay.webhook is None or relay.webhook.subscribe is None:
        raise AdminError(f"{relay.label} cannot be told where to send its webhooks: the merchant enters the address there")
    refuse_incomplete(relay, shop.config)
    await _keep(store, shop, {WEBHOOK_URL: url})
    await reconcile(store, project, webshop, datetime.now(UTC))
    async with way_out(settings, transport) as way:
        budgeted = BudgetedTransport(way, Budget(store, webshop, relay.limits, Lane.INTERACTIVE))
        async with relay.client(shop.config, Connection(budgeted, tokens_of(store, shop, relay))) as client:
            await point(store, shop, relay, client, url)


async def webhook_token(store: Store, project: Project, webshop: ObjectId) -> str:
    """The secret part of a webshop's webhook address. Missing when there is no such webshop."""
    row = await store.database(project.database)["webshops"].find_one({"_id": webshop}, {"webhook_token": 1})
    if row is None:
        raise Missing(f"there is no webshop {webshop} in project {project.name}", "webshop")
    if not row.get("webhook_token"):
        raise AdminError("this webshop has no webhook address")
    return str(codec.unseal(project.cipher, "webshops", row)["webhook_token"])


async def subscribe_or_say_why(
    store: Store,
    settings: Settings,
    projects: Projects,
    project: Project,
    webshop: ObjectId,
    url: str,
    transport: httpx.AsyncBaseTransport | None,
) -> str:
    """As `subscribe_webshop`; "" when it went well, else what the shop said."""
    try:
        await subscribe_webshop(store, settings, projects, project, webshop, url, transport=transport)
    except RelayError as error:
        return str(error)
    return ""


async def point(store: Store, shop: Webshop, relay: Relay, client: httpx.AsyncClient, url: str) -> None:
    """Have the shop send its webhooks to `url`, and keep in its config what the relay wants remembered.

    What exists is taken over. Raises RelayError and httpx.HTTPError; AdminError when the relay cannot do it.
    """
    if relay.webhook is None or relay.webhook.subscribe is None:
        raise AdminError(f"{relay.label} cannot be told where to send its webhooks")
    # Stored first: the shop sends at once, and what arrives before its secret is known is refused as forged.
    prepared = relay.webhook.prepare(shop.config)
    await _keep(store, shop, prepared)
    kept = await relay.webhook.subscribe(client, {**shop.config, **prepared}, url)
    await _keep(store, shop, kept)


async def _keep(store: Store, shop: Webshop, values: Mapping[str, str]) -> None:
    """Add to the webshop's config what is not there yet: each edit of it makes the poller try the shop at once."""
    new = {name: value for name, value in values.items() if shop.config.get(name) != value}
    sealed = codec.seal(shop.project.cipher, "webshops", {"config": new})["config"]
    if sealed:
        change = {f"config.{name}": value for name, value in sealed.items()}
        await store.database(shop.project.database)["webshops"].update_one({"_id": shop.webshop_id}, {"$set": change})


class _Lent(httpx.AsyncBaseTransport):
    """Closing it, as a client does at its end, leaves the shared transport open: other calls are under way on it."""

    def __init__(self, shared: httpx.AsyncBaseTransport) -> None:
        self._shared = shared

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._shared.handle_async_request(request)


@asynccontextmanager
async def way_out(settings: Settings, lent: httpx.AsyncBaseTransport | None) -> AsyncIterator[httpx.AsyncBaseTransport]:
    """The way to shops: the one that a service lends, or one of a command's own."""
    if lent is not None:
        yield _Lent(lent)
        return
    async with guarded_transport(allow_private=settings.allow_private_addresses) as own:
        yield own


def relay_of(identity: ObjectId) -> Relay:
    """The relay of a webshop; AdminError when this version has none of that id."""
    try:
        return by_id(identity)
    except KeyError:
        raise AdminError(f"relay_id: this version has no relay {identity}") from None
