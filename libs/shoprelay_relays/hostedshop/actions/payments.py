"""Payments of orders. https://api.hostedshop.dk/doc/ (Order_CompleteTransaction, Order_LowerTransaction, Order_CancelTransaction)

The payment service's own answer is the result: "ok" when it did what it was asked to. There is no operation that pays back.
"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import CaptureOrder
from shoprelay_relays.errors import CannotDo, Refused
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop.actions import status
from shoprelay_relays.hostedshop.actions.asking import change
from shoprelay_relays.hostedshop.codes import listed
from shoprelay_relays.hostedshop.papers import TAKEN

_OK = {"ok", "true", "1"}
_HUNDREDTHS = 100


async def capture(call: Call[CaptureOrder]) -> Done:
    found = await status.order(call)
    wanted = await status.known(call, call.data.status_id)
    taken = await take(call, found, call.data.capture_amount)
    return Done(await status.move(call, found, wanted) | {"captured_amount": float(taken)})


async def take(call: Call[Any], order: Raw, amount: float | None) -> Decimal:
    """Take what is reserved, all of it unless `amount` says less; how much it was, in the order's currency."""
    waiting = _waiting(order, "capture", "there is nothing to take")
    if amount is not None:
        await _lower(call, order, waiting, Decimal(str(amount)))
    for transaction in waiting:
        await _say(call, order, "Order_CompleteTransaction", transaction)
    return Decimal(str(amount)) if amount is not None else sum(map(_amount, waiting), Decimal(0))


async def let_go(call: Call[Any], order: Raw) -> None:
    """Release what is reserved. CannotDo when something of it was taken."""
    if any(each.text("Status") == TAKEN for each in listed(order, "Transactions")):
        raise CannotDo("refund", "the payment was taken, and the platform cannot pay back: do it at the payment service")
    for transaction in _waiting(order, "refund", "there is nothing to pay back"):
        await _say(call, order, "Order_CancelTransaction", transaction)


async def _lower(call: Call[Any], order: Raw, waiting: list[Raw], amount: Decimal) -> None:
    """The platform takes whole transactions: one of more is made less first."""
    if len(waiting) > 1:
        raise CannotDo("capture_amount", "the order has several payments: leave it out, and all of them are taken")
    if not 0 < amount <= _amount(waiting[0]):
        raise CannotDo("capture_amount", f"expected more than 0, and no more than the {_amount(waiting[0])} that are reserved")
    if amount < _amount(waiting[0]):
        await _say(call, order, "Order_LowerTransaction", waiting[0], Amount=int(amount * _HUNDREDTHS))


async def _say(call: Call[Any], order: Raw, operation: str, transaction: Raw, **also: int) -> None:
    said = await change(call.client, operation, TransactionCode=_code(transaction), OrderId=order.id("Id"), **also)
    if str(said).lower() not in _OK:
        raise Refused(f"the payment service says: {str(said)[:150] or 'nothing'}")


def _waiting(order: Raw, field: str, otherwise: str) -> list[Raw]:
    found = [each for each in listed(order, "Transactions") if each.text("Status") != TAKEN]
    if not found or not all(_code(each) for each in found):
        raise CannotDo(field, f"the order has no payment that is reserved and not taken: {otherwise}")
    return found


def _code(transaction: Raw) -> str:
    """The longer number is told where the other one has no room for it."""
    return transaction.text("TransactionNumberLong") or transaction.reference("TransactionNumber") or ""


def _amount(transaction: Raw) -> Decimal:
    return transaction.number("AmountFull") or transaction.amount("Amount") / _HUNDREDTHS
