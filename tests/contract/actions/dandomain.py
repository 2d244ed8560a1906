"""What is done in a simulated shop of the HostedShop family."""

from decimal import Decimal
from typing import Any

from shoprelay_simulators import HostedShop
from tests.support.acting import Acted, Case, change_stock

Row = dict[str, Any]
ADDRESS = {"billing_first_name": "Ada", "billing_address_1": "Havnegade 1", "billing_zip_code": "1058", "billing_city": "Aarhus"}
PICS = "https://shop000000.sfstatic.io/upload_dir/pics/"


def _shop() -> HostedShop:
    return HostedShop(7, orders=6, products=9, customers=3)


def _config(shop: HostedShop, url: str) -> dict[str, Any]:
    return {**shop.credentials(), "shop_url": url, "api_url": url}


def _row(shop: HostedShop) -> Row:
    return shop.tables["Order"][2]


def _newest(shop: HostedShop, kind: str = "Order") -> Row:
    return shop.tables[kind][max(shop.tables[kind])]


def _order(shop: HostedShop) -> str:
    """Of two lines, which are told apart by their item numbers."""
    row = _row(shop)
    row["OrderLines"] = [row["OrderLines"][0] | {"Id": 901 + at, "ItemNumber": f"LINE-{at}", "Amount": 2} for at in range(2)]
    return "2"


def _reserved(shop: HostedShop) -> str:
    row = _row(shop)
    money = {"Amount": 25000, "AmountFull": Decimal("250.00")}
    row["Transactions"] = [{"Id": 77, "OrderId": 2, "Status": 0, "TransactionNumber": 987654, "Cardtype": "Visa", **money}]
    return _order(shop)


def _tracked(shop: HostedShop) -> str:
    _order(shop)
    _row(shop)["TrackingCode"] = "OLD1"
    return "2"


def _line_tracked(shop: HostedShop) -> str:
    _order(shop)
    _row(shop)["OrderLines"][1]["TrackingCode"] = "OLD2"
    return "2/OLD2"


def _money(shop: HostedShop) -> list[tuple[int, int]]:
    return [(one["Status"], one["Amount"]) for one in _row(shop)["Transactions"]]


def _codes(shop: HostedShop) -> list[str]:
    return [_row(shop)["TrackingCode"], *(line["TrackingCode"] for line in _row(shop)["OrderLines"])]


def _simple(shop: HostedShop) -> Row:
    """A product without variants."""
    return next(row for row in shop.tables["Product"].values() if not row["Variants"])


def _varied(shop: HostedShop) -> Row:
    return next(row for row in shop.tables["Product"].values() if row["Variants"])


def _product(shop: HostedShop) -> str:
    row = _varied(shop)
    row["Discount"], row["SeoLink"] = 0, ""
    return str(row["Id"])


def _one(shop: HostedShop) -> Row:
    """One of its variants, by a number that no product has."""
    found: Row = _varied(shop)["Variants"][0]
    return found


def _variant(shop: HostedShop) -> str:
    _one(shop).update({"Id": 501, "ItemNumber": "SMALL-1", "Stock": 5, "Discount": 0})
    return "501"


def _pictured_variant(shop: HostedShop) -> str:
    _varied(shop)["Pictures"].append({"Id": 77, "FileName": "own.png", "Sorting": 9, "ImageAltTexts": []})
    key = _variant(shop)
    _one(shop)["PictureId"] = 77
    return key


def _alone(shop: HostedShop) -> str:
    _simple(shop).update({"ItemNumber": "ALONE-1", "Stock": 5, "Discount": 0, "Online": True})
    return "ALONE-1"


def _strange(shop: HostedShop) -> str:
    """A user whom no order names."""
    for key in [key for key, row in shop.tables["Order"].items() if row["UserId"] == 2]:
        del shop.tables["Order"][key]
    return "2"


def _empty_category(shop: HostedShop) -> str:
    shop.tables["Category"][44] = {**shop.tables["Category"][4], "Id": 44, "Title": "Tom"}
    return "44"


