"""relay-poller against a real broker and a real database; only the shops are played."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from aiokafka.errors import KafkaConnectionError
from bson import ObjectId

from services.relay_poller import schedule
from services.relay_poller.clock import now
from services.relay_poller.fairness import Fairness
from services.relay_poller.main import main
from services.relay_poller.poll import poll
from services.relay_poller.schedule import Lost
from services.relay_poller.settings import PollerSettings
from services.relay_poller.shop import Shop as PolledShop
from services.relay_poller.turns import Turns, take
from services.relay_poller.watch import Watcher
from shoprelay_relays import registry
from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.spec import Connection, Gone
from shoprelay_runtime import admin, bus, rawlog
from shoprelay_runtime.health import Health
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.sending import Sender
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.raw import Evidence, RawKind, RawRecord, Via
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE, Topic
from tests.unit.poller.fakes import RELAY, SHOPS, Shop

pytestmark = pytest.mark.integration

CREATED, UPDATED = "created_since_last_request", "updated_since_last_request"


@dataclass
class World:
    """A project with a company, and what tests do with it."""

    settings: Settings
    store: Store
    projects: Projects
    project: Project
    company: ObjectId
    patch: pytest.MonkeyPatch

    async def shop(self, name: str, *orders: str) -> tuple[ObjectId, Shop]:
        made = Shop()
        made.add("orders", *orders)
        self.patch.setitem(SHOPS, name, made)
        credentials = {"address": name, "secret": "sesame"}
        added = await admin.add_webshop(self.store, self.settings, self.projects, self.project, self.company, "fake", credentials)
        made.asked.clear()
        return added.id, made

    def polling(self, **more: Any) -> PollerSettings:
        defaults = {"idle_seconds": 0.05, "every_seconds": 3600, "quiet_seconds": 0, "first_delay_seconds": 60, "watch": False}
        return PollerSettings(**{**self.settings.model_dump(), **defaults, **more})

    @asynccontextmanager
    async def poller(self, **more: Any) -> AsyncIterator[None]:
        health = Health("relay-poller")
        task = asyncio.ensure_future(main(self.polling(**more), health))
        try:
            yield
        finally:
            health.stopping.set()
            await task

    @asynccontextmanager
    async def turns(self, sender: Sender | None = None, **more: Any) -> AsyncIterator[Turns]:
        made = sender or Sender(self.settings, Health("relay-poller"))
        transport = httpx.MockTransport(lambda request: httpx.Response(200))
        fairness = Fairness(self.store, self.projects)
        yield Turns(self.store, self.polling(**more), self.projects, fairness, made, transport, lambda: False)
        await made.close()

    async def job(self, webshop: ObjectId, resource: str = "orders", mode: str = CREATED) -> Bson:
        row = await self.store.collection(Control.JOBS).find_one({"_id": f"{webshop}:{resource}:{mode}"})
        assert row is not None
        return row

    async def only(self, *jobs: str) -> None:
        """Nothing else is due."""
        await self.store.collection(Control.JOBS).update_many({"_id": {"$nin": list(jobs)}}, {"$set": {"due_at": None}})

    async def due(self, *jobs: str) -> None:
        await self.store.collection(Control.JOBS).update_many({"_id": {"$in": list(jobs)}}, {"$set": {"due_at": now()}})

    async def nothing_due(self) -> bool:
        return await self.store.collection(Control.JOBS).count_documents({"due_at": {"$lte": now()}}) == 0

    async def at_rest(self) -> bool:
        """Nothing is due, and what was done is written down: an operator's edit before that may run a round once more."""
        return (
            await self.nothing_due() and await self.store.collection(Control.SHOPS).count_documents({"owner": {"$ne": None}}) == 0
        )

    async def document(self, webshop: ObjectId) -> Bson:
        return await admin.show_webshop(self.store, self.project, webshop)

    async def edit(self, webshop: ObjectId, **values: Any) -> None:
        """As an operator does, in the project's own database."""
        await self.store.database(self.project.database)["webshops"].update_one({"_id": webshop}, {"$set": values})

    async def ask(self, webshop: ObjectId, resource: str, remote_id: str) -> str:
        """As the normalizer asks for a direct read."""
        name = f"{webshop}:{resource}:read:{remote_id}"
        row = {"project": self.project.id, "webshop": webshop, "resource": resource, "mode": "read", "remote_id": remote_id}
        change = {
            "$set": row,
            "$min": {"due_at": now()},
            "$inc": {"asked": 1},
            "$max": {"seq": int(time.time() * 1000)},
            "$setOnInsert": {"lease_until": None, "owner": None},
        }
        await self.store.collection(Control.JOBS).update_one({"_id": name}, change, upsert=True)
        return name

    async def rebuild(self) -> None:
        health = Health("relay-poller")
        sender = Sender(self.settings, health)
        watcher = Watcher(self.store, self.projects, sender, health, self.settings.database, timedelta(seconds=5))
        assert await watcher.lead()
        await watcher.rebuild()
        await watcher.leave()
        await sender.close()

    async def raw(self, topic: Topic) -> list[RawRecord]:
        consumer = await bus.consumer(self.settings, "test", self.settings.named(topic.name), group=None)
        found = []
        try:
            for partition, end in (await consumer.end_offsets(consumer.assignment())).items():
                while await consumer.position(partition) < end:
                    message = await consumer.getone(partition)
                    found.append(rawlog.decode(self.project.cipher, message.headers, message.value, ""))
        finally:
            await consumer.stop()
        return found


