"""What is done in a simulated ShopGo store."""

from decimal import Decimal
from typing import Any

from shoprelay_simulators import ShopGoShop
from shoprelay_simulators.shopgo.rows import Order, Payment
from tests.support.acting import Acted, Case


def _config(shop: ShopGoShop, url: str) -> dict[str, Any]:
    return {"api_key": shop.credentials()["api_key"], "base_url": f"{url}/v1/management/"}


def _first(shop: ShopGoShop) -> Order:
    return next(iter(shop.orders.values()))


def _placed(shop: ShopGoShop) -> str:
    """An order that nobody has paid, authorized or sent."""
    order = _first(shop)
    order.authorized = order.cancelled = False
    order.confirmed, order.payment_method, order.payments = True, "cash_on_delivery", []
    for shipment in order.shipments:
        shipment.state = "ready"
    return order.number


def _authorized(shop: ShopGoShop) -> str:
    number = _placed(shop)
    _first(shop).authorized = True
    return number


def _paid(shop: ShopGoShop) -> str:
    number = _authorized(shop)
    _first(shop).payments = [Payment(_first(shop).total, "credit_card", shop.clock())]
    return number


def _hidden(shop: ShopGoShop) -> str:
    number = _placed(shop)
    _first(shop).visible = False
    return number


def _states(shop: ShopGoShop) -> set[str]:
    return {shipment.state for shipment in _first(shop).shipments}


def _payments(shop: ShopGoShop) -> list[tuple[Decimal, str]]:
    return [(payment.total, payment.method) for payment in _first(shop).payments]


ACTED = Acted(
    shop=lambda: ShopGoShop(7, orders=3),
    config=_config,
    cases=(
        Case(
            "orders/update",
            target=_placed,
            data=lambda _shop: {"tags": ["hidden"]},
            shop_says=lambda shop: _first(shop).visible,
            holds=False,
            document=("orders", {"tags": ["hidden"]}),
        ),
        Case(
            "orders/update",
            name="shown again",
            target=_hidden,
            data=lambda _shop: {"tags": []},
            shop_says=lambda shop: _first(shop).visible,
            holds=True,
            document=("orders", {"tags": []}),
        ),
        Case(
            "orders/update_status",
            target=_placed,
            data=lambda _shop: {"status_id": "authorized"},
            shop_says=lambda shop: _first(shop).authorized,
            holds=True,
            document=("statuses", {"remote_id": "authorized"}),
        ),
        Case(
            "orders/update_status",
            name="completed",
            target=_paid,
            data=lambda _shop: {"status_id": "completed"},
            shop_says=_states,
            holds={"delivered"},
            document=("orders", {"state": "closed"}),
        ),
        Case(
            "orders/close",
            target=_placed,
            data=lambda _shop: {"capture": True},
            shop_says=lambda shop: (_first(shop).balance, _first(shop).authorized, _states(shop)),
            holds=(Decimal(0), True, {"delivered"}),
            document=("orders", {"state": "closed"}),
        ),
        Case(
            "orders/create_shipment",
            target=_authorized,
            data=lambda _shop: {"capture": True, "capture_amount": 1.5},
            shop_says=lambda shop: (_states(shop), _payments(shop)),
            holds=({"shipped"}, [(Decimal("1.50"), "cash_on_delivery")]),
            document=("shipments", {"courier": "matrix-rate"}),
        ),
        Case(
            "orders/capture",
            target=_placed,
            shop_says=lambda shop: _first(shop).balance,
            holds=Decimal(0),
            document=("orders", {"state": "open"}),
        ),
        Case(
            "orders/refund",
            target=_paid,
            shop_says=lambda shop: _first(shop).balance - _first(shop).total,
            holds=Decimal(0),
            document=("orders", {"state": "refunded"}),
        ),
        Case(
            "orders/refund",
            name="in part",
            target=_paid,
            data=lambda _shop: {"refund_amount": 0.25},
            shop_says=lambda shop: _payments(shop)[1:],
            holds=[(Decimal("-0.25"), "refund")],
            document=("credit_notes", {"amount": 0.25}),
            result={"refund_amount": 0.25},
        ),
        Case(
            "orders/cancel",
            target=_paid,
            data=lambda _shop: {"refund": True},
            shop_says=lambda shop: (_first(shop).cancelled, _first(shop).balance - _first(shop).total),
            holds=(True, Decimal(0)),
            document=("orders", {"state": "cancelled"}),
        ),
        Case(
            "webshops/update",
            data=lambda _shop: {"settings": {"available": False}},
            shop_says=lambda shop: shop.available,
            holds=False,
        ),
    ),
)
