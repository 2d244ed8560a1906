"""Destroying webshops and companies: nothing of them stays, whatever dies on the way, and nothing comes back."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from bson import ObjectId

from services.normalizer import journal, sweeps
from services.normalizer.protocol import Partition
from shoprelay_runtime import admin, bus, deadletters, settling
from shoprelay_runtime.admin import AdminError
from shoprelay_runtime.admin.destroying import left_of
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.events import PageReadV1
from shoprelay_schema.raw import RawKind, Via
from shoprelay_schema.topics import DOCUMENTS, RAW_BACKFILL, RAW_LIVE
from tests.support.audit import audit
from tests.support.owner import Dies, owner
from tests.support.plain_relay import order
from tests.support.world import START, World, normalizing, world

pytestmark = pytest.mark.integration
KEPT = {Control.MARKS: 1, Control.PAGES: 1}
"""On purpose: the webshop's own tombstone, and the last charged page of a job, which ends by itself."""


@pytest.fixture
async def shop(settings: Settings, store: Store) -> AsyncIterator[World]:
    async with world(settings, store) as made:
        yield made


def account(number: str, email: str) -> dict[str, Any]:
    part = {"collection": "customers", "key": f"id:{number}", "aliases": [f"email:{email}"], "values": {"email": email}}
    return {"id": number, "version": START.isoformat(), "parts": [part]}


async def put_page(shop: World, seq: int, **more: Any) -> None:
    page = PageReadV1(
        job=f"{shop.webshop.webshop_id}:orders:x", seq=seq, klass="orders", mode="x", requests=1, pieces=2, finished=True,
        started_at=START, total=2,
    )  # fmt: skip
    await shop.put(page.model_dump_json().encode(), kind=RawKind.PAGE_READ, **more)


async def put_history(shop: World) -> None:
    """Orders with lines, an account with a further key, a tombstone, a silent look, a charged page, a poison record."""
    await shop.put(order("1", START, {"A": 1, "B": 1}))
    await shop.put(order("1", START, {"A": 1, "B": 1}))
    await shop.put(order("2", START, {"A": 1}))
    await shop.put({"id": "2", "evidence": "404"}, kind=RawKind.RECORD_GONE, via=Via.READ)
    await shop.put(account("5", "jane@example.com"), resource="customers")
    await shop.put({"id": "9", "poison": True})
    await put_page(shop, 1)
    await shop.put({"klass": "orders", "read": "7"}, kind=RawKind.WEBHOOK_RECEIVED, via=Via.WEBHOOK)


async def add_rows(shop: World) -> None:
    """What other services keep of the webshop, what the operator added, and what the forms left."""
    webshop, its = shop.webshop.webshop_id, {"project": shop.project.id}
    database = shop.store.database(shop.project.database)
    for name, row in {
        Control.HOOKS: {"_id": f"token-{webshop}", "webshop": webshop, **its},
        Control.SHOPS: {"_id": webshop, **its},
        Control.BUDGETS: {"_id": webshop},
        Control.TOKENS: {"_id": webshop},
        Control.IGNORED: {"_id": webshop},
        Control.JOBS: {"_id": f"{webshop}:orders:x", "webshop": webshop, "due_at": None, **its},
    }.items():
        await shop.store.collection(name).insert_one(row)
    test = ObjectId()
    await database["auths"].insert_many([{"_id": test}, {"webshop_id": webshop}])
    await database["tickets"].insert_one({"company_id": shop.webshop.company_id, "auth_id": test})
    await database["tickets"].insert_one({"company_id": shop.webshop.company_id, "webshop_id": webshop})
    await database["categories"].insert_one({"webshop_id": webshop, "company_id": shop.webshop.company_id})


async def traces(shop: World, _id: ObjectId) -> Counter[str]:
    """In how many documents and rows an id occurs, in any form, by collection; the journal's last batches aside."""
    found: Counter[str] = Counter()
    for database in (shop.store.control, shop.store.database(shop.project.database)):
        for name in set(await database.list_collection_names()) - {Control.JOURNAL}:
            found[name] += sum([_names(row, _id) async for row in database[name].find()])
    return +found


