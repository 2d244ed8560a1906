"""order/, order/:number, its payments and its shipments."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.shopgo.access import Refusal
from shoprelay_simulators.shopgo.rows import STATES, Order, Payment
from shoprelay_simulators.shopgo.show import order_json

if TYPE_CHECKING:
    from shoprelay_simulators.shopgo.shop import ShopGoShop

FLAGS = ("authorized", "cancelled", "visible")


def list_orders(shop: "ShopGoShop", _: tuple[str, ...], __: Json) -> Json:
    """All of them, newest first: there are neither pages nor filters."""
    rows = sorted(shop.orders.values(), key=lambda row: row.created, reverse=True)
    return {"orders": [order_json(shop, row) for row in rows]}


def get_order(shop: "ShopGoShop", ids: tuple[str, ...], _: Json) -> Json:
    """One object, though under the plural name."""
    return {"orders": order_json(shop, find(shop, ids[0]))}


def find(shop: "ShopGoShop", number: str) -> Order:
    if number not in shop.orders:
        raise Refusal(404, "order not found")
    return shop.orders[number]


def update_order(shop: "ShopGoShop", ids: tuple[str, ...], body: Json) -> Json:
    """authorized, cancelled (with restock) and visible; anything else is refused."""
    row = find(shop, ids[0])
    given = {name: body[name] for name in FLAGS if name in body}
    if not given or not all(isinstance(value, bool) for value in given.values()):
        raise Refusal(400, "expected a boolean for one of authorized, cancelled, visible")
    for name, value in given.items():
        setattr(row, name, value)
    shop.record(row)
    return {}


def create_payment(shop: "ShopGoShop", ids: tuple[str, ...], body: Json) -> Json:
    """An empty body pays the balance in cash, now. A refund has method refund and a negative total."""
    row = find(shop, ids[0])
    method = body.get("method", "cash_on_delivery")
    total = _amount(shop, body["total"]) if "total" in body else row.balance
    data = body.get("transaction_data", {})
    if method not in {"cash_on_delivery", "credit_card", "refund"} or not isinstance(data, dict):
        raise Refusal(400, "method must be cash_on_delivery, credit_card or refund")
    if (method == "refund") != (total < 0):
        raise Refusal(400, "a refund, and only a refund, has a negative total")
    row.payments.append(Payment(total, str(method), _moment(shop, body.get("created")), data))
    shop.record(row)
    return {}


def _amount(shop: "ShopGoShop", value: object) -> Decimal:
    if not isinstance(value, dict) or value.get("currency") != shop.currency:
        raise Refusal(400, f"total must be an amount in {shop.currency}")
    try:
        return Decimal(str(value.get("amount")))
    except InvalidOperation:
        raise Refusal(400, "total.amount must be a decimal") from None


def _moment(shop: "ShopGoShop", value: object) -> datetime:
    if value is None:
        return shop.clock()
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise Refusal(400, "expected an ISO 8601 date and time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def update_shipment(shop: "ShopGoShop", ids: tuple[str, ...], body: Json) -> Json:
    """A new state needs an authorized order."""
    row = find(shop, ids[0])
    shipment = next((one for one in row.shipments if one.id == ids[1]), None)
    if shipment is None:
        raise Refusal(404, "shipment not found")
    state = body.get("state", shipment.state)
    if state not in STATES:
        raise Refusal(400, f"state must be one of {', '.join(STATES)}")
    if "state" in body and not row.authorized:
        raise Refusal(400, "order must be authorized first")
    shipment.state = str(state)
    if "target_delivery" in body:
        shipment.target = _moment(shop, body["target_delivery"])
    shop.record(row)
    return {}
