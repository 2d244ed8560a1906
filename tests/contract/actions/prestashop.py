"""What is done in a simulated PrestaShop."""

from typing import Any

from shoprelay_simulators import PrestaShop
from shoprelay_simulators.prestashop import acts
from shoprelay_simulators.prestashop.acts import Item
from shoprelay_simulators.prestashop.query import Row
from tests.support.acting import Acted, Case, change_stock
from tests.support.pictures import picture


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
    change_stock("to", target=_counted, data={"stock": 12}, shop_says=_stock, holds=12, left=12),
    change_stock("by", target=_counted, data={"stock_change": -2}, shop_says=_stock, holds=3, left=3),
)


def _danish(row: Row, name: str) -> str:
    told: Any = row.get(name) or []
    return next((str(one["value"]) for one in told if one["id"] == "2"), "")


def _words(row: Row, name: str) -> list[str]:
    told: Any = row.get(name) or []
    return [str(one["value"]) for one in told]


def _alone(shop: PrestaShop) -> Row:
    """A product without combinations."""
    return next(row for row in shop.tables["products"].values() if not list(shop.where("combinations", id_product=row["id"])))


def _parent(shop: PrestaShop) -> str:
    return str(_article(shop)[0])


def _combination(shop: PrestaShop) -> Row:
    return shop.tables["combinations"].get(_article(shop)[1], {})


def _images(row: Row) -> list[str]:
    listed: Any = row["associations"]
    return [one["id"] for one in listed["images"]]


def _picture(_shop: PrestaShop) -> dict[str, Any]:
    return {"url": picture()}


def _made(shop: PrestaShop) -> list[object]:
    """What a new product has: [reference, net price, names, [reference, price on top, pieces] of its combinations]"""
    row = _last(shop, "products", reference="KRUS")
    parts = [
        [one["reference"], one["price"], _last(shop, "stock_availables", id_product_attribute=one["id"])["quantity"]]
        for one in shop.where("combinations", id_product=row.get("id"))
    ]
    return [row.get("price"), row.get("active"), _words(row, "name"), _danish(row, "link_rewrite"), parts]


