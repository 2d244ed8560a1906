"""Makes orders. Prices are without tax, the tax is 25 %."""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.magento2.rows import SHOWN, Row
from shoprelay_simulators.world.chance import chance
from shoprelay_simulators.world.people import Person, nordic_person

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop

RATE = Decimal(25)
_SHIPPING = Decimal(40)
METHODS = (("checkmo", "Check / Money order"), ("banktransfer", "Bankoverførsel"), ("quickpay_gateway", "Kort"))


def cents(amount: Decimal) -> float:
    return float(amount.quantize(Decimal("0.01")))


def address(person: Person, kind: str) -> Row:
    return {
        "address_type": kind,
        "city": person.city,
        "company": person.company or None,
        "country_id": person.country,
        "email": person.email,
        "firstname": person.first,
        "lastname": person.last,
        "postcode": person.postcode,
        "street": [person.street, person.extra] if person.extra else [person.street],
        "telephone": person.phone,
    }


def order(shop: "Magento2Shop") -> Row:
    """A new order of one to three products; one in four has a coupon of ten per cent, one in five is a guest's."""
    number = shop.next_id("order")
    rng = shop.rng
    known = rng.choice(list(shop.customers.values())) if shop.customers and chance(rng, 80) else None
    person = nordic_person(rng, number)
    method, title = rng.choice(METHODS)
    items = [item for row in rng.sample(_buyable(shop), k=rng.randint(1, 3)) for item in _items(shop, row, number)]
    head: Row = {
        "entity_id": number,
        "increment_id": f"{200000000 + number}",
        "created_at": shop.stamp(),
        "updated_at": shop.stamp(),
        "state": "new" if method != "quickpay_gateway" else "processing",
        "status": "pending" if method != "quickpay_gateway" else "processing",
        "base_currency_code": "DKK",
        "order_currency_code": "DKK",
        "customer_email": known["email"] if known else person.email,
        "customer_firstname": known["firstname"] if known else None,
        "customer_lastname": known["lastname"] if known else None,
        "customer_is_guest": int(known is None),
        "store_id": 1,
        "store_name": "Main Website\nMain Website Store\nDefault Store View",
        "quote_id": number + 9000,
        "protect_code": f"{rng.getrandbits(24):06x}",
        "is_virtual": 0,
        "items": items,
        "billing_address": {**address(person, "billing"), "entity_id": 2 * number, "parent_id": number},
        "payment": {"method": method, "additional_information": [title, ""], "entity_id": number, "parent_id": number},
        "status_histories": [],
        "extension_attributes": _extension(person, title, number),
        "shipping_description": "PostNord - Hjemmelevering",
    }
    if known:
        head["customer_id"] = known["id"]
    total(head, coupon=chance(rng, 25))
    return head


def _buyable(shop: "Magento2Shop") -> list[Row]:
    kinds = {"simple", "configurable", "virtual", "bundle"}
    return [
        row for row in shop.products.values() if row["type_id"] in kinds and row["visibility"] == SHOWN and _chosen(shop, row)
    ]


def _chosen(shop: "Magento2Shop", row: Row) -> list[Row]:
    """The products that are bought with it: the variant, or the parts of the kit; itself."""
    if row["type_id"] == "configurable":
        links = row["extension_attributes"]["configurable_product_links"]
        return [shop.products[child] for child in links if child in shop.products][:1]
    if row["type_id"] == "bundle":
        return [one for one in shop.products.values() if one["type_id"] == "simple" and one["visibility"] == SHOWN][:2]
    return [row]


def _items(shop: "Magento2Shop", row: Row, order_id: int) -> list[Row]:
    parts, quantity = _chosen(shop, row), shop.rng.randint(1, 3)
    price = sum((Decimal(str(part["price"])) for part in parts), Decimal(0))
    sku = parts[0]["sku"] if row["type_id"] == "configurable" else row["sku"]
    head = item_of(shop, row, order_id, sku, price, quantity)
    if row["type_id"] == "configurable":
        return [head, item_of(shop, parts[0], order_id, parts[0]["sku"], Decimal(0), quantity, head["item_id"])]
    if row["type_id"] == "bundle":
        head.pop("tax_percent")
        below = [
            item_of(shop, part, order_id, part["sku"], Decimal(str(part["price"])), quantity, head["item_id"]) for part in parts
        ]
        return [head, *below]
    return [head]


def item_of(
    shop: "Magento2Shop", row: Row, order_id: int, sku: str, price: Decimal, quantity: int, parent: int | None = None
) -> Row:
    whole = price * quantity
    item: Row = {
        "item_id": shop.next_id("item"),
        "order_id": order_id,
        "name": row["name"],
        "sku": sku,
        "product_id": row["id"],
        "product_type": row["type_id"],
        "qty_ordered": quantity,
        "qty_invoiced": 0,
        "qty_shipped": 0,
        "qty_refunded": 0,
        "price": float(price),
        "row_total": cents(whole),
        "tax_percent": float(RATE),
        "tax_amount": cents(whole * RATE / 100),
        "discount_amount": 0,
        "discount_tax_compensation_amount": 0,
    }
    if price:
        item |= {"price_incl_tax": cents(price * (1 + RATE / 100)), "row_total_incl_tax": cents(whole * (1 + RATE / 100))}
    if parent is not None:
        item["parent_item_id"] = parent
    return item


def _extension(person: Person, title: str, number: int) -> Row:
    where = {**address(person, "shipping"), "entity_id": 2 * number + 1, "parent_id": number}
    shipping = {"address": where, "method": "postnord_home", "total": {}}
    return {
        "shipping_assignments": [{"shipping": shipping, "items": []}],
        "payment_additional_info": [{"key": "method_title", "value": title}],
    }


def priced(head: Row) -> list[Row]:
    """The items that the totals are made of: parts of a kit have prices of their own."""
    parts = {item["parent_item_id"] for item in head["items"] if item.get("parent_item_id") and item["row_total"]}
    return [item for item in head["items"] if item["item_id"] not in parts and item["row_total"]]


def total(head: Row, *, coupon: bool) -> None:
    items = priced(head)
    for item in items if coupon else ():
        net = Decimal(str(item["row_total"]))
        item["discount_amount"] = cents(net / 10)
        item["tax_amount"] = cents((net - Decimal(str(item["discount_amount"]))) * RATE / 100)
    discount = sum((Decimal(str(item["discount_amount"])) for item in items), Decimal(0))
    net = sum((Decimal(str(item["row_total"])) for item in items), Decimal(0))
    tax = sum((Decimal(str(item["tax_amount"])) for item in items), Decimal(0))
    head |= {
        "coupon_code": "TI" if coupon else None,
        "discount_amount": cents(-discount),
        "subtotal": cents(net),
        "subtotal_incl_tax": cents(sum((Decimal(str(item["row_total_incl_tax"])) for item in items), Decimal(0))),
        "shipping_amount": cents(_SHIPPING),
        "shipping_tax_amount": cents(_SHIPPING * RATE / 100),
        "shipping_incl_tax": cents(_SHIPPING * (1 + RATE / 100)),
        "tax_amount": cents(tax + _SHIPPING * RATE / 100),
        "grand_total": cents(net - discount + tax + _SHIPPING * (1 + RATE / 100)),
    }
    head["total_due"] = head["grand_total"]
