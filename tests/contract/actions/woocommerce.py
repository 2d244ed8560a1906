"""What is done in a simulated WooCommerce shop."""

from decimal import Decimal
from typing import Any

from shoprelay_simulators import WooShop
from shoprelay_simulators.woocommerce.order_json import totals
from shoprelay_simulators.woocommerce.rows import Image, Order, Product
from shoprelay_simulators.woocommerce.tracking_api import KEY
from tests.support.acting import Acted, Case, change_stock

ADDRESS = {"billing_first_name": "Ada", "billing_address_1": "Havnegade 1", "billing_zip_code": "1058", "billing_city": "Aarhus"}


def _shop() -> WooShop:
    return WooShop(7, orders=3, products=6, customers=3, tracks_shipments=True)


def _config(shop: WooShop, url: str) -> dict[str, Any]:
    return {"shop_url": url, **shop.credentials(), "auth": "basic"}


def _first(shop: WooShop) -> Order:
    return next(iter(shop.orders.values()))


def _newest(shop: WooShop) -> Order:
    return shop.orders[max(shop.orders)]


def _order(shop: WooShop) -> str:
    order = _first(shop)
    order.status, order.payment_method = "processing", "testcard"
    return str(order.id)


def _line(shop: WooShop) -> str:
    _order(shop)
    line = _first(shop).lines[0]
    line.quantity, line.subtotal, line.total = 2, Decimal("160.00"), Decimal("80.00")
    line.subtotal_tax, line.total_tax = Decimal("40.00"), Decimal("20.00")
    return f"{_first(shop).id}/{line.id}"


def _shipment(shop: WooShop) -> str:
    order = _order(shop)
    item = {
        "tracking_id": "0cc175b9c0f1b6a831c399e269772661",
        "tracking_provider": "GLS DK",
        "custom_tracking_provider": "",
        "custom_tracking_link": "",
        "tracking_number": "GLS1",
        "date_shipped": "1764028800",
    }
    _first(shop).meta = [type(_first(shop).meta[0])(9, KEY, [item])]
    return f"{order}/{item['tracking_id']}"


def _tracked(shop: WooShop) -> list[tuple[str, str]]:
    held = [meta.value for meta in _first(shop).meta if meta.key == KEY]
    return [(item["custom_tracking_provider"], item["tracking_number"]) for items in held for item in items]


def _left(shop: WooShop) -> Decimal:
    order = _first(shop)
    return totals(order)["total"] - sum((refund.amount for refund in shop.refunds_of(order.id)), Decimal(0))


def _refunded(shop: WooShop) -> list[tuple[str, bool, list[int]]]:
    refunds = shop.refunds_of(_first(shop).id)
    return [(str(refund.amount), refund.by_gateway, [line.quantity for line in refund.lines]) for refund in refunds]


def _simple(shop: WooShop) -> Product:
    return next(product for product in shop.products.values() if product.type == "simple")


def _made(shop: WooShop) -> Product:
    return max((row for row in shop.products.values() if not row.parent_id), key=lambda row: row.id)


def _tags(shop: WooShop, product: Product) -> list[str]:
    return [shop.tags[number].name for number in product.tags]


def _stocked(shop: WooShop) -> str:
    product = _simple(shop)
    product.manage_stock, product.stock = True, 5
    return str(product.id)


def _pictured(shop: WooShop) -> str:
    product = _simple(shop)
    product.images = [Image(9001 + place, shop.now(), f"/{name}.jpg", name) for place, name in enumerate(("front", "back"))]
    return str(product.id)


def _parent(shop: WooShop) -> Product:
    return next(product for product in shop.products.values() if product.type == "variable")


def _variable(shop: WooShop) -> str:
    return str(_parent(shop).id)


def _child(shop: WooShop) -> Product:
    return shop.variations_of(_parent(shop).id)[0]


def _variation(shop: WooShop) -> str:
    _child(shop).sku = "OLD"
    return str(_child(shop).id)


