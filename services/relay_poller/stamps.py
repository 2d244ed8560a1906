"""What operators see of the polls on the webshop's document: stamps, statistics, progress, errors.

They are written for people; the schedule goes by its own rows. What operators write there is read by `watch`.
"""

from datetime import datetime
from typing import Any, Final

import httpx
from bson import ObjectId

from services.relay_poller.counting import Counted
from services.relay_poller.run import Run
from services.relay_poller.shop import Shop
from shoprelay_relays.errors import RelayError, ShopTrouble
from shoprelay_relays.http.asking import NotThere
from shoprelay_runtime.admin.modes import CHANGES, HISTORY, MEANWHILE, POLLED, SWEEP, stamp
from shoprelay_runtime.admin.shops import CONNECTED
from shoprelay_runtime.codec import seal
from shoprelay_runtime.projects import Project, Webshop
from shoprelay_runtime.reachable import AddressRefused
from shoprelay_runtime.store import Bson, Store

REJECTED: Final = "credentials rejected"
"""The webshop's `status` while the shop refuses us."""
INCOMPLETE: Final = "credentials missing"
"""The webshop's `status` while its document lacks what the shop is asked with; `<resource>_error` names it."""
UNWORKABLE: Final = "cannot be polled: its stored connection cannot be used. Enter the credentials again, or ask support"
"""The webshop's `status` while its document or its relay keeps us from asking the shop at all; the log has the cause."""
_PUT_RIGHT: Final = [REJECTED, INCOMPLETE, UNWORKABLE, None]  # by an answer of the shop
NO_WEBHOOKS: Final = "connected, without webhooks"
"""The webshop's `status` while the shop refuses to send webhooks: polls find what changes."""
_OURS: Final = "a mistake on our side, not the shop's ({}): it is logged, and this is tried again. Nothing is lost meanwhile."
_UNREACHABLE: Final = "the shop could not be reached ({}): check its address, and that it opens in a browser"
_SLOW: Final = "the shop took too long to answer ({}): it may be down or overloaded. It is asked again"
_TROUBLE: Final = "the shop could not be read just now. It is asked again by itself; when this stays, ask the shop's host: {}"
_NO_LIST: Final = "the shop has nothing at this address (it answers {}): check its address, and that its API is switched on"
_NO_ERROR: Final = {"got_error_at": "", "got_error_since": ""}


async def progress(shop: Shop, job: Bson, run: Run) -> None:
    """How far a longer run is, every few seconds."""
    if not run.tells():
        return
    log = {
        "resource": job["resource"],
        "mode": job["mode"],
        "records": run.total,
        "requests": run.requests,
        "pages": run.pages,
        "since": run.started_at,
    }
    await _update(shop.store, shop.webshop, {"$set": {"got_started_at": run.started_at, "log": log}})


async def finished(shop: Shop, resource: str, modes: list[str], run: Run, at: datetime, found: Counted | None) -> None:
    """A poll has ended well. Its stamp is the moment up to which the shop was read, which is what the next poll begins from.

    One write, which decides for itself what depends on what was there: most polls find nothing, and cost little else.
    """
    values: dict[str, Any] = {"got_started_at": run.started_at, "got_finished_at": at, "log": {}}
    if resource in POLLED:
        values |= {stamp(resource, mode): run.mark for mode in modes if mode not in {SWEEP, MEANWHILE}}
    if run.total and resource in POLLED:
        values |= {f"{mode.split('_', 1)[0]}_{resource}_at": at for mode in modes if mode in CHANGES or mode in HISTORY}
    change = {name: {"$literal": value} for name, value in (values | _no_error(resource)).items()}
    if resource in POLLED:
        change[f"{resource}_stats"] = _stats(f"${resource}_stats", run, at, found)
    status = {"$cond": [{"$in": [{"$ifNull": ["$status", None]}, _PUT_RIGHT]}, CONNECTED, "$status"]}
    steps = [{"$set": change | {"status": status}}, {"$unset": list(_NO_ERROR)}]
    await _webshops(shop.store, shop.webshop).update_one({"_id": shop.webshop.webshop_id}, steps)


