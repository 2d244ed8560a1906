"""What the control database knows of a webshop beside its documents, and how that is forgotten.

Kept on purpose: counters, statements and deliveries (bills, and what was told), and the last charged page of each job, which ends
by itself: what the raw log still holds of the webshop is charged once.
"""

from typing import Final

from bson import ObjectId

from shoprelay_runtime.store import Control, Session, Store

_ROWS: Final = {
    Control.HOOKS: "webshop",
    Control.JOBS: "webshop",
    Control.SHOPS: "_id",
    Control.BUDGETS: "_id",
    Control.TOKENS: "_id",
    Control.IGNORED: "_id",
}
_POLLED: Final = (Control.JOBS, Control.SHOPS, Control.BUDGETS, Control.TOKENS)


async def forget_webshop(store: Store, webshop: ObjectId, session: Session | None = None) -> None:
    """Delete its addresses, its schedule, its tokens. Marks and aliases, which are as many as documents, are the normalizer's."""
    for name, field in _ROWS.items():
        await store.collection(name).delete_many({field: webshop}, session=session)


async def forget_polls(store: Store, webshop: ObjectId) -> None:
    """Delete what only a webshop that is polled needs."""
    for name in _POLLED:
        await store.collection(name).delete_many({_ROWS[name]: webshop})