def _names(value: Any, _id: ObjectId) -> bool:
    match value:
        case Mapping():
            return any(_names(each, _id) for pair in value.items() for each in pair)
        case list():
            return any(_names(each, _id) for each in value)
        case bytes():
            return _id.binary in value
        case _:
            return str(_id) in str(value)


async def usage(shop: World) -> Counter[str]:
    total: Counter[str] = Counter()
    for event in await shop.events("usage.v1"):
        assert event.value["company_id"] == str(shop.webshop.company_id)
        total.update({k: event.value[k] for k in ("outgoing_requests", "incoming_requests", "pieces")})
    return total


async def destroy(shop: World) -> None:
    await admin.destroy_webshop(shop.store, shop.settings, shop.project, shop.webshop.webshop_id, producer=shop.producer)


async def test_nothing_of_a_destroyed_webshop_stays_and_each_document_is_announced(shop: World) -> None:
    await add_rows(shop)
    async with normalizing(shop.settings):
        await put_history(shop)
        await shop.drained()
        await shop.put({"id": "1", "evidence": "404"}, kind=RawKind.RECORD_GONE, via=Via.READ)
        await shop.put(order("3", START, {"A": 1}))
        await shop.drained()
        assert {Control.MARKS, Control.ALIASES, Control.JOBS, "orders", "order_lines"} <= (
            await traces(shop, shop.webshop.webshop_id)
        ).keys()
        told: list[int] = []
        await destroy(shop)
        await admin.wait_destroyed(shop.store, shop.project, [shop.webshop.webshop_id], told.append)
        await shop.drained()
        assert await traces(shop, shop.webshop.webshop_id) == KEPT
        assert told == sorted(told, reverse=True)
        histories = await audit(shop)
        assert all(history[-1].value is None for history in histories.values())
        evidence = Counter(history[-2].value["evidence"] for history in histories.values())
        assert evidence == {"destroyed": 3, "404": 1, "parent": 2}
        await destroy(shop)  # asking again does nothing
        with pytest.raises(AdminError, match="there is no webshop"):
            await admin.destroy_webshop(shop.store, shop.settings, shop.project, ObjectId(), producer=shop.producer)


async def test_what_arrives_late_is_charged_and_resurrects_nothing(shop: World) -> None:
    async with normalizing(shop.settings):
        await put_history(shop)
        await shop.drained()
        await destroy(shop)
        await shop.drained()
        before = await usage(shop)
        told = len(await shop.events("activity.v1"))
        events = len(await shop.events(*(topic.name for topic in DOCUMENTS.values())))
        # A webhook that was accepted just before, history that waits in the other lane, a read that was under way.
        await shop.put(order("1", START), kind=RawKind.WEBHOOK_RECEIVED, via=Via.WEBHOOK)
        await shop.put({"klass": "orders", "read": "8"}, kind=RawKind.WEBHOOK_RECEIVED, via=Via.WEBHOOK)
        await shop.put(order("1", START, {"A": 2}), lane=RAW_BACKFILL.name)
        await shop.put(account("6", "joe@example.com"), resource="customers", lane=RAW_BACKFILL.name)
        await put_page(shop, 1)  # read twice
        await put_page(shop, 2, lane=RAW_BACKFILL.name)
        await shop.put({"id": "1", "evidence": "404"}, kind=RawKind.RECORD_GONE, via=Via.READ)
        await shop.put({}, kind=RawKind.STATUS_LISTS_CHANGED, via=Via.DERIVED)
        letters = await deadletters.read(shop.settings, (RAW_LIVE.dead_letter,), lambda _: True)
        assert len(await settling.retry(shop.settings, shop.store, letters)) == 1
        await shop.drained()
        await destroy(shop)
        await shop.drained()
        assert await traces(shop, shop.webshop.webshop_id) == KEPT
        assert len(await shop.events(*(topic.name for topic in DOCUMENTS.values()))) == events
        assert len(await shop.events("activity.v1")) == told
        assert await usage(shop) - before == {"incoming_requests": 2, "outgoing_requests": 1, "pieces": 3}