_KRUS = {
    "name": "Blå krus",
    "sku": "KRUS",
    "price": 100.0,
    "description_2": "<p>Stentøj & mere</p>",
    "category_ids": ["4"],
    "variants": [
        {"sku": "KRUS-S", "stock": 10, "variations": [{"type": "Størrelse", "value": "Lille"}]},
        {"sku": "KRUS-L", "stock": 5, "price": 125.0, "variations": [{"type": "Størrelse", "value": "Stor"}]},
    ],
}
GOODS = (
    Case(
        "products/create",
        data=lambda _shop: _KRUS,
        shop_says=_made,
        holds=[
            "80.000000",
            "1",
            ["Blå krus", "Blå krus"],
            "blaa-krus",
            [["KRUS-S", "0.000000", "10"], ["KRUS-L", "20.000000", "5"]],
        ],
        document=("variants", {"sku": "KRUS-L", "price": 125.0, "stock": 5}),
        result={"sku": "KRUS"},
    ),
    Case(
        "products/create",
        name="alone",
        data=lambda shop: {
            "name": "Skål",
            "sku": "SK",
            "price": 50.0,
            "stock": 4,
            "images": [_picture(shop)],
            "published": False,
        },
        shop_says=lambda shop: [
            _last(shop, "products", reference="SK").get(name) for name in ("active", "price", "product_type")
        ],
        holds=["0", "40.000000", "standard"],
        document=("variants", {"sku": "SK", "stock": 4, "price": 50.0, "published": False}),
    ),
    Case(
        "products/update",
        target=lambda shop: str(_alone(shop)["id"]),
        data=lambda _shop: {
            "name": "Nyt <navn>",
            "price": 125.0,
            "category_ids": ["5", "4"],
            "allow_backorders": True,
            "published": False,
        },
        shop_says=lambda shop: [
            [_alone(shop)[name] for name in ("price", "active", "id_category_default")],
            _danish(_alone(shop), "name"),
            _last(shop, "stock_availables", id_product=_alone(shop)["id"])["out_of_stock"],
        ],
        holds=[["100.000000", "0", "5"], "Nyt <navn>", "1"],
        document=("products", {"name": "Nyt <navn>", "price": 125.0, "published": False}),
    ),
    Case(
        "products/destroy",
        target=lambda _shop: "1",
        shop_says=lambda shop: 1 in shop.tables["products"],
        holds=False,
        document=("products", None),
    ),
    Case(
        "products/create_variant",
        target=_parent,
        data=lambda _shop: {"sku": "NY-XL", "stock": 3, "variations": [{"type": "Size", "value": "XXL"}]},
        shop_says=lambda shop: [
            _last(shop, "combinations").get("reference"),
            _last(shop, "stock_availables")["quantity"],
            _words(_last(shop, "product_option_values"), "name"),
        ],
        holds=["NY-XL", "3", ["XXL", "XXL"]],
        document=("variants", {"sku": "NY-XL", "stock": 3, "variations": [{"type": "Størrelse", "value": "XXL"}]}),
        result={"sku": "NY-XL"},
    ),
    Case(
        "products/add_image",
        target=_parent,
        data=_picture,
        shop_says=lambda shop: len(_images(shop.tables["products"][_article(shop)[0]])),
        holds=2,
    ),
    Case(
        "products/remove_image",
        target=_parent,
        data=lambda shop: {"remote_id": _images(shop.tables["products"][_article(shop)[0]])[0]},
        shop_says=lambda shop: _images(shop.tables["products"][_article(shop)[0]]),
        holds=[],
    ),
    Case(
        "variants/update",
        target=_reference,
        data=lambda _shop: {"price": 1000.0, "barcode": "5712345678901"},
        shop_says=lambda shop: [_combination(shop)["ean13"], acts.amount(_combination(shop), "price") > 0],
        holds=["5712345678901", True],
        document=("variants", {"price": 1000.0, "barcode": "5712345678901"}),
    ),
    Case(
        "variants/update",
        name="without combinations",
        target=lambda shop: str(_alone(shop)["reference"]),
        data=lambda _shop: {"price": 1000.0, "sku": "ALENE"},
        shop_says=lambda shop: [_alone(shop)["price"], _alone(shop)["reference"]],
        holds=["800.000000", "ALENE"],
        document=("variants", {"price": 1000.0, "sku": "ALENE"}),
    ),
    Case(
        "variants/update",
        name="on offer",
        target=_reference,
        data=lambda _shop: {"price": 1000.0, "offer_price": 900.0, "offer_finished_at": "2031-03-08T00:00:00+01:00"},
        shop_says=lambda shop: [
            _last(shop, "specific_prices").get(name)
            for name in ("id_product_attribute", "reduction", "reduction_type", "from", "to")
        ],
        holds=["1", "100.00", "amount", "0000-00-00 00:00:00", "2031-03-08 00:00:00"],
        document=("variants", {"price": 1000.0, "offer_price": 900.0, "before_price": 1000.0}),
    ),
    Case(
        "variants/destroy",
        target=lambda shop: str(shop.tables["combinations"][2]["reference"]) if 2 in shop.tables["combinations"] else "2",
        shop_says=lambda shop: 2 in shop.tables["combinations"],
        holds=False,
        document=("variants", None),
    ),
    Case(
        "variants/add_image",
        target=_reference,
        data=_picture,
        shop_says=lambda shop: [len(_images(_combination(shop))), len(_images(shop.tables["products"][_article(shop)[0]]))],
        holds=[1, 2],
    ),
    Case(
        "variants/remove_image",
        target=_reference,
        data=lambda shop: {"url": f"https://x.example/img/p/1/{_images(shop.tables['products'][_article(shop)[0]])[0]}.jpg"},
        shop_says=lambda shop: _images(shop.tables["products"][_article(shop)[0]]),
        holds=[],
    ),
)