@pytest.fixture
async def world(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setitem(registry.RELAYS, "fake", RELAY)
    monkeypatch.setitem(registry._BY_ID, registry.relay_id("fake"), RELAY)
    projects = Projects(store, settings.master())
    made = await admin.create_project(store, settings, "Growth")
    project = await projects.get(made.id)
    company = await store.database(project.database)["companies"].insert_one({"website": "acme.example"})
    return World(settings, store, projects, project, company.inserted_id, monkeypatch)


async def until(holds: Callable[[], Awaitable[Any]], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < deadline, f"never seen: {what}"
        await asyncio.sleep(0.02)


def pages_of(records: list[RawRecord]) -> list[dict[str, Any]]:
    return [orjson.loads(r.body) for r in records if r.kind is RawKind.PAGE_READ]


def ids_of(records: list[RawRecord], kind: RawKind = RawKind.RECORD_READ) -> list[str]:
    return [r.remote_id for r in records if r.kind is kind]


async def test_a_first_import_goes_to_the_backfill_lane_once_for_both_modes(world: World) -> None:
    webshop, shop = await world.shop("alpha", "1", "2", "3")
    await world.only(f"{webshop}:orders:{CREATED}", f"{webshop}:orders:{UPDATED}")
    async with world.poller():
        await until(world.nothing_due, "the import's end")
    assert [cursor for what, cursor in shop.asked if what == "orders"] == [None, "2"]
    records = await world.raw(RAW_BACKFILL)
    assert [r.kind.name for r in records] == ["RECORD_READ", "RECORD_READ", "PAGE_READ", "RECORD_READ", "PAGE_READ"]
    assert ids_of(records) == ["1", "2", "3"]
    assert [(p["seq"], p["requests"], p["pieces"], p["finished"], p["total"]) for p in pages_of(records)] == [
        (1, 1, 2, False, 0),
        (2, 1, 1, True, 3),
    ]
    assert {r.via for r in records} == {Via.POLL}
    assert await world.raw(RAW_LIVE) == []
    document = await world.document(webshop)
    jobs = [await world.job(webshop, mode=mode) for mode in (CREATED, UPDATED)]
    assert (
        jobs[0]["watermark"]
        == jobs[1]["watermark"]
        == document[f"got_orders_{UPDATED}_at"]
        == document[f"got_orders_{CREATED}_at"]
    )
    assert document["orders_stats"]["records"] == 3
    assert document["got_started_at"] <= document["created_orders_at"] <= document["got_finished_at"]


async def test_later_polls_go_to_the_live_lane_and_begin_before_the_last_watermark(world: World) -> None:
    webshop, shop = await world.shop("alpha", "1")
    name = f"{webshop}:orders:{UPDATED}"
    await world.only(name)
    async with world.poller():
        for round_ in range(3):
            await until(world.nothing_due, f"poll {round_}")
            if round_ < 2:
                shop.add("orders", f"new{round_}")
                await world.due(name)
    windows = [window for _, window in shop.windows]
    assert windows[0].since is None
    for before, after in itertools.pairwise(windows):
        assert after.since == before.until - RELAY.resource("orders").overlap
        assert after.until > before.until
    live = await world.raw(RAW_LIVE)
    assert {"new0", "new1"} <= set(ids_of(live))
    pages = pages_of(await world.raw(RAW_BACKFILL)) + pages_of(live)
    assert [page["seq"] for page in pages] == list(range(1, len(pages) + 1))
    # History is overtaken by what is live: each lane's pages are charged by their own count.
    assert [page["job"] for page in pages][:2] == [f"{name}:backfill", name]


async def test_two_pollers_do_each_due_job_once_and_ask_a_shop_one_thing_at_a_time(world: World) -> None:
    shops = [(await world.shop(f"shop{n}", "1", "2", "3"))[1] for n in range(6)]
    asking: dict[int, int] = {}

    def one_at_a_time(shop: Shop) -> Callable[[str], Any]:
        async def ask() -> None:
            asking[id(shop)] = asking.get(id(shop), 0) + 1
            assert asking[id(shop)] == 1, "two requests at once"
            await asyncio.sleep(0.01)
            asking[id(shop)] -= 1

        return lambda _what: ask()

    for shop in shops:
        shop.trouble = one_at_a_time(shop)
    async with world.poller(shops=3), world.poller(shops=3):
        await until(world.nothing_due, "all imports")
        row = {"due_at": now()}
        await world.store.collection(Control.JOBS).update_many({}, {"$set": row})
        await until(world.nothing_due, "all polls")
    for shop in shops:
        assert sorted(what for what, _ in shop.windows) == ["orders"] * 3 + ["products"] * 2
    pages = pages_of(await world.raw(RAW_BACKFILL)) + pages_of(await world.raw(RAW_LIVE))
    assert len({(page["job"], page["seq"]) for page in pages}) == len(pages)


async def test_what_a_dead_poller_left_goes_on_at_its_cursor_and_charges_the_page_once(world: World) -> None:
    webshop, shop = await world.shop("alpha", *"123456")
    name = f"{webshop}:orders:{CREATED}"
    await world.only(name)
    stopped, woken = asyncio.Event(), asyncio.Event()

    async def stop() -> None:
        stopped.set()
        await woken.wait()

    shop.trouble = lambda what: stop() if len(shop.asked) == 2 else None
    async with world.turns() as turns:
        lease = timedelta(seconds=0.5)
        turn = await schedule.next_turn(world.store, Fairness(world.store, world.projects), set(), lease)
        assert turn is not None
        job = await schedule.next_job(world.store, turn, lease)
        assert job is not None
        shown = await world.projects.webshop(world.project, webshop)
        async with RELAY.client(shown.config, Connection(turns.transport)) as client:
            polled = PolledShop(world.store, turns.settings, turns.sender, turn, shown, RELAY, client)
            sleeper = asyncio.ensure_future(poll(polled, job, time.monotonic() + 60, lambda: False))
            await stopped.wait()
            assert (await world.job(webshop))["cursor"] == "2"
            async with world.poller():
                await until(world.nothing_due, "the import's end in other hands")
            # Nobody told the first one: it wakes up, repeats its page, reads ahead, and cannot move the position.
            woken.set()
            with pytest.raises(Lost):
                await sleeper
    assert [cursor for _, cursor in shop.asked] == [None, "2", "2", "4", "4"]
    records = await world.raw(RAW_BACKFILL)
    assert [page["seq"] for page in pages_of(records)] == [1, 2, 3, 2]
    assert ids_of(records) == [*"123456", *"34"]
    assert (await world.job(webshop))["seq"] == 3


class Failing(Sender):
    """A broker that does not acknowledge the second page."""

    appended = 0

    async def append(self, *arguments: Any) -> None:
        self.appended += 1
        if self.appended == 2:
            raise KafkaConnectionError("no acknowledgement")
        await super().append(*arguments)


async def test_the_position_never_moves_before_the_acknowledgement(world: World) -> None:
    webshop, shop = await world.shop("alpha", *"123456")
    name = f"{webshop}:orders:{CREATED}"
    await world.only(name)
    async with world.turns(Failing(world.settings, Health("relay-poller"))) as turns:
        turn = await schedule.next_turn(world.store, Fairness(world.store, world.projects), set(), turns.lease)
        assert turn is not None
        with pytest.raises(KafkaConnectionError):
            await take(turns, turn)
        row = await world.job(webshop)
        assert (row["cursor"], row["seq"], row["watermark"]) == ("2", 1, None)
        assert ids_of(await world.raw(RAW_BACKFILL)) == ["1", "2"]
        document = await world.document(webshop)
        assert not document.keys() & {"got_error_at", "got_error_since", "orders_error"}
        again = await schedule.next_turn(world.store, Fairness(world.store, world.projects), set(), turns.lease)
        assert again is not None
        await take(turns, again)
    assert ids_of(await world.raw(RAW_BACKFILL)) == list("123456")
    assert [cursor for _, cursor in shop.asked] == [None, "2", "2", "4"]


async def test_refused_credentials_pause_that_shop_only_until_there_are_new_ones(world: World) -> None:
    refused, shop = await world.shop("alpha", "1")
    well, _ = await world.shop("beta", "1")
    shop.secret = "changed"
    async with world.poller(watch=True):
        await until(world.nothing_due, "both shops tried")
        document = await world.document(refused)
        assert document["status"] == "credentials rejected"
        assert document["got_error_since"] <= document["got_error_at"]
        failed = [document[f"{r}_error"] for r in ("orders", "products") if document.get(f"{r}_error")]
        assert failed == [[{"name": "CredentialsRejected", "value": "the key does not fit: cut a new one"}]]
        assert len(shop.asked) == 1
        assert (await world.document(well))["status"] == "connected"
        stored = await world.store.database(world.project.database)["webshops"].find_one({"_id": refused})
        assert "cut a new one" not in repr(stored)
        sealed = admin.shops.codec.seal(world.project.cipher, "webshops", {"config": {"secret": "changed"}})
        await world.edit(refused, **{"config.secret": sealed["config"]["secret"]})

        async def recovered() -> bool:
            return "got_error_since" not in (await world.document(refused)) and await world.nothing_due()

        await until(recovered, "the new credentials tried")
    document = await world.document(refused)
    assert (document["status"], document["orders_error"]) == ("connected", None)


async def test_a_shop_that_says_how_long_is_left_alone_that_long(world: World) -> None:
    webshop, shop = await world.shop("alpha", "1")
    _, other = await world.shop("beta", "1")

    def limited(_what: str) -> None:
        raise ShopTrouble("slow down", retry_after=300)

    shop.trouble = limited
    began = datetime.now(UTC)
    async with world.poller():
        await until(world.nothing_due, "both shops tried")
        await world.ask(webshop, "orders", "1")
        await until(world.nothing_due, "the read put off")
    rows = await world.store.collection(Control.JOBS).find({"webshop": webshop}).to_list(10)
    assert len(rows) == 4
    assert all(row["due_at"] >= began + timedelta(seconds=300) for row in rows)
    assert len(shop.asked) == 1
    assert {what for what, _ in other.asked} == {"orders", "products"}


async def test_failures_of_a_shop_wait_longer_each_time(world: World) -> None:
    webshop, shop = await world.shop("alpha")
    name = f"{webshop}:orders:{CREATED}"
    await world.only(name)

    def down(_what: str) -> None:
        raise ShopTrouble("HTTP 503")

    shop.trouble = down
    waits = []
    async with world.poller(first_delay_seconds=100):
        for failures in (1, 2, 3):
            await world.due(name)

            async def failed(wanted: int = failures) -> bool:
                return (await world.job(webshop))["failures"] == wanted

            await until(failed, f"failure {failures}")
            waits.append(((await world.job(webshop))["due_at"] - datetime.now(UTC)).total_seconds())
    for wait, doubled in zip(waits, (100, 200, 400), strict=True):
        assert 0.75 * doubled < wait <= 1.2 * doubled


async def test_edits_of_a_webshop_are_followed_and_our_own_stamps_are_not(world: World) -> None:
    webshop, shop = await world.shop("alpha", "1")
    status = ObjectId()
    async with world.poller(watch=True), world.poller(watch=True):
        await until(world.nothing_due, "the first import")
        await world.edit(webshop, active=False)
        jobs = world.store.collection(Control.JOBS)

        async def stopped() -> bool:
            return await jobs.count_documents({"due_at": None}) == 3

        await until(stopped, "the shop stopped")
        await world.edit(webshop, active=True, **{f"get_orders_{UPDATED}": False})

        async def resumed() -> bool:
            return await jobs.count_documents({"due_at": None}) == 1 and await world.nothing_due()

        await until(resumed, "all but one switch on")
        imports = [what for what, window in shop.windows if window.since is None]
        assert sorted(imports) == ["orders", "products"]
        await world.edit(webshop, **{f"got_orders_{CREATED}_at": None})

        async def imported_again() -> bool:
            return [what for what, window in shop.windows if window.since is None].count("orders") == 2

        await until(imported_again, "the import asked again")
        await world.edit(webshop, closed_status_ids=[status])

        async def announced() -> bool:
            return any(r.kind is RawKind.STATUS_LISTS_CHANGED for r in await world.raw(RAW_LIVE))

        await until(announced, "the status lists announced")
        await until(world.nothing_due, "quiet")
    lists = [r for r in await world.raw(RAW_LIVE) if r.kind is RawKind.STATUS_LISTS_CHANGED]
    assert [(r.webshop, r.body) for r in lists] == [(str(webshop), b"{}")]
    assert sum(window.since is None for _, window in shop.windows) == 3


async def test_changes_that_nobody_saw_are_found_by_comparing(world: World) -> None:
    webshop, _ = await world.shop("alpha", "1")
    async with world.poller():
        await until(world.nothing_due, "the first import")
    gone, _ = await world.shop("beta")
    await world.store.database(world.project.database)["webshops"].delete_one({"_id": gone})
    await world.edit(
        webshop, pending_status_ids=[ObjectId()], **{f"got_products_{UPDATED}_at": None, f"get_orders_{UPDATED}": False}
    )
    for _ in range(2):
        await world.rebuild()
    assert (await world.job(webshop, "products", UPDATED))["watermark"] is None
    assert (await world.job(webshop, "orders", UPDATED))["due_at"] is None
    assert (await world.job(webshop, "orders", CREATED))["watermark"] is not None
    assert await world.store.collection(Control.JOBS).count_documents({"webshop": gone}) == 0
    assert [r.kind for r in await world.raw(RAW_LIVE)] == [RawKind.STATUS_LISTS_CHANGED]


async def test_lost_rows_come_back_with_the_stamps_and_import_nothing_again(world: World) -> None:
    webshop, _ = await world.shop("alpha", "1")
    async with world.poller():
        await until(world.nothing_due, "the first import")
    before = await world.job(webshop)
    await world.store.collection(Control.JOBS).delete_many({})
    await world.rebuild()
    assert (await world.job(webshop))["watermark"] == before["watermark"]


async def test_a_direct_read_brings_the_record_or_the_evidence_that_it_is_gone(world: World) -> None:
    webshop, _ = await world.shop("alpha", "1")
    await world.only()
    there, gone = await world.ask(webshop, "orders", "1"), await world.ask(webshop, "orders", "404")
    seqs = {row["_id"]: row["seq"] async for row in world.store.collection(Control.JOBS).find({"mode": "read"})}
    async with world.poller():

        async def answered() -> bool:
            return await world.store.collection(Control.JOBS).count_documents({"mode": "read"}) == 0

        await until(answered, "both reads")
    records = await world.raw(RAW_LIVE)
    assert ids_of(records) == ["1"]
    assert [(r.remote_id, orjson.loads(r.body)) for r in records if r.kind is RawKind.RECORD_GONE] == [
        ("404", {"evidence": "404"})
    ]
    assert {(p["job"], p["seq"], p["requests"], p["pieces"], p["finished"]) for p in pages_of(records)} == {
        (there, seqs[there], 1, 1, False),
        (gone, seqs[gone], 1, 0, False),
    }
    assert {r.via for r in records} == {Via.READ}


async def test_the_platforms_list_of_deletions_comes_with_the_pages(world: World) -> None:
    _, shop = await world.shop("alpha", "1", "2", "3")
    shop.deleted = [
        Gone("orders", "8", Evidence.DELETION_FEED, "2026-03-01T12:00:00"),
        Gone("orders", "9", Evidence.DELETION_FEED),
    ]
    async with world.poller():
        await until(world.nothing_due, "the first import")
    records = await world.raw(RAW_BACKFILL)
    assert {(r.remote_id, r.via, r.body) for r in records if r.kind is RawKind.RECORD_GONE} == {
        ("8", Via.FEED, b'{"evidence":"deletion_feed","version":"2026-03-01T12:00:00"}'),
        ("9", Via.FEED, b'{"evidence":"deletion_feed"}'),
    }
    assert sum(p["pieces"] for p in pages_of(records)) == 3
    assert len({r.id for r in records}) == len(records)


async def test_a_read_that_is_asked_again_meanwhile_is_made_again(world: World) -> None:
    webshop, shop = await world.shop("alpha", "1")
    await world.only()
    name = await world.ask(webshop, "orders", "1")
    shop.trouble = lambda what: world.ask(webshop, "orders", "1") if len(shop.asked) == 1 else None
    async with world.poller():

        async def answered() -> bool:
            return await world.store.collection(Control.JOBS).count_documents({"_id": name}) == 0

        await until(answered, "both reads")
    assert shop.asked == [("read orders", "1")] * 2
    seqs = [page["seq"] for page in pages_of(await world.raw(RAW_LIVE))]
    assert len(seqs) == 2
    assert seqs[0] < seqs[1]


async def test_a_star_reads_the_whole_resource_on_the_live_lane(world: World) -> None:
    webshop, _ = await world.shop("alpha", "1", "2", "3")
    await world.only()
    name = await world.ask(webshop, "orders", "*")
    async with world.poller():

        async def answered() -> bool:
            return await world.store.collection(Control.JOBS).count_documents({"_id": name}) == 0

        await until(answered, "the list read")
    records = await world.raw(RAW_LIVE)
    assert ids_of(records) == ["1", "2", "3"]
    first, second = pages_of(records)
    assert second["seq"] == first["seq"] + 1
    assert not first["finished"]
    assert not second["finished"]


async def test_a_long_import_lets_a_direct_read_of_its_shop_go_first(world: World) -> None:
    webshop, shop = await world.shop("alpha", *"123456")
    await world.only(f"{webshop}:orders:{CREATED}")
    shop.trouble = lambda what: world.ask(webshop, "orders", "6") if len(shop.asked) == 1 else None
    async with world.poller(turn_seconds=0.001):
        await until(world.nothing_due, "both done")
    assert [what for what, _ in shop.asked] == ["orders", "read orders", "orders", "orders"]
    assert ids_of(await world.raw(RAW_BACKFILL)) == list("123456")


async def test_a_long_import_lets_other_shops_go_first(world: World) -> None:
    large, shop = await world.shop("alpha", *"123456")
    small, other = await world.shop("beta", "1")
    large_job, small_job = f"{large}:orders:{CREATED}", f"{small}:orders:{CREATED}"
    await world.only(large_job)
    order: list[str] = []
    shop.trouble = lambda what: world.due(small_job) if len(shop.asked) == 1 else order.append("large")
    other.trouble = lambda what: order.append("small")
    async with world.poller(turn_seconds=0.001, shops=1):
        await until(world.nothing_due, "both imports")
    assert order == ["small", "large", "large"]


async def test_a_webshop_that_is_gone_takes_its_jobs_along(world: World) -> None:
    webshop, shop = await world.shop("alpha", "1")
    await world.store.database(world.project.database)["webshops"].delete_one({"_id": webshop})
    async with world.poller():

        async def forgotten() -> bool:
            return await world.store.collection(Control.JOBS).count_documents({}) == 0

        await until(forgotten, "the jobs gone")
    assert shop.asked == []
