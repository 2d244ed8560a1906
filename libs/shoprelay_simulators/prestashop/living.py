"""One random change at a time, as shoppers, shopkeepers and their programs make them."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop import acts, blanks, seed, shelves
from shoprelay_simulators.world.goods import Goods
from shoprelay_simulators.world.people import nordic_person

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

_NEXT = {"10": (2, 2, 6), "2": (3, 4, 14), "3": (4,), "14": (5,), "4": (5, 7), "8": (2,)}


def step(shop: "PrestaShop") -> str:
    """One change; a new order when the drawn one has nothing to work on."""
    kinds = list(WEIGHTS)
    change = shop.rng.choices(kinds, weights=[WEIGHTS[kind] for kind in kinds])[0]
    return change(shop) or new_order(shop)


def new_order(shop: "PrestaShop") -> str:
    if not shop.tables["customers"]:
        new_customer(shop)
    return f"order {seed.add_order(shop)} placed"


def advance(shop: "PrestaShop") -> str:
    fitting = [row for row in shop.tables["orders"].values() if row["current_state"] in _NEXT]
    if not fitting:
        return ""
    row = shop.rng.choice(fitting)
    state = shop.rng.choice(_NEXT[str(row["current_state"])])
    acts.set_state(shop, int(str(row["id"])), state)
    return f"order {row['id']} is in state {state}"


def refund(shop: "PrestaShop") -> str:
    paid = [row for row in shop.tables["order_details"].values() if row["product_quantity_refunded"] == "0"]
    living = [row for row in paid if int(str(row["id_order"])) in shop.tables["orders"]]
    if not living:
        return ""
    row = shop.rng.choice(living)
    acts.refund(shop, int(str(row["id"])), 1, Decimal(shop.rng.choice((0, 0, 20))))
    return f"order {row['id_order']} refunded in part"


def track(shop: "PrestaShop") -> str:
    """Only new rows of order_carriers have a date that tells: a number that comes later is seen by sweeps alone."""
    order = _any(shop, "orders")
    acts.track(shop, order, f"SPOR{order:04d}DK")
    return f"order {order} has a tracking number"


def pay(shop: "PrestaShop") -> str:
    order = _any(shop, "orders")
    acts.pay(shop, order, Decimal(25), "Bankoverførsel")
    return f"order {order} has a payment"


def message(shop: "PrestaShop") -> str:
    order = _any(shop, "orders")
    acts.write_message(shop, order, "Hvornår kommer den?")
    return f"order {order} has a message"


def correct_address(shop: "PrestaShop") -> str:
    address = _any(shop, "addresses")
    shop.change("addresses", address, {"address1": f"Åboulevarden {shop.rng.randint(1, 99)}"})
    return f"address {address} corrected"


def count_stock(shop: "PrestaShop") -> str:
    row = _any(shop, "stock_availables")
    shelves.put(shop, row, shop.rng.randint(0, 90))
    return f"stock {row} counted"


def price_combination(shop: "PrestaShop") -> str:
    if not shop.tables["combinations"]:
        return ""
    row = _any(shop, "combinations")
    shop.change("combinations", row, {"price": acts.six(Decimal(shop.rng.randint(0, 50)))})
    return f"combination {row} priced"


def sale(shop: "PrestaShop") -> str:
    product = _any(shop, "products")
    shop.add("specific_prices", blanks.blank("specific_prices") | {"id_product": str(product), "reduction": "0.100000"})
    return f"product {product} on sale"


def edit_product(shop: "PrestaShop") -> str:
    product = _any(shop, "products")
    shop.change("products", product, {"price": acts.six(Decimal(shop.rng.randint(20, 900)))})
    return f"product {product} edited"


def new_product(shop: "PrestaShop") -> str:
    number = seed.add_product(shop, Goods("Skål Hjelm", f"NY-{len(shop.tables['products'])}", "149.00"))
    return f"product {number} made"


def delete_product(shop: "PrestaShop") -> str:
    if len(shop.tables["products"]) < 5:  # noqa: PLR2004
        return ""
    product = _any(shop, "products")
    acts.delete(shop, "products", product)
    return f"product {product} deleted"


def delete_order(shop: "PrestaShop") -> str:
    order = _any(shop, "orders")
    acts.delete(shop, "orders", order)
    return f"order {order} deleted"


def new_customer(shop: "PrestaShop") -> str:
    number = seed.add_customer(shop, nordic_person(shop.rng, 7000 + len(shop.tables["customers"])))
    return f"customer {number} registered"


def edit_customer(shop: "PrestaShop") -> str:
    customer = _any(shop, "customers")
    shop.change("customers", customer, {"note": f"Ringede {shop.rng.randint(1, 28)}."})
    return f"customer {customer} edited"


def delete_customer(shop: "PrestaShop") -> str:
    if len(shop.tables["customers"]) < 5:  # noqa: PLR2004
        return ""
    customer = _any(shop, "customers")
    acts.delete(shop, "customers", customer)
    return f"customer {customer} deleted"


def rename_category(shop: "PrestaShop") -> str:
    category = _any(shop, "categories")
    shop.change("categories", category, {"description": blanks.words(f"Udvalg {shop.rng.randint(1, 99)}")})
    return f"category {category} edited"


def _any(shop: "PrestaShop", resource: str) -> int:
    return shop.rng.choice(list(shop.tables[resource]))


WEIGHTS: dict[Callable[["PrestaShop"], str], int] = {
    new_order: 26,
    advance: 26,
    refund: 5,
    track: 6,
    pay: 3,
    message: 3,
    correct_address: 4,
    count_stock: 8,
    price_combination: 3,
    sale: 2,
    edit_product: 6,
    new_product: 2,
    delete_product: 1,
    delete_order: 1,
    new_customer: 3,
    edit_customer: 4,
    delete_customer: 1,
    rename_category: 1,
}
