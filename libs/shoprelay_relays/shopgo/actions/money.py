"""Payments and refunds, which ShopGo keeps as entries of an order: it moves no money itself.

https://docs.shopgo.me/1.0.0/management-api/objects/payment
"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import CaptureOrder, RefundOrder
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.shopgo.actions.acting import found, management, number
from shoprelay_relays.shopgo.api import Management
from shoprelay_relays.shopgo.objects import Money, Order, Payment

_ZERO = Decimal(0)


async def capture(call: Call[CaptureOrder]) -> Done:
    with management(call) as api:
        order = await found(api, call)
        if unpaid(order) <= 0:
            raise CannotDo("", "the order is paid already")
        await settle(api, order, call.data.capture_amount)
    return Done({"remote_id": number(call)})


async def refund(call: Call[RefundOrder]) -> Done:
    with management(call) as api:
        amount = await pay_back(api, await found(api, call), call.data.refund_amount)
    return Done({"remote_id": number(call), "refund_amount": float(amount)})


async def settle(api: Management, order: Order, wanted: float | None) -> None:
    """Registers a payment. Without an amount ShopGo itself takes the balance, whatever was paid meanwhile."""
    method = "credit_card" if order.payment_method == "credit_card" else None
    if wanted is None and not refunded(order):
        await api.create_payment(order.number, Payment(method=method))
        return
    amount = unpaid(order) if wanted is None else Decimal(str(wanted))
    if not 0 < amount <= unpaid(order):
        raise CannotDo("capture_amount", f"expected an amount up to {unpaid(order)}, which is not paid yet")
    await api.create_payment(order.number, Payment(method=method, total=_money(order, amount)))


async def pay_back(api: Management, order: Order, wanted: float | None) -> Decimal:
    """Registers a refund; all that was paid when nothing else is wanted."""
    left = paid(order) - refunded(order)
    amount = left if wanted is None else Decimal(str(wanted))
    if not 0 < amount <= left:
        raise CannotDo("refund_amount", f"expected an amount up to {left}, which was paid and not paid back yet")
    await api.create_refund(order.number, _money(order, amount))
    return amount


def paid(order: Order) -> Decimal:
    return sum((amount for amount in _amounts(order) if amount > 0), _ZERO)


def refunded(order: Order) -> Decimal:
    return -sum((amount for amount in _amounts(order) if amount < 0), _ZERO)


def unpaid(order: Order) -> Decimal:
    """What was never paid: a refund does not make it due again."""
    return (Decimal(order.total.amount) if order.total else _ZERO) - paid(order)


def _amounts(order: Order) -> list[Decimal]:
    """A refund counts below zero, whichever sign ShopGo shows it with."""
    entries = [(payment, Decimal(payment.total.amount)) for payment in order.payments or [] if payment.total]
    return [-abs(amount) if payment.method == "refund" else amount for payment, amount in entries]


def _money(order: Order, amount: Decimal) -> Money:
    assert order.total is not None, "an amount of an order without a total is refused before"
    return Money(amount=_written(order.total.amount, amount), currency=order.total.currency)


def _written(like: str, amount: Decimal) -> str:
    """With as many decimals as ShopGo writes, and no fewer than there are."""
    exponent: Any = Decimal(like).as_tuple().exponent
    whole = amount.quantize(Decimal(1).scaleb(int(exponent)))
    return f"{whole if whole == amount else amount:f}"
