"""One random change at a time."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.quickbutik.rows import CANCELLED, DONE, PAID, UNPAID, Order

if TYPE_CHECKING:
    from shoprelay_simulators.quickbutik.shop import QuickbutikShop

Change = Callable[["QuickbutikShop"], str]


def step(shop: "QuickbutikShop") -> str:
    kinds = list(WEIGHTS)
    change = shop.rng.choices(kinds, weights=[WEIGHTS[kind] for kind in kinds])[0]
    return change(shop) or place(shop)


def place(shop: "QuickbutikShop") -> str:
    return f"order {shop.place().id} placed"


def _moved(shop: "QuickbutikShop", before: str, after: str, word: str) -> str:
    row = _pick(shop, before)
    if row is None:
        return ""
    shop.set_status(row, after)
    return f"order {row.id} {word}"


def pay(shop: "QuickbutikShop") -> str:
    return _moved(shop, UNPAID, PAID, "paid")


def send(shop: "QuickbutikShop") -> str:
    return _moved(shop, PAID, DONE, "done")


def cancel(shop: "QuickbutikShop") -> str:
    return _moved(shop, UNPAID, CANCELLED, "cancelled")


def refund(shop: "QuickbutikShop") -> str:
    row = _pick(shop, DONE)
    if row is None:
        return ""
    shop.refund(row, Decimal(10))
    return f"order {row.id} refunded in part"


def edit(shop: "QuickbutikShop") -> str:
    row = _pick(shop, PAID)
    if row is None:
        return ""
    shop.edit(row, f"note {shop.rng.randint(1, 99)}")
    return f"order {row.id} edited"


def sell(shop: "QuickbutikShop") -> str:
    row = shop.rng.choice(list(shop.products.values()))
    shop.sell(row, 1)
    return f"product {row.id} sold"


def modify(shop: "QuickbutikShop") -> str:
    row = shop.rng.choice(list(shop.products.values()))
    shop.modify(row)
    return f"product {row.id} modified"


def delete(shop: "QuickbutikShop") -> str:
    row = _pick(shop, CANCELLED)
    if row is None:
        return ""
    shop.delete("orders", row.id)
    return f"order {row.id} deleted"


def _pick(shop: "QuickbutikShop", status: str) -> Order | None:
    fitting = [row for row in shop.orders.values() if row.status == status]
    return shop.rng.choice(fitting) if fitting else None


WEIGHTS: dict[Change, int] = {place: 30, pay: 15, send: 20, cancel: 3, refund: 3, edit: 5, sell: 10, modify: 10, delete: 2}
