"""Prices: without tax and with reductions apart there, with tax here."""

from decimal import Decimal
from typing import Any

import pytest

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import prices

CONFIG = {"time_zone": "Europe/Copenhagen", "country_id": "20", "currency_id": "1", "shop_id": "1"}
EVERYBODY = {"id": 1, "id_product": "9", "price": "-1.000000", "from_quantity": "1", "reduction_tax": "1"}
TENTH = EVERYBODY | {"reduction_type": "percentage", "reduction": "0.100000"}


def rule(rate: str, **more: Any) -> dict[str, Any]:
    return {"behavior": "0", "id_state": "0", "zipcode_from": "0", "tax": {"rate": rate}, **more}


@pytest.mark.parametrize(
    ("product", "rate"),
    [
        ({"id_tax_rules_group": "0"}, Decimal(0)),
        ({"id_tax_rules_group": "1"}, None),
        ({"id_tax_rules_group": "1", "tax_rules": []}, Decimal(0)),
        ({"id_tax_rules_group": "1", "tax_rules": [rule("25.000")]}, Decimal("0.25")),
        ({"id_tax_rules_group": "1", "tax_rules": [rule("5"), rule("3", behavior="1")]}, Decimal("0.08")),
        ({"id_tax_rules_group": "1", "tax_rules": [rule("10"), rule("10", behavior="2")]}, Decimal("0.21")),
        (
            {"id_tax_rules_group": "1", "tax_rules": [rule("25"), rule("7", id_state="3"), rule("6", zipcode_from="100")]},
            Decimal("0.25"),
        ),
    ],
)
def test_the_tax_where_the_shop_stands(product: dict[str, Any], rate: Decimal | None):
    assert prices.tax_rate(Raw(product)) == rate


def told(*specific: dict[str, Any], combination: str | None = None) -> dict[str, Any]:
    return prices.told(Raw({"specific_prices": list(specific)}), combination, Decimal(80), Decimal("0.25"), CONFIG)


def test_without_a_reduction_the_price_is_the_price():
    assert told() == {
        "price": 100.0, "before_price": None, "offer_price": None, "offer_started_at": None, "offer_finished_at": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "price"),
    [
        (TENTH, 90.0),
        (EVERYBODY | {"reduction_type": "amount", "reduction": "30.000000"}, 70.0),
        (EVERYBODY | {"reduction_type": "amount", "reduction": "30.000000", "reduction_tax": "0"}, 62.5),
        (TENTH | {"price": "40.000000"}, 45.0),
        (EVERYBODY | {"price": "60.000000", "reduction_type": "amount", "reduction": "0.000000"}, 75.0),
    ],
)
def test_a_reduction_that_is_always_in_force_is_the_price(row: dict[str, Any], price: float):
    found = told(row)
    assert (found["price"], found["offer_price"], found["before_price"]) == (price, price, 100.0)


def test_one_with_dates_is_told_beside_the_price():
    found = told(TENTH | {"from": "2026-01-01 00:00:00", "to": "2026-06-30 23:59:59"})
    assert (found["price"], found["offer_price"]) == (100.0, 90.0)
    assert found["offer_started_at"].isoformat() == "2025-12-31T23:00:00+00:00"
    assert found["offer_finished_at"].isoformat() == "2026-06-30T21:59:59+00:00"


@pytest.mark.parametrize(
    "mark",
    [
        {"id_customer": "3"}, {"id_group": "2"}, {"id_cart": "8"}, {"from_quantity": "5"}, {"id_currency": "2"},
        {"id_country": "1"}, {"id_shop": "2"}, {"id_product_attribute": "7"},
    ],
)  # fmt: skip
def test_a_reduction_that_not_every_buyer_gets_is_no_price(mark: dict[str, Any]):
    assert told(TENTH | mark)["price"] == 100.0


def test_what_is_for_one_combination_goes_before_what_is_for_all():
    half = TENTH | {"id": 2, "id_product_attribute": "7", "reduction": "0.500000"}
    everything = TENTH | {"id": 3, "id_product": "0", "reduction": "0.700000"}
    assert told(half, everything, TENTH, combination="7")["price"] == 50.0
    assert told(half, everything, TENTH, combination="8")["price"] == 90.0
    assert told(everything)["price"] == 30.0
