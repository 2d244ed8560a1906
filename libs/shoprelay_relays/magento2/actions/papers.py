"""Invoices and credit memos of an order: https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/order-create-invoice/

A credit memo always counts as paid back. Made of an invoice whose payment went through a provider, Magento has the provider pay
back ("online"); every other one is booked alone.
"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import CaptureOrder, CreateInvoice, RefundOrder, ReturnOrder
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2.actions import chosen, orders
from shoprelay_relays.magento2.actions.asking import change
from shoprelay_relays.magento2.actions.orders import key
from shoprelay_relays.magento2.catalogue import by_values
from shoprelay_relays.magento2.papers import LISTS
from shoprelay_relays.spec import Json

_OPEN, _PAID = 1, 2
_CENT = Decimal("0.01")


async def create_invoice(call: Call[CreateInvoice]) -> Done:
    order = await chosen.order(call.client, key(call))
    items = chosen.chosen(order, call.data.lines(), chosen.to_invoice)
    if not items:
        raise CannotDo("", "everything of this order is invoiced")
    made = await orders.invoice(call.client, key(call), items, capture=bool(call.data.capture))
    await orders.set_status(call.client, key(call), call.data.status_id)
    return Done({"invoices": [{"remote_id": made}]}, [("invoices", made)])


async def capture(call: Call[CaptureOrder]) -> Done:
    """The open invoices; where there is none, a new one of all that is left."""
    waiting = [paper.id("entity_id") for paper in await _invoices(call) if paper.integer("state") == _OPEN]
    wanted = call.data.invoice_id.known_as("remote_id") if call.data.invoice_id else None
    if wanted is not None and wanted not in waiting:
        raise CannotDo("invoice_id", f"{wanted} is not an open invoice of this order")
    taken = [wanted] if wanted else waiting
    for one in taken:
        await change(call.client, "POST", f"invoices/{one}/capture")
    if not taken:
        order = await chosen.order(call.client, key(call))
        if not chosen.anything(order, chosen.to_invoice):
            raise CannotDo("", "everything of this order is invoiced and paid")
        taken = [await orders.invoice(call.client, key(call), [], capture=True)]
    await orders.set_status(call.client, key(call), call.data.status_id)
    return Done({"invoices": [{"remote_id": one} for one in taken]}, [("invoices", one) for one in taken])


async def refund(call: Call[RefundOrder]) -> Done:
    """All that was paid, invoice by invoice; or an amount, which no line stands for (an adjustment)."""
    paid = [paper for paper in await _invoices(call) if paper.integer("state") == _PAID and _unrefunded(paper) > 0]
    if not paid:
        raise CannotDo("", "nothing of this order is paid and not paid back")
    if call.data.refund_amount is None:
        made = [await _credit(call, paper, {}) for paper in paid]
    else:
        made = [await _amount(call, paid, Decimal(str(call.data.refund_amount)))]
    return await _credited(call, made)


async def _amount(call: Call[RefundOrder], paid: list[Raw], amount: Decimal) -> str:
    """Amounts of a request are in the shop's own currency, whatever that of the order."""
    order = await chosen.order(call.client, key(call))
    paper = next((one for one in paid if _unrefunded(one) >= amount), None)
    if paper is None:
        most = max(_unrefunded(one) for one in paid)
        raise CannotDo("refund_amount", f"at most {most} of one invoice is paid and not paid back")
    base = (amount / (order.number("base_to_order_rate") or 1)).quantize(_CENT)
    nothing = [{"order_item_id": one["order_item_id"], "qty": 0} for one in chosen.chosen(order, [], chosen.to_refund)]
    adjusted = {"shipping_amount": 0, "adjustment_positive": float(base), "adjustment_negative": 0}
    return await _credit(call, paper, {"items": nothing, "arguments": adjusted})


async def return_(call: Call[ReturnOrder]) -> Done:
    order = await chosen.order(call.client, key(call))
    items = chosen.chosen(order, call.data.lines(), chosen.to_refund)
    if not items:
        raise CannotDo("", "nothing of this order is invoiced and not credited: cancel it, or refund an amount")
    arguments: dict[str, Json] = {} if call.data.include_shipping else {"shipping_amount": 0}
    if call.data.restock:
        arguments["extension_attributes"] = {"return_to_stock_items": [item["order_item_id"] for item in items]}
    body = {"items": items, "arguments": arguments}
    if call.data.refund:
        made = await _credit(call, await _holding(call, items), body)
    else:
        made = str(await change(call.client, "POST", f"order/{key(call)}/refund", {**body, "notify": False}))
    return await _credited(call, [made])


async def _holding(call: Call[ReturnOrder], items: list[dict[str, Json]]) -> Raw:
    """The invoice that these items were paid with, through a provider."""
    for paper in await _invoices(call):
        counts = {item.id("order_item_id"): item.amount("qty") for item in paper.items("items")}
        if paper.text("transaction_id") and all(counts.get(str(i["order_item_id"]), 0) >= i["qty"] for i in items):
            return paper
    raise CannotDo(
        "refund", "no provider took the payment of these lines on one invoice: leave refund out, and pay back yourself"
    )


async def _credit(call: Call[Any], paper: Raw, body: dict[str, Json]) -> str:
    online = paper.text("transaction_id") is not None
    asked = {**body, "isOnline": online, "notify": False}
    return str(await change(call.client, "POST", f"invoice/{paper.id('entity_id')}/refund", asked))


async def _credited(call: Call[Any], made: list[str]) -> Done:
    await orders.set_status(call.client, key(call), call.data.status_id)
    return Done({"credit_notes": [{"remote_id": one} for one in made]}, [("credit_notes", one) for one in made])


async def _invoices(call: Call[Any]) -> list[Raw]:
    rows, _ = await by_values(call.client, LISTS["invoices"], "order_id", [key(call)])
    return [Raw(row) for row in rows]


def _unrefunded(paper: Raw) -> Decimal:
    """In the order's currency."""
    rate = paper.number("base_to_order_rate") or Decimal(1)
    return paper.amount("grand_total") - (paper.amount("base_total_refunded") * rate).quantize(_CENT)
