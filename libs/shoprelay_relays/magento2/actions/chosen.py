"""Which items of an order a call is about, and how many of each.

https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/: papers name items of the order; of a configurable product that
is the item of the product, not of the variant below it.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

import httpx

from shoprelay_relays.actions.bodies.orders import ChosenLine
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2 import lines
from shoprelay_relays.magento2.client import get
from shoprelay_relays.spec import Json

Left = Callable[[Raw], Decimal]
_NOT_SENT = {"virtual", "downloadable"}


async def order(shop: httpx.AsyncClient, key: str) -> Raw:
    """The order as it is now. NotThere."""
    return Raw((await get(shop, f"orders/{key}")).body)


def to_ship(item: Raw) -> Decimal:
    """What is not yet sent; what needs no sending is never left."""
    if item.flag("is_virtual") or item.text("product_type") in _NOT_SENT:
        return Decimal(0)
    return _less(item, "qty_shipped", "qty_refunded", "qty_canceled")


def to_invoice(item: Raw) -> Decimal:
    return _less(item, "qty_invoiced", "qty_canceled")


def to_refund(item: Raw) -> Decimal:
    return item.amount("qty_invoiced") - item.amount("qty_refunded")


def _less(item: Raw, *taken: str) -> Decimal:
    return item.amount("qty_ordered") - sum((item.amount(name) for name in taken), Decimal(0))


def anything(order_: Raw, left: Left) -> bool:
    return any(left(line.item) > 0 for line in lines.sold(order_.items("items")))


def chosen(order_: Raw, wanted: Sequence[ChosenLine], left: Left) -> list[dict[str, Json]]:
    """[{order_item_id, qty}]: of these lines, else of all that are left. CannotDo names a line that the order does not have, or
    of which less is left.
    """
    known = lines.sold(order_.items("items"))
    open_ = {line.key: left(line.item) for line in known}
    taken: dict[str, Decimal] = {} if wanted else {key: count for key, count in open_.items() if count > 0}
    for one in wanted:
        name, keys = _named(one, known)
        count = sum((open_[key] for key in keys), Decimal(0)) if one.quantity is None else Decimal(str(one.quantity))
        for key in keys:
            part = min(count, max(Decimal(0), open_[key]))
            open_[key], taken[key], count = open_[key] - part, taken.get(key, Decimal(0)) + part, count - part
        if count > 0:
            raise CannotDo("order_lines", f"of {name}, {pieces(count)} more are asked for than are left")
    return [{"order_item_id": int(key), "qty": pieces(count)} for key, count in taken.items() if count > 0]


def _named(one: ChosenLine, known: Sequence[lines.Sold]) -> tuple[str, list[str]]:
    if one.id_ is not None:
        name = one.id_.known_as("remote_id")
        keys = [line.key for line in known if line.key == name]
    else:
        name = one.variant_sku or ""
        keys = [line.key for line in known if line.item.text("sku") == name]
    if not keys:
        raise CannotDo("order_lines", f"the order has no line {name}")
    return name, keys


def pieces(number: Decimal) -> int | float:
    """A quantity as JSON: goods sold by measure have fractions."""
    return int(number) if number == number.to_integral_value() else float(number)
