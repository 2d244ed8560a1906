"""Payloads in Magento's shape, with invented values, and the documents that they become.

SHOPRELAY_WRITE_GOLDEN=1 writes the documents anew; what changed is then reviewed by eye.
"""

import json
import os
from pathlib import Path

import pytest

from shoprelay_relays.magento2 import RELAY
from tests.contract.relays.magento2.facts import FACTS
from tests.unit.relays.magento2.shop import FakeShop, payload, readable

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in (HERE / "payloads").glob("*.json"))


def resource(name: str) -> str:
    return next(found for kind, found in FACTS.kinds.items() if f"{name}_".startswith(f"{kind}_"))


@pytest.mark.parametrize("name", NAMES)
def test_a_payload_becomes_its_documents(name: str):
    shop = FakeShop()
    found = readable(RELAY.resource(resource(name)).map(payload(name), shop), shop)
    golden = HERE / "golden" / f"{name}.json"
    if os.environ.get("SHOPRELAY_WRITE_GOLDEN"):
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == json.loads(golden.read_text())