ORDERS = (
    Case(
        "orders/create",
        target=lambda shop: _alone(shop) and "",
        data=lambda _shop: {
            **ADDRESS,
            "email": "ada@example.com",
            "billing_country": {"remote_id": "DK"},
            "shipping_city": "Malmö",
            "shipping_country": {"remote_id": "SE"},
            "customer_note": "Ring på",
            "company_note": "By telephone",
            "variants": [{"sku": "ALONE-1", "quantity": 2, "price": 79.95}],
            "delivery_method": {"remote_id": "2"},
            "delivery_price": 50.0,
            "payment_method": {"name": "Online betaling"},
            "status": {"remote_id": "2"},
        },
        shop_says=lambda shop: (
            _newest(shop)["Status"],
            _newest(shop)["OrderComment"],
            _newest(shop)["Customer"].get("ShippingCountryCode"),
            [(line["Amount"], line["Price"]) for line in _newest(shop)["OrderLines"]],
            _simple(shop)["Stock"],
        ),
        holds=(2, "By telephone", 2, [(2, "63.960000")], 3),
        document=(
            "orders",
            {
                "price": 209.9,
                "delivery_price": 50.0,
                "billing_city": "Aarhus",
                "shipping_city": "Malmö",
                "email": "ada@example.com",
            },
        ),
        result={"remote_id": "7", "order_number": "7"},
    ),
    Case(
        "orders/update",
        target=_order,
        data=lambda _shop: {"company_note": "Pakket <af> Ada & Bo", "status": {"remote_id": "2"}},
        shop_says=lambda shop: (_row(shop)["OrderComment"], _row(shop)["Status"]),
        holds=("Pakket <af> Ada & Bo", 2),
        document=("orders", {"company_note": "Pakket <af> Ada & Bo"}),
    ),
    Case(
        "orders/update_status",
        target=_order,
        data=lambda _shop: {"status_id": "6"},
        shop_says=lambda shop: (_row(shop)["Status"], [topic for _, topic, _ in shop.hooks.pending]),
        holds=(6, ["orders/updated"]),
        document=("statuses", {"remote_id": "6"}),
    ),
    Case(
        "orders/close",
        target=_reserved,
        data=lambda _shop: {"capture": True, "capture_amount": 200.0},
        shop_says=lambda shop: (_row(shop)["Status"], _money(shop), _row(shop)["DateSent"] != "0000-00-00 00:00:00"),
        holds=(3, [(1, 20000)], True),
        document=("orders", {"state": "closed"}),
    ),
    Case(
        "orders/cancel",
        target=_reserved,
        data=lambda _shop: {"refund": True},
        shop_says=lambda shop: (_row(shop)["Status"], _money(shop)),
        holds=(5, []),
        document=("statuses", {"remote_id": "5"}),
    ),
    Case(
        "orders/capture",
        target=_reserved,
        shop_says=_money,
        holds=[(1, 25000)],
        result={"captured_amount": 250.0},
        document=("orders", {"state": "open"}),
    ),
    Case(
        "orders/create_invoice",
        target=_reserved,
        data=lambda _shop: {"capture": True},
        shop_says=lambda shop: (_row(shop)["InvoiceNumber"], _money(shop)),
        holds=(1, [(1, 25000)]),
        document=("invoices", {"remote_id": "1", "captured_amount": 250.0}),
        result={"remote_id": "1"},
    ),
    Case(
        "orders/create_shipment",
        target=_order,
        data=lambda _shop: {"tracking_number": "ABC123", "status_id": "3"},
        shop_says=lambda shop: (_codes(shop), _row(shop)["Status"]),
        holds=(["ABC123", "", ""], 3),
        document=("shipments", {"tracking_number": "ABC123", "remote_id": "2"}),
        result={"remote_id": "2"},
    ),
    Case(
        "orders/create_shipment",
        name="of a line",
        target=_order,
        data=lambda _shop: {"tracking_number": "ABC123", "order_lines": [{"variant_sku": "LINE-1", "quantity": 2}]},
        shop_says=_codes,
        holds=["", "", "ABC123"],
        document=("shipments", {"tracking_number": "ABC123", "remote_id": "2/ABC123"}),
        result={"remote_id": "2/ABC123"},
    ),
    Case(
        "shipments/update",
        target=_tracked,
        data=lambda _shop: {"tracking_number": "NEW1"},
        shop_says=_codes,
        holds=["NEW1", "", ""],
        document=("shipments", {"tracking_number": "NEW1"}),
    ),
    Case(
        "shipments/update",
        name="of a line",
        target=_line_tracked,
        data=lambda _shop: {"tracking_number": "NEW2"},
        shop_says=_codes,
        holds=["", "", "NEW2"],
        document=("shipments", {"tracking_number": "NEW2", "remote_id": "2/NEW2"}),
    ),
    Case("shipments/destroy", target=_line_tracked, shop_says=_codes, holds=["", "", ""], document=("shipments", None)),
)

