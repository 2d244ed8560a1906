"""A record at fault becomes a dead letter with a reason; everything around it is written, and the partition goes on."""

from collections.abc import AsyncIterator

import pytest
from pymongo.errors import AutoReconnect

from services.normalizer import apply, load
from services.normalizer.prepare import KeysUnreadable, Preparer
from shoprelay_relays.spec import Json
from shoprelay_runtime import bus, rawlog
from shoprelay_runtime.crypto import new_key
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.raw import RawKind, Via
from shoprelay_schema.topics import RAW_LIVE
from tests.support.audit import audit
from tests.support.owner import owner
from tests.support.plain_relay import RELAY, order
from tests.support.world import START, World, world

pytestmark = pytest.mark.integration
MEGABYTE = 1024 * 1024


@pytest.fixture
async def shop(settings: Settings, store: Store) -> AsyncIterator[World]:
    async with world(settings, store) as made:
        yield made


async def letters(shop: World) -> list[dict[str, str]]:
    """The headers of the dead letters."""
    consumer = await bus.consumer(shop.settings, "tests", shop.settings.named(RAW_LIVE.dead_letter), group=None)
    try:
        found: list[dict[str, str]] = []
        for part, end in (await bus.ends(shop.settings, shop.settings.named(RAW_LIVE.dead_letter))).items():
            while await consumer.position(part) < end:
                records = (await consumer.getmany(part, timeout_ms=100)).get(part, ())
                found += [{name: value.decode() for name, value in r.headers} for r in records]
        return found
    finally:
        await consumer.stop()


async def numbers(shop: World) -> list[str]:
    return sorted(o["order_number"] for o in await shop.documents("orders"))


def category(key: str, remote_id: str) -> Json:
    """A record whose document is unique by its remote_id."""
    return {"id": key, "version": "-", "parts": [{"collection": "categories", "key": key, "values": {"remote_id": remote_id}}]}


async def test_a_document_that_breaks_a_unique_index_is_kept_and_the_rest_is_written(shop: World) -> None:
    async with owner(shop) as process:
        await shop.put(category("1", "one"))
        partition = await process.run(1)
        await shop.put(order("2", START))
        await shop.put(category("another", "one"))
        await shop.put(order("3", START), kind=RawKind.WEBHOOK_RECEIVED, via=Via.WEBHOOK)
        await process.process(partition, 3)
    assert (await numbers(shop), len(await shop.stored("categories"))) == (["2", "3"], 1)
    (letter,) = await letters(shop)
    assert letter["dlq_reason"] == "MongoDB refuses a write: code 11000 on webshop_id, remote_id"
    assert letter["ce_type"] == RawKind.RECORD_READ.value
    assert len(await audit(shop)) == 3


async def test_two_records_that_are_right_alone_and_wrong_together_stop_nothing(shop: World) -> None:
    async with owner(shop) as process:
        for body in (order("0", START), category("1", "one"), category("another", "one"), order("2", START)):
            await shop.put(body)
        partition = await process.run(4)
        await shop.put(order("3", START))
        await process.process(partition, 1)
    assert (await numbers(shop), len(await shop.stored("categories"))) == (["0", "2", "3"], 1)
    assert len(await letters(shop)) == 1
    assert len(await audit(shop)) == 4


async def test_a_document_too_large_for_its_topic_is_kept_and_never_applied(shop: World) -> None:
    async with owner(shop) as process:
        await shop.put(order("1", START))
        await shop.put(order("2", START, customer_note="x" * (4 * MEGABYTE)))
        await shop.put(order("3", START))
        await process.run(3)
    assert await numbers(shop) == ["1", "3"]
    (letter,) = await letters(shop)
    assert letter["dlq_reason"].startswith("an event on documents.orders.v1 would have more than ")
    await audit(shop)


async def test_more_dead_letters_than_one_journal_holds_are_published_in_parts(shop: World) -> None:
    async with owner(shop) as process:
        for number in range(5):
            await shop.put({"id": str(number), "poison": "x" * (4 * MEGABYTE)})
        await shop.put(order("1", START))
        await process.run(6)
    assert await numbers(shop) == ["1"]
    assert [letter["dlq_reason"] for letter in await letters(shop)] == ["expected a number"] * 5


async def test_a_record_that_claims_another_project_cannot_be_read_there(shop: World) -> None:
    async with owner(shop) as process, world(shop.settings, shop.store, name="other-operator") as other:
        record = await shop.put(order("1", START))
        for claimed in (str(other.project.id), "nonsense", ""):
            key, value, headers = rawlog.encode(shop.project.cipher, record)
            headers = [(n, claimed.encode() if n == "project" else v) for n, v in headers]
            await shop.producer.send_and_wait(shop.settings.named(RAW_LIVE.name), value=value, key=key, headers=headers)
        await process.run(4)
        assert (await numbers(shop), await numbers(other)) == (["1"], [])
    assert sorted(letter["dlq_reason"] for letter in await letters(shop)) == [
        "DecryptionFailed",
        "InvalidId",
        "InvalidId",
    ]


async def test_a_project_cannot_write_to_another_projects_shop(shop: World) -> None:
    async with owner(shop) as process, world(shop.settings, shop.store, name="other-operator") as other:
        await shop.put(order("1", START))
        await other.put(order("stolen", START), shop=shop.webshop.webshop_id)
        await process.run(2)
        assert (await numbers(shop), await numbers(other)) == (["1"], [])


async def test_a_wrong_master_key_makes_no_dead_letters(shop: World) -> None:
    wrong = Preparer(shop.store, Projects(shop.store, new_key()), {RELAY.name: RELAY}, shop.settings.prefix)
    async with owner(shop) as process:
        await shop.put(order("1", START))
        right = process.worker.preparer
        partition = await process.incarnate()
        batch, after = await process.take(1)
        process.worker.preparer = wrong
        with pytest.raises(KeysUnreadable):
            await process.worker._process(partition, batch, after)
        process.worker.preparer = right
        await process.worker._process(partition, batch, after)
    assert (await numbers(shop), await letters(shop)) == (["1"], [])


async def test_a_database_that_is_away_makes_no_dead_letters(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise AutoReconnect("connection closed")

    async with owner(shop) as process:
        await shop.put(order("1", START))
        partition = await process.incarnate()
        batch, after = await process.take(1)
        for of, step in ((Projects, "get"), (load, "load_documents"), (apply, "write")):
            with monkeypatch.context() as patch:
                patch.setattr(of, step, away)
                with pytest.raises(AutoReconnect):
                    await process.worker._process(partition, batch, after)
        await process.worker._process(partition, batch, after)
    assert (await numbers(shop), await letters(shop)) == (["1"], [])
