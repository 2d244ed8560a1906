"""Several normalizers share the partitions; one may come and go at any time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiokafka.errors import KafkaConnectionError
from bson import ObjectId

from services.normalizer import owner
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.raw import RawKind, Via
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE
from tests.support.audit import audit
from tests.support.plain_relay import order
from tests.support.world import START, World, normalizing, world

pytestmark = pytest.mark.integration
SHOPS, ORDERS, VERSIONS = 4, 15, 3


@pytest.fixture
async def shop(settings: Settings, store: Store) -> AsyncIterator[World]:
    async with world(settings, store) as made:
        yield made


async def add_webshops(shop: World) -> list[ObjectId]:
    webshops = shop.store.database(shop.project.database)["webshops"]
    row = await webshops.find_one({"_id": shop.webshop.webshop_id})
    assert row is not None
    # Consecutive ids spread over both partitions, whatever the first one is.
    ids = [ObjectId() for _ in range(SHOPS - 1)]
    await webshops.insert_many([{**row, "_id": _id} for _id in ids])
    return [shop.webshop.webshop_id, *ids]


async def put_version(shop: World, shops: list[ObjectId], version: int) -> None:
    """Every order of every shop in this version, as a push, and as history on the other lane."""
    moment = START + timedelta(minutes=version)
    for number in range(ORDERS):
        body = order(str(number), moment, {"A": version, str(version): 1}, price=float(version))
        lanes = ((RAW_LIVE.name, RawKind.WEBHOOK_RECEIVED, Via.WEBHOOK), (RAW_BACKFILL.name, RawKind.RECORD_READ, Via.POLL))
        await asyncio.gather(
            *(shop.put(body, lane=lane, kind=kind, via=via, shop=_id) for _id in shops for lane, kind, via in lanes)
        )


async def test_nothing_is_lost_or_doubled_when_normalizers_come_and_go(shop: World) -> None:
    shops = await add_webshops(shop)
    few = {"batch_records": 7, "session_timeout_ms": 6000}
    async with normalizing(shop.settings, **few) as first:
        await put_version(shop, shops, 1)
        async with normalizing(shop.settings, **few):
            await put_version(shop, shops, 2)
            first.stopping.set()
            await put_version(shop, shops, 3)
            await shop.drained()
    histories = await audit(shop)
    orders = await shop.documents("orders")
    assert len(orders) == SHOPS * ORDERS
    assert {o["price"] for o in orders} == {float(VERSIONS)}
    lines = await shop.documents("order_lines")
    assert {(x["variant_sku"], x["quantity"]) for x in lines} == {("A", VERSIONS), (str(VERSIONS), 1)}
    assert len(lines) == 2 * len(orders)
    assert len(histories) >= len(orders) + len(lines)
    usage = [event.value for event in await shop.events("usage.v1")]
    assert sum(u["incoming_requests"] for u in usage) == SHOPS * ORDERS * VERSIONS
    assert sum(u["pieces"] for u in usage) == SHOPS * ORDERS * VERSIONS


async def test_a_broker_that_goes_away_while_a_normalizer_begins_is_waited_for(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, refused = owner.history, ["once", "and again"]

    async def history(settings: owner.NormalizerSettings) -> object:
        if refused:
            raise KafkaConnectionError(refused.pop())
        return await really(settings)

    monkeypatch.setattr(owner, "history", history)
    await shop.put(order("1", START))
    async with normalizing(shop.settings):
        await shop.drained()
    assert refused == []
    assert [each["order_number"] for each in await shop.documents("orders")] == ["1"]
