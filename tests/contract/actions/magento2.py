"""What is done in a simulated Magento 2 shop."""

from collections.abc import Callable
from typing import Any

from shoprelay_simulators import Magento2Shop
from shoprelay_simulators.magento2 import sales, sending
from tests.support.acting import Acted, Case

Row = dict[str, Any]


def _shop() -> Magento2Shop:
    return Magento2Shop(7, orders=12, products=8, customers=3)


def _config(shop: Magento2Shop, url: str) -> dict[str, Any]:
    return {"shop_url": url, **shop.credentials(), "prices_include_tax": "no"}


def _order(shop: Magento2Shop) -> Row:
    """A new order of a single product, whose payment went through a provider."""
    return next(row for row in shop.orders.values() if _plain(row))


def _plain(row: Row) -> bool:
    first = row["items"][0]
    return len(row["items"]) == 1 and first["product_type"] == "simple" and first["qty_ordered"] > 1


def _new(shop: Magento2Shop) -> str:
    row = _order(shop)
    for papers in (shop.invoices, shop.shipments, shop.creditmemos):
        for key in [key for key, paper in papers.items() if paper["order_id"] == row["entity_id"]]:
            del papers[key]
    row["items"][0] |= {"qty_invoiced": 0, "qty_shipped": 0, "qty_refunded": 0}
    row |= {"state": "processing", "status": "processing", "total_paid": 0, "total_invoiced": 0, "total_refunded": 0}
    row["payment"]["method"] = sales.ONLINE
    return str(row["entity_id"])


def _invoiced(shop: Magento2Shop) -> str:
    key = _new(shop)
    sales.invoice(shop, _order(shop), {"capture": True})
    return key


def _uncaptured(shop: Magento2Shop) -> str:
    """As a payment module leaves it: the invoice is open."""
    key = _invoiced(shop)
    _last(shop.invoices)["state"] = 1
    _order(shop)["total_paid"] = 0
    return key


def _sent(shop: Magento2Shop) -> str:
    _new(shop)
    return sending.ship(shop, _order(shop), {"tracks": [{"track_number": "1", "title": "PostNord", "carrier_code": "custom"}]})


def _sent_twice(shop: Magento2Shop) -> str:
    made = shop.shipments[int(_sent(shop))]
    track = sending.add_track(shop, {"order_id": made["order_id"], "parent_id": made["entity_id"], "track_number": "2"})
    return f"{made['entity_id']}/{track['entity_id']}"


def _last(rows: dict[int, Row]) -> Row:
    """The newest paper; before there is one, an empty one."""
    return rows[max(rows)] if rows else {}


def _provider(row: Row) -> str:
    return str(row.get("transaction_id") or "").rstrip("0123456789")


def _line(quantity: int) -> Callable[[Magento2Shop], Row]:
    return lambda shop: {"order_lines": [{"variant_sku": _order(shop)["items"][0]["sku"], "quantity": quantity}]}


def _stocked(shop: Magento2Shop) -> Row:
    """A product that lies in both sources: 5 and 3."""
    row = next(one for one in shop.products.values() if one["type_id"] == "simple" and (one["sku"], "aarhus") in shop.stock)
    for source, count in (("default", 5), ("aarhus", 3)):
        shop.stock[row["sku"], source] |= {"quantity": count, "status": 1}
    return row


def _counts(shop: Magento2Shop) -> dict[str, float]:
    sku = next(
        one["sku"] for one in shop.products.values() if one["type_id"] == "simple" and (one["sku"], "aarhus") in shop.stock
    )
    return {source: shop.stock[sku, source]["quantity"] for source in ("default", "aarhus")}