def _borrowing(shop: WooShop) -> str:
    """A variation whose stock is its product's."""
    _parent(shop).manage_stock, _parent(shop).stock, _child(shop).manage_stock = True, 10, False
    return _variation(shop)


def _pictured_variation(shop: WooShop) -> str:
    _child(shop).images = [Image(9001, shop.now(), "/mug.jpg", "mug")]
    return _variation(shop)


ORDERS = (
    Case(
        "orders/create",
        data=lambda shop: {
            **ADDRESS,
            "billing_country": {"remote_id": "DK"},
            "email": "ada@example.com",
            "variants": [{"sku_2": str(_simple(shop).id), "quantity": 2, "price": 80.0, "name": "Mug"}],
            "delivery_method": {"remote_id": "flat_rate:1", "name": "Parcel shop"},
            "delivery_price": 49.0,
            "payment_method": {"remote_id": "testcard", "name": "Card"},
            "paid": True,
        },
        shop_says=lambda shop: (_newest(shop).status, totals(_newest(shop))["total"], _newest(shop).billing["city"]),
        holds=("processing", Decimal(209), "Aarhus"),
        document=("orders", {"price": 209.0, "delivery_price": 49.0, "email": "ada@example.com", "state": "open"}),
        result={"status_id": "processing"},
    ),
    Case(
        "orders/create",
        name="at the shop's prices",
        data=lambda shop: {
            "email": "ada@example.com",
            "variants": [{"sku": _simple(shop).sku}],
            "status": {"remote_id": "on-hold"},
            "customer": {"remote_id": str(min(shop.customers))},
        },
        shop_says=lambda shop: (_newest(shop).status, [line.quantity for line in _newest(shop).lines]),
        holds=("on-hold", [1]),
        document=("order_lines", {"quantity": 1}),
    ),
    Case(
        "orders/update",
        target=_order,
        data=lambda _shop: {**ADDRESS, "company_note": "Packed by Ada.", "status": {"remote_id": "on-hold"}},
        shop_says=lambda shop: (
            _first(shop).billing["address_1"],
            _first(shop).status,
            [each.text for each in _first(shop).notes],
        ),
        holds=("Havnegade 1", "on-hold", ["Packed by Ada."]),
        document=("orders", {"billing_address_1": "Havnegade 1"}),
    ),
    Case(
        "orders/destroy",
        target=_order,
        shop_says=lambda shop: _first(shop).status,
        holds="trash",
        document=("orders", None),
    ),
    Case(
        "orders/close",
        target=_order,
        shop_says=lambda shop: _first(shop).status,
        holds="completed",
        document=("orders", {"state": "closed"}),
        result={"status_id": "completed"},
    ),
    Case(
        "orders/create_shipment",
        target=_order,
        data=lambda _shop: {"tracking_number": "ABC123456789", "courier": "Bring", "status_id": "completed"},
        shop_says=lambda shop: (_tracked(shop), _first(shop).status),
        holds=([("Bring", "ABC123456789")], "completed"),
        document=("shipments", {"tracking_number": "ABC123456789", "courier": "Bring"}),
    ),
    Case(
        "shipments/destroy",
        target=_shipment,
        shop_says=_tracked,
        holds=[],
        document=("orders", {"state": "open"}),
    ),
    Case(
        "orders/refund",
        target=_order,
        shop_says=lambda shop: (_left(shop), _first(shop).status),
        holds=(Decimal(0), "refunded"),
        document=("orders", {"state": "refunded"}),
    ),
    Case(
        "orders/refund",
        name="in part",
        target=_order,
        data=lambda _shop: {"refund_amount": 10.5},
        shop_says=_refunded,
        holds=[("10.5", True, [])],
        document=("credit_notes", {"amount": 10.5, "refunded_amount": 10.5}),
    ),
    Case(
        "orders/return",
        target=lambda shop: _line(shop).partition("/")[0],
        data=lambda shop: {"order_lines": [{"_id": str(_first(shop).lines[0].id), "quantity": 1}], "restock": True},
        shop_says=_refunded,
        holds=[("50.00", False, [-1])],
        document=("credit_notes", {"amount": 50.0, "returned_amount": 50.0}),
    ),
    Case(
        "orders/return",
        name="all of it",
        target=_order,
        data=lambda _shop: {"refund": True, "include_shipping": True, "include_payment": True, "status_id": "cancelled"},
        shop_says=lambda shop: (_left(shop), _first(shop).status),
        holds=(Decimal(0), "cancelled"),
        document=("orders", {"state": "cancelled"}),
    ),
    Case(
        "orders/update_status",
        target=_order,
        data=lambda _shop: {"status_id": "completed"},
        shop_says=lambda shop: _first(shop).status,
        holds="completed",
        document=("orders", {"state": "closed"}),
        result={"status_id": "completed"},
    ),
    Case(
        "orders/cancel",
        target=_order,
        data=lambda _shop: {"refund": True},
        shop_says=lambda shop: (_first(shop).status, _left(shop)),
        holds=("cancelled", Decimal(0)),
        document=("orders", {"state": "cancelled"}),
        result={"status_id": "cancelled"},
    ),
    Case(
        "orders/create_order_line",
        target=_order,
        data=lambda shop: {"sku": _simple(shop).sku, "quantity": 3, "price": 12.5},
        shop_says=lambda shop: (_first(shop).lines[-1].quantity, _first(shop).lines[-1].total + _first(shop).lines[-1].total_tax),
        holds=(3, Decimal("37.50")),
        document=("order_lines", {"quantity": 3, "price": 12.5}),
    ),
    Case(
        "order_lines/update",
        target=_line,
        data=lambda _shop: {"quantity": 3, "product_name": "Mug"},
        shop_says=lambda shop: (_first(shop).lines[0].name, _first(shop).lines[0].subtotal, _first(shop).lines[0].total),
        holds=("Mug", Decimal(240), Decimal(120)),
        document=("order_lines", {"quantity": 3, "price": 100.0, "product_name": "Mug"}),
    ),
    Case(
        "order_lines/update",
        name="price",
        target=_line,
        data=lambda _shop: {"price": 50.0},
        shop_says=lambda shop: (_first(shop).lines[0].subtotal, _first(shop).lines[0].total),
        holds=(Decimal(80), Decimal(40)),
        document=("order_lines", {"quantity": 2, "price": 50.0}),
    ),
    Case(
        "order_lines/destroy",
        target=_line,
        shop_says=lambda shop: 160 in [line.subtotal for line in _first(shop).lines],
        holds=False,
        document=("orders", {"state": "open"}),
    ),
)

