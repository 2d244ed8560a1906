"""Payloads in Quickbutik's shape, with invented values, and the documents that they become.

SHOPRELAY_WRITE_GOLDEN=1 writes the documents anew; what changed is then reviewed by eye.
"""

from pathlib import Path

import pytest

from shoprelay_relays.quickbutik import RELAY
from tests.support.golden import becomes, payloads, reviewed

HERE = Path(__file__).parent


@pytest.mark.parametrize("path", payloads(HERE), ids=lambda path: path.stem)
def test_a_payload_becomes_its_documents(path: Path) -> None:
    found = becomes(RELAY, path, config={"currency": "SEK"})
    assert found == reviewed(HERE / "golden" / path.name, found)
