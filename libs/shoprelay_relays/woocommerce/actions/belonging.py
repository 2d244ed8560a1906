"""What belongs to an order: its document names the order by number, WooCommerce asks for the order's id."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from shoprelay_relays.actions import Call
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.woocommerce.actions.asking import is_id, read, rows

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an order, and the order as it stands."""

    order: Row
    row: Row


def order_of(call: Call[Any]) -> str:
    """The number of the order; given by hand: "order/part"."""
    return str(call.target.document.get("order_number") or "") if call.target.document else call.target.given.partition("/")[0]


def own(call: Call[Any]) -> str:
    """The part's own id."""
    return call.target.known_as("remote_id").rpartition("/")[2]


def reads(call: Call[Any]) -> list[tuple[str, str]]:
    """The order, which all of its parts are read with. A plug-in's own order numbers say nothing of the id."""
    order = order_of(call)
    return [("orders", order)] if is_id(order) else []


async def part_of(call: Call[Any], field: str, key: str = "id") -> Part:
    """The part, found in its order. NotThere when no order has it."""
    wanted = own(call)
    async for order in orders_of(call):
        for row in order.get(field) or []:
            if str(row.get(key)) == wanted:
                return Part(order, row)
    raise NotThere("404")


async def orders_of(call: Call[Any]) -> AsyncIterator[Row]:
    """The order with this id, then those with this number: plug-ins for consecutive numbers make the two differ."""
    order = order_of(call)
    if (row := await _by_id(call, order)) is not None:
        yield row
    if call.target.document and order:
        for row in await rows(call.client, "orders", search=order):
            if str(row.get("number")) == order and str(row.get("id")) != order:
                yield row


async def _by_id(call: Call[Any], order: str) -> Row | None:
    try:
        return await read(call.client, f"orders/{order}") if is_id(order) else None
    except NotThere:
        return None
