"""The normalizer on the real broker and database: documents, events, usage; each exactly once."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.raw import RawKind, Via
from tests.support.plain_relay import order
from tests.support.world import START, World, normalizing, world

pytestmark = pytest.mark.integration
ORDERS, LINES = "documents.orders.v1", "documents.order_lines.v1"


@pytest.fixture
async def shop(settings: Settings, store: Store) -> AsyncIterator[World]:
    async with world(settings, store) as made:
        yield made


async def test_an_order_becomes_documents_and_events(shop: World) -> None:
    async with normalizing(shop.settings):
        await shop.put(order("1001", START, {"A": 1, "B": 2}, email="jane@example.com", price=12.5))
        await shop.drained()
    (stored,) = await shop.stored("orders")
    (opened,) = await shop.documents("orders")
    assert opened["email"] == "jane@example.com"
    assert stored["email"].startswith("sr1:d:")
    assert stored["webshop_id"] == shop.webshop.webshop_id
    lines = await shop.documents("order_lines")
    assert {line["variant_sku"] for line in lines} == {"A", "B"}
    assert {line["order_id"] for line in lines} == {stored["_id"]}
    (event,) = await shop.events(ORDERS)
    assert (event.type, event.key) == ("shoprelay.orders.created.v1", str(stored["_id"]))
    assert event.value["email"] == stored["email"]
    assert len(await shop.events(LINES)) == 2


async def test_a_repeat_changes_nothing(shop: World) -> None:
    async with normalizing(shop.settings):
        for _ in range(3):
            await shop.put(order("1001", START, {"A": 1}, price=5.0))
            await shop.drained()
    assert len(await shop.events(ORDERS, LINES)) == 2


async def test_an_older_version_never_replaces_a_newer_one(shop: World) -> None:
    async with normalizing(shop.settings):
        await shop.put(order("1001", START + timedelta(hours=2), price=9.0))
        await shop.put(order("1001", START, price=5.0))
        await shop.drained()
    (stored,) = await shop.documents("orders")
    assert stored["price"] == 9.0


async def test_a_line_that_the_order_lists_no_more_is_deleted_with_a_tombstone(shop: World) -> None:
    async with normalizing(shop.settings):
        await shop.put(order("1001", START, {"A": 1, "B": 1}))
        await shop.drained()
        await shop.put(order("1001", START + timedelta(minutes=1), {"A": 1}))
        await shop.drained()
    (line,) = await shop.documents("order_lines")
    assert line["variant_sku"] == "A"
    types = [e.type for e in await shop.events(LINES)]
    assert sorted(types) == [
        "",
        "shoprelay.order_lines.created.v1",
        "shoprelay.order_lines.created.v1",
        "shoprelay.order_lines.deleted.v1",
    ]


async def test_a_push_that_contradicts_its_version_causes_a_read(shop: World) -> None:
    async with normalizing(shop.settings):
        await shop.put(order("1001", START, price=5.0))
        await shop.put(order("1001", START, price=6.0), kind=RawKind.WEBHOOK_RECEIVED, via=Via.WEBHOOK)
        await shop.drained()
    (stored,) = await shop.documents("orders")
    assert stored["price"] == 5.0
    (job,) = await shop.store.collection(Control.JOBS).find().to_list(None)
    assert (job["mode"], job["resource"], job["remote_id"]) == ("read", "orders", "1001")


async def test_a_poison_record_is_kept_with_its_reason_and_the_rest_flows_on(shop: World) -> None:
    async with normalizing(shop.settings):
        await shop.put({"id": "1", "poison": True})
        await shop.put({"id": "2", "bug": "colour"})
        await shop.put(b"<html>")
        await shop.put(order("1003", START))
        await shop.drained()
    assert [o["order_number"] for o in await shop.documents("orders")] == ["1003"]
    letters = await read_dead(shop)
    assert {(e["dlq_reason"], e["dlq_field"]) for e in letters} == {
        ("expected a number", "lines.0.price"),
        ("KeyError", ""),
        ("not JSON: unexpected character, expected a JSON value at character 0", ""),
    }
    assert all(e["dlq_position"].startswith("raw.live.v1-") for e in letters)


async def read_dead(shop: World) -> list[dict[str, str]]:
    from shoprelay_runtime import bus

    consumer = await bus.consumer(shop.settings, "tests", shop.settings.named("raw.live.v1.dlq"), group=None)
    try:
        found = []
        while len(found) < 3:
            for batch in (await consumer.getmany(timeout_ms=1000)).values():
                found += [{n: v.decode() for n, v in r.headers} for r in batch]
    finally:
        await consumer.stop()
    return found
