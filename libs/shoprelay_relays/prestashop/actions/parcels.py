"""Parcels: https://devdocs.prestashop-project.org/8/webservice/resources/order_carriers/

An order has its row from the start; it becomes a parcel by a tracking number, or by a status that is shipped.
"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.orders import CreateShipment, UpdateShipment
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop.actions import asking, orders
from shoprelay_relays.prestashop.reader import Reader
from shoprelay_relays.prestashop.states import SHIPPED
from shoprelay_relays.spec import Json


async def create_shipment(call: Call[CreateShipment]) -> Done:
    """The whole order leaves: its tracking number, then its status, which is "shipped" where no other one is named."""
    data, number = call.data, orders.key(call)
    order = await asking.one(call.client, call.config, "orders", number)
    rows = await Reader(call.client, call.config).rows("order_carriers", "id_order", [number])
    if not rows:
        raise CannotDo("", "the order has no delivery")
    row = next((one for one in rows if not one.get("tracking_number")), rows[0])
    state = data.status_id.known_as("remote_id") if data.status_id else call.config.get("state_shipped") or SHIPPED
    await orders.check(call, order, state)
    if fields := await _fields(call, data.tracking_number, data.courier):
        await asking.edit(call.client, call.config, "order_carriers", str(row["id"]), fields)
    await orders.move(call, order, state)
    return Done({"shipments": [{"remote_id": str(row["id"])}], "status_id": state})


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    return [("shipments", call.target.known_as("remote_id"))]


async def update(call: Call[UpdateShipment]) -> Done:
    number = call.target.known_as("remote_id")
    fields = await _fields(call, call.data.tracking_number, call.data.courier)
    row = await asking.one(call.client, call.config, "order_carriers", number)
    if fields:
        await asking.edit(call.client, call.config, "order_carriers", number, fields)
    return Done({"tracking_number": fields.get("tracking_number", row.get("tracking_number"))})


async def _fields(call: Call[Any], tracking_number: str | None, courier: str | None) -> dict[str, Json]:
    found: dict[str, Json] = {"tracking_number": tracking_number} if tracking_number is not None else {}
    return found | ({"id_carrier": await carrier(call, "courier", courier)} if courier else {})


async def carrier(call: Call[Any], field: str, wanted: str) -> str:
    """The id of a carrier, by its name or by its `id_reference`, which stays through edits. CannotDo lists the names."""
    rows = (await Reader(call.client, call.config).get("carriers", {"display": "full", "sort": "[id_DESC]"})).rows
    living = [Raw(row) for row in rows if not Raw(row).flag("deleted")]
    for row in living:
        if wanted.casefold() in {(row.text("name") or "").casefold(), row.reference("id_reference")}:
            return row.id()
    names = ", ".join(sorted(row.text("name") or "" for row in living if row.text("name") != "0"))
    raise CannotDo(field, f"the shop has no carrier {wanted}; it has {names}")
