"""What is done in a simulated Magento 2 shop."""

from collections.abc import Callable
from typing import Any

from shoprelay_simulators import Magento2Shop
from shoprelay_simulators.magento2 import sales, sending
from tests.support.acting import Acted, Case, change_stock
from tests.support.pictures import picture

Row = dict[str, Any]


def _shop() -> Magento2Shop:
    """Statuses are known once an order has them: some have what the cases name."""
    shop = Magento2Shop(7, orders=12, products=8, customers=3)
    others = (row for row in shop.orders.values() if not _plain(row))
    for row, (state, status) in zip(
        others, (("processing", "pakkes"), ("complete", "afhentet"), ("holded", "holded")), strict=False
    ):
        row |= {"state": state, "status": status}
    return shop


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
    change_stock(
        "to",
        target=lambda shop: str(_stocked(shop)["id"]),
        data={"stock": 12},
        shop_says=_counts,
        holds={"default": 9, "aarhus": 3},
        left=12,
    ),
    change_stock(
        "by",
        target=lambda shop: str(_stocked(shop)["sku"]),
        data={"stock_change": -2},
        shop_says=_counts,
        holds={"default": 3, "aarhus": 3},
        left=6,
    ),
)


def _simple(shop: Magento2Shop) -> Row:
    return next(row for row in shop.products.values() if row["type_id"] == "simple" and row["visibility"] > 1)


def _configurable(shop: Magento2Shop) -> Row:
    return next(row for row in shop.products.values() if row["type_id"] == "configurable")


def _sized(shop: Magento2Shop) -> Row:
    """A configurable product whose variants differ by size."""
    options = "configurable_product_options"
    return next(row for row in shop.products.values() if "Str." in str(row["extension_attributes"].get(options)))


def _child(shop: Magento2Shop) -> str:
    """A variant of it."""
    return str(_configurable(shop)["extension_attributes"]["configurable_product_links"][0])


def _one(shop: Magento2Shop, key: str) -> Row:
    return shop.products.get(int(key), {})


def _told(row: Row) -> dict[str, Any]:
    """Its custom attributes by code."""
    return {one["attribute_code"]: one["value"] for one in row.get("custom_attributes") or []}


def _named(rows: dict[int, Row], name: str, value: str) -> Row:
    return next((row for row in rows.values() if row.get(name) == value), {})


def _picture(_shop: Magento2Shop) -> Row:
    return {"url": picture(), "title": "Forfra"}


def _family(shop: Magento2Shop) -> list[Row]:
    """What a new product is made of: [sku, price, pieces]."""
    links = _named(shop.products, "sku", "KRUS").get("extension_attributes", {}).get("configurable_product_links", [])
    rows = [shop.products[key] for key in links]
    return [[row["sku"], row["price"], row["visibility"], shop.stock[row["sku"], "default"]["quantity"]] for row in rows]


_KRUS = {
    "name": "Krus",
    "sku": "KRUS",
    "price": 100.0,
    "description_2": "<p>Stentøj & mere</p>",
    "manufacturer": "smedjen",
    "variants": [
        {"sku": "KRUS-R", "stock": 10, "variations": [{"type": "Farve", "value": "Rød"}]},
        {"sku": "KRUS-G", "stock": 5, "price": 125.0, "variations": [{"type": "color", "value": "Grøn"}]},
    ],
}
_DATED = {"offer_price": 75.0, "offer_started_at": "2031-03-01T00:00:00+01:00", "offer_finished_at": "2031-03-08T00:00:00+01:00"}

