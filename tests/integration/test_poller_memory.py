"""What a poller holds does not grow with a shop: a page at a time."""

import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shoprelay_relays import registry
from shoprelay_relays.spec import Page, Record
from tests.integration.test_poller import CREATED, World, until, world
from tests.unit.poller.fakes import RELAY

__all__ = ["world"]
pytestmark = pytest.mark.integration
RECORDS, PAGE, BYTES = 20_000, 100, 2_000
MOST = 4 * 2**20
"""Bytes that a run may hold at once more than at its beginning; the shop's records are ten times that."""


@pytest.mark.timeout(240)
async def test_twenty_thousand_records_take_no_more_memory_than_a_few_pages(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    peaks: list[int] = []

    async def pages(_client: Any, _window: Any, cursor: str | None, _config: Any) -> AsyncIterator[Page]:
        for first in range(int(cursor or 0), RECORDS, PAGE):
            if first == PAGE:  # what is made once is made
                tracemalloc.reset_peak()
                peaks.append(tracemalloc.get_traced_memory()[0])
            after = str(first + PAGE) if first + PAGE < RECORDS else None
            records = [Record("orders", str(first + n), f'"{first + n:{BYTES}}"'.encode()) for n in range(PAGE)]
            if after is None:
                peaks.append(tracemalloc.get_traced_memory()[1])
            yield Page(records, datetime.now(UTC), after)

    orders, *rest = RELAY.resources
    large = replace(RELAY, resources=(replace(orders, pages=pages), *rest))
    monkeypatch.setitem(registry._BY_ID, registry.relay_id("fake"), large)
    webshop, _ = await world.shop("alpha")
    await world.only(f"{webshop}:orders:{CREATED}")
    tracemalloc.start()
    try:
        async with world.poller(turn_seconds=3600):

            async def ended() -> bool:
                return bool((await world.job(webshop))["watermark"])

            await until(ended, "the import", seconds=200)
    finally:
        tracemalloc.stop()
    assert (await world.document(webshop))["orders_stats"]["records"] == RECORDS
    before, peak = peaks
    assert peak - before < MOST, f"{(peak - before) / 2**20:.1f} MB"
