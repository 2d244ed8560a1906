"""What else is done to orders. https://api.hostedshop.dk/doc/ (Order_UpdateComment, Order_CreateInvoice)"""

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import CreateInvoice, UpdateOrder
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.hostedshop.actions import payments, status
from shoprelay_relays.hostedshop.actions.asking import done

_DUE_AT_ONCE = 0
"""Days until an invoice is to be paid: the platform has 0, 8, 14 and 30."""


async def update(call: Call[UpdateOrder]) -> Done:
    """Its comment and its status; nothing else of an order can be written."""
    found = await status.order(call)
    wanted = await status.named(call, call.data.status)
    if call.data.company_note is not None:
        await done(call.client, "Order_UpdateComment", OrderId=found.id("Id"), Text=call.data.company_note)
    return Done(await status.move(call, found, wanted))


async def create_invoice(call: Call[CreateInvoice]) -> Done:
    """The invoice is about the whole order; one that has an invoice gets no other."""
    found = await status.order(call)
    if (number := found.reference("InvoiceNumber")) is not None:
        raise CannotDo("", f"the order has the invoice {number}")
    wanted = await status.known(call, call.data.status_id)
    await done(call.client, "Order_CreateInvoice", OrderId=found.id("Id"), MaturityDayInterval=_DUE_AT_ONCE)
    if call.data.capture:
        await payments.take(call, found, None)
    told = await status.move(call, found, wanted)
    now = await status.order(call)
    return Done({**told, "remote_id": now.reference("InvoiceNumber")})
