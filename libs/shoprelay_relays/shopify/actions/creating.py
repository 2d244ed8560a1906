"""New orders: https://shopify.dev/docs/api/admin-graphql/latest/mutations/orderCreate"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import CreateOrder, OrderedVariant
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.actions import addresses, finding
from shoprelay_relays.shopify.actions.asking import amount, change, gid_of, number, read, text, whole

PLACES = tuple(f"{side}_{name}" for side in ("billing", "shipping") for name in addresses.NAMES)
_CREATE = """mutation Create($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput!) {
  orderCreate(order: $order, options: $options) { order { id name } userErrors { field message } } }"""
_OPTIONS = {"inventoryBehaviour": "DECREMENT_OBEYING_POLICY", "sendReceipt": False, "sendFulfillmentReceipt": False}


async def create(call: Call[CreateOrder]) -> Done:
    """In the shop's own currency; stock goes down as at the checkout, and no mail is sent."""
    data = call.data
    if not data.variants:
        raise CannotDo("variants", "expected at least one")
    currency = (await read(call.client, "{ shop { id currencyCode } }")).child("shop").text("currencyCode") or ""
    told = {**_head(data), **_shipping(data, currency)}
    told["lineItems"], goods = await _lines(call, currency)
    told |= _payment(data, goods + (amount(data.delivery_price) or 0), currency)
    made = (await change(call.client, _CREATE, order=told, options=_OPTIONS)).child("order")
    return Done({"remote_id": number(made), "order_number": made.text("name")}, [("orders", number(made))])


def _head(data: CreateOrder) -> dict[str, Any]:
    told: dict[str, Any] = {"email": data.email, "note": data.customer_note, "tags": data.tags, "taxesIncluded": True}
    told["billingAddress"] = addresses.given(data, "billing_") or None
    told["shippingAddress"] = addresses.given(data, "shipping_") or None
    if data.customer is not None:
        told["customer"] = {"toAssociate": {"id": gid_of("Customer", data.customer.known_as(), "customer")}}
    return {name: value for name, value in told.items() if value is not None}


async def _lines(call: Call[CreateOrder], currency: str) -> tuple[list[dict[str, Any]], Decimal]:
    """The lines, and what they come to."""
    given = call.data.variants
    found = await finding.variants(call.client, given, "variants")
    made = [_line(each, variant, currency) for each, variant in zip(given, found, strict=True)]
    return [line for line, _ in made], sum((price * line["quantity"] for line, price in made), Decimal(0))


def _line(given: OrderedVariant, variant: Raw, currency: str) -> tuple[dict[str, Any], Decimal]:
    price = variant.amount("price") if given.price is None else Decimal(str(given.price))
    line: dict[str, Any] = {"variantId": variant.text("id"), "quantity": whole(given.quantity, "variants.quantity")}
    line["priceSet"] = _bag(price, currency)
    return line | ({"title": given.name} if given.name else {}), price


def _shipping(data: CreateOrder, currency: str) -> dict[str, Any]:
    """The delivery's line; without a method it is called by the contract's own word."""
    if data.delivery_method is None and data.delivery_price is None:
        return {}
    method = data.delivery_method
    code = method.known_as() if method else ""
    known = method.id_.document.get("name") if method and method.id_ else None
    title = (method.name if method else None) or known or code or "Delivery"
    price = _bag(amount(data.delivery_price) or Decimal(0), currency)
    return {"shippingLines": [{"title": title, "priceSet": price, **({"code": code} if code else {})}]}


def _payment(data: CreateOrder, total: Decimal, currency: str) -> dict[str, Any]:
    if not data.paid:
        if data.payment_method is not None:
            raise CannotDo("payment_method", "Shopify knows it from a payment: expected paid true with it")
        return {}
    method = data.payment_method
    gateway = (method.known_as() or method.name if method else None) or "manual"
    return {"transactions": [{"kind": "SALE", "status": "SUCCESS", "gateway": gateway, "amountSet": _bag(total, currency)}]}


def _bag(value: Decimal, currency: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": text(value), "currencyCode": currency}}
