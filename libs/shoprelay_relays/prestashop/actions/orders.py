"""Orders move by their history: https://devdocs.prestashop-project.org/8/webservice/resources/order_histories/

A status does what it is set up to do: one that is paid makes the invoice and books a payment over the whole, the cancelled one
puts the goods back in stock, the shipped one makes the delivery slip.
"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body, Nothing
from shoprelay_relays.actions.bodies.orders import CancelOrder, CloseOrder, UpdateOrderStatus
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.prestashop.actions import asking
from shoprelay_relays.prestashop.states import CANCELLED, DELIVERED
from shoprelay_relays.spec import Json


def key(call: Call[Any]) -> str:
    return call.target.known_as("remote_id")


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    """The order, with all that belongs to it."""
    return [("orders", key(call))]


async def update_status(call: Call[UpdateOrderStatus]) -> Done:
    order = await asking.one(call.client, call.config, "orders", key(call))
    return await _moved(call, order, call.data.status_id.known_as("remote_id"))


async def close(call: Call[CloseOrder]) -> Done:
    """Delivered, where no other status is named."""
    order = await asking.one(call.client, call.config, "orders", key(call))
    named = call.data.status_id
    return await _moved(call, order, named.known_as("remote_id") if named else call.config.get("state_delivered") or DELIVERED)


async def cancel(call: Call[CancelOrder]) -> Done:
    if call.data.refund or call.data.refund_amount:
        raise CannotDo("refund", "PrestaShop moves no money: pay back at the payment provider, and book it with orders/refund")
    order = await asking.one(call.client, call.config, "orders", key(call))
    return await _moved(call, order, call.config.get("state_cancelled") or CANCELLED)


async def destroy(call: Call[Nothing]) -> Done:
    await asking.delete(call.client, call.config, f"orders/{key(call)}")
    return Done({"remote_id": key(call)})


async def _moved(call: Call[Any], order: Json, state: str) -> Done:
    await check(call, order, state)
    await move(call, order, state)
    return Done({"status_id": state})


async def check(call: Call[Any], order: Json, state: str) -> None:
    """CannotDo for a status that does not exist, which the shop answers with an empty 500. What else an action does comes after
    it: a slip or a tracking number would stay.
    """
    if str(order.get("current_state")) == state:
        return
    try:
        await asking.one(call.client, call.config, "order_states", state)
    except NotThere:
        raise CannotDo("status_id", f"the shop has no status {state}") from None


async def move(call: Call[Any], order: Json, state: str) -> None:
    """A row of history, of a status that was checked. The one that it has already would make one more row."""
    if str(order.get("current_state")) != state:
        fields = {"id_order": order["id"], "id_order_state": state}
        await asking.create(call.client, call.config, "order_histories", fields)