async def test_a_replayed_record_of_a_destroyed_webshop_costs_nothing(shop: World) -> None:
    async with normalizing(shop.settings):
        await put_history(shop)
        await destroy(shop)
        await shop.drained()
        before = await usage(shop)
        await put_copies(shop)
        await shop.drained()
        assert (await usage(shop), await traces(shop, shop.webshop.webshop_id)) == (before, KEPT)


async def put_copies(shop: World) -> None:
    """Each live record once more, as a replay appends it."""
    name = shop.settings.named(RAW_LIVE.name)
    consumer = await bus.consumer(shop.settings, "tests", name, group=None)
    try:
        for part, end in (await consumer.end_offsets(sorted(consumer.assignment()))).items():
            while await consumer.position(part) < end:
                record = await consumer.getone(part)
                headers = [*record.headers, ("replay_of", f"{RAW_LIVE.name}-{part.partition}-{record.offset}".encode())]
                if b"destroyed" not in dict(headers)["ce_type"]:
                    topic = shop.settings.named(RAW_BACKFILL.name)
                    await shop.producer.send_and_wait(topic, record.value, key=record.key, headers=headers)
    finally:
        await consumer.stop()


async def test_the_normalizer_may_die_at_each_step_of_each_chunk(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "CHUNK", 2)
    monkeypatch.setattr(sweeps, "_REST", 1)

    def dies_before(_plan: object) -> dict[str, Any]:
        raise Dies

    async def dies_between(*_: object) -> None:
        raise Dies

    await add_rows(shop)
    async with owner(shop) as process:
        await put_history(shop)
        await process.run(8)
        await destroy(shop)
        deaths = 0
        while await shop.store.database(shop.project.database)["webshops"].count_documents({}):
            for of, step, ending in ((journal, "entry", dies_before), (Partition, "publish", dies_between)):
                partition = await process.incarnate()
                with monkeypatch.context() as patch:
                    patch.setattr(of, step, ending)
                    with pytest.raises(Dies):
                        await process.process(partition, 1)
                deaths += 1
        await process.incarnate()
    assert deaths > 10
    assert await traces(shop, shop.webshop.webshop_id) == KEPT
    histories = await audit(shop)
    assert all(history[-1].value is None for history in histories.values())


async def test_a_webshop_whose_document_was_removed_by_hand_keeps_its_data_until_it_is_destroyed(shop: World) -> None:
    async with normalizing(shop.settings):
        await put_history(shop)
        await shop.drained()
        await shop.store.database(shop.project.database)["webshops"].delete_one({"_id": shop.webshop.webshop_id})
        await shop.put(order("3", START))
        await shop.drained()
        assert [o["order_number"] for o in await shop.documents("orders")] == ["1"]
        await destroy(shop)
        await admin.wait_destroyed(shop.store, shop.project, [shop.webshop.webshop_id])
        await shop.drained()
        assert await traces(shop, shop.webshop.webshop_id) == KEPT
        await audit(shop)


async def second_webshop(shop: World) -> ObjectId:
    database = shop.store.database(shop.project.database)
    row = await database["webshops"].find_one({"_id": shop.webshop.webshop_id})
    assert row is not None
    made = ObjectId()
    await database["webshops"].insert_one({**row, "_id": made})
    return made


async def neighbour(shop: World) -> ObjectId:
    """Another company's webshop with an order, which nothing may happen to."""
    made, database = await second_webshop(shop), shop.store.database(shop.project.database)
    other = ObjectId()
    await database["companies"].insert_one({"_id": other, "website": "other.example", "remote_id": "c-2"})
    await database["webshops"].update_one({"_id": made}, {"$set": {"company_id": other}})
    await shop.put(order("1", START, {"A": 1}), shop=made)
    return made


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    assert settings.master_key is not None
    return {
        **os.environ,
        "SHOPRELAY_KAFKA": settings.kafka,
        "SHOPRELAY_MONGO": settings.mongo,
        "SHOPRELAY_DATABASE": settings.database,
        "SHOPRELAY_PREFIX": settings.prefix,
        "SHOPRELAY_PARTITIONS": "2",
        "SHOPRELAY_MASTER_KEY": settings.master_key.get_secret_value(),
    }


