"""What operators see of the polls on the webshop's document: stamps, statistics, errors.

They are written for people; the schedule goes by its own rows. What operators write there is read by `watch`.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from services.relay_poller.shop import Shop
from shoprelay_runtime.admin.jobs import POLLED, stamp
from shoprelay_runtime.admin.shops import CONNECTED
from shoprelay_runtime.codec import seal

if TYPE_CHECKING:
    from services.relay_poller.poll import Run

REJECTED: Final = "credentials rejected"
"""The webshop's `status` while the shop refuses us."""


async def started(shop: Shop, at: datetime) -> None:
    """An import begins."""
    await _update(shop, {"$set": {"got_started_at": at}})


async def finished(shop: Shop, resource: str, modes: list[str], run: "Run", at: datetime) -> None:
    """A poll has ended well. Its stamp is the moment up to which the shop was read, which is what the next poll begins from."""
    values: dict[str, Any] = {stamp(resource, mode): run.window.until for mode in modes}
    values |= {"got_started_at": run.started_at, "got_finished_at": at}
    if run.total:
        values |= {f"{mode.split('_', 1)[0]}_{resource}_at": at for mode in modes}
    values[f"{resource}_stats"] = {
        "records": run.total,
        "requests": run.requests,
        "seconds": round((at - run.started_at).total_seconds(), 3),
        "finished_at": at,
    }
    await _update(shop, {"$set": values | _well(resource), "$unset": {"got_error_at": "", "got_error_since": ""}})


async def recovered(shop: Shop, resource: str) -> None:
    """A direct read went well."""
    failed = {"_id": shop.webshop.webshop_id, "got_error_since": {"$exists": True}}
    change = {"$set": _well(resource), "$unset": {"got_error_at": "", "got_error_since": ""}}
    await shop.store.database(shop.project.database)["webshops"].update_one(failed, change)


def _well(resource: str) -> dict[str, Any]:
    return {"status": CONNECTED, **({f"{resource}_error": None} if resource in POLLED else {})}


async def failed(shop: Shop, resource: str, error: Exception, at: datetime, *, rejected: bool = False) -> None:
    """A poll or read has failed, for a reason that lies with the shop."""
    values: dict[str, Any] = {"got_error_at": at, **({"status": REJECTED} if rejected else {})}
    if resource in POLLED:
        said = [{"name": type(error).__name__, "value": str(error)[:500] or type(error).__name__}]
        values |= seal(shop.project.cipher, "webshops", {f"{resource}_error": said})
    webshops = shop.store.database(shop.project.database)["webshops"]
    await webshops.update_one({"_id": shop.webshop.webshop_id, "got_error_since": None}, {"$set": {"got_error_since": at}})
    await _update(shop, {"$set": values})


async def _update(shop: Shop, change: dict[str, Any]) -> None:
    await shop.store.database(shop.project.database)["webshops"].update_one({"_id": shop.webshop.webshop_id}, change)