GOODS = (
    Case(
        "products/create",
        data=lambda shop: {
            "name": "Mug & saucer",
            "sku": "MUG",
            "price": 99.0,
            "before_price": 129.0,
            "stock": 4,
            "allow_backorders": True,
            "published": False,
            "path": "mug",
            "weight": 2,
            "barcode": "5701234567899",
            "category_ids": [str(min(shop.categories))],
            "tags": ["gave", "new"],
            "images": [
                {"url": "https://example.com/back.jpg", "position": 2},
                {"url": "https://example.com/mug.jpg", "title": "Mug"},
            ],
        },
        shop_says=lambda shop: (_made(shop).regular_price, _made(shop).sale_price, _made(shop).stock, _tags(shop, _made(shop))),
        holds=("129", "99", 4, ["gave", "new"]),
        document=("variants", {"sku": "MUG", "price": 99.0, "before_price": 129.0, "stock": 4, "allow_backorders": True}),
    ),
    Case(
        "products/create",
        name="with variants",
        data=lambda _shop: {
            "name": "Mug",
            "sku": "MUG",
            "price": 99.0,
            "variants": [
                {"sku": "MUG-BLUE", "stock": 10, "variations": [{"type": "Colour", "value": "Blue"}]},
                {"sku": "MUG-RED", "price": 89.0, "variations": [{"type": "Colour", "value": "Red"}]},
            ],
        },
        shop_says=lambda shop: [(row.sku, row.regular_price, row.choices) for row in shop.variations_of(_made(shop).id)],
        holds=[("MUG-BLUE", "99", [("Colour", "Blue")]), ("MUG-RED", "89", [("Colour", "Red")])],
        document=("variants", {"sku": "MUG-RED", "price": 89.0, "variations": [{"type": "Colour", "value": "Red"}]}),
    ),
    Case(
        "products/update",
        target=_stocked,
        data=lambda _shop: {"name": "Large mug", "price": 75.5, "tags": ["uld & silke"], "low_stock_limit": 2},
        shop_says=lambda shop: (
            _simple(shop).name,
            _simple(shop).regular_price,
            _simple(shop).sale_price,
            _tags(shop, _simple(shop)),
        ),
        holds=("Large mug", "75.5", "", ["uld &amp; silke"]),
        document=("products", {"name": "Large mug", "price": 75.5, "low_stock_limit": 2}),
    ),
    Case(
        "products/destroy",
        target=_variable,
        shop_says=lambda shop: {row.status for row in [_parent(shop), *shop.variations_of(_parent(shop).id)]},
        holds={"trash"},
        document=("products", None),
    ),
    Case(
        "products/create_variant",
        target=_variable,
        data=lambda shop: {
            "sku": "NEW-1",
            "price": 10.0,
            "variations": [{"type": each.name, "value": "Ny"} for each in _parent(shop).attributes],
        },
        shop_says=lambda shop: (
            shop.variations_of(_parent(shop).id)[-1].sku,
            {option for _, option in shop.variations_of(_parent(shop).id)[-1].choices},
            all("Ny" in each.options for each in _parent(shop).attributes),
        ),
        holds=("NEW-1", {"Ny"}, True),
        document=("variants", {"sku": "NEW-1", "price": 10.0}),
    ),
    Case(
        "products/add_image",
        target=_pictured,
        data=lambda _shop: {"url": "https://example.com/mug.jpg", "title": "Mug", "position": 1},
        shop_says=lambda shop: [image.name for image in _simple(shop).images],
        holds=["Mug", "front", "back"],
        document=("products", {}),
    ),
    Case(
        "products/remove_image",
        target=_pictured,
        data=lambda _shop: {"remote_id": "9002"},
        shop_says=lambda shop: [image.name for image in _simple(shop).images],
        holds=["front"],
        document=("products", {}),
    ),
    Case(
        "variants/update",
        target=_variation,
        data=lambda _shop: {"sku": "NEW-2", "before_price": 20.0, "offer_price": 15.0, "stock": 3, "published": False},
        shop_says=lambda shop: (_child(shop).sku, _child(shop).regular_price, _child(shop).sale_price, _child(shop).status),
        holds=("NEW-2", "20", "15", "private"),
        document=("variants", {"sku": "NEW-2", "price": 15.0, "stock": 3, "published": False}),
    ),
    Case(
        "variants/update",
        name="options",
        target=_variation,
        data=lambda shop: {"variations": [{"type": each.name, "value": "Ny"} for each in _parent(shop).attributes]},
        shop_says=lambda shop: {option for _, option in _child(shop).choices},
        holds={"Ny"},
        document=("products", {}),
    ),
    Case(
        "variants/update",
        name="of a simple product",
        target=_stocked,
        data=lambda _shop: {"name": "Large mug", "stock": 7},
        shop_says=lambda shop: (_simple(shop).name, _simple(shop).stock),
        holds=("Large mug", 7),
        document=("variants", {"name": "Large mug", "stock": 7}),
    ),
    Case(
        "variants/destroy",
        target=_variation,
        shop_says=lambda shop: [row.id for row in shop.variations_of(_parent(shop).id) if row.sku == "OLD"],
        holds=[],
        document=("variants", None),
    ),
    change_stock("to", target=_stocked, data={"stock": 12}, shop_says=lambda shop: _simple(shop).stock, holds=12, left=12),
    change_stock("by", target=_stocked, data={"stock_change": -2}, shop_says=lambda shop: _simple(shop).stock, holds=3, left=3),
    change_stock(
        "of the product",
        target=_borrowing,
        data={"stock_change": 5},
        shop_says=lambda shop: (_parent(shop).stock, _child(shop).manage_stock),
        holds=(15, False),
        left=15,
    ),
    Case(
        "variants/add_image",
        target=_variation,
        data=lambda _shop: {"url": "https://example.com/mug.jpg"},
        shop_says=lambda shop: [image.src for image in _child(shop).images],
        holds=["/wp-content/uploads/mug.jpg"],
        document=("products", {}),
    ),
    Case(
        "variants/remove_image",
        target=_pictured_variation,
        data=lambda _shop: {"remote_id": "9001"},
        shop_says=lambda shop: _child(shop).images,
        holds=[],
        document=("products", {}),
    ),
)

