"""Changes that do not move the date of the record that they belong to, found by the dates of their own.

A refund, a payment, a tracking number or a message leaves its order's date_upd as it is; a corrected address leaves the order's
and the customer's. Lists without dates (order_details, stock, combinations) cannot be asked this way: sweeps see those.
"""

from dataclasses import dataclass

from shoprelay_relays.prestashop import times
from shoprelay_relays.prestashop.client import Missing
from shoprelay_relays.prestashop.reader import Reader
from shoprelay_relays.prestashop.walk import Place, step

_MANY = 1000
"""Rows of two short fields: 0.3 s for the shop."""


@dataclass(frozen=True, slots=True)
class Side:
    """`field` of the rows in `path` names the record by one of its fields `match`; `date` is filtered by."""

    path: str
    date: str
    field: str
    match: tuple[str, ...] = ("id",)


ORDERS = (
    Side("order_slip", "date_upd", "id_order"),
    Side("order_histories", "date_add", "id_order"),
    Side("order_carriers", "date_add", "id_order"),
    Side("order_payments", "date_add", "order_reference", ("reference",)),
    Side("messages", "date_add", "id_order"),
    Side("addresses", "date_upd", "id", ("id_address_invoice", "id_address_delivery")),
)
CUSTOMERS = (Side("addresses", "date_upd", "id_customer"),)


async def changed(reader: Reader, resource: str, sides: tuple[Side, ...], since: str) -> list[int]:
    """The ids, sorted, of the records of `resource` that the sides name since then. A list that may not be read names none."""
    found: set[int] = set()
    for side in sides:
        try:
            values = await _values(reader, side, since)
        except Missing:
            continue
        for match in side.match if values else ():
            if match == "id":
                found.update(map(int, values))
            else:
                found.update(int(row["id"]) for row in await reader.rows(resource, match, values, "[id]"))
    return sorted(found)


async def _values(reader: Reader, side: Side, since: str) -> set[str]:
    place, found = Place(size=_MANY), set[str]()
    display = "[id]" if side.field == "id" else f"[id,{side.field}]"
    while True:
        asked = {f"filter[{side.date}]": times.between(since), "date": "1"}
        step_ = await step(reader, side.path, asked, place, display)
        found.update(str(row.get(side.field)) for row in step_.rows)
        if step_.ended:
            return found - {"0", "", "None"}