GOODS = (
    Case(
        "products/create",
        data=lambda _shop: {
            "name": "Krus",
            "sku": "MUG",
            "price": 99.0,
            "category_ids": ["2", "4"],
            "description_1": "<p>Stort</p>",
            "variants": [
                {"sku": "MUG-BLUE", "stock": 10, "variations": [{"type": "Farve", "value": "Blå"}]},
                {
                    "sku": "MUG-RED",
                    "price": 80.0,
                    "before_price": 89.5,
                    "variations": [{"type": "Hank", "value": "Ja"}, {"type": "farve", "value": "rød"}],
                },
            ],
        },
        shop_says=lambda shop: (
            _newest(shop, "Product")["CategoryId"],
            [(one["ItemNumber"], one["Price"], one["Discount"], one["Title"]) for one in _newest(shop, "Product")["Variants"]],
        ),
        holds=(2, [("MUG-BLUE", "99", "0", "Blå"), ("MUG-RED", "89.5", "9.5", "Ja, Rød")]),
        document=(
            "variants",
            {"sku": "MUG-RED", "price": 80.0, "before_price": 89.5, "name": "Ja, Rød", "description_1": "<p>Stort</p>"},
        ),
        result={"sku_3": "10"},
    ),
    Case(
        "products/update",
        target=_product,
        data=lambda _shop: {"name": "Stort krus & fad", "published": False, "category_ids": ["3"], "allow_backorders": True},
        shop_says=lambda shop: [_varied(shop)[name] for name in ("Title", "Online", "CategoryId", "SecondaryCategoryIds")],
        holds=["Stort krus & fad", False, 3, []],
        document=("products", {"name": "Stort krus & fad", "published": False, "allow_backorders": True}),
    ),
    Case(
        "products/destroy",
        target=_product,
        shop_says=lambda shop: len(shop.tables["Product"]),
        holds=8,
        document=("products", None),
    ),
    Case(
        "products/create_variant",
        target=_product,
        data=lambda _shop: {"sku": "NEW-1", "stock": 3, "price": 10.5, "variations": [{"type": "Farve", "value": "Grøn"}]},
        shop_says=lambda shop: [_varied(shop)["Variants"][-1][name] for name in ("ItemNumber", "Stock", "Price", "Title")],
        holds=["NEW-1", 3, "10.5", "Grøn"],
        document=("variants", {"sku": "NEW-1", "stock": 3, "price": 10.5, "name": "Grøn"}),
    ),
    Case(
        "products/add_image",
        target=_product,
        data=lambda _shop: {"url": f"{PICS}stort%20krus.jpg", "position": 5},
        shop_says=lambda shop: [(one["FileName"], one["Sorting"]) for one in _varied(shop)["Pictures"][1:]],
        holds=[("stort krus.jpg", 5)],
        document=("products", {}),
    ),
    Case(
        "products/remove_image",
        target=_product,
        data=lambda shop: {"remote_id": str(_varied(shop)["Pictures"][0]["Id"])},
        shop_says=lambda shop: _varied(shop)["Pictures"],
        holds=[],
        document=("products", {"images": []}),
    ),
    Case(
        "variants/update",
        target=_variant,
        data=lambda _shop: {"sku": "NEW-2", "before_price": 20.0, "offer_price": 15.0, "stock": 3, "barcode": "5701234567899"},
        shop_says=lambda shop: [_one(shop)[name] for name in ("ItemNumber", "Price", "Discount", "DiscountType", "Stock")],
        holds=["NEW-2", "20", "5", "a", 3],
        document=("variants", {"sku": "NEW-2", "price": 15.0, "before_price": 20.0, "stock": 3, "barcode": "5701234567899"}),
    ),
    Case(
        "variants/update",
        name="options",
        target=_variant,
        data=lambda _shop: {"variations": [{"type": "Farve", "value": "Sort"}], "published": False},
        shop_says=lambda shop: [_one(shop)[name] for name in ("VariantTypeValues", "Title", "Status")],
        holds=[[1], "Sort", False],
        document=("variants", {"variations": [{"type": "Farve", "value": "Sort"}], "published": False}),
    ),
    Case(
        "variants/update",
        name="of a product without any",
        target=_alone,
        data=lambda _shop: {"name": "Stort krus", "price": 12.0, "stock": 7, "weight": 2},
        shop_says=lambda shop: [_simple(shop)[name] for name in ("Title", "Price", "Stock", "Weight")],
        holds=["Stort krus", "12", 7, "2"],
        document=("variants", {"name": "Stort krus", "price": 12.0, "stock": 7, "weight": 2, "weight_unit": "kg"}),
    ),
    Case(
        "variants/destroy",
        target=_variant,
        shop_says=lambda shop: [one["Id"] for one in _varied(shop)["Variants"] if one["Id"] == 501],
        holds=[],
        document=("products", {}),
    ),
    Case(
        "variants/add_image",
        target=_variant,
        data=lambda _shop: {"url": f"{PICS}lille.jpg"},
        shop_says=lambda shop: (_varied(shop)["Pictures"][-1]["FileName"], _one(shop)["PictureId"]),
        holds=("lille.jpg", 1001),
        document=("variants", {"images": [{"remote_id": "1001", "url": f"{PICS}lille.jpg", "title": None, "position": 1}]}),
        result={"remote_id": "1001"},
    ),
    Case(
        "variants/remove_image",
        target=_pictured_variant,
        data=lambda _shop: {"url": f"{PICS}own.png"},
        shop_says=lambda shop: (_one(shop)["PictureId"], len(_varied(shop)["Pictures"])),
        holds=(0, 2),
        document=("products", {}),
        result={"remote_id": "77"},
    ),
    change_stock(
        "to",
        target=_variant,
        data={"stock": 12},
        shop_says=lambda shop: (_one(shop)["Stock"], _one(shop)["StockLocations"][0]["Stock"]),
        holds=(12, 12),
        left=12,
    ),
    change_stock(
        "by",
        target=lambda shop: _variant(shop) and f"{_varied(shop)['Id']}/501",
        data={"stock_change": -2},
        shop_says=lambda shop: _one(shop)["Stock"],
        holds=3,
        left=3,
    ),
    change_stock(
        "of a product without any",
        target=_alone,
        data={"stock_change": 4},
        shop_says=lambda shop: _simple(shop)["Stock"],
        holds=9,
        left=9,
    ),
)

