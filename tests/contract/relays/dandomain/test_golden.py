"""Payloads in HostedShop's shape, with invented values, and the documents that they become."""

import json
from pathlib import Path
from typing import Any

import pytest

from shoprelay_relays.hostedshop import DANDOMAIN
from tests.contract.relays.dandomain.facts import FACTS
from tests.support.golden import readable, reviewed
from tests.unit.relays.woocommerce.shop import FakeShop

HERE = Path(__file__).parent
CONFIG = {
    "shop_url": "https://shop.test/",
    "solution_id": "shop000000",
    "currency": "DKK",
    "tax": "25",
    "prices_with_vat": "true",
    "countries": json.dumps(
        {
            "1": {"iso": "DK", "tax": "25", "company_tax": "25"},
            "3": {"iso": "DE", "tax": "19", "company_tax": "0"},
        }
    ),
    "groups": json.dumps({"4": "Kunder B2B-login"}),
}
CASES = sorted(path.stem for path in (HERE / "payloads").glob("*.json"))


def payload(name: str) -> Any:
    return json.loads((HERE / "payloads" / f"{name}.json").read_text())


def resource(name: str) -> str:
    return next(resource for kind, resource in FACTS.kinds.items() if f"{name}_".startswith(f"{kind}_"))


@pytest.mark.parametrize("name", CASES)
def test_a_payload_becomes_its_documents(name: str):
    shop = FakeShop(CONFIG)
    rule, told = DANDOMAIN.resource(resource(name)).map, payload(name)
    found = [readable(rule(record, shop), shop) for record in (told if isinstance(told, list) else [told])]
    whole = {"records": found}
    assert whole == reviewed(HERE / "golden" / f"{name}.json", whole)
