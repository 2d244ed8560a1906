"""Orders as the API shows them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.shopgo.rows import Order, Payment, Purchase, Shipment

if TYPE_CHECKING:
    from shoprelay_simulators.shopgo.shop import ShopGoShop


def stamp(moment: datetime) -> str:
    """ISO 8601 with microseconds: 2021-01-09T15:10:39.064734+00:00."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def money(amount: Decimal, currency: str) -> Json:
    return {"amount": f"{amount:.2f}", "currency": currency}


def order_json(shop: "ShopGoShop", order: Order) -> Json:
    currency = shop.currency
    return {
        "number": order.number,
        "buyer": order.buyer,
        "total": money(order.total, currency),
        "created": stamp(order.created),
        "billing_address": order.billing,
        "shipping_address": order.shipping,
        "payments": [_payment(payment, currency) for payment in order.payments],
        "shipments": [_shipment(shop, order, shipment) for shipment in order.shipments],
        "purchases": [_purchase(purchase, currency) for purchase in order.purchases],
        "adjustments": _adjustments(order, currency),
        "visible": order.visible,
        "viewed": order.viewed,
        "cancelled": order.cancelled,
        "confirmed": order.confirmed,
        "authorized": order.authorized,
        "source": order.source,
        "payment_method": order.payment_method,
    }


def _payment(payment: Payment, currency: str) -> Json:
    return {
        "total": money(payment.total, currency),
        "method": payment.method,
        "created": stamp(payment.created),
        "transaction_data": payment.data,
    }


def _shipment(shop: "ShopGoShop", order: Order, shipment: Shipment) -> Json:
    return {
        "id": shipment.id,
        "state": shipment.state,
        "source": shop.address,
        "destination": order.shipping,
        "created": stamp(shipment.created),
        "provider": shipment.provider,
        "target_delivery": stamp(shipment.target),
    }


def _purchase(purchase: Purchase, currency: str) -> Json:
    return {
        "sku": purchase.sku,
        "name": purchase.name,
        "total": money(purchase.price * purchase.quantity, currency),
        "image": purchase.image,
        "charges": [],
        "quantity": purchase.quantity,
        "unit_price": money(purchase.price, currency),
        "attributes": [],
    }


def _adjustments(order: Order, currency: str) -> list[Json]:
    """The documentation names adjustments and not their fields; a total and a name is the least there can be."""
    if not order.discount:
        return []
    return [{"name": {"en": "Discount", "ar": "خصم"}, "total": money(-order.discount, currency)}]