OTHERS = (
    Case(
        "customers/create",
        data=lambda _shop: {
            "email": "ada@example.com",
            "first_name": "Ada",
            "company": "Berg ApS",
            "group": "kunder b2b-login",
            "addresses": [
                {"address_1": "Havnegade 1", "city": "Aarhus"},
                {"address_1": "Storgatan 1", "city": "Malmö", "country": {"remote_id": "SE"}},
            ],
        },
        shop_says=lambda shop: [
            _newest(shop, "User").get(name)
            for name in ("Username", "Email", "UserGroupId", "City", "ShippingCity", "ShippingCountryCode")
        ],
        holds=["ada@example.com", "ada@example.com", 4, "Aarhus", "Malmö", 2],
        document=(
            "customers",
            {"email": "ada@example.com", "first_name": "Ada", "company": "Berg ApS", "group": "Kunder B2B-login"},
        ),
        result={"remote_id": "4"},
    ),
    Case(
        "customers/update",
        target=lambda _shop: "2",
        data=lambda _shop: {"last_name": "Berg", "phone": "+4512345678", "accepts_marketing": True, "company_note": "Pays late"},
        shop_says=lambda shop: [shop.tables["User"][2][name] for name in ("Lastname", "Phone", "Newsletter", "Description")],
        holds=["Berg", "+4512345678", True, "Pays late"],
        document=("customers", {"last_name": "Berg", "accepts_marketing": True, "company_note": "Pays late"}),
    ),
    Case(
        "customers/destroy",
        target=_strange,
        shop_says=lambda shop: sorted(shop.tables["User"]),
        holds=[1, 3],
        document=("customers", None),
    ),
    Case(
        "categories/create",
        data=lambda _shop: {
            "name": "Krus & kopper",
            "parent_category_id": "3",
            "meta_description": "Alle krus",
            "published": False,
        },
        shop_says=lambda shop: [_newest(shop, "Category")[name] for name in ("Title", "ParentId", "Status")],
        holds=["Krus & kopper", 3, False],
        document=("categories", {"name": "Krus & kopper", "meta_description": "Alle krus", "published": False}),
        result={"remote_id": "5"},
    ),
    Case(
        "categories/update",
        target=lambda _shop: "4",
        data=lambda _shop: {"description_1": "<p>Alt</p>"},
        shop_says=lambda shop: (shop.tables["Category"][4]["Description"], shop.tables["Category"][4]["Title"]),
        holds=("<p>Alt</p>", "Udsalg"),
        document=("categories", {"description_1": "<p>Alt</p>", "name": "Udsalg"}),
    ),
    Case(
        "categories/destroy",
        target=_empty_category,
        shop_says=lambda shop: 44 in shop.tables["Category"],
        holds=False,
        document=("categories", None),
    ),
)

ACTED = Acted(shop=_shop, config=_config, cases=(*ORDERS, *GOODS, *OTHERS))