OTHERS = (
    Case(
        "customers/create",
        data=lambda _shop: {
            "email": "ada@example.com",
            "first_name": "Ada",
            "company": "Berg ApS",
            "addresses": [{"address_1": "Havnegade 1", "city": "Aarhus", "country": {"remote_id": "DK"}}],
        },
        shop_says=lambda shop: [(row.email, row.billing["company"], row.shipping["city"]) for row in shop.customers.values()][-1],
        holds=("ada@example.com", "Berg ApS", "Aarhus"),
        document=("customers", {"email": "ada@example.com", "first_name": "Ada", "company": "Berg ApS"}),
    ),
    Case(
        "customers/update",
        target=lambda shop: str(min(shop.customers)),
        data=lambda _shop: {"last_name": "Berg", "phone": "+4512345678"},
        shop_says=lambda shop: (shop.customers[min(shop.customers)].last, shop.customers[min(shop.customers)].billing["phone"]),
        holds=("Berg", "+4512345678"),
        document=("customers", {"last_name": "Berg"}),
    ),
    Case(
        "customers/destroy",
        target=lambda shop: str(min(shop.customers)),
        shop_says=lambda shop: len(shop.customers),
        holds=2,
        document=("customers", None),
    ),
    Case(
        "categories/create",
        data=lambda shop: {
            "name": "Mugs & cups",
            "parent_category_id": str(min(shop.categories)),
            "images": [{"url": "https://example.com/mugs.jpg"}],
        },
        shop_says=lambda shop: [(row.name, row.image.src) for row in shop.categories.values() if row.image],
        holds=[("Mugs &amp; cups", "/wp-content/uploads/mugs.jpg")],
        document=("categories", {"name": "Mugs & cups"}),
    ),
    Case(
        "categories/update",
        target=lambda shop: str(min(shop.categories)),
        data=lambda _shop: {"description_1": "<p>All of them</p>"},
        shop_says=lambda shop: shop.categories[min(shop.categories)].description,
        holds="<p>All of them</p>",
        document=("categories", {"description_1": "<p>All of them</p>"}),
    ),
    Case(
        "categories/destroy",
        target=lambda shop: str(min(shop.categories)),
        shop_says=lambda shop: "Tøj" in [row.name for row in shop.categories.values()],
        holds=False,
        document=("categories", None),
    ),
    Case(
        "webshops/update",
        data=lambda _shop: {"weight_unit": "g", "settings": {"tax/woocommerce_prices_include_tax": False}},
        shop_says=lambda shop: dict(shop.settings),
        holds={"products/woocommerce_weight_unit": "g", "tax/woocommerce_prices_include_tax": "no"},
    ),
)

ACTED = Acted(shop=_shop, config=_config, cases=(*ORDERS, *GOODS, *OTHERS))
