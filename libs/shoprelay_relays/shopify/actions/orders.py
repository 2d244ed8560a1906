"""Orders: https://shopify.dev/docs/api/admin-graphql/latest/objects/Order"""

import asyncio
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.orders import CancelOrder, CloseOrder, UpdateOrder
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.actions import addresses, payments
from shoprelay_relays.shopify.actions.asking import change, gid, one, read, target

PLACE = tuple(f"shipping_{name}" for name in addresses.NAMES)
_UPDATE = "mutation Update($input: OrderInput!) { orderUpdate(input: $input) { order { id } userErrors { field message } } }"
_DELETE = "mutation Delete($id: ID!) { orderDelete(orderId: $id) { deletedId userErrors { field message code } } }"
_CLOSE = "mutation Close($input: OrderCloseInput!) { orderClose(input: $input) { order { id } userErrors { field message } } }"
_CANCEL = """mutation Cancel($id: ID!, $back: OrderCancelRefundMethodInput!) {
  orderCancel(orderId: $id, reason: OTHER, restock: true, refundMethod: $back, notifyCustomer: false) {
    job { id done } orderCancelUserErrors { field message code } } }"""
_JOB = "query Job($id: ID!) { job(id: $id) { id done } }"
_PAUSES = (0.1, 0.4, 1.0, 2.0)


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    """The order."""
    return [("orders", target(call))]


async def update(call: Call[UpdateOrder]) -> Done:
    """The delivery's address is told as a whole: what stands there stays where nothing else is given."""
    data, order = call.data, gid("Order", call.target)
    told: dict[str, Any] = {"email": data.email, "note": data.customer_note, "tags": data.tags}
    asked = {name: value for name, value in told.items() if value is not None}
    if place := addresses.given(data, "shipping_"):
        held = (await one(call.client, "order", order, f"id shippingAddress {{ {addresses.FIELDS} }}")).child("shippingAddress")
        asked["shippingAddress"] = addresses.held(held) | place
    if asked:
        await change(call.client, _UPDATE, input={"id": order, **asked})
    return Done({"remote_id": target(call)})


async def destroy(call: Call[Body]) -> Done:
    await change(call.client, _DELETE, id=gid("Order", call.target))
    return Done({"remote_id": target(call)})


async def close(call: Call[CloseOrder]) -> Done:
    """The money first: an order is closed once everything is sent and paid."""
    told = await payments.as_well(call, gid("Order", call.target))
    await change(call.client, _CLOSE, input={"id": gid("Order", call.target)})
    return Done({"remote_id": target(call), **told})


async def cancel(call: Call[CancelOrder]) -> Done:
    """Shopify cancels in the background. A part of the money is paid back before, else Shopify would pay back all of it."""
    order, data = gid("Order", call.target), call.data
    if data.refund_amount is not None and not data.refund:
        raise CannotDo("refund_amount", "expected refund true with it")
    partly = data.refund_amount is not None
    if partly:
        await payments.pay_back(call, order, data.refund_amount)
    back = {"originalPaymentMethodsRefund": bool(data.refund) and not partly}
    found = await change(call.client, _CANCEL, id=order, back=back)
    return Done({"remote_id": target(call), "finished": await _finished(call, found.child("job"))})


async def _finished(call: Call[Any], job: Raw) -> bool:
    """Whether the shop is done; a slow one is looked at again by its webhook, and by the next poll."""
    for pause in _PAUSES:
        if job.flag("done") or not job.text("id"):
            return True
        await asyncio.sleep(pause)
        job = (await read(call.client, _JOB, id=job.text("id"))).child("job")
    return bool(job.flag("done"))
