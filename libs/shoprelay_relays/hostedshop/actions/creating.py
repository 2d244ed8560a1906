"""New orders. https://api.hostedshop.dk/doc/ (Order_Create)

An order has the money without VAT and never its rate: prices are told to the shop so that they become what was asked for at the
rate of the country of delivery, which is what the mapping takes as well.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import CreateOrder, NamedDeliveryMethod, NamedPaymentMethod
from shoprelay_relays.errors import CannotDo, Refused
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop import client, soap
from shoprelay_relays.hostedshop.actions import places, sold, status
from shoprelay_relays.hostedshop.actions.asking import done, is_id, items, number, rows

_FINE: Final = Decimal("0.000001")
_SHIPPING: Final = "Shipping"
_BLANK: Final = dict.fromkeys((*places.FIELDS.values(), "Cvr", "Ean", "Email"), "")
_MADE: Final = re.compile(r"Order:\s*(\d+)\s*created")


async def create(call: Call[CreateOrder]) -> Done:
    """The order, then its comment and its status."""
    wanted = await status.named(call, call.data.status)
    asked = await _asked(call)
    key, left_out = await _make(call, asked)
    if call.data.company_note is not None:
        await done(call.client, "Order_UpdateComment", OrderId=key, Text=call.data.company_note)
    if wanted:
        await done(call.client, "Order_UpdateStatus", OrderId=key, Status=wanted)
    told = {"remote_id": key, "order_number": key} | ({"left_out": left_out} if left_out else {})
    return Done(told, [("orders", key)])


async def _make(call: Call[CreateOrder], asked: dict[str, Any]) -> tuple[str, str]:
    """The new order's number, and what the shop said of lines that it left out: the fault lineErrors comes with an order."""
    try:
        answer = await client.call(call.client, "Order_Create", OrderData=asked)
    except soap.Fault as fault:
        if found := _MADE.search(fault.text):
            return found[1], fault.text[found.end() :].strip(" .")[:200]
        raise Refused(f"{fault.text or 'Order_Create'} ({fault.code})"[:200]) from None
    return number(answer.value, "Order_Create"), ""


async def _asked(call: Call[CreateOrder]) -> dict[str, Any]:
    known = await places.countries(call)
    billing = places.country(known, call.data.billing_country, "billing_country")
    customer = _customer(call.data, known, billing)
    to = places.country(known, call.data.shipping_country, "shipping_country") if call.data.shipping_country else billing
    rate = (to.number("Tax") or Decimal(0)) / 100
    method = await _method(call, "Delivery_GetAll", call.data.delivery_method, "delivery_method")
    payment = await _method(call, "Payment_GetAll", call.data.payment_method, "payment_method")
    asked: dict[str, Any] = {
        "CurrencyId": await _currency(call),
        "PaymentId": payment.id("Id"),
        "DeliveryId": method.id("Id"),
        "OrderLines": items(await _lines(call, rate)),
        "OrderCustomer": customer,
        "CustomerComment": call.data.customer_note,
        "UserId": _user(call),
    }
    if call.data.delivery_price is not None:
        asked["DeliveryPrice"] = net(call.data.delivery_price, Decimal(0) if method.flag("Vat") is False else rate)
    return {name: value for name, value in asked.items() if value is not None}


def _customer(data: CreateOrder, known: list[Raw], billing: Raw) -> dict[str, Any]:
    given = data.given()

    def side(name: str) -> dict[str, Any]:
        return {key.removeprefix(f"{name}_"): value for key, value in given.items() if key.startswith(f"{name}_")}

    told = _BLANK | places.place(side("billing")) | places.told(billing) | {"Email": data.email or ""}
    if data.billing_vat_number is not None:
        told["Cvr"] = data.billing_vat_number
    if data.billing_province is not None:
        told["State"] = data.billing_province
    if elsewhere := side("shipping"):
        country = places.country(known, data.shipping_country, "shipping_country") if data.shipping_country else billing
        told |= places.place(elsewhere, _SHIPPING) | places.told(country, _SHIPPING)
        if data.shipping_province is not None:
            told["ShippingState"] = data.shipping_province
    return told


async def _lines(call: Call[CreateOrder], rate: Decimal) -> list[dict[str, Any]]:
    found = []
    for place, wanted in enumerate(call.data.variants):
        field = f"variants.{place}"
        if wanted.name is not None:
            raise CannotDo(f"{field}.name", "a line says what its product is called: leave it out")
        if wanted.quantity != int(wanted.quantity):
            raise CannotDo(f"{field}.quantity", "expected a whole number")
        goods = await sold.ordered(call, wanted, field)
        line: dict[str, Any] = {"ProductId": goods.key, "Amount": int(wanted.quantity)}
        if goods.variant is not None:
            line["VariantId"] = goods.variant.id("Id")
        if wanted.price is not None:
            line["Price"] = net(wanted.price, rate)
        found.append(line)
    return found


async def _method(
    call: Call[CreateOrder], operation: str, named: NamedDeliveryMethod | NamedPaymentMethod | None, field: str
) -> Raw:
    """The platform makes no order without one."""
    known = await rows(call.client, operation)
    wanted = (named.known_as(), (named.name or "").lower()) if named is not None else ("", "")
    for each in known:
        if (each.id("Id") == wanted[0]) if wanted[0] else wanted[1] and (each.text("Title") or "").lower() == wanted[1]:
            return each
    has = ", ".join(f"{each.id('Id')} {each.text('Title')}" for each in known)
    raise CannotDo(field, f"the platform makes no order without one; the shop has {has}")


async def _currency(call: Call[CreateOrder]) -> str:
    """By its number in the shop; the one that the others' rates are relative to when none is named."""
    known = await rows(call.client, "Currency_GetAll")
    wanted = (call.data.currency or "").upper()
    for each in known:
        if (each.text("Iso") or "").upper() == wanted if wanted else each.number("Currency") == 1:
            return each.id("Id")
    raise CannotDo("currency", f"the shop has {', '.join(each.text('Iso') or '' for each in known)}")


def _user(call: Call[CreateOrder]) -> str | None:
    if call.data.customer is None:
        return None
    if not is_id(key := call.data.customer.known_as()):
        raise CannotDo("customer", "expected one with an account: its number in the shop")
    return key


def net(price: float, rate: Decimal) -> str:
    """A price without VAT, fine enough to become the price again."""
    return str((Decimal(str(price)) / (1 + rate)).quantize(_FINE, ROUND_HALF_UP))
