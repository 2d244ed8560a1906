"""What the tests of this relay against a simulated shop share."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from shoprelay_relays.prestashop import listing, walk
from shoprelay_simulators import ManualClock
from tests.contract.relays.prestashop.side import MARCH, Side, connected


@pytest.fixture(autouse=True)
def same_clocks(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The shop's clock stands where a test needs it, and is not taken for one that is behind."""
    if "behind" not in request.node.name:
        monkeypatch.setattr(listing, "_BELIEVED", timedelta(0))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MARCH)


@pytest.fixture
async def side(clock: ManualClock) -> AsyncIterator[Side]:
    async with connected(clock) as made:
        yield made


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk.Place.__init__, "__defaults__", (0, 0, 5, ""))
