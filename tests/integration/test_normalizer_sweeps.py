"""Records that concern a whole shop: its status lists changed, it is destroyed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from services.normalizer.sweeps import CHUNK
from shoprelay_relays.spec import Json
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.raw import RawKind, Via
from shoprelay_schema.topics import RAW_BACKFILL
from tests.support.audit import audit
from tests.support.owner import owner
from tests.support.plain_relay import order
from tests.support.world import START, World, normalizing, world

pytestmark = pytest.mark.integration
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def shop(settings: Settings, store: Store) -> AsyncIterator[World]:
    async with world(settings, store) as made:
        yield made


def order_in(number: str, status: str, **values: Any) -> Json:
    body = order(number, START, state="open", **values)
    body["parts"][0]["refs"] = {"status_id": ("statuses", status)}
    return body


async def put_all(shop: World, *bodies: Json) -> None:
    await asyncio.gather(*(shop.put(body) for body in bodies))


async def test_changed_lists_re_evaluate_every_order_and_announce_only_those_that_changed(shop: World) -> None:
    numbers = [str(number) for number in range(CHUNK + 20)]
    ids = sorted(numbers, key=lambda number: shop.webshop.id("orders", number))
    done = {ids[0], ids[CHUNK - 1], ids[CHUNK], ids[-1]}
    async with normalizing(shop.settings):
        await put_all(shop, *(order_in(n, "done" if n in done else "new") for n in numbers))
        await shop.drained()
        await shop.set_webshop(closed_status_ids=[shop.webshop.id("statuses", "done")])
        await shop.put({}, kind=RawKind.STATUS_LISTS_CHANGED, via=Via.DERIVED, at=START + MINUTE)
        await shop.drained()
        assert {o["order_number"] for o in await shop.documents("orders") if o["state"] == "closed"} == done
        histories = await audit(shop)
        changed = {h[-1].value["order_number"] for h in histories.values() if len(h) > 1}
        assert changed == done
        assert {h[-1].value["closed_at"] for h in histories.values() if len(h) > 1} == {"2026-03-01T12:01:00.000Z"}


async def test_an_order_that_loses_a_line_in_the_batch_of_a_sweep_loses_it(shop: World) -> None:
    async with owner(shop) as process:
        await shop.put(order("1", START, {"A": 1, "B": 1}))
        partition = await process.run(1)
        await shop.put({}, kind=RawKind.STATUS_LISTS_CHANGED, via=Via.DERIVED)
        await shop.put(order("1", START + MINUTE, {"A": 1}))
        await process.process(partition, 2)
    assert [line["variant_sku"] for line in await shop.documents("order_lines")] == ["A"]
    await audit(shop)


async def test_a_sweep_does_not_forget_that_a_document_was_looked_at_since(shop: World) -> None:
    async with owner(shop) as process:
        for seconds in (1, 9):
            await shop.put(order("1", "-", price=1.0), at=START + timedelta(seconds=seconds))
        partition = await process.run(2)
        await shop.put({}, kind=RawKind.STATUS_LISTS_CHANGED, via=Via.DERIVED)
        await shop.put(order("1", "-", price=2.0), at=START + timedelta(seconds=5))
        await process.process(partition, 2)
    assert [o["price"] for o in await shop.documents("orders")] == [1.0]


async def test_a_destroyed_shops_documents_are_deleted_with_tombstones_and_nothing_comes_back(shop: World) -> None:
    other = await add_webshop(shop)
    async with normalizing(shop.settings):
        await put_all(shop, *(order(str(number), START, {"A": 1}) for number in range(CHUNK // 2 + 1)))
        await shop.put(order("1", START), shop=other)
        await shop.drained()
        await shop.put({}, kind=RawKind.WEBSHOP_DESTROYED, via=Via.DERIVED)
        await shop.drained()
        # The shop's document is still there: these are not merely orphans.
        await shop.put(order("1", START + MINUTE, {"A": 1}))
        await shop.put(order("new", START + MINUTE, {"A": 1}))
        await shop.put(order("old", START + MINUTE), lane=RAW_BACKFILL.name)
        await shop.put(order("pushed", START), kind=RawKind.WEBHOOK_RECEIVED, via=Via.WEBHOOK)
        await shop.drained()
        assert [o["webshop_id"] for o in await shop.stored("orders")] == [other]
        assert await shop.stored("order_lines") == []
        histories = await audit(shop)
        ends = [history[-2:] for history in histories.values() if history[-1].value is None]
        assert len(ends) == len(histories) - 1
        assert {deleted.value["evidence"] for deleted, _ in ends} == {"destroyed"}


async def test_what_a_shop_said_in_the_batch_of_its_destruction_is_not_stored(shop: World) -> None:
    async with owner(shop) as process:
        await shop.put(order("1", START, {"A": 1}))
        await shop.put({}, kind=RawKind.WEBSHOP_DESTROYED, via=Via.DERIVED)
        await shop.put(order("2", START), lane=RAW_BACKFILL.name)
        await process.run(3)
    assert (await shop.stored("orders"), await shop.stored("order_lines")) == ([], [])
    assert await audit(shop) == {}


async def test_a_shop_whose_document_is_gone_is_swept_all_the_same(shop: World) -> None:
    async with owner(shop) as process:
        await shop.put(order("1", START, {"A": 1}))
        partition = await process.run(1)
        await shop.store.database(shop.project.database)["webshops"].delete_one({"_id": shop.webshop.webshop_id})
        await shop.put({}, kind=RawKind.WEBSHOP_DESTROYED, via=Via.DERIVED)
        await shop.put(order("2", START))
        await process.process(partition, 2)
    assert (await shop.stored("orders"), await shop.stored("order_lines")) == ([], [])
    await audit(shop)


async def add_webshop(shop: World) -> ObjectId:
    row = await shop.store.database(shop.project.database)["webshops"].find_one({"_id": shop.webshop.webshop_id})
    assert row is not None
    made = ObjectId()
    await shop.store.database(shop.project.database)["webshops"].insert_one({**row, "_id": made})
    return made
