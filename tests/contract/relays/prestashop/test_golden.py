"""Payloads in PrestaShop's shape, with invented values, and the documents that they become."""

import json
from pathlib import Path
from typing import Any

import pytest

from shoprelay_relays.prestashop import RELAY
from tests.contract.relays.prestashop.facts import FACTS
from tests.support.golden import readable, reviewed
from tests.unit.relays.woocommerce.shop import FakeShop

HERE = Path(__file__).parent
CONFIG = {
    "shop_url": "https://shop.test/",
    "time_zone": "Europe/Copenhagen",
    "language_id": "2",
    "currency": "DKK",
    "currency_id": "1",
    "country_id": "20",
}
CASES = sorted(path.stem for path in (HERE / "payloads").glob("*.json"))


def payload(name: str) -> Any:
    return json.loads((HERE / "payloads" / f"{name}.json").read_text())


def resource(name: str) -> str:
    return next(resource for kind, resource in FACTS.kinds.items() if f"{name}_".startswith(f"{kind}_"))


@pytest.mark.parametrize("name", CASES)
def test_a_payload_becomes_its_documents(name: str):
    shop = FakeShop(CONFIG)
    found = readable(RELAY.resource(resource(name)).map(payload(name), shop), shop)
    assert found == reviewed(HERE / "golden" / f"{name}.json", found)
