"""Money that is taken and paid back.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/orderCapture
https://shopify.dev/docs/api/admin-graphql/latest/mutations/refundCreate
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import CaptureOrder, RefundOrder
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.actions.asking import amount, change, gid, number, one, target, text

ZERO = Decimal(0)
BAG = "{ presentmentMoney { amount currencyCode } }"
SUGGESTED = f"""amountSet {BAG} maximumRefundableSet {BAG}
  suggestedTransactions {{ gateway amountSet {BAG} maximumRefundableSet {BAG} parentTransaction {{ id }} }}"""
_CAPTURE = """mutation Capture($input: OrderCaptureInput!) {
  orderCapture(input: $input) { transaction { id } userErrors { field message } } }"""
_REFUND = """mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { field message } } }"""
_OPEN = f"id transactions(first: 50, capturable: true) {{ id kind totalUnsettledSet {BAG} }}"
_LEFT = f"id suggestedRefund(suggestFullRefund: true) {{ {SUGGESTED} }}"


async def capture(call: Call[CaptureOrder]) -> Done:
    taken = await take(call, gid("Order", call.target), call.data.capture_amount)
    return Done({"remote_id": target(call), "captured_amount": taken})


async def as_well(call: Call[Any], order: str) -> dict[str, Any]:
    """A capture that belongs to another action; what the caller is told of it."""
    if call.data.capture:
        return {"captured_amount": await take(call, order, call.data.capture_amount)}
    if call.data.capture_amount is not None:
        raise CannotDo("capture_amount", "expected capture true with it")
    return {}


async def take(call: Call[Any], order: str, wanted: float | None) -> float:
    """Take so much of what was authorized, else all of it; how much that was. CannotDo where there is less."""
    found = await one(call.client, "order", order, _OPEN)
    open_ = [(row.text("id"), row.child("totalUnsettledSet").child("presentmentMoney")) for row in found.items("transactions")]
    total = sum((money.amount("amount") for _, money in open_), ZERO)
    left = rest(amount(wanted), total, "capture_amount", "no payment of this order is authorized and not yet taken")
    for parent, money in open_:
        if part := min(left, money.amount("amount")):
            asked = {"amount": text(part), "currency": money.text("currencyCode")}
            await change(call.client, _CAPTURE, input={"id": order, "parentTransactionId": parent, **asked})
            left -= part
    return float(total if wanted is None else wanted)


async def refund(call: Call[RefundOrder]) -> Done:
    order = gid("Order", call.target)
    made, back = await pay_back(call, order, call.data.refund_amount)
    return Done({"remote_id": target(call), "credit_note": {"remote_id": made, "amount": float(back)}})


async def pay_back(call: Call[Any], order: str, wanted: float | None) -> tuple[str, Decimal]:
    """Money alone, to where it came from; all that is left when nothing else is wanted. (the refund's number, how much)."""
    suggested = (await one(call.client, "order", order, _LEFT)).child("suggestedRefund")
    left = _money(suggested, "maximumRefundableSet").amount("amount")
    back = rest(amount(wanted), left, "refund_amount", "there is nothing to pay back")
    moves = list(transactions(order, suggested, back))
    return await book(call, order, suggested, transactions=moves), back


async def book(call: Call[Any], order: str, suggested: Raw, **parts: Any) -> str:
    """One refund; its number. The key makes Shopify do it once, should the network repeat it."""
    currency = _money(suggested, "maximumRefundableSet").text("currencyCode")
    asked = {"orderId": order, "notify": False, "currency": currency, **parts}
    return number((await change(call.client, _REFUND, input=asked, key=str(uuid4()))).child("refund"))


def transactions(order: str, suggested: Raw, back: Decimal) -> Iterator[dict[str, Any]]:
    """The payments of an amount, each at most as high as Shopify says that its origin allows."""
    for row in suggested.items("suggestedTransactions"):
        part = min(back, _money(row, "maximumRefundableSet").amount("amount"))
        if part > 0:
            parent = row.child("parentTransaction").text("id")
            told = {"orderId": order, "kind": "REFUND", "gateway": row.text("gateway"), "amount": text(part)}
            yield told | ({"parentId": parent} if parent else {})
            back -= part
    if back > 0:
        raise CannotDo("refund_amount", f"{text(back)} of it can be paid back to no payment of this order")


def rest(wanted: Decimal | None, left: Decimal, field: str, nothing: str) -> Decimal:
    """What is wanted, else what is left; CannotDo for more, and where there is nothing."""
    if left <= 0:
        raise CannotDo("", nothing)
    if wanted is not None and wanted > left:
        raise CannotDo(field, f"{text(wanted)} is more than is left of this order ({text(left)})")
    if wanted is not None and wanted <= 0:
        raise CannotDo(field, "expected more than 0")
    return left if wanted is None else wanted


def total(moves: Sequence[dict[str, Any]]) -> Decimal:
    return sum((Decimal(move["amount"]) for move in moves), ZERO)


def _money(raw: Raw, name: str) -> Raw:
    return raw.child(name).child("presentmentMoney")
