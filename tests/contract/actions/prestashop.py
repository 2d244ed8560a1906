"""What is done in a simulated PrestaShop."""

from typing import Any

from shoprelay_simulators import PrestaShop
from shoprelay_simulators.prestashop import acts
from shoprelay_simulators.prestashop.acts import Item
from shoprelay_simulators.prestashop.query import Row
from tests.support.acting import Acted, Case


def _shop() -> PrestaShop:
    return PrestaShop(7, orders=6, products=6, customers=3)


def _config(shop: PrestaShop, url: str) -> dict[str, Any]:
    return {"shop_url": url, "key": shop.key}


def _last(shop: PrestaShop, resource: str, **fields: object) -> Row:
    """The newest row; before there is one, an empty one."""
    return next(reversed(list(shop.where(resource, **fields))), {})


def _order(shop: PrestaShop) -> str:
    """An order, the last one, of two pieces of one article, of which five stay."""
    _counted(shop, 7)
    return str(acts.place(shop, 1, [Item(*_article(shop), 2)], module="kortmodul", payment="Betalingskort"))


def _article(shop: PrestaShop) -> tuple[int, int]:
    """A product with combinations, and one of these that has a reference of its own."""
    row = next(row for row in shop.tables["combinations"].values() if row["reference"])
    return int(str(row["id_product"])), int(str(row["id"]))


def _reference(shop: PrestaShop) -> str:
    return str(shop.tables["combinations"][_article(shop)[1]]["reference"])


def _stock(shop: PrestaShop) -> int:
    product, combination = _article(shop)
    return int(str(_last(shop, "stock_availables", id_product=product, id_product_attribute=combination)["quantity"]))


def _counted(shop: PrestaShop, count: int = 5) -> str:
    product, combination = _article(shop)
    row = _last(shop, "stock_availables", id_product=product, id_product_attribute=combination)
    shop.change("stock_availables", int(str(row["id"])), {"quantity": str(count)})
    return _reference(shop)


def _head(shop: PrestaShop) -> Row:
    return _last(shop, "orders")


def _state(shop: PrestaShop) -> object:
    return _head(shop)["current_state"]


def _carrier(shop: PrestaShop) -> list[object]:
    row = _last(shop, "order_carriers")
    return [row["tracking_number"], row["id_carrier"]]


def _sent(shop: PrestaShop) -> str:
    order = int(_order(shop))
    acts.set_state(shop, order, acts.SHIPPED)
    return str(_last(shop, "order_carriers")["id"])


def _slip(shop: PrestaShop) -> list[object]:
    """[pieces of each line, delivery]"""
    slip = _last(shop, "order_slip", id_order=_head(shop)["id"])
    listed: Any = slip.get("associations") or {}
    return [[one["product_quantity"] for one in listed.get("order_slip_details", [])], slip.get("shipping_cost_amount")]


ORDERS = (
    Case(
        "orders/close",
        target=_order,
        shop_says=_state,
        holds="5",
        document=("orders", {"state": "closed"}),
        result={"status_id": "5"},
    ),
    Case(
        "orders/close", name="into a status", target=_order, data=lambda _shop: {"status_id": "14"}, shop_says=_state, holds="14"
    ),
    Case(
        "orders/create_shipment",
        target=_order,
        data=lambda _shop: {"tracking_number": "SPOR7 & co", "courier": "kystbud"},
        shop_says=lambda shop: [_state(shop), *_carrier(shop)],
        holds=["4", "SPOR7 & co", "3"],
        document=("shipments", {"tracking_number": "SPOR7 & co", "courier": "Kystbud"}),
        result={"status_id": "4"},
    ),
    Case(
        "orders/refund",
        target=_order,
        shop_says=lambda shop: [_state(shop), *_slip(shop)],
        holds=["7", ["2"], "49.000000"],
        document=("orders", {"state": "refunded"}),
    ),
    Case(
        "orders/refund",
        name="an amount",
        target=_order,
        data=lambda _shop: {"refund_amount": 12.5},
        shop_says=lambda shop: [_state(shop), _last(shop, "order_slip", id_order=_head(shop)["id"]).get("amount")],
        holds=["2", "12.5"],
        document=("credit_notes", {"amount": 12.5}),
    ),
    Case(
        "orders/return",
        target=_order,
        data=lambda shop: {"order_lines": [{"variant_sku": _reference(shop), "quantity": 1}], "restock": True},
        shop_says=lambda shop: [_slip(shop), _stock(shop)],
        holds=[[["1"], "0"], 6],
        document=("credit_notes", {"shipping_amount": 0.0}),
    ),
    Case(
        "orders/update_status",
        target=_order,
        data=lambda _shop: {"status_id": "3"},
        shop_says=_state,
        holds="3",
        document=("orders", {"state": "open"}),
        result={"status_id": "3"},
    ),
    Case(
        "orders/cancel",
        target=_order,
        data=lambda _shop: {"refund": False},
        shop_says=lambda shop: [_state(shop), _stock(shop)],
        holds=["6", 7],
        document=("orders", {"state": "cancelled"}),
    ),
    Case(
        "orders/destroy",
        target=lambda shop: "3",
        shop_says=lambda shop: 3 in shop.tables["orders"],
        holds=False,
        document=("orders", None),
    ),
    Case(
        "shipments/update",
        target=_sent,
        data=lambda _shop: {"tracking_number": "SPOR8"},
        shop_says=lambda shop: _carrier(shop)[0],
        holds="SPOR8",
        document=("shipments", {"tracking_number": "SPOR8"}),
    ),
)
STOCK = (
    Case(
        "variants/change_stock",
        name="to",
        target=_counted,
        data=lambda _shop: {"stock": 12},
        shop_says=_stock,
        holds=12,
        document=("variants", {"stock": 12}),
        result={"stock": 12},
    ),
    Case(
        "variants/change_stock",
        name="by",
        target=_counted,
        data=lambda _shop: {"stock_change": -2},
        shop_says=_stock,
        holds=3,
        document=("variants", {"stock": 3}),
        result={"stock": 3},
    ),
)

ACTED = Acted(shop=_shop, config=_config, cases=(*ORDERS, *STOCK))
