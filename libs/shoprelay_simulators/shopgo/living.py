"""One random change at a time."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from shoprelay_simulators.shopgo import build
from shoprelay_simulators.shopgo.rows import STATES, Order, Payment

if TYPE_CHECKING:
    from shoprelay_simulators.shopgo.shop import ShopGoShop

Change = Callable[["ShopGoShop"], str]


def step(shop: "ShopGoShop") -> str:
    kinds = list(WEIGHTS)
    change = shop.rng.choices(kinds, weights=[WEIGHTS[kind] for kind in kinds])[0]
    return change(shop) or new_order(shop)


def _pick(shop: "ShopGoShop", wanted: Callable[[Order], bool]) -> Order | None:
    fitting = [row for row in shop.orders.values() if wanted(row)]
    return shop.rng.choice(fitting) if fitting else None


def new_order(shop: "ShopGoShop") -> str:
    row = build.order(shop, shop.clock())
    shop.orders[row.number] = row
    shop.record(row)
    return f"order {row.number} placed"


def confirm(shop: "ShopGoShop") -> str:
    row = _pick(shop, lambda order: not order.confirmed and not order.cancelled)
    if row is None:
        return ""
    shop.confirm(row)
    return f"order {row.number} confirmed"


def authorize(shop: "ShopGoShop") -> str:
    row = _pick(shop, lambda order: order.confirmed and not order.authorized)
    if row is None:
        return ""
    row.authorized = row.viewed = True
    shop.record(row)
    return f"order {row.number} authorized"


def ship(shop: "ShopGoShop") -> str:
    row = _pick(shop, lambda order: order.authorized and any(one.state != STATES[-1] for one in order.shipments))
    if row is None:
        return ""
    shipment = next(one for one in row.shipments if one.state != STATES[-1])
    shipment.state = STATES[STATES.index(shipment.state) + 1]
    shop.record(row)
    return f"order {row.number} {shipment.state}"


def pay(shop: "ShopGoShop") -> str:
    row = _pick(shop, lambda order: order.balance > 0)
    if row is None:
        return ""
    row.payments.append(Payment(row.balance, "cash_on_delivery", shop.clock()))
    shop.record(row)
    return f"order {row.number} paid"


def refund(shop: "ShopGoShop") -> str:
    row = _pick(shop, lambda order: order.balance <= 0 < order.total)
    if row is None:
        return ""
    row.payments.append(Payment(-row.purchases[0].price, "refund", shop.clock()))
    shop.record(row)
    return f"order {row.number} refunded in part"


def cancel(shop: "ShopGoShop") -> str:
    row = _pick(shop, lambda order: not order.cancelled and not order.authorized)
    if row is None:
        return ""
    row.cancelled = True
    shop.record(row)
    return f"order {row.number} cancelled"


def hide(shop: "ShopGoShop") -> str:
    row = _pick(shop, lambda order: order.cancelled and order.visible)
    if row is None:
        return ""
    row.visible = False
    shop.record(row)
    return f"order {row.number} hidden"


WEIGHTS: dict[Change, int] = {
    new_order: 30,
    confirm: 25,
    authorize: 15,
    ship: 15,
    pay: 10,
    refund: 3,
    cancel: 3,
    hide: 1,
}
