"""The billing-meter, killed between counter, offset, statement and topic: counted once, stated once, the same statement again."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shoprelay_runtime import bus
from shoprelay_runtime.billing.rows import offset_id
from shoprelay_runtime.store import Control
from shoprelay_schema.events import UsageRecordedV1
from shoprelay_schema.topics import STATEMENTS, USAGE
from tests.chaos.crash_points.dying import dies, eventually, running
from tests.support.world import Event, World

pytestmark = pytest.mark.integration
AT = datetime(2024, 5, 1, 21, tzinfo=UTC)
STORED = "after a statement is stored and before it is published"
PUBLISHED = "after a statement is published and before it is marked"
# Where it dies -> (pieces that are counted, how often the statement is published in the end).
POINTS = {
    "inside the counting transaction": (0, 1),
    "between the counter and the offset": (5, 1),
    STORED: (5, 1),
    PUBLISHED: (5, 2),
}


async def use(shop: World, *pieces: int) -> None:
    """Usage events, in one transaction as the normalizer's."""
    producer = await bus.producer(shop.settings, "test", transactional_id=shop.settings.named("test"))
    async with producer.transaction():
        for number, each in enumerate(pieces):
            event = UsageRecordedV1(
                project=shop.project.id,
                company_id=shop.webshop.company_id,
                webshop_id=shop.webshop.webshop_id,
                at=AT,
                pieces=each,
                outgoing_requests=1,
            )
            headers = bus.event_headers(event.type, f"u-{number}", "/test", "", AT, str(shop.project.id))
            await producer.send(shop.settings.named(USAGE.name), event.model_dump_json().encode(), b"k", headers=headers)
    await producer.stop()


async def counted(shop: World) -> tuple[int, int]:
    rows: list[Any] = await shop.store.collection(Control.COUNTERS).find().to_list(None)
    return sum(row["pieces"] for row in rows), sum(row["outgoing_requests"] for row in rows)


async def statements(shop: World) -> list[Event]:
    return await shop.events(STATEMENTS.name)


@pytest.mark.parametrize("point", POINTS)
async def test_killed(shop: World, point: str) -> None:
    pieces, times = POINTS[point]
    await use(shop, 3, 2)
    await dies(shop.settings, "billing-meter", point)
    assert await counted(shop) == (pieces, 2 if pieces else 0)

    async def published() -> bool:
        rows = shop.store.collection(Control.STATEMENTS)
        return await rows.count_documents({"unpublished": {"$exists": False}}) == 1

    async with running(shop.settings, "billing-meter"):
        await eventually(published)
    assert await counted(shop) == (5, 2)
    found = await statements(shop)
    assert len(found) == times
    assert len({event.id for event in found}) == 1, "it is the same statement"
    assert len({str(event.value) for event in found}) == 1
    (line,) = found[0].value["lines"]
    assert (line["pieces"], line["outgoing_requests"], Decimal(line["traffic_fee"])) == (5, 2, Decimal("0.000210"))
    offsets = await shop.store.collection(Control.OFFSETS).find().to_list(None)
    assert sum(row["offset"] for row in offsets if row["_id"].startswith(offset_id(shop.settings.named(USAGE.name), 0)[:-1])) == 3
