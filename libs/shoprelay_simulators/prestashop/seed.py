"""What a shop opens with."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop import acts, blanks, tables
from shoprelay_simulators.prestashop.acts import Item, six
from shoprelay_simulators.prestashop.query import Row
from shoprelay_simulators.world.chance import chance
from shoprelay_simulators.world.goods import Goods, catalogue
from shoprelay_simulators.world.people import Person, nordic_person

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

_COUNTRIES = {"DK": 20, "SE": 18, "DE": 1, "NO": 23}
_DAYS = 30


def fill(shop: "PrestaShop", *, orders: int, products: int, customers: int) -> None:
    opened = shop.now()
    shop.past = opened - timedelta(days=_DAYS)
    for resource, rows in tables.FIXED.items():
        for number, row in rows.items():
            shop.put(resource, number, dict(row))
    shop.change("configurations", 1, {"value": str(shop.zone)})
    for goods in catalogue(shop.rng, products):
        add_product(shop, goods)
    for number in range(customers):
        add_customer(shop, nordic_person(shop.rng, number), guest=number % 5 == 4)  # noqa: PLR2004
    step = timedelta(days=_DAYS) / (orders + 1)
    for _ in range(orders):
        shop.past += step
        add_order(shop)


def add_product(shop: "PrestaShop", goods: Goods) -> int:
    net = Decimal(goods.price) / acts.TAX
    number = shop.add("products", {
        **blanks.PRODUCT, "reference": goods.sku, "price": six(net), "wholesale_price": six(net / 2),
        "ean13": f"57{shop.rng.randrange(10**11):011d}", "name": blanks.words(goods.name), "weight": "0.350000",
        "link_rewrite": blanks.words(f"vare-{len(shop.tables['products']) + 1}"),
        "description": blanks.words(f"<p>{goods.name}</p>"),
        "description_short": blanks.words(goods.name), "id_category_default": str(shop.rng.choice((3, 4, 5))),
        "associations": {
            "categories": [{"id": "3"}], "images": [{"id": str(10 + len(shop.tables["products"]))}],
            "product_features": [{"id": "1", "id_feature_value": "1"}], "tags": [{"id": "1"}], "accessories": [],
        },
    })  # fmt: skip
    choices = [(size, colour) for size in goods.sizes or ("",) for colour in goods.colours or ("",)]
    combinations = [add_combination(shop, number, pair, goods) for pair in choices if any(pair)]
    for combination in [0, *combinations]:
        pieces = 40 * (len(combinations) if combinations and not combination else 1)
        shop.add("stock_availables", blanks.STOCK | {
            "id_product": str(number), "id_product_attribute": str(combination), "quantity": str(pieces),
        })  # fmt: skip
    return number


def add_combination(shop: "PrestaShop", product: int, options: tuple[str, ...], goods: Goods) -> int:
    values = [option_value(shop, group, word) for group, word in enumerate(options, start=1) if word]
    reference = "-".join([goods.sku, *filter(None, options)]) if chance(shop.rng, 80) else ""
    return shop.add("combinations", blanks.blank("combinations") | {
        "id_product": str(product), "reference": reference, "price": six(Decimal(shop.rng.choice((0, 0, 16, 40)))),
        "available_now": blanks.words(""), "available_later": blanks.words(""),
        "associations": {"product_option_values": [{"id": str(value)} for value in values], "images": []},
    })  # fmt: skip


def option_value(shop: "PrestaShop", group: int, word: str) -> int:
    for row in shop.where("product_option_values", id_attribute_group=group):
        if row["name"] == blanks.words(word):
            return int(str(row["id"]))
    return shop.add("product_option_values", {
        "id_attribute_group": str(group), "color": "", "position": "0", "name": blanks.words(word),
    })  # fmt: skip


def add_customer(shop: "PrestaShop", person: Person, *, guest: bool = False) -> int:
    number = shop.add("customers", blanks.CUSTOMER | {
        "firstname": person.first, "lastname": person.last, "email": person.email, "company": person.company,
        "is_guest": "1" if guest else "0", "newsletter": str(shop.rng.choice((0, 1))),
        "secure_key": f"{shop.rng.getrandbits(128):032x}", "passwd": f"$2y$10${shop.rng.getrandbits(200):050x}",
    })  # fmt: skip
    add_address(shop, number, person)
    return number


def add_address(shop: "PrestaShop", customer: int, person: Person) -> int:
    row: Row = blanks.ADDRESS | {
        "id_customer": str(customer), "id_country": str(_COUNTRIES.get(person.country, 20)), "company": person.company,
        "lastname": person.last, "firstname": person.first, "address1": person.street, "address2": person.extra,
        "postcode": person.postcode, "city": person.city, "phone": person.phone,
    }  # fmt: skip
    return shop.add("addresses", row)


def add_order(shop: "PrestaShop") -> int:
    rng = shop.rng
    customers, products = list(shop.tables["customers"]), list(shop.tables["products"])
    items = []
    for product in rng.sample(products, k=min(len(products), rng.randint(1, 3))):
        combinations = [int(str(row["id"])) for row in shop.where("combinations", id_product=product)]
        items.append(Item(product, rng.choice(combinations) if combinations else 0, rng.randint(1, 3)))
    module, payment = rng.choice((("ps_wirepayment", "Bankoverførsel"), ("kortmodul", "Betalingskort")))
    return acts.place(
        shop, rng.choice(customers), items, module=module, payment=payment,
        voucher=Decimal(50) if chance(rng, 20) else Decimal(0), gift="Tillykke!" if chance(rng, 10) else "",
        message="Ring på & vent" if chance(rng, 15) else "", carrier=rng.choice((2, 3)),
    )  # fmt: skip
