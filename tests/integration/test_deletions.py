"""Deletions end to end: from the raw log to the documents, and to what a subscriber hears."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.raw import RawKind, Via
from tests.support.audit import audit
from tests.support.owner import owner
from tests.support.plain_relay import order
from tests.support.world import START, World, normalizing, world

pytestmark = pytest.mark.integration
ORDERS = "documents.orders.v1"


@pytest.fixture
async def shop(settings: Settings, store: Store) -> AsyncIterator[World]:
    async with world(settings, store) as made:
        yield made


def version(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


async def put_gone(shop: World, number: str, evidence: str, *, via: Via = Via.READ, **more: Any) -> None:
    await shop.put({"id": number, "evidence": evidence, **more}, kind=RawKind.RECORD_GONE, via=via)


async def put_pushed_deletion(shop: World, number: str, at: str) -> None:
    body = {"id": number, "version": at, "gone": [["orders", number, "webhook"]]}
    await shop.put(body, kind=RawKind.WEBHOOK_RECEIVED, via=Via.WEBHOOK)


async def heard(shop: World, number: str) -> list[str]:
    """The order's events in order, with the evidence of deletions."""
    key = str(shop.webshop.id("orders", number))
    events = [event for event in await shop.events(ORDERS) if event.key == key]
    return [
        ":".join(filter(None, (event.type.split(".")[-2], event.value.get("evidence")))) if event.value else "tombstone"
        for event in events
    ]


async def asked(shop: World) -> set[str]:
    return {row["remote_id"] async for row in shop.store.collection(Control.JOBS).find({"mode": "read"})}


async def test_each_kind_of_evidence_is_told_in_the_event(shop: World) -> None:
    async with normalizing(shop.settings):
        for number in "12345":
            await shop.put(order(number, START - timedelta(hours=1), {"A": 1}))
        await shop.drained()
        await put_gone(shop, "1", "404")
        await put_gone(shop, "2", "410")
        await put_gone(shop, "3", "deletion_feed", via=Via.FEED, version=version(59))
        await put_pushed_deletion(shop, "4", version(59))
        await shop.drained()
        assert [(await heard(shop, number))[1:] for number in "12345"] == [
            ["deleted:404", "tombstone"],
            ["deleted:410", "tombstone"],
            ["deleted:deletion_feed", "tombstone"],
            ["deleted:webhook", "tombstone"],
            [],
        ]
        assert len(await shop.documents("order_lines")) == 1
        assert await asked(shop) == set()
        await audit(shop)


async def test_a_listing_that_lacks_a_record_proves_nothing(shop: World) -> None:
    async with normalizing(shop.settings):
        await shop.put(order("1", START))
        await shop.put(order("2", START))
        await shop.put(order("2", START))
        await shop.drained()
        assert (await heard(shop, "1"), await heard(shop, "2")) == (["created"], ["created"])


@pytest.mark.parametrize("via", [Via.POLL, Via.READ])
async def test_what_comes_back_is_restored_once(shop: World, via: Via) -> None:
    async with owner(shop) as process:
        await shop.put(order("1", version(1), {"A": 1}))
        partition = await process.run(1)
        await put_gone(shop, "1", "404")
        await process.process(partition, 1)
        await shop.put(order("1", version(1), {"A": 1}), via=via)
        await process.process(partition, 1)
        await shop.put(order("1", version(2), {"A": 2}, price=2.0), via=via)
        await process.process(partition, 1)
        assert await heard(shop, "1") == ["created", "deleted:404", "tombstone", "restored", "updated"]
        await audit(shop)


async def test_a_pushed_deletion_that_says_no_time_causes_a_read_and_deletes_nothing(shop: World) -> None:
    async with normalizing(shop.settings):
        await shop.put(order("1", version(1)))
        await put_gone(shop, "1", "404")
        await shop.put(order("1", version(3)))
        await put_pushed_deletion(shop, "1", "")
        await shop.drained()
        assert [o["order_number"] for o in await shop.documents("orders")] == ["1"]
        assert await asked(shop) == {"1"}


async def test_a_document_that_the_operator_removed_is_created_again_when_it_is_read_again(shop: World) -> None:
    async with normalizing(shop.settings):
        await shop.put(order("1", version(1)))
        await shop.drained()
        await shop.store.database(shop.project.database)["orders"].delete_many({})
        await shop.put(order("1", version(1)), at=START + timedelta(hours=1))
        await shop.drained()
        assert await heard(shop, "1") == ["created", "created"]
        assert len(await shop.documents("orders")) == 1


async def test_a_stopped_webshop_still_takes_what_the_shop_pushes(shop: World) -> None:
    await shop.set_webshop(active=False)
    async with normalizing(shop.settings):
        await shop.put(order("1", version(1)), kind=RawKind.WEBHOOK_RECEIVED, via=Via.WEBHOOK)
        await shop.drained()
        assert [o["order_number"] for o in await shop.documents("orders")] == ["1"]