def _account(shop: PrestaShop) -> Row:
    return _last(shop, "customers", email="ada@example.com")


_HOME = {"address_1": "Havnegade 1", "zip_code": "1058", "city": "København", "country": {"remote_id": "DK"}, "phone": "12345678"}

AROUND = (
    Case(
        "orders/update",
        target=_order,
        data=lambda _shop: {
            "company_note": "Pakket & klar",
            "shipping_address_1": "Nygade 2",
            "shipping_country": {"remote_id": "SE"},
        },
        shop_says=lambda shop: [
            _head(shop)["note"],
            [
                shop.tables["addresses"][int(str(_head(shop)["id_address_delivery"]))][n]
                for n in ("address1", "id_country", "deleted")
            ],
            _head(shop)["id_address_invoice"] == _head(shop)["id_address_delivery"],
        ],
        holds=["Pakket & klar", ["Nygade 2", "18", "1"], False],
        document=("orders", {"shipping_address_1": "Nygade 2", "company_note": "Pakket & klar"}),
    ),
    Case(
        "customers/create",
        data=lambda _shop: {
            "email": "ada@example.com",
            "first_name": "Ada",
            "last_name": "Berg",
            "group": "guest",
            "accepts_marketing": True,
            "addresses": [_HOME],
        },
        shop_says=lambda shop: [
            [_account(shop).get(name) for name in ("id_default_group", "newsletter", "lastname")],
            [row["address1"] for row in shop.where("addresses", id_customer=_account(shop).get("id"))],
        ],
        holds=[["2", "1", "Berg"], ["Havnegade 1"]],
        document=("customers", {"email": "ada@example.com", "group": "Guest", "accepts_marketing": True}),
    ),
    Case(
        "customers/update",
        target=lambda _shop: "2",
        data=lambda _shop: {"last_name": "Lund", "company_note": "Ringer selv"},
        shop_says=lambda shop: [shop.tables["customers"][2][name] for name in ("lastname", "note")],
        holds=["Lund", "Ringer selv"],
        document=("customers", {"last_name": "Lund", "company_note": "Ringer selv"}),
    ),
    Case(
        "customers/destroy",
        target=lambda _shop: "3",
        shop_says=lambda shop: 3 in shop.tables["customers"],
        holds=False,
        document=("customers", None),
    ),
    Case(
        "categories/create",
        data=lambda _shop: {"name": "Krus & kopper", "parent_category_id": "3", "description_1": "<p>Krus</p>"},
        shop_says=lambda shop: [_danish(_last(shop, "categories"), "link_rewrite"), _last(shop, "categories")["id_parent"]],
        holds=["krus-kopper", "3"],
        document=("categories", {"name": "Krus & kopper", "published": True, "description_1": "<p>Krus</p>"}),
    ),
    Case(
        "categories/update",
        target=lambda _shop: "5",
        data=lambda _shop: {"published": False, "name": "Viskestykker", "parent_category_id": "3"},
        shop_says=lambda shop: [shop.tables["categories"][5]["active"], _words(shop.tables["categories"][5], "name")],
        holds=["0", ["Håndklæder", "Viskestykker"]],
        document=("categories", {"published": False, "name": "Viskestykker"}),
    ),
    Case(
        "categories/destroy",
        target=lambda _shop: "4",
        shop_says=lambda shop: sorted(shop.tables["categories"].keys() & {4, 5}),
        holds=[],
        document=("categories", None),
    ),
)

SETTINGS = (
    Case(
        "webshops/update",
        data=lambda _shop: {"name": "Krus & co", "settings": {"PS_ORDER_OUT_OF_STOCK": True}},
        shop_says=lambda shop: [
            _last(shop, "configurations", name=name)["value"] for name in ("PS_SHOP_NAME", "PS_ORDER_OUT_OF_STOCK")
        ],
        holds=["Krus & co", "1"],
    ),
)

ACTED = Acted(shop=_shop, config=_config, cases=(*ORDERS, *STOCK, *GOODS, *AROUND, *SETTINGS))
