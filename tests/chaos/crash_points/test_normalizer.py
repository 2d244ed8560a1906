"""The normalizer, killed between MongoDB and Kafka: documents, events, usage, activity and dead letters are there once."""

from datetime import timedelta
from typing import Any

import pytest

from shoprelay_runtime.deadletters import records
from shoprelay_schema.raw import RawKind, Via
from shoprelay_schema.topics import RAW_BACKFILL
from tests.chaos.crash_points.dying import dies, ready, running
from tests.support.audit import audit
from tests.support.plain_relay import order
from tests.support.world import START, World, drained

pytestmark = pytest.mark.integration
ORDERS = "documents.orders.v1"
MINUTE = timedelta(minutes=1)
APPLIED = "after the MongoDB write and before the Kafka transaction"
# Where it dies -> (orders that are stored, orders that are announced) right after that.
POINTS = {
    "inside the MongoDB transaction": (0, 0),
    APPLIED: (2, 0),
    "after send and before the Kafka commit": (2, 0),
    "after the Kafka commit": (2, 2),
}


def page() -> dict[str, Any]:
    return {
        "job": "j", "seq": 1, "klass": "orders", "mode": "updated_since_last_request", "requests": 1, "pieces": 1,
        "finished": True, "started_at": START.isoformat(), "total": 1,
    }  # fmt: skip


async def put_a_mixed_batch(shop: World) -> None:
    """A polled order, a webhook that is billed and told, a poison record, and a page's end that is billed and told."""
    await shop.put(order("1", START, {"A": 1, "B": 1}, price=1.0))
    await shop.put(order("2", START, {"C": 1}), kind=RawKind.WEBHOOK_RECEIVED, via=Via.WEBHOOK)
    await shop.put({"id": "3", "poison": True})
    await shop.put(page(), kind=RawKind.PAGE_READ)


async def takes_over(shop: World) -> None:
    async with running(shop.settings, "normalizer") as (_, url):
        await ready(url)
        await drained(shop.settings)


async def charged(shop: World) -> tuple[int, int, int]:
    events = await shop.events("usage.v1")
    assert len({event.id for event in events}) == len(events)
    counts = [(e.value["outgoing_requests"], e.value["incoming_requests"], e.value["pieces"]) for e in events]
    return tuple(map(sum, zip(*counts, strict=True)))  # type: ignore[return-value]


@pytest.mark.parametrize("point", POINTS)
async def test_killed(shop: World, point: str) -> None:
    await put_a_mixed_batch(shop)
    await dies(shop.settings, "normalizer", point)
    seen = len(await shop.stored("orders")), len(await shop.events(ORDERS))
    assert seen == POINTS[point]
    await shop.put(order("1", START + MINUTE, {"A": 2}, price=2.0))
    await takes_over(shop)
    histories = await audit(shop)
    orders = {row["order_number"]: str(row["_id"]) for row in await shop.stored("orders")}
    assert histories[orders["1"]][0].type.endswith(".created.v1")
    assert histories[orders["1"]][-1].value["price"] == 2.0
    assert len(histories[orders["2"]]) == 1
    assert sorted(line["variant_sku"] for line in await shop.documents("order_lines")) == ["A", "C"]
    assert await charged(shop) == (1, 1, 2)
    told = [event.id for event in await shop.events("activity.v1")]
    assert len(told) == len(set(told)) == 2
    letters = await records(shop.settings, shop.settings.named("raw.live.v1.dlq"), {})
    assert [dict(letter.headers)["dlq_field"] for letter in letters] == [b"lines.0.price"]


async def test_killed_between_two_lanes_that_touch_the_same_document(shop: World) -> None:
    await shop.put(order("1", START + 2 * MINUTE, {"A": 2}, price=2.0))
    await dies(shop.settings, "normalizer", APPLIED)
    # History reaches the same document, older and newer than what was applied and not published.
    await shop.put(order("1", START, {"A": 1, "B": 1}, price=1.0), lane=RAW_BACKFILL.name)
    await shop.put(order("1", START + 3 * MINUTE, {"A": 3}, price=3.0), lane=RAW_BACKFILL.name)
    await takes_over(shop)
    histories = await audit(shop)
    (stored,) = await shop.stored("orders")
    assert [e.value["price"] for e in histories[str(stored["_id"])]] == [2.0, 3.0]
    assert [line["variant_sku"] for line in await shop.documents("order_lines")] == ["A"]
