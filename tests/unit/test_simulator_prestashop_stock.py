"""The simulated PrestaShop: goods on the shelf."""

from datetime import UTC, datetime

import pytest

from shoprelay_simulators import ManualClock, PrestaShop
from shoprelay_simulators.prestashop import acts, backoffice
from shoprelay_simulators.prestashop.acts import Item
from tests.unit.test_simulator_prestashop import ask, rows
from tests.unit.test_simulator_prestashop_orders import history, lines, stock
from tests.unit.test_simulator_prestashop_whole import write

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def shop() -> PrestaShop:
    return PrestaShop(3, orders=6, products=6, customers=4, clock=ManualClock(NOON))


def test_what_is_cancelled_goes_back_on_the_shelf_once_and_is_taken_again_when_it_is_paid(shop: PrestaShop):
    before = stock(shop, 1)
    order = acts.place(shop, 1, [Item(1, 0, 2)])
    counts = [stock(shop, 1)]
    for state in (6, 6, 2, 3):
        history(shop, order, state)
        counts.append(stock(shop, 1))
    assert counts == [before - 2, before, before, before - 2, before - 2]


def test_combination_zero_is_overwritten_by_the_sum_at_the_next_write_of_a_combination(shop: PrestaShop):
    product = int(str(shop.tables["combinations"][1]["id_product"]))
    found = rows(shop, "stock_availables", filter__id_product=f"[{product}]", display="full", sort="[id_ASC]")
    parent, first, *others = found
    write(shop, "PATCH", "stock_availables", f"<id>{parent['id']}</id><quantity>999</quantity>", str(parent["id"]))
    assert stock(shop, product) == 999
    write(shop, "PATCH", "stock_availables", f"<id>{first['id']}</id><quantity>-3</quantity>", str(first["id"]))
    assert stock(shop, product) == sum(int(row["quantity"]) for row in others) - 3


@pytest.mark.parametrize("by", ["sale", "deletion"])
def test_combination_zero_is_the_sum_after_a_sale_and_after_a_deletion(shop: PrestaShop, by: str):
    product = int(str(shop.tables["combinations"][1]["id_product"]))
    (parent,) = rows(shop, "stock_availables", filter__id_product=f"[{product}]", filter__id_product_attribute="[0]")
    write(shop, "PATCH", "stock_availables", f"<id>{parent['id']}</id><quantity>999</quantity>", str(parent["id"]))
    if by == "sale":
        acts.place(shop, 1, [Item(product, 1, 2)])
    else:
        assert ask(shop, "combinations/1", "DELETE").status == 200
    found = rows(shop, "stock_availables", filter__id_product=f"[{product}]", display="full")
    own = [int(row["quantity"]) for row in found if row["id_product_attribute"] != "0"]
    assert stock(shop, product) == sum(own)


def test_movements_of_stock_are_written_by_the_back_office_alone_and_name_no_product(shop: PrestaShop):
    order = acts.place(shop, 1, [Item(1, 0, 2)])
    write(shop, "PATCH", "stock_availables", "<id>1</id><quantity>7</quantity>", "1")
    history(shop, order, 4)
    assert rows(shop, "stock_movements") == []
    other = acts.place(shop, 1, [Item(1, 0, 2)])
    backoffice.ship(shop, other)
    backoffice.take_back(shop, lines(shop, other)[0]["id"], 1)
    backoffice.save_product(shop, 1, pieces=50)
    found = rows(shop, "stock_movements", display="full", sort="[id_ASC]")
    assert [(row["sign"], row["physical_quantity"], row["id_product"], row["reference"]) for row in found] == [
        ("-1", "2", "", ""), ("1", "1", "", ""), ("1", "44", "", ""),
    ]  # fmt: skip
    assert b"<stock_mvts>" in ask(shop, "stock_movements").body