_DYING = """
import os, signal, sys
from shoprelay_runtime.admin import destroying
step, when = sys.argv.pop(1), sys.argv.pop(1)
really = getattr(destroying, step)
async def dies(*args, **options):
    if when == "after":
        await really(*args, **options)
    os.kill(os.getpid(), signal.SIGKILL)
if when != "never":
    setattr(destroying, step, dies)
from shoprelay_cli.tools import run_tools
run_tools()
"""


async def types(environment: Mapping[str, str], step: str, when: str) -> tuple[int, str]:
    """`shoprelay company destroy`, killed before or after a step; its exit code and what it said."""
    words = (step, when, "company", "destroy", "c-1", "--yes")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _DYING, *words, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_destroying_a_company_may_be_killed_at_each_step_and_asked_again(shop: World, environment: dict[str, str]) -> None:
    company, ids = shop.webshop.company_id, [shop.webshop.webshop_id, await second_webshop(shop)]
    await add_rows(shop)
    async with normalizing(shop.settings):
        await put_history(shop)
        await shop.put(order("1", START, {"A": 1}), shop=ids[1])
        other = await neighbour(shop)
        await shop.drained()
    for step, when in (("_stop", "after"), ("_ask", "before"), ("_ask", "after"), ("wait_destroyed", "before")):
        assert (await types(environment, step, when))[0] == -signal.SIGKILL
    assert await left_of(shop.store, shop.project, ids), "the normalizer does not run"
    async with normalizing(shop.settings):
        for step, when in (("_erase", "before"), ("_erase", "after")):
            assert (await types(environment, step, when))[0] == -signal.SIGKILL
        code, said = await types(environment, "_erase", "never")
        assert (code, said.splitlines()[-1]) == (0, f"{company} is destroyed")
        assert (await types(environment, "_erase", "never"))[0] == 2
        await shop.drained()
    left = await traces(shop, company)
    assert left == {Control.MARKS: 2}, "the webshops' tombstones know whose they were"
    assert [o["webshop_id"] for o in await shop.stored("orders")] == [other]
    assert await shop.store.database(shop.project.database)["auths"].count_documents({}) == 0
    histories = await audit(shop)
    assert sum(history[-1].value is not None for history in histories.values()) == 2


async def test_what_goes_with_a_company_is_counted_before(shop: World) -> None:
    await add_rows(shop)
    async with normalizing(shop.settings):
        await put_history(shop)
        await shop.drained()
    counts = await admin.company_contents(shop.store, shop.project, shop.webshop.company_id)
    assert counts == {"auths": 1, "categories": 1, "customers": 1, "order_lines": 2, "orders": 1, "tickets": 2, "webshops": 1}


async def test_a_destruction_that_the_normalizer_does_not_come_to_says_so(shop: World) -> None:
    await destroy(shop)
    with pytest.raises(AdminError, match="is it running"):
        await admin.wait_destroyed(shop.store, shop.project, [shop.webshop.webshop_id], patience=0)
    row = await shop.store.database(shop.project.database)["webshops"].find_one({})
    assert row is not None
    assert (row["active"], row["status"]) == (False, "destroying")


async def test_a_destroyed_project_takes_the_rows_of_webshops_along_whose_documents_are_gone(shop: World) -> None:
    await add_rows(shop)
    await shop.store.database(shop.project.database)["webshops"].delete_many({})
    await admin.destroy_project(shop.store, "shop-operator", settle=0)
    assert await traces(shop, shop.webshop.webshop_id) == Counter()


async def test_nothing_of_a_destroyed_project_can_be_read(shop: World) -> None:
    await add_rows(shop)
    async with normalizing(shop.settings):
        await put_history(shop)
        await shop.drained()
    await admin.destroy_project(shop.store, "shop-operator", settle=0)
    assert await shop.store.database(shop.project.database).list_collection_names() == []
    assert await traces(shop, shop.webshop.webshop_id) == Counter()
    row = await shop.store.collection(Control.PROJECTS).find_one({})
    assert row is not None
    assert (row["data_keys"], row["tokens"], row.get("identity_key")) == ([], [], None)
    async with normalizing(shop.settings):
        await shop.put(order("9", START))
        await shop.drained()
    assert await shop.store.database(shop.project.database).list_collection_names() == []
