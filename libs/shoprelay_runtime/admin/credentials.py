"""Other credentials for a shop that is connected, and learning anew what its settings say.

A relay asks a shop once for what mapping needs to know (time zone, currency, where its API is), and it is kept in the webshop's
config beside the credentials. It belongs to the address and the settings of that moment: when those change, what was learnt
before must go, also where the shop says nothing in its place any more.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
from bson import ObjectId

from shoprelay_relays.spec import Relay
from shoprelay_runtime import codec
from shoprelay_runtime.admin.errors import AdminError, Missing
from shoprelay_runtime.admin.jobs import forget_place
from shoprelay_runtime.admin.modes import SUBSCRIBE
from shoprelay_runtime.admin.shops import checked_credentials, identity, refuse_connected, tested
from shoprelay_runtime.admin.subscribing import relay_of, way_out
from shoprelay_runtime.budgeted import BudgetedTransport
from shoprelay_runtime.budgets import Budget, Lane
from shoprelay_runtime.projects import Project, Webshop, webshop_of
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.shop_tokens import tokens_of
from shoprelay_runtime.store import Bson, Control, Store


async def change_credentials(
    store: Store,
    settings: Settings,
    project: Project,
    webshop: ObjectId,
    given: Mapping[str, Any],
    *,
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    """Exchange these credentials of a webshop, its address among them; None takes an optional one away, the others stay.

    They are tried in the shop first, and what was learnt with the old ones is forgotten; at another address also the request
    budget and the pages that runs had come to, not up to when was read. Where the shop was told to send its
    webhooks, it is told again. Raises what add_webshop raises, and Missing; nothing is stored then.
    """
    row = await _row(store, project, webshop)
    shop, relay = webshop_of(project, row), relay_of(row["relay_id"])
    had = {name: value for name, value in shop.config.items() if name in relay.credentials.model_fields}
    wanted = checked_credentials(relay, {name: value for name, value in {**had, **given}.items() if value is not None})
    await refuse_connected(store, project, shop.company_id, relay, wanted, but=webshop)
    async with way_out(settings, transport) as way:
        budgeted = BudgetedTransport(way, Budget(store, webshop, relay.limits, Lane.INTERACTIVE))
        config, obtained = await tested(relay, wanted, budgeted)
    await refuse_connected(store, project, shop.company_id, relay, config, but=webshop)
    new = {**await _others(store, shop, relay), **config}
    changed = webshop_of(project, {**row, "config": _sealed(project, new)})
    if obtained is not None:
        # As when a shop is connected: what renews it serves once.
        await tokens_of(store, changed, relay).keep(obtained)
    await _store(store, shop, relay, row, new, learnt=set(config))
    if identity(relay, shop.config) != identity(relay, config):
        await forget_place(store, webshop)
        await store.collection(Control.BUDGETS).delete_one({"_id": webshop})
    due = {"webshop": webshop, "mode": SUBSCRIBE, "due_at": {"$ne": None}}
    await store.collection(Control.JOBS).update_many(due, {"$min": {"due_at": datetime.now(UTC)}})


async def relearn(store: Store, project: Project, webshop: ObjectId, relay: Relay, client: httpx.AsyncClient) -> None:
    """Ask a shop anew for its settings. Its credentials stay as they are. Raises RelayError and httpx.HTTPError."""
    row = await _row(store, project, webshop)
    shop = webshop_of(project, row)
    names = relay.credentials.model_fields
    had = {name: value for name, value in shop.config.items() if name in names}
    told = {name: value for name, value in (await relay.settings(client, had)).items() if name not in names and value}
    await _store(store, shop, relay, row, {**await _others(store, shop, relay), **had, **told}, learnt=set(told))


async def _row(store: Store, project: Project, webshop: ObjectId) -> Bson:
    row = await store.database(project.database)["webshops"].find_one({"_id": webshop})
    if row is None:
        raise Missing(f"there is no webshop {webshop} in project {project.name}", "webshop")
    return row


async def _others(store: Store, shop: Webshop, relay: Relay) -> dict[str, Any]:
    """What stands in the config beside credentials and what was learnt: webhooks, a date, what the operator wrote there."""
    known = await store.collection(Control.SHOPS).find_one({"_id": shop.webshop_id}, {"learnt": 1}) or {}
    forgotten = {*relay.credentials.model_fields, *(known.get("learnt") or ())}
    return {name: value for name, value in shop.config.items() if name not in forgotten}


async def _store(store: Store, shop: Webshop, relay: Relay, row: Bson, config: dict[str, Any], learnt: set[str]) -> None:
    """Replace the config as it was read. AdminError when it was changed meanwhile, by the look after webhooks for example."""
    same = {"_id": row["_id"], "config": row.get("config")}
    # The names first: a crash in between forgets once more what is learnt again.
    names = sorted(learnt - set(relay.credentials.model_fields))
    await store.collection(Control.SHOPS).update_one({"_id": row["_id"]}, {"$addToSet": {"learnt": {"$each": names}}})
    change = {"$set": {"config": _sealed(shop.project, config)}}
    if not (await store.database(shop.project.database)["webshops"].update_one(same, change)).matched_count:
        raise AdminError("the webshop was changed meanwhile; ask again")


def _sealed(project: Project, config: Mapping[str, Any]) -> Bson:
    found: Bson = codec.seal(project.cipher, "webshops", {"config": dict(config)})["config"]
    return found
