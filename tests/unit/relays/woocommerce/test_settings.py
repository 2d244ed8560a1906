"""What is learnt of a shop, and that a key is proven by learning it."""

import pytest

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.woocommerce import RELAY
from tests.unit.relays.woocommerce.fake_shop import Fake, reply


def rate(number: int, percent: str, **given: object) -> dict[str, object]:
    known = {"country": "DE", "state": "", "postcode": "", "city": "", "priority": 1, "compound": False, "class": "standard"}
    return {"id": number, "rate": percent, "order": 0, **known, **given}


SHOP = {
    "settings/general": [
        {"id": "woocommerce_currency", "value": "EUR"},
        {"id": "woocommerce_default_country", "value": "DE:DE-BE"},
        {"id": "woocommerce_specific_allowed_countries", "value": []},
    ],
    "settings/products": [{"id": "woocommerce_weight_unit", "value": "lbs"}, {"id": "woocommerce_dimension_unit", "value": "in"}],
    "settings/tax": [{"id": "woocommerce_prices_include_tax", "value": "no"}],
    "system_status": {"environment": {"version": "10.0.2"}, "settings": {"HPOS_enabled": False}},
    "/wp-json/": {"timezone_string": "Europe/Berlin", "gmt_offset": 1},
}
RATES = [
    rate(1, "19.0000"),
    rate(2, "25.0000", country="DK"),
    rate(3, "7.0000", **{"class": "reduced-rate"}),
    rate(4, "21.0000", city="BERLIN"),
    rate(5, "1.0000", country=""),
    rate(6, "10.0000", priority=2, compound=True, **{"class": "reduced-rate"}),
]


async def settings(fake: Fake) -> dict[str, str]:
    async with fake.client() as shop:
        return await RELAY.settings(shop, {})


async def test_everything_that_a_shop_tells():
    assert await settings(Fake({"orders": [], "taxes": RATES}, {**SHOP, "orders": []})) == {
        "currency": "EUR",
        "weight_unit": "lbs",
        "dimension_unit": "in",
        "prices_include_tax": "no",
        "tax_rates": '{"reduced-rate": "0.177", "standard": "0.19"}',
        "time_zone": "Europe/Berlin",
        "order_storage": "legacy",
        "woocommerce_version": "10.0.2",
    }


async def test_a_key_that_may_only_read_orders_will_do():
    forbidden = reply({"code": "woocommerce_rest_cannot_view", "message": "Sorry"}, 403)
    fake = Fake(one={"orders": []})
    fake.before = lambda number, _query: forbidden if number > 1 else None
    assert await settings(fake) == {}


async def test_a_key_that_is_refused():
    refused = reply({"code": "woocommerce_rest_cannot_view", "message": "Sorry"}, 401)
    with pytest.raises(CredentialsRejected, match="woocommerce_rest_cannot_view"):
        await settings(Fake(before=lambda _number, _query: refused))