GOODS = (
    Case(
        "products/create",
        data=lambda _shop: _KRUS,
        shop_says=_family,
        holds=[["KRUS-R", 80.0, 1, 10], ["KRUS-G", 100.0, 1, 5]],
        document=("variants", {"sku": "KRUS-G", "price": 125.0, "stock": 5, "variations": [{"type": "Farve", "value": "Grøn"}]}),
        result={"sku": "KRUS"},
    ),
    Case(
        "products/create",
        name="alone",
        data=lambda shop: {"name": "Skål", "sku": "SK-1", "price": 50.0, "stock": 4, "weight": 2, "images": [_picture(shop)]},
        shop_says=lambda shop: [
            _named(shop.products, "sku", "SK-1").get("type_id"),
            shop.stock.get(("SK-1", "default"), {}).get("quantity"),
            [entry["types"] for entry in _named(shop.products, "sku", "SK-1").get("media_gallery_entries", [])],
        ],
        holds=["simple", 4, [["image", "small_image", "thumbnail"]]],
        document=("products", {"sku": "SK-1", "name": "Skål", "price": 50.0, "published": True}),
    ),
    Case(
        "products/update",
        target=lambda shop: str(_simple(shop)["id"]),
        data=lambda _shop: {
            "name": "Ny",
            "meta_title": "Titel",
            "price": 100.0,
            "published": False,
            "category_ids": ["4"],
            "manufacturer": "Nye Værker",
            "allow_backorders": True,
            **_DATED,
        },
        shop_says=lambda shop: [
            [_simple(shop)[name] for name in ("name", "status", "price")],
            [_told(_simple(shop)).get(name) for name in ("special_price", "special_from_date", "special_to_date", "meta_title")],
            shop.rules.get(_simple(shop)["id"]),
        ],
        holds=[
            ["Ny", 2, 80.0],
            [60.0, "2031-03-01 00:00:00", "2031-03-07 00:00:00", "Titel"],
            {"backorders": 1, "use_config_backorders": False},
        ],
        document=("products", {"name": "Ny", "price": 100.0, "offer_price": 75.0, "manufacturer": "Nye Værker"}),
    ),
    Case(
        "products/destroy",
        target=lambda _shop: "65",
        shop_says=lambda shop: sorted(shop.products.keys() & {62, 63, 64, 65}),
        holds=[],
        document=("products", None),
    ),
    Case(
        "products/create_variant",
        target=lambda shop: str(_sized(shop)["id"]),
        data=lambda _shop: {"sku": "NY-XL", "price": 10.0, "stock": 3, "variations": [{"type": "Størrelse", "value": "XXL"}]},
        shop_says=lambda shop: [
            _named(shop.products, "sku", "NY-XL").get("visibility"),
            _named(shop.products, "sku", "NY-XL").get("id") in _sized(shop)["extension_attributes"]["configurable_product_links"],
        ],
        holds=[1, True],
        document=("variants", {"sku": "NY-XL", "stock": 3, "variations": [{"type": "Str.", "value": "XXL"}]}),
        result={"sku": "NY-XL"},
    ),
    Case(
        "products/add_image",
        target=lambda shop: str(_simple(shop)["id"]),
        data=_picture,
        shop_says=lambda shop: [
            (entry["label"], entry["types"]) for entry in _simple(shop)["media_gallery_entries"] if entry["label"] is not None
        ],
        holds=[("Forfra", [])],
        document=("products", {"sku_2": "61"}),
    ),
    Case(
        "products/remove_image",
        target=lambda shop: str(_simple(shop)["id"]),
        data=lambda shop: {"remote_id": str(_simple(shop)["media_gallery_entries"][0]["id"])},
        shop_says=lambda shop: _simple(shop)["media_gallery_entries"],
        holds=[],
    ),
    Case(
        "variants/update",
        target=_child,
        data=lambda _shop: {"price": 25.0, "cost_price": 7.5},
        shop_says=lambda shop: [_one(shop, _child(shop))["price"], _told(_one(shop, _child(shop))).get("cost")],
        holds=[20.0, 7.5],
        document=("variants", {"price": 25.0, "cost_price": 7.5}),
    ),
    Case(
        "variants/destroy",
        target=_child,
        shop_says=lambda shop: len(_configurable(shop)["extension_attributes"]["configurable_product_links"]),
        holds=2,
        document=("variants", None),
    ),
    Case(
        "variants/add_image",
        target=_child,
        data=_picture,
        shop_says=lambda shop: [entry["label"] for entry in _one(shop, _child(shop))["media_gallery_entries"]],
        holds=[None, "Forfra"],
    ),
    Case(
        "variants/remove_image",
        target=_child,
        data=lambda shop: {
            "url": f"https://x.example/media/catalog/product{_one(shop, _child(shop))['media_gallery_entries'][0]['file']}"
        },
        shop_says=lambda shop: _one(shop, _child(shop))["media_gallery_entries"],
        holds=[],
    ),
)


def _account(shop: Magento2Shop) -> Row:
    return _named(shop.customers, "email", "ada@example.com")


_HOME = {
    "address_1": "Havnegade 1",
    "zip_code": "1058",
    "city": "København",
    "country": {"remote_id": "DK"},
    "phone": "12345678",
    "billing_default": True,
}

_ADA = {
    "billing_first_name": "Ada",
    "billing_last_name": "Berg",
    **{f"billing_{name}": value for name, value in _HOME.items() if name != "billing_default"},
    "shipping_address_1": "Nygade 2",
    "delivery_method": {"remote_id": "postnord_home"},
    "payment_method": {"remote_id": "banktransfer"},
}


