"""Makes rows out of invented people and goods."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from shoprelay_simulators.hostedshop.rows import Row
from shoprelay_simulators.world.chance import chance
from shoprelay_simulators.world.goods import Goods
from shoprelay_simulators.world.people import Person, nordic_person

if TYPE_CHECKING:
    from shoprelay_simulators.hostedshop.shop import HostedShop

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
ZERO = "0000-00-00 00:00:00"
VAT = Decimal("1.25")
COUNTRIES = {"DK": ("1", "Denmark", 25), "SE": ("2", "Sweden", 25), "DE": ("3", "Germany", 19), "NO": ("4", "Norway", 0)}
SIZES = {"S": "4", "M": "5", "L": "8", "38": "9", "39": "10", "40": "11"}
COLOURS = {"Sort": "1", "Rød": "2"}
CARRIERS = (("1", "GLS Pakkeshop", "gls", 39), ("2", "PostNord hjem", "postnord", 55))
PAYMENTS = (("1", "Online betaling"), ("2", "Kontooverf&oslash;rsel"))


def stamp(moment: datetime) -> str:
    return moment.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M:%S")


def address(person: Person, prefix: str = "") -> Row:
    number, country, _ = COUNTRIES[person.country]
    return {
        f"{prefix}Firstname": person.first,
        f"{prefix}Lastname": person.last,
        f"{prefix}Company": person.company,
        f"{prefix}Address": person.street,
        f"{prefix}Address2": person.extra,
        f"{prefix}Zip": person.postcode,
        f"{prefix}City": person.city,
        f"{prefix}Country": country,
        f"{prefix}CountryCode": number,
        f"{prefix}State": "",
        f"{prefix}Phone": person.phone,
        f"{prefix}Mobile": "",
        f"{prefix}Email": person.email,
    }


def blank_address() -> list[str]:
    """The fields of both addresses."""
    names = ("Firstname", "Lastname", "Company", "Address", "Address2", "Zip", "City", "Country", "CountryCode", "State", "Phone")
    return [f"{prefix}{name}" for prefix in ("", "Shipping") for name in names]


def user(shop: "HostedShop", created: datetime) -> Row:
    number = shop.number("User")
    person = nordic_person(shop.rng, number)
    elsewhere = address(nordic_person(shop.rng, number), "Shipping") if chance(shop.rng, 30) else {}
    return {
        "Id": number,
        "Username": person.email,
        "Password": "5f4dcc3b5aa765d61d8327deb882cf99",
        "UserGroupId": 1,
        "Type": "",
        "Cvr": "12345678" if person.company else "",
        "Ean": "",
        "Currency": "DKK",
        "Newsletter": chance(shop.rng, 40),
        "DateCreated": stamp(created),
        "DateUpdated": ZERO,
        "Approved": True,
        "LanguageISO": "DK",
        "Description": "",
        "Site": 1,
        **address(person),
        **elsewhere,
    }


def product(shop: "HostedShop", goods: Goods, created: datetime) -> Row:
    number, rng = shop.number("Product"), shop.rng
    row: Row = {
        "Id": number,
        "CategoryId": rng.randint(1, 3),
        "SecondaryCategoryIds": [4] if chance(rng, 30) else [],
        "Producer": {"Id": 900, "Company": "Vaks & Søn", "Password": "5f4dcc3b5aa765d61d8327deb882cf99"}
        if chance(rng, 50)
        else None,
        "Online": True,
        "Status": True,
        "Stock": rng.randint(0, 40),
        "StockLow": 2,
        "OutOfStockBuy": rng.choice(("", "0", "1")),
        "ItemNumber": goods.sku,
        "ItemNumberSupplier": f"L-{number}",
        "Url": "",
        "Weight": "0.45",
        "BuyingPrice": str(Decimal(goods.price) / 2),
        "Price": goods.price,
        "Discount": 10 if chance(rng, 20) else 0,
        "DiscountType": "p",
        "DeliveryTime": dict(shop.delivery_times[0]) if chance(rng, 60) else None,
        "Ean": f"57{number:011d}",
        "DateCreated": stamp(created),
        "DateUpdated": ZERO,
        "RelatedProductIds": [1] if number > 1 and chance(rng, 20) else [],
        "LanguageISO": "DK",
        "Title": goods.name.replace("ø", "&oslash;"),
        "SeoTitle": "",
        "SeoLink": f"vare-{number}" if chance(rng, 50) else "",
        "Description": f"<p>{number}</p>",
        "Pictures": [{"Id": number, "ProductId": number, "FileName": f"vare-{number}.png", "Sorting": 0, "ImageAltTexts": []}],
        "CustomData": [],
        "Discounts": [],
        "MinAmount": 1,
        "GuidelinePrice": 0,
        "ProductUrl": "",
        "Type": "",
        "VatGroupId": 2,
        "VatGroup": {"Id": 2, "Name": "25 %", "VatPercentage": 25, "Sorting": 1},
        "StockLocations": [],
    }
    row["Variants"] = [variant(shop, row, value) for value in (*goods.sizes, *goods.colours)]
    return row


def variant(shop: "HostedShop", product: Row, value: str) -> Row:
    """`value`: its option's name; "" for one that has none yet."""
    stock = shop.rng.randint(0, 12)
    return {
        "Id": shop.number("Variant"),
        "ProductId": product["Id"],
        "Stock": stock,
        "StockLow": 0,
        "Price": product["Price"],
        "BuyingPrice": product["BuyingPrice"],
        "ItemNumber": "",
        "ItemNumberSupplier": "",
        "Weight": 0,
        "Status": True,
        "Discount": product["Discount"],
        "DiscountType": "p",
        "Ean": "",
        "PictureId": 0,
        "Sorting": 0,
        "VariantTypeValues": [int({**SIZES, **COLOURS}[value])] if value else [],
        "MinAmount": 1,
        "Title": value,
        "StockLocations": [{"StockLocationId": 1, "DeliveryTimeId": -1, "Stock": stock, "BuyPrice": product["BuyingPrice"]}],
    }


