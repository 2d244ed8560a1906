"""Makes rows out of invented people and goods."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.woocommerce.php import cents, entities
from shoprelay_simulators.woocommerce.product_parts import price_of
from shoprelay_simulators.woocommerce.rows import (
    Attribute,
    Charge,
    CouponLine,
    Customer,
    Image,
    Line,
    Meta,
    Order,
    Product,
)
from shoprelay_simulators.woocommerce.taxes import split, tax
from shoprelay_simulators.world.chance import chance
from shoprelay_simulators.world.goods import Goods
from shoprelay_simulators.world.people import Person

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

GATEWAYS = (("testcard", "Dankort / Visa"), ("bacs", "Bankoverførsel"), ("cod", "Betal i butikken"), ("cheque", "Faktura"))
# The gateways that pay back by themselves.
REFUNDING = {"testcard"}
METHODS = (
    ("flat_rate", "1", "Pakkeshop", "49.00"),
    ("flat_rate", "4", "Hjemmelevering", "69.00"),
    ("local_pickup", "2", "Afhent på Ærø", "0.00"),
)
NOTES = ("", "", "", "Ring på døren & gå ind", "Gave <3", "Stilles i skuret \\ carporten")


def address(person: Person) -> dict[str, str]:
    return {
        "first_name": person.first,
        "last_name": person.last,
        "company": person.company,
        "address_1": person.street,
        "address_2": person.extra,
        "city": person.city,
        "state": "",
        "postcode": person.postcode,
        "country": person.country,
    }


def customer(shop: "WooShop", person: Person, created: datetime) -> Customer:
    row_id = shop.next_id("user")
    billing = {**address(person), "email": person.email, "phone": person.phone}
    username = f"{person.email.partition('@')[0]}"
    shipping = {**address(person), "phone": ""}
    return Customer(row_id, created, created, person.email, person.first, person.last, username, billing, shipping)


PLAIN = str.maketrans("øåæé", "oaae")


def slug(text: str) -> str:
    plain = text.lower().translate(PLAIN)
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in plain).split()
    return "-".join(words)


def product(shop: "WooShop", goods: Goods, created: datetime) -> Product:
    """A simple product, or a variable one without its variations."""
    rng = shop.rng
    image = Image(shop.next_id(), created, f"/wp-content/uploads/{slug(goods.name)}.jpg", slug(goods.name))
    row_id = shop.next_id()
    variable = bool(goods.sizes or goods.colours)
    stocked = chance(rng, 60)
    row = Product(
        row_id,
        "variable" if variable else "simple",
        entities(goods.name) if "&" in goods.name else goods.name,
        f"{slug(goods.name)}-{row_id}",
        created,
        created,
        sku=goods.sku,
        regular_price="" if variable else goods.price,
        manage_stock=stocked,
        stock=rng.randint(2, 60) if stocked else None,
        short_description=f"<p>{entities(goods.name)}</p>\n",
        weight=rng.choice(("", "0.4", "1.25")),
        gtin=f"57{rng.randint(10**10, 10**11 - 1)}" if chance(rng, 40) else "",
        categories=rng.sample(sorted(shop.categories), k=min(2, len(shop.categories))),
        tags=rng.sample(sorted(shop.tags), k=1),
        images=[image] if chance(rng, 70) else [],
        attributes=_attributes(goods),
        meta=[Meta(shop.next_id("meta"), "_cost_price", goods.price)] if chance(rng, 30) else [],
    )
    if not variable and chance(rng, 25):
        row.sale_price = f"{cents(Decimal(goods.price) * Decimal('0.8'))}"
    return row


def _attributes(goods: Goods) -> list[Attribute]:
    given = ((1, "Størrelse", "pa_stoerrelse", goods.sizes), (2, "Farve", "pa_farve", goods.colours))
    return [Attribute(i, name, key, variation=True, options=list(options)) for i, name, key, options in given if options]


def variations(shop: "WooShop", parent: Product, goods: Goods, created: datetime) -> list[Product]:
    """One per combination; the last has no SKU of its own and shares its parent's stock."""
    colours = goods.colours or ("",)
    combinations = [(size, colour) for size in goods.sizes for colour in colours]
    return [
        variation(shop, parent, goods, created, size, colour, own=number + 1 < len(combinations))
        for number, (size, colour) in enumerate(combinations)
    ]