def _stats(before: str, run: Run, at: datetime, found: Counted | None) -> dict[str, Any]:
    """What the run did, and what the shop counted when everything was last listed."""
    check: dict[str, Any] = {key: f"{before}.{key}" for key in ("listed", "counted", "at")}
    if found is not None:
        check = {"$literal": {"listed": found.listed, "counted": found.counted, "at": found.at}}
    seconds = round((at - run.started_at).total_seconds(), 3)
    did = {"records": run.total, "requests": run.requests, "seconds": seconds, "finished_at": at}
    return {"$mergeObjects": [{"$literal": did}, check]}


async def recovered(shop: Shop, resource: str) -> None:
    """A direct read went well."""
    failed = {"_id": shop.webshop.webshop_id, "got_error_since": {"$exists": True}}
    change = {"$set": _no_error(resource), "$unset": _NO_ERROR} if resource in POLLED else {"$unset": _NO_ERROR}
    if (await _webshops(shop.store, shop.webshop).update_one(failed, change)).modified_count:
        await _connected(shop)


def _no_error(resource: str) -> dict[str, Any]:
    return {f"{resource}_error": None} if resource in POLLED else {}


async def _connected(shop: Shop) -> None:
    """The shop answers. That it sends no webhooks is not put right by that, nor that it is being destroyed."""
    was = {"_id": shop.webshop.webshop_id, "status": {"$in": _PUT_RIGHT}}
    await _webshops(shop.store, shop.webshop).update_one(was, {"$set": {"status": CONNECTED}})


async def failed(
    store: Store, webshop: Webshop, resource: str, error: Exception, at: datetime, status: str | None = None
) -> None:
    """A poll or read has failed. What is told names what to do; it holds no secret and no stack."""
    values: dict[str, Any] = {"got_error_at": at, "log": {}, **({"status": status} if status else {})}
    if resource in POLLED:
        said = [{"name": type(error).__name__, "value": told(error)}]
        values |= seal(webshop.project.cipher, "webshops", {f"{resource}_error": said})
    since = {"_id": webshop.webshop_id, "got_error_since": None}
    await _webshops(store, webshop).update_one(since, {"$set": {"got_error_since": at}})
    await _update(store, webshop, {"$set": values})


async def unworkable(store: Store, project: Project, webshop: ObjectId, at: datetime) -> None:
    """We could not begin: what the webshop's document says cannot be read, or its relay is not here."""
    webshops = store.database(project.database)["webshops"]
    await webshops.update_one({"_id": webshop, "got_error_since": None}, {"$set": {"got_error_since": at}})
    await webshops.update_one({"_id": webshop}, {"$set": {"got_error_at": at, "status": UNWORKABLE}})


def told(error: Exception) -> str:
    """An error in words for a merchant. Those of relays and guards are; texts of libraries may quote an address with its key."""
    name = type(error).__name__
    match error:
        case ShopTrouble():
            return _TROUBLE.format(error)[:500]
        case NotThere():
            return _NO_LIST.format(error)[:500]
        case RelayError() | AddressRefused():
            return str(error)[:500] or name
        case httpx.TimeoutException():
            return _SLOW.format(name)
        case httpx.HTTPError():
            return _UNREACHABLE.format(name)
        case _:
            return _OURS.format(name)


async def webhooks(shop: Shop, *, well: bool) -> None:
    """Whether the shop sends webhooks as it should."""
    was, becomes = (NO_WEBHOOKS, CONNECTED) if well else (CONNECTED, NO_WEBHOOKS)
    webshops = _webshops(shop.store, shop.webshop)
    await webshops.update_one({"_id": shop.webshop.webshop_id, "status": was}, {"$set": {"status": becomes}})


def _webshops(store: Store, webshop: Webshop) -> Any:
    return store.database(webshop.project.database)["webshops"]


async def _update(store: Store, webshop: Webshop, change: dict[str, Any]) -> None:
    await _webshops(store, webshop).update_one({"_id": webshop.webshop_id}, change)