def _bought(shop: Magento2Shop) -> list[Any]:
    row = _last(shop.orders)
    return [[item["qty_ordered"] for item in row["items"]], row["payment"]["method"], row["customer_email"]]


AROUND = (
    Case(
        "orders/create",
        data=lambda shop: {
            **_ADA,
            "email": "ada@example.com",
            "company_note": "Ringede",
            "variants": [
                {"sku": _simple(shop)["sku"], "quantity": 2},
                {"sku": shop.products[int(_child(shop))]["sku"], "quantity": 1},
            ],
        },
        shop_says=_bought,
        holds=[[2, 1, 1], "banktransfer", "ada@example.com"],
        document=("orders", {"email": "ada@example.com", "shipping_address_1": "Nygade 2", "billing_address_1": "Havnegade 1"}),
    ),
    Case(
        "orders/create",
        name="for an account",
        data=lambda shop: {**_ADA, "customer": {"remote_id": "51"}, "variants": [{"sku_2": str(_simple(shop)["id"])}]},
        shop_says=lambda shop: [_bought(shop)[0], _last(shop.orders).get("customer_id")],
        holds=[[1], 51],
    ),
    Case(
        "orders/update",
        target=_new,
        data=lambda _shop: {
            "company_note": "Pakket af Ada",
            "shipping_address_1": "Nygade 2",
            "shipping_country": {"remote_id": "SE"},
        },
        shop_says=lambda shop: [
            _order(shop)["status_histories"][:1] and _order(shop)["status_histories"][0]["comment"],
            [
                _order(shop)["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"][n]
                for n in ("street", "country_id")
            ],
        ],
        holds=["Pakket af Ada", [["Nygade 2"], "SE"]],
        document=("orders", {"shipping_address_1": "Nygade 2"}),
    ),
    Case(
        "customers/create",
        data=lambda _shop: {
            "email": "ada@example.com",
            "first_name": "Ada",
            "last_name": "Berg",
            "group": "wholesale",
            "accepts_marketing": True,
            "password": "Hemmelig-1",
            "addresses": [_HOME],
        },
        shop_says=lambda shop: [_account(shop).get("group_id"), [one["street"] for one in _account(shop).get("addresses", [])]],
        holds=[2, [["Havnegade 1"]]],
        document=("customers", {"email": "ada@example.com", "group": "Wholesale", "accepts_marketing": True}),
    ),
    Case(
        "customers/update",
        target=lambda shop: str(min(shop.customers)),
        data=lambda _shop: {"last_name": "Lund", "vat_number": "DK1"},
        shop_says=lambda shop: [shop.customers[min(shop.customers)].get(name) for name in ("lastname", "taxvat")],
        holds=["Lund", "DK1"],
        document=("customers", {"last_name": "Lund", "vat_number": "DK1"}),
    ),
    Case(
        "customers/destroy",
        target=lambda _shop: "51",
        shop_says=lambda shop: 51 in shop.customers,
        holds=False,
        document=("customers", None),
    ),
    Case(
        "categories/create",
        data=lambda _shop: {"name": "Krus", "parent_category_id": "3", "description_1": "<p>Krus</p>"},
        shop_says=lambda shop: _named(shop.categories, "name", "Krus").get("path", "").startswith("1/2/3/"),
        holds=True,
        document=("categories", {"name": "Krus", "published": True, "breadcrumbs": ["Hjem", "Krus"]}),
    ),
    Case(
        "categories/create",
        name="at the top",
        data=lambda _shop: {"name": "Krus"},
        shop_says=lambda shop: _named(shop.categories, "name", "Krus").get("path", "").startswith("1/2/"),
        holds=True,
        document=("categories", {"name": "Krus", "breadcrumbs": ["Krus"]}),
    ),
    Case(
        "categories/update",
        target=lambda _shop: "5",
        data=lambda _shop: {"published": False, "meta_title": "Stuen", "parent_category_id": "6"},
        shop_says=lambda shop: [shop.categories[5]["is_active"], shop.categories[5]["path"]],
        holds=[False, "1/2/6/5"],
        document=("categories", {"published": False, "meta_title": "Stuen"}),
    ),
    Case(
        "categories/destroy",
        target=lambda _shop: "4",
        shop_says=lambda shop: 4 in shop.categories,
        holds=False,
        document=("categories", None),
    ),
)

ACTED = Acted(shop=_shop, config=_config, cases=(*ORDERS, *STOCK, *GOODS, *AROUND))
