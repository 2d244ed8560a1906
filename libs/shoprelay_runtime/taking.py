"""Taking turns within shops' budgets: each by one atomic update, and those that a process takes at one time in one command."""

import contextlib
from functools import partial
from typing import Any, Final, NamedTuple

from bson import ObjectId
from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shoprelay_runtime.store import Bson, Control, Store

FULL_SECONDS: Final = 0.05
"""How long to wait when all slots are taken: nobody knows when one is given back."""
_DUPLICATE: Final = 11000  # another caller made the row at the same moment


class Taking(NamedTuple):
    """A turn that is wanted: the stages of the update put the slot into `busy`, or say in `wait` how long there is no room."""

    webshop: ObjectId
    slot: str
    stages: list[Bson]

    def wait(self, row: Bson | None) -> float | None:
        """None when the row says that it is granted, else the seconds until there may be room."""
        if row is None:  # its webshop was destroyed this moment
            return FULL_SECONDS
        if any(busy["slot"] == self.slot for busy in row["busy"]):
            return None
        # What another turn of the same command left there may say that there was room for it.
        return float(row["wait"]) if row["wait"] > 0 else FULL_SECONDS


async def take(store: Store, wanted: Taking) -> float | None:
    """Take a turn: None when it is granted, else the seconds until there may be room. Raises PyMongoError."""
    (wait,) = await store.together("budgets/take", partial(_take, store)).ask(wanted)
    return wait


async def _take(store: Store, wanted: list[Taking]) -> list[float | None]:
    if len(wanted) == 1:
        return [wanted[0].wait(await _one(store, wanted[0]))]
    await _many(store, wanted)
    shops = list({each.webshop for each in wanted})
    rows = await store.collection(Control.BUDGETS).find({"_id": {"$in": shops}}, {"busy.slot": 1, "wait": 1}).to_list(None)
    found = {row["_id"]: row for row in rows}
    return [each.wait(found.get(each.webshop)) for each in wanted]


async def _one(store: Store, wanted: Taking) -> Bson:
    budgets, shown = store.collection(Control.BUDGETS), {"busy.slot": 1, "wait": 1}
    while True:
        with contextlib.suppress(DuplicateKeyError):
            return dict(
                await budgets.find_one_and_update(
                    {"_id": wanted.webshop}, wanted.stages, shown, upsert=True, return_document=ReturnDocument.AFTER
                )
            )


async def _many(store: Store, wanted: list[Taking]) -> None:
    while wanted:
        changes = [UpdateOne({"_id": each.webshop}, each.stages, upsert=True) for each in wanted]
        try:
            await store.collection(Control.BUDGETS).bulk_write(changes, ordered=False)
        except BulkWriteError as error:
            failed: list[Any] = error.details["writeErrors"]
            if error.details.get("writeConcernErrors") or any(each["code"] != _DUPLICATE for each in failed):
                raise
            wanted = [wanted[each["index"]] for each in failed]
        else:
            return
