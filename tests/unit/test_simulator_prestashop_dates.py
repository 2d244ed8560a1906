"""The simulated PrestaShop: what moves date_upd and what does not, as a running 8.2.1 was seen to do it."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shoprelay_simulators import ManualClock, PrestaShop
from shoprelay_simulators.prestashop import acts, backoffice
from shoprelay_simulators.prestashop.acts import Item
from shoprelay_simulators.prestashop.kinds import KINDS
from tests.unit.test_simulator_prestashop import ask, rows
from tests.unit.test_simulator_prestashop_whole import put_back, write

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
DATED = ("orders", "products", "customers", "addresses", "categories", "order_slip")
ORDER, ALONE, SIZED = 21, 1, 2
"""An order of two pieces without combinations, which nobody paid; a product without and one with combinations."""
Act = Callable[[PrestaShop], object]


@pytest.fixture
def shop() -> PrestaShop:
    made = PrestaShop(3, orders=20, products=6, customers=4, clock=ManualClock(NOON))
    assert acts.place(made, 1, [Item(ALONE, 0, 2), Item(3, 0, 1)], message="Ring på") == ORDER
    return made


def dates(shop: PrestaShop) -> dict[str, str]:
    found = {name: rows(shop, name, display="[id,date_upd]") for name in DATED}
    return {f"{name}/{row['id']}": row["date_upd"] for name, listed in found.items() for row in listed}


def everything(shop: PrestaShop) -> dict[str, list[dict[str, Any]]]:
    return {name: rows(shop, name, display="full", sort="[id_ASC]") for name in KINDS}


def moved(shop: PrestaShop, act: Act) -> set[str]:
    """The records that were there before and have another date after it."""
    before = dates(shop)
    assert isinstance(shop.clock, ManualClock)
    shop.clock.advance(60)
    act(shop)
    after = dates(shop)
    return {one for one in before if one in after and after[one] != before[one]}


def line(shop: PrestaShop) -> int:
    return int(rows(shop, "order_details", filter__id_order=f"[{ORDER}]", sort="[id_ASC]")[0]["id"])


def of(shop: PrestaShop, resource: str, **fields: object) -> int:
    return next(int(str(row["id"])) for row in shop.where(resource, **fields))


def patch(path: str, inner: str) -> Act:
    resource, _, number = path.partition("/")
    return lambda shop: write(shop, "PATCH", resource, f"<id>{number}</id>{inner}", number)


def post(resource: str, inner: str) -> Act:
    return lambda shop: write(shop, "POST", resource, inner)


STATE = f"<id_order>{ORDER}</id_order><id_order_state>3</id_order_state>"
SLIP = (
    f"<id_customer>1</id_customer><id_order>{ORDER}</id_order><conversion_rate>1</conversion_rate><amount>9</amount>"
    "<total_products_tax_excl>7.2</total_products_tax_excl><total_products_tax_incl>9</total_products_tax_incl>"
)
MOVING: dict[str, Act] = {
    "a state over the API": post("order_histories", STATE),
    "the state that it has": post("order_histories", STATE.replace(">3<", ">10<")),
    "a state in the back office": lambda shop: acts.set_state(shop, ORDER, 3),
    "a patch of its state": patch(f"orders/{ORDER}", "<current_state>3</current_state>"),
    "a patch of nothing": patch(f"orders/{ORDER}", ""),
    "a note": patch(f"orders/{ORDER}", "<note>Haster</note>"),
    "itself put back": lambda shop: put_back(shop, "orders", ORDER),
    "a patch of its tracking number": patch(f"orders/{ORDER}", "<shipping_number>SPOR1</shipping_number>"),
    "a tracking number in the back office": lambda shop: backoffice.send_with(shop, ORDER, "SPOR1"),
    "a carrier in the back office": lambda shop: backoffice.send_with(shop, ORDER, "", carrier=3),
    "a line that the back office adds": lambda shop: backoffice.add_line(shop, ORDER, Item(3, 0, 1)),
    "a quantity in the back office": lambda shop: backoffice.change_line(shop, line(shop), quantity=5),
    "a price in the back office": lambda shop: backoffice.change_line(shop, line(shop), net=Decimal(80)),
    "a line that the back office removes": lambda shop: backoffice.remove_line(shop, line(shop)),
    "pieces that the back office cancels": lambda shop: backoffice.cancel_product(shop, line(shop), 1),
    "a discount in the back office": lambda shop: backoffice.discount(shop, ORDER, Decimal(10)),
    "another delivery address": lambda shop: backoffice.deliver_to(shop, ORDER, 2),
    "a payment in the back office": lambda shop: backoffice.book(shop, ORDER, Decimal(10)),
    "shipping in the back office": lambda shop: backoffice.ship(shop, ORDER),
}


@pytest.mark.parametrize("act", MOVING.values(), ids=MOVING)
def test_what_is_done_to_an_order_moves_it_alone(shop: PrestaShop, act: Act):
    assert moved(shop, act) == {f"orders/{ORDER}"}


RESTING: dict[str, Act] = {
    "tracking patched": patch(f"order_carriers/{ORDER}", "<tracking_number>S1</tracking_number>"),
    "tracking put": lambda shop: put_back(shop, "order_carriers", ORDER, tracking_number="S2"),
    "tracking with mail": lambda shop: put_back(shop, "order_carriers", ORDER, {"sendemail": "1"}, tracking_number="S3"),
    "refund in the back office": lambda shop: acts.refund(shop, line(shop), 1, Decimal(20)),
    "return in the back office": lambda shop: backoffice.take_back(shop, line(shop), 1),
    "slip over the API": post("order_slip", SLIP),
    "payment over the API": lambda shop: post(
        "order_payments",
        f"<order_reference>{shop.tables['orders'][ORDER]['reference']}</order_reference><id_currency>1</id_currency>"
        "<amount>25</amount>",
    )(shop),
    "line posted": post("order_details", f"<id_order>{ORDER}</id_order><product_quantity>3</product_quantity>"),
    "line put": lambda shop: put_back(shop, "order_details", line(shop), product_quantity="9"),
    "line deleted": lambda shop: ask(shop, f"order_details/{line(shop)}", "DELETE"),
    "message": post("messages", f"<id_order>{ORDER}</id_order><message>Hej</message>"),
    "thread": post("customer_threads", f"<id_order>{ORDER}</id_order><id_customer>1</id_customer>"),
    "message in a thread": post("customer_messages", "<id_customer_thread>1</id_customer_thread><message>Hej</message>"),
    "state renamed": patch("order_states/10", "<name><language id='2'>Afventer</language></name>"),
    "tax rate changed": patch("taxes/1", "<rate>22.000</rate>"),
    "manufacturer renamed": patch("manufacturers/1", "<name>Nyværk</name>"),
    "stock patched": patch("stock_availables/1", "<quantity>7</quantity>"),
    "stock put": lambda shop: put_back(shop, "stock_availables", 1, quantity="8"),
    "stock of a combination": lambda shop: patch(
        f"stock_availables/{of(shop, 'stock_availables', id_product_attribute=1)}", "<quantity>7</quantity>"
    )(shop),
    "an order placed": lambda shop: acts.place(shop, 1, [Item(ALONE, 0, 1), Item(SIZED, 1, 1)]),
    "combination posted": post("combinations", f"<id_product>{SIZED}</id_product><minimal_quantity>1</minimal_quantity>"),
    "combination put": lambda shop: put_back(shop, "combinations", 1, price="3.000000"),
    "combination patched": patch("combinations/1", "<reference>NY</reference>"),
    "combination deleted": lambda shop: ask(shop, "combinations/1", "DELETE"),
    "combination on the page": lambda shop: backoffice.save_combination(shop, 1, impact=Decimal(9), pieces=4),
    "sale price posted": post("specific_prices", f"<id_product>{ALONE}</id_product><reduction>0.2</reduction>"),
    "address added": post(
        "addresses",
        "<id_customer>1</id_customer><id_country>20</id_country><alias>a</alias><lastname>b</lastname><firstname>c</firstname>"
        "<address1>d</address1><city>e</city>",
    ),
    "image": lambda shop: ask(shop, f"images/products/{ALONE}", "POST", b'name="image"\n\xff\xd8\xff'),
}


@pytest.mark.parametrize("act", RESTING.values(), ids=RESTING)
def test_what_is_written_beside_a_record_changes_the_shop_and_moves_no_date(shop: PrestaShop, act: Act):
    before = everything(shop)
    assert moved(shop, act) == set()
    assert everything(shop) != before


@pytest.mark.parametrize("verb", ["PUT", "DELETE"])
def test_a_sale_price_that_changes_or_ends_does_not_move_its_product(shop: PrestaShop, verb: str):
    made = post("specific_prices", f"<id_product>{ALONE}</id_product><reduction>0.2</reduction>")
    made(shop)
    number = int(rows(shop, "specific_prices")[-1]["id"])
    if verb == "PUT":
        assert moved(shop, lambda shop: put_back(shop, "specific_prices", number, reduction="0.300000")) == set()
        assert rows(shop, "specific_prices", display="full")[-1]["reduction"] == "0.300000"
    else:
        assert moved(shop, lambda shop: ask(shop, f"specific_prices/{number}", "DELETE")) == set()
        assert rows(shop, "specific_prices") == []


OWN: dict[str, tuple[Act, str]] = {
    "product put": (lambda shop: put_back(shop, "products", ALONE), f"products/{ALONE}"),
    "product patched": (patch(f"products/{ALONE}", ""), f"products/{ALONE}"),
    "product page": (lambda shop: backoffice.save_product(shop, ALONE, pieces=5), f"products/{ALONE}"),
    "price on the product page": (lambda shop: backoffice.save_product(shop, ALONE, price=Decimal(99)), f"products/{ALONE}"),
    "category put": (lambda shop: put_back(shop, "categories", 3), "categories/3"),
    "category renamed": (patch("categories/3", "<name><language id='2'>Nyt</language></name>"), "categories/3"),
    "address put": (lambda shop: put_back(shop, "addresses", 1, city="Ribe"), "addresses/1"),
    "address of an order deleted": (lambda shop: ask(shop, "addresses/1", "DELETE"), "addresses/1"),
    "customer patched": (patch("customers/1", "<newsletter>1</newsletter>"), "customers/1"),
}


@pytest.mark.parametrize(("act", "record"), OWN.values(), ids=OWN)
def test_a_write_of_a_record_moves_that_one_even_if_nothing_is_in_it(shop: PrestaShop, act: Act, record: str):
    assert moved(shop, act) == {record}