def variation(shop: "WooShop", parent: Product, goods: Goods, created: datetime, size: str, colour: str, *, own: bool) -> Product:
    choices = [(name, option) for name, option in (("Størrelse", size), ("Farve", colour)) if option]
    name = ", ".join(option for _, option in choices)
    return Product(
        shop.next_id(),
        "variation",
        name,
        f"{parent.slug}-{slug(name)}",
        created,
        created,
        sku=f"{goods.sku}-{slug(name).upper()}" if own else "",
        regular_price=goods.price,
        manage_stock=own,
        stock=shop.rng.randint(0, 25) if own else None,
        parent_id=parent.id,
        choices=choices,
    )


def order(shop: "WooShop", person: Person, created: datetime, owner: Customer | None) -> Order:
    """An order of one to three lines, sometimes with a second parcel, a fee, a coupon, a separate receiver."""
    rng = shop.rng
    gateway, title = rng.choice(GATEWAYS)
    row = Order(
        shop.next_id(),
        "pending",
        created,
        created,
        shop.currency,
        f"wc_order_{rng.getrandbits(64):016x}",
        {**address(person), "email": person.email, "phone": person.phone},
        {**(address(person) if chance(rng, 80) else dict.fromkeys(address(person), "")), "phone": ""},
        customer_id=owner.id if owner else 0,
        payment_method=gateway,
        payment_title=title,
        transaction_id=f"tx_{rng.getrandbits(48):012x}" if gateway == "testcard" else "",
        ip=f"192.0.2.{rng.randint(1, 254)}",
        agent="Mozilla/5.0 (X11; Linux x86_64) Browser/1.0",
        note=rng.choice(NOTES),
        tax_line_ids=[shop.next_id("item")],
    )
    tax(shop, row, person.country)
    percent = 10 if _codes(shop) and chance(rng, 20) else 0
    sellable = [p for p in shop.products.values() if p.regular_price and p.status == "publish"]
    for item in rng.sample(sellable, k=min(len(sellable), rng.randint(1, 3))):
        row.lines.append(line(shop, row, item, rng.randint(1, 4), percent))
    if percent:
        row.coupons.append(_coupon(shop, row, percent))
    for method in rng.sample(METHODS, k=2 if chance(rng, 10) else 1):
        row.shipping_lines.append(_shipping(shop, row, method))
    if chance(rng, 15):
        row.fees.append(_fee(shop, row))
    row.meta = [Meta(shop.next_id("meta"), "_wc_order_attribution_utm_source", "(direct)")]
    return row


def line(shop: "WooShop", row: Order, item: Product, quantity: int, percent: int = 0) -> Line:
    parent = shop.products.get(item.parent_id)
    price, _ = price_of(item, shop.now())
    before = split(Decimal(price or "0") * quantity, row.taxes)
    share = Decimal(100 - percent) / 100
    keys = {attribute.name: attribute.slug for attribute in parent.attributes} if parent else {}
    return Line(
        shop.next_id("item"),
        f"{parent.name} - {item.name}" if parent else item.name,
        parent.id if parent else item.id,
        item.id if parent else 0,
        quantity,
        before.net,
        before.tax,
        cents(before.net * share),
        cents(before.tax * share),
        parent.name if parent else None,
        [Meta(shop.next_id("meta"), keys[name], option.lower()) for name, option in item.choices],
    )


def _codes(shop: "WooShop") -> list[str]:
    return sorted(row.code for row in shop.coupons.values() if row.status == "publish")


def _coupon(shop: "WooShop", row: Order, percent: int) -> CouponLine:
    code = shop.rng.choice(_codes(shop))
    discount = sum((item.subtotal - item.total for item in row.lines), Decimal(0))
    tax = sum((item.subtotal_tax - item.total_tax for item in row.lines), Decimal(0))
    return CouponLine(shop.next_id("item"), code, percent, discount, tax)


def _shipping(shop: "WooShop", row: Order, method: tuple[str, str, str, str]) -> Charge:
    method_id, instance, title, price = method
    parts = split(Decimal(price), row.taxes)
    return Charge(shop.next_id("item"), title, parts.net, parts.tax, method_id, instance)


def _fee(shop: "WooShop", row: Order) -> Charge:
    """A gift wrapping, or a discount given by hand."""
    title, price = shop.rng.choice((("Gaveindpakning", "25.00"), ("Rabat & tak", "-15.00")))
    parts = split(Decimal(price), row.taxes)
    return Charge(shop.next_id("item"), title, parts.net, parts.tax)
