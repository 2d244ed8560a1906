"""What comes back: https://shopify.dev/docs/api/admin-graphql/latest/mutations/refundCreate

A refund that names its lines, with the amounts that Shopify suggests for them.
"""

from collections.abc import Iterator
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import ReturnOrder
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.actions import payments
from shoprelay_relays.shopify.actions.asking import amount, every, gid, number, one, read, target
from shoprelay_relays.shopify.actions.choosing import pieces

_LINES = "id lineItems(first: 250) { pageInfo { hasNextPage } nodes { id sku refundableQuantity unfulfilledQuantity } }"
_SUGGEST = f"""query Suggest($id: ID!, $lines: [RefundLineItemInput!], $shipping: Boolean) {{ order(id: $id) {{ id
  suggestedRefund(refundLineItems: $lines, refundShipping: $shipping) {{ {payments.SUGGESTED}
    refundLineItems {{ lineItem {{ id }} location {{ id }} }} }} }} location {{ id }} }}"""


async def give_back(call: Call[ReturnOrder]) -> Done:
    """Without `refund` it is only booked: no money moves."""
    data, order = call.data, gid("Order", call.target)
    _possible(data)
    lines = every(await one(call.client, "order", order, _LINES), "lineItems")
    items = list(_items(data, lines))
    found = await read(call.client, _SUGGEST, id=order, lines=items, shipping=bool(data.include_shipping))
    suggested = found.child("order").child("suggestedRefund")
    moves = list(_moves(data, order, suggested)) if data.refund else []
    parts: dict[str, Any] = {"refundLineItems": _placed(items, suggested, found.child("location").text("id"))}
    if data.include_shipping:
        parts["shipping"] = {"fullRefund": True}
    made = await payments.book(call, order, suggested, transactions=moves, **parts)
    return Done({"remote_id": target(call), "credit_note": {"remote_id": made, "amount": float(payments.total(moves))}})


def _possible(data: ReturnOrder) -> None:
    if data.include_discount is False:
        raise CannotDo("include_discount", "Shopify credits what a line was sold for, its discount taken off")
    if data.refund_amount is not None and not data.refund:
        raise CannotDo("refund_amount", "expected refund true with it")


def _items(data: ReturnOrder, lines: list[Raw]) -> Iterator[dict[str, Any]]:
    """`refundLineItems`. What was sent is returned; what was not sent yet is cancelled."""
    left = {number(line): line.integer("refundableQuantity") or 0 for line in lines}
    sent = {number(line): left[number(line)] - (line.integer("unfulfilledQuantity") or 0) for line in lines}
    for line, count in pieces(data.lines(), lines, left, "everything of this order has come back already"):
        back = min(count, max(0, sent[number(line)]))
        sent[number(line)] -= back
        for kind, part in (("RETURN", back), ("CANCEL", count - back)):
            if part:
                restock = kind if data.restock else "NO_RESTOCK"
                yield {"lineItemId": line.text("id"), "quantity": part, "restockType": restock}


def _placed(items: list[dict[str, Any]], suggested: Raw, primary: str | None) -> list[dict[str, Any]]:
    """Where each goes back into stock: the place that Shopify suggests, else the shop's primary one."""
    places = {row.child("lineItem").text("id"): row.child("location").text("id") for row in suggested.items("refundLineItems")}
    return [
        item if item["restockType"] == "NO_RESTOCK" else item | {"locationId": places.get(item["lineItemId"]) or primary}
        for item in items
    ]


def _moves(data: ReturnOrder, order: str, suggested: Raw) -> Iterator[dict[str, Any]]:
    money = {
        name: suggested.child(name).child("presentmentMoney").amount("amount") for name in ("amountSet", "maximumRefundableSet")
    }
    wanted = amount(data.refund_amount) if data.refund_amount is not None else money["amountSet"]
    back = payments.rest(wanted, money["maximumRefundableSet"], "refund_amount", "there is nothing to pay back")
    return payments.transactions(order, suggested, back)
