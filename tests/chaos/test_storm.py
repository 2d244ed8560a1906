"""CHAOS_SECONDS=90 CHAOS_SEED=1 pytest tests/chaos"""

import os
import secrets

import pytest

from tests.chaos.audit import table
from tests.chaos.storm import say, storm

pytestmark = pytest.mark.chaos


def test_a_storm_breaks_no_promise() -> None:
    seed = int(os.environ.get("CHAOS_SEED") or secrets.randbelow(10**6))
    say(f"\nCHAOS_SEED={seed}")
    found = storm(seed, float(os.environ["CHAOS_SECONDS"]))
    say(table(found))
    assert [f"{each.text}: {text}" for each in found for text in each.violations] == []