ORDERS = (
    Case(
        "orders/close",
        target=_new,
        data=lambda _shop: {"capture": True, "status_id": "afhentet"},
        shop_says=lambda shop: (_order(shop)["state"], _order(shop)["status"], _provider(_last(shop.invoices))),
        holds=("complete", "afhentet", "tx-"),
        document=("orders", {"state": "closed"}),
    ),
    Case(
        "orders/create_shipment",
        target=_new,
        data=lambda shop: {**_line(1)(shop), "tracking_number": "SPOR7", "courier": "DAO", "status_id": "pakkes"},
        shop_says=lambda shop: (_order(shop)["items"][0]["qty_shipped"], _order(shop)["status"]),
        holds=(1, "pakkes"),
        document=("shipments", {"tracking_number": "SPOR7", "courier": "DAO"}),
    ),
    Case(
        "orders/create_shipment",
        name="of all",
        target=_new,
        shop_says=lambda shop: _order(shop)["items"][0]["qty_shipped"] == _order(shop)["items"][0]["qty_ordered"],
        holds=True,
        document=("shipments", {"tracking_number": None}),
    ),
    Case(
        "orders/create_invoice",
        target=_new,
        data=lambda shop: {**_line(1)(shop), "capture": True},
        shop_says=lambda shop: (_order(shop)["items"][0]["qty_invoiced"], _provider(_last(shop.invoices))),
        holds=(1, "tx-"),
        document=("invoices", {"paid_amount": 0.0}),
    ),
    Case(
        "orders/capture",
        target=_uncaptured,
        shop_says=lambda shop: (_last(shop.invoices).get("state"), _order(shop)["total_due"]),
        holds=(2, 0),
        document=("invoices", {"paid_amount": 0.0}),
    ),
    Case(
        "orders/capture",
        name="of what is not invoiced",
        target=_new,
        data=lambda _shop: {"status_id": "pakkes"},
        shop_says=lambda shop: (_last(shop.invoices).get("state"), _order(shop)["total_due"], _order(shop)["status"]),
        holds=(2, 0, "pakkes"),
    ),
    Case(
        "orders/refund",
        target=_invoiced,
        shop_says=lambda shop: (bool(_provider(_last(shop.creditmemos))), _order(shop)["state"]),
        holds=(True, "closed"),
        document=("orders", {"state": "refunded"}),
    ),
    Case(
        "orders/refund",
        name="an amount",
        target=_invoiced,
        data=lambda _shop: {"refund_amount": 12.5},
        shop_says=lambda shop: (_last(shop.creditmemos).get("grand_total"), _order(shop)["items"][0]["qty_refunded"]),
        holds=(12.5, 0),
        document=("credit_notes", {"amount": 12.5, "refunded_amount": 12.5}),
    ),
    Case(
        "orders/return",
        target=_invoiced,
        data=lambda shop: {**_line(1)(shop), "restock": True},
        shop_says=lambda shop: (_order(shop)["items"][0]["qty_refunded"], _last(shop.creditmemos).get("shipping_amount")),
        holds=(1, 0),
        document=("credit_notes", {"refunded_amount": 0.0, "shipping_amount": 0.0}),
    ),
    Case(
        "orders/return",
        name="with the money",
        target=_invoiced,
        data=lambda shop: {**_line(1)(shop), "refund": True, "include_shipping": True},
        shop_says=lambda shop: (bool(_provider(_last(shop.creditmemos))), _last(shop.creditmemos).get("shipping_amount")),
        holds=(True, 40),
        document=("credit_notes", {"returned_amount": 0.0, "shipping_amount": 50.0}),
    ),
    Case(
        "orders/update_status",
        target=_new,
        data=lambda _shop: {"status_id": "pakkes"},
        shop_says=lambda shop: (_order(shop)["state"], _order(shop)["status"]),
        holds=("processing", "pakkes"),
        document=("orders", {"state": "open"}),
        result={"status_id": "pakkes"},
    ),
    Case(
        "orders/update_status",
        name="on hold",
        target=_new,
        data=lambda _shop: {"status_id": "holded"},
        shop_says=lambda shop: _order(shop)["state"],
        holds="holded",
    ),
    Case(
        "orders/cancel",
        target=_new,
        data=lambda _shop: {"refund": False},
        shop_says=lambda shop: _order(shop)["state"],
        holds="canceled",
        document=("orders", {"state": "cancelled"}),
    ),
    Case(
        "shipments/update",
        target=_sent,
        data=lambda _shop: {"tracking_number": "SPOR8"},
        shop_says=lambda shop: [(track["track_number"], track["title"]) for track in _last(shop.shipments)["tracks"]],
        holds=[("SPOR8", "PostNord")],
        document=("shipments", {"tracking_number": "SPOR8"}),
    ),
    Case(
        "shipments/destroy",
        target=_sent_twice,
        shop_says=lambda shop: [track["track_number"] for track in _last(shop.shipments)["tracks"]],
        holds=["1"],
        document=("shipments", {"tracking_number": "1"}),
    ),
)
STOCK = (
    Case(
        "variants/change_stock",
        name="to",
        target=lambda shop: str(_stocked(shop)["id"]),
        data=lambda _shop: {"stock": 12},
        shop_says=_counts,
        holds={"default": 9, "aarhus": 3},
        document=("variants", {"stock": 12}),
        result={"stock": 12},
    ),
    Case(
        "variants/change_stock",
        name="by",
        target=lambda shop: str(_stocked(shop)["sku"]),
        data=lambda _shop: {"stock_change": -2},
        shop_says=_counts,
        holds={"default": 3, "aarhus": 3},
        document=("variants", {"stock": 6}),
        result={"stock": 6},
    ),
)

ACTED = Acted(shop=_shop, config=_config, cases=(*ORDERS, *STOCK))
