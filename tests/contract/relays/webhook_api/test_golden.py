"""Posts in our own format, with invented values, and the documents that they become.

SHOPRELAY_WRITE_GOLDEN=1 writes the documents anew; what changed is then reviewed by eye.
"""

import json
from pathlib import Path

import pytest

from shoprelay_relays.webhook_api import RELAY
from tests.support.golden import readable, reviewed
from tests.support.relay_facts import facts
from tests.unit.relays.woocommerce.shop import FakeShop

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in (HERE / "payloads").glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_a_post_becomes_its_documents(name: str) -> None:
    rule = RELAY.resource(facts(RELAY.name).kinds[name.partition("_")[0]]).map
    payload = json.loads((HERE / "payloads" / f"{name}.json").read_text())
    shop = FakeShop()
    found = [readable(rule(item, shop), shop) for item in (payload if isinstance(payload, list) else [payload])]
    assert found == reviewed(HERE / "golden" / f"{name}.json", found)