def order(shop: "HostedShop", created: datetime) -> Row:
    number, rng = shop.number("Order"), shop.rng
    buyer = rng.choice([*shop.tables["User"].values()]) if shop.tables["User"] and chance(rng, 60) else None
    person = nordic_person(rng, 10_000 + number)
    names = list(address(person))
    customer = {name: buyer.get(name, "") for name in names} if buyer else address(person)
    lines = [line(shop, number) for _ in range(rng.randint(1, 3))]
    carrier, payment = rng.choice(CARRIERS), rng.choice(PAYMENTS)
    return {
        "Id": number,
        "InvoiceNumber": 0,
        "Currency": {"OrderId": number, "Id": number, "Iso": "DKK", "Currency": 1, "Round": 3},
        "Customer": {"Id": number, "OrderId": number, "B2B": False, "Cvr": "", "Ean": "", **customer},
        "UserId": buyer["Id"] if buyer else 0,
        "LanguageISO": "DK",
        "Status": 1,
        "Payment": {"Id": number, "PaymentMethodId": payment[0], "Title": payment[1], "Price": 0, "Vat": False},
        "Transactions": [],
        "Vat": 0,
        "Total": sum(Decimal(one["Price"]) * one["Amount"] for one in lines),
        "OrderComment": "",
        "CustomerComment": rng.choice(("", "", "Ring ved levering")),
        "DeliveryComment": "",
        "TrackingCode": "",
        "DateDelivered": stamp(created),
        "DateDue": ZERO,
        "DateSent": ZERO,
        "DateUpdated": ZERO,
        "OrderLines": lines,
        "Delivery": {"Id": number, "DeliveryMethodId": carrier[0], "Vat": True, "Title": carrier[1], "Price": carrier[3]},
        "DiscountCodes": [],
        "ReferenceNumber": "",
        "Origin": "",
    }


def line(shop: "HostedShop", number: int) -> Row:
    product = shop.rng.choice([*shop.tables["Product"].values()])
    return line_of(shop, number, product, shop.rng.choice(product["Variants"]) if product["Variants"] else {})


def line_of(shop: "HostedShop", number: int, product: Row, variant: dict[str, Any]) -> Row:
    """What it costs is the product's price without VAT."""
    net = str(Decimal(product["Price"]) / VAT)
    return {
        "Id": shop.number("Line"),
        "OrderId": number,
        "ProductId": product["Id"],
        "VariantId": variant.get("Id", 0),
        "Amount": shop.rng.randint(1, 3),
        "PacketLines": [],
        "ProductTitle": product["Title"],
        "VariantTitle": variant.get("Title", ""),
        "ItemNumber": product["ItemNumber"],
        "Discount": 0,
        "Price": net,
        "PriceRounded": net,
        "BuyPrice": product["BuyingPrice"],
        "TrackingCode": "",
        "VatRate": 0,
        "Unit": "stk.",
    }
