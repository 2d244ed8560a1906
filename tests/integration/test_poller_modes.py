"""Every mode of the contract, sweeps and counts: what is listed when, on which lane, and what each edit of an operator does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId

from shoprelay_relays import registry
from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.spec import Mode
from shoprelay_runtime.admin.modes import HISTORY, OPEN, SWEEP
from shoprelay_runtime.codec import seal
from shoprelay_runtime.store import Bson, Control
from shoprelay_schema.raw import RawKind
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE
from tests.integration.test_poller import CREATED, UPDATED, World, ids_of, pages_of, until, world
from tests.unit.poller.fakes import EVERYTHING, Shop

__all__ = ["world"]
pytestmark = pytest.mark.integration
CREATED_ALL, UPDATED_ALL = HISTORY
DATE = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def relay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.RELAYS, "fake", EVERYTHING)
    monkeypatch.setitem(registry._BY_ID, registry.relay_id("fake"), EVERYTHING)


async def imported(world: World, *orders: str) -> tuple[ObjectId, Shop]:
    """A shop whose first import has ended."""
    webshop, shop = await world.shop("alpha", *orders)
    async with world.poller():
        await until(world.nothing_due, "the first import")
    shop.windows.clear()
    shop.asked.clear()
    return webshop, shop


async def rows(world: World, webshop: ObjectId) -> dict[str, Bson]:
    found = world.store.collection(Control.JOBS).find({"webshop": webshop})
    return {f"{row['resource']}:{row['mode']}": row async for row in found}


def near(moment: datetime, wanted: datetime, seconds: float = 60) -> bool:
    return abs((moment - wanted).total_seconds()) < seconds


async def test_a_new_shop_has_rows_for_what_is_on_and_for_nothing_else(world: World) -> None:
    webshop, _ = await world.shop("alpha", "1")
    present = datetime.now(UTC)
    found = await rows(world, webshop)
    assert set(found) == {
        *(f"orders:{mode}" for mode in (CREATED, UPDATED, *OPEN, SWEEP)),
        *(f"products:{mode}" for mode in (CREATED, UPDATED, SWEEP)),
        f"shipments:{UPDATED}",
    }
    assert all(near(found[f"orders:{mode}"]["due_at"], present) for mode in (CREATED, UPDATED))
    # The import brings these; they come for the first time when their time has passed.
    assert all(near(found[f"orders:{mode}"]["due_at"], present + every) for mode, every in OPEN.items())
    assert near(found["orders:sweep"]["due_at"], present + timedelta(hours=2))
    assert near(found[f"shipments:{UPDATED}"]["due_at"], present + timedelta(hours=1))


async def test_open_orders_are_listed_in_four_rounds_by_age_on_the_live_lane(world: World) -> None:
    webshop, shop = await imported(world)
    present = datetime.now(UTC)
    for age in (1, 10, 17, 100):
        shop.add("orders", str(age), at=present - timedelta(days=age))
    await world.due(*(f"{webshop}:orders:{mode}" for mode in OPEN))
    async with world.poller(open_days=7):
        await until(world.nothing_due, "the rounds")
    windows = {window.mode: window for _, window in shop.windows}
    days = timedelta(days=7)
    for number, mode in enumerate(list(OPEN)[:3]):
        assert near(windows[mode].since, present - (number + 1) * days)
        assert near(windows[mode].until, present - number * days)
    assert windows[Mode.OPEN_SINCE_4X].since is not None
    assert near(windows[Mode.OPEN_SINCE_4X].until, present - 3 * days)
    assert sorted(ids_of(await world.raw(RAW_LIVE))) == ["1", "10", "100", "17"]
    document, found = await world.document(webshop), await rows(world, webshop)
    for mode, every in OPEN.items():
        stamp = document[f"got_orders_{mode}_at"]
        assert near(stamp, present)
        assert found[f"orders:{mode}"]["watermark"] == stamp
        assert 0.94 * every < found[f"orders:{mode}"]["due_at"] - stamp < 1.06 * every
    assert "open_orders_at" not in document


async def test_history_is_read_from_the_date_on_the_backfill_lane_and_again_when_asked(world: World) -> None:
    webshop, shop = await imported(world)
    shop.add("orders", "old", at=DATE - timedelta(days=1))
    shop.add("orders", "new", at=DATE + timedelta(days=1))
    async with world.poller(watch=True):
        await world.edit(webshop, **{"config.catch_all_date": DATE, f"get_orders_{CREATED_ALL}": True})

        async def stamped() -> Any:
            document = await world.document(webshop)
            return document.get(f"got_orders_{CREATED_ALL}_at") and await world.nothing_due()

        await until(stamped, "the history")
        assert [(window.mode, window.since) for _, window in shop.windows] == [(CREATED_ALL, DATE)]
        assert ids_of(await world.raw(RAW_BACKFILL)) == ["new"]
        row = (await rows(world, webshop))[f"orders:{CREATED_ALL}"]
        assert 0.94 * timedelta(hours=2) < row["due_at"] - row["watermark"] < 1.06 * timedelta(hours=2)  # as the relay sweeps
        await world.edit(webshop, **{f"got_orders_{CREATED_ALL}_at": None})
        await until(lambda: listed(shop, 2), "the history again")
        await until(stamped, "its stamp")
        earlier = DATE - timedelta(days=9)
        sealed = seal(world.project.cipher, "webshops", {"config": {"catch_all_date": earlier.date().isoformat()}})
        await world.edit(webshop, **{"config.catch_all_date": sealed["config"]["catch_all_date"]})
        await until(lambda: listed(shop, 3), "the history from another date")
        await until(stamped, "its stamp")
    assert shop.windows[-1][1].since == earlier
    assert ids_of(await world.raw(RAW_BACKFILL)) == ["new", "new", "new", "old"]


async def listed(shop: Shop, times: int) -> bool:
    return len(shop.windows) >= times


async def test_a_date_of_the_project_holds_for_its_shops_and_what_is_no_date_is_told(world: World) -> None:
    webshop, shop = await imported(world)
    projects = world.store.collection(Control.PROJECTS)
    await projects.update_one({"_id": world.project.id}, {"$set": {"settings.catch_all_date": "2025-03-01"}})
    world.projects._projects.clear()
    await world.edit(webshop, **{f"get_orders_{UPDATED_ALL}": True})
    await world.rebuild()
    async with world.poller():
        await until(world.nothing_due, "the history")
    assert [(window.mode, window.since) for _, window in shop.windows] == [(UPDATED_ALL, DATE)]
    sealed = seal(world.project.cipher, "webshops", {"config": {"catch_all_date": "last spring"}})
    await world.edit(webshop, **{"config.catch_all_date": sealed["config"]["catch_all_date"]})
    await world.rebuild()
    async with world.poller():
        await until(world.nothing_due, "the complaint")
    said = "catch_all_date: expected an ISO date such as 2024-01-31, got 'last spring'"
    assert (await world.document(webshop))["orders_error"] == [{"name": "PayloadInvalid", "value": said}]
    assert len(shop.windows) == 1


async def test_what_waits_for_everything_shares_one_listing(world: World) -> None:
    webshop, shop = await imported(world, "1", "2", "3")
    both = {f"get_orders_{mode}": True for mode in HISTORY}
    await world.edit(webshop, **both, **{f"got_orders_{UPDATED}_at": None})
    await world.rebuild()
    async with world.poller():
        await until(world.nothing_due, "the history")
    assert [window.since for _, window in shop.windows] == [None]
    document, found = await world.document(webshop), await rows(world, webshop)
    stamps = {document[f"got_orders_{mode}_at"] for mode in (*HISTORY, UPDATED)}
    assert stamps == {found[f"orders:{mode}"]["watermark"] for mode in (*HISTORY, UPDATED)}
    assert len(stamps) == 1


async def test_a_date_tells_two_histories_apart(world: World) -> None:
    webshop, shop = await imported(world, "1")
    both = {f"get_orders_{mode}": True for mode in HISTORY}
    await world.edit(webshop, **both, **{"config.catch_all_date": DATE})
    await world.rebuild()
    async with world.poller():
        await until(world.nothing_due, "both")
    assert sorted((window.mode, window.since) for _, window in shop.windows) == sorted((mode, DATE) for mode in HISTORY)


async def test_a_sweep_lists_everything_goes_on_from_its_cursor_and_deletes_nothing(world: World) -> None:
    webshop, shop = await imported(world, *"12345")
    del shop.records["orders"]["1"]  # a listing that lacks it proves nothing

    def breaks(_what: str) -> None:
        if len(shop.asked) == 2:
            raise ShopTrouble("HTTP 503")

    shop.trouble = breaks
    await world.due(f"{webshop}:orders:sweep")
    async with world.poller():
        await until(world.nothing_due, "the half")
    assert (await rows(world, webshop))["orders:sweep"]["cursor"] == "3"
    shop.trouble = lambda _what: None
    await world.due(f"{webshop}:orders:sweep")
    async with world.poller():
        await until(world.nothing_due, "the rest")
    assert [cursor for what, cursor in shop.asked if what == "orders"] == [None, "3", "3"]
    assert [window.since for _, window in shop.windows] == [None, None]
    raw = await world.raw(RAW_BACKFILL)
    pages = [page for page in pages_of(raw) if page["mode"] == SWEEP]
    assert [(page["seq"], page["finished"]) for page in pages] == [(1, False), (2, True)]
    assert {r.kind for r in raw} == {RawKind.RECORD_READ, RawKind.PAGE_READ}
    row = (await rows(world, webshop))["orders:sweep"]
    assert 0.94 * timedelta(hours=2) < row["due_at"] - datetime.now(UTC) + timedelta(seconds=5) < 1.06 * timedelta(hours=2)
    assert "got_orders_sweep_at" not in await world.document(webshop)


async def test_a_sweep_lets_a_direct_read_go_first(world: World) -> None:
    webshop, shop = await imported(world, *"12345")
    shop.trouble = lambda what: world.ask(webshop, "orders", "5") if len(shop.asked) == 1 else None
    await world.due(f"{webshop}:orders:sweep")
    async with world.poller(turn_seconds=0.001):
        await until(world.nothing_due, "both done")
    assert [what for what, _ in shop.asked] == ["orders", "read orders", "orders", "orders", "count orders"]


async def test_a_sweep_rests_while_no_poll_of_its_resource_is_on(world: World) -> None:
    webshop, _ = await imported(world, "1")
    switches = {f"get_orders_{mode}": False for mode in (CREATED, UPDATED, *OPEN)}
    await world.edit(webshop, **switches)
    await world.rebuild()
    found = await rows(world, webshop)
    assert found["orders:sweep"]["due_at"] is None
    assert found[f"shipments:{UPDATED}"]["due_at"] is None
    assert found["products:sweep"]["due_at"] is not None
    await world.edit(webshop, **{f"get_orders_{Mode.OPEN_SINCE_1X}": True})
    await world.rebuild()
    again = (await rows(world, webshop))["orders:sweep"]["due_at"]
    assert near(again, datetime.now(UTC) + timedelta(hours=2)), "it comes when its time has passed, not because of the switch"


async def test_a_pause_of_imports_holds_history_and_sweeps(world: World) -> None:
    webshop, _ = await imported(world, "1")
    await world.edit(webshop, paused_imports=["orders"], **{f"get_orders_{CREATED_ALL}": True})
    await world.rebuild()
    found = await rows(world, webshop)
    assert [name for name, row in found.items() if row["due_at"] is None] == ["orders:sweep", f"orders:{CREATED_ALL}"]


async def test_a_stopped_shop_rests_whole_and_goes_on_where_it_was(world: World) -> None:
    webshop, shop = await imported(world, "1")
    async with world.poller(watch=True):
        await world.edit(webshop, active=False)

        async def stopped() -> bool:
            return all(row["due_at"] is None for row in (await rows(world, webshop)).values())

        await until(stopped, "the stop")
        await world.edit(webshop, active=True)

        async def resumed() -> bool:
            return not await stopped() and await world.nothing_due() and len(shop.windows) >= 4

        await until(resumed, "the polls of changes")
    # What is rare is not asked for because of a stop.
    assert {window.mode for _, window in shop.windows} == {*Mode} & {CREATED, UPDATED}


async def test_a_stamp_of_an_open_round_set_to_null_runs_it_at_once(world: World) -> None:
    webshop, shop = await imported(world, "1")
    await world.due(f"{webshop}:orders:{Mode.OPEN_SINCE_2X}")
    async with world.poller(watch=True):
        await until(lambda: listed(shop, 1), "the round")
        await until(world.at_rest, "its end")
        await world.edit(webshop, **{f"got_orders_{Mode.OPEN_SINCE_2X}_at": None})
        await until(lambda: listed(shop, 2), "the round again")
        await until(world.at_rest, "its end")
    assert {window.mode for _, window in shop.windows} == {Mode.OPEN_SINCE_2X}
    assert len(pages_of(await world.raw(RAW_LIVE))) == 2


# Counts, progress ---------------------------------------------------------------------------------------------------------


async def test_after_everything_was_listed_the_shop_is_asked_how_many_it_has(world: World) -> None:
    webshop, shop = await world.shop("alpha", "1", "2", "3")
    shop.more = 2
    async with world.poller():
        await until(world.nothing_due, "the import")
    document = await world.document(webshop)
    stats = document["orders_stats"]
    assert (stats["listed"], stats["counted"], stats["requests"]) == (3, 5, 3)
    assert stats["at"] <= document["got_finished_at"]
    assert [(entry["listed"], entry["counted"]) for entry in document["backfill"]] == [(3, 5), (None, None)]
    # The question is a request like any other.
    pages = [page for page in pages_of(await world.raw(RAW_BACKFILL)) if page["klass"] == "orders"]
    assert sum(page["requests"] for page in pages) == 3
    # Everything was just listed: the sweep counts its time from there.
    assert (await rows(world, webshop))["orders:sweep"]["due_at"] > document["got_finished_at"] + 0.9 * timedelta(hours=2)
    # A poll of changes counts nothing, and keeps what was counted.
    await world.due(f"{webshop}:orders:{UPDATED}")
    async with world.poller():
        await until(world.nothing_due, "a poll")
    assert [what for what, _ in shop.asked].count("count orders") == 1
    assert (await world.document(webshop))["orders_stats"]["counted"] == 5


async def test_a_shop_that_does_not_count_is_imported_all_the_same(world: World) -> None:
    webshop, shop = await world.shop("alpha", "1")

    def silent(what: str) -> None:
        if what.startswith("count"):
            raise ShopTrouble("HTTP 500")

    shop.trouble = silent
    async with world.poller():
        await until(world.nothing_due, "the import")
    document = await world.document(webshop)
    assert (document["orders_stats"]["listed"], document["orders_stats"]["counted"]) == (1, None)
    assert "got_error_at" not in document


async def test_history_from_a_date_is_not_counted(world: World) -> None:
    webshop, shop = await imported(world, "1")
    await world.edit(webshop, **{"config.catch_all_date": DATE, f"get_orders_{CREATED_ALL}": True})
    await world.rebuild()
    async with world.poller():
        await until(world.nothing_due, "the history")
    assert [what for what, _ in shop.asked] == ["orders"]


async def test_a_longer_run_says_how_far_it_is_and_takes_it_back_at_its_end(world: World) -> None:
    webshop, shop = await world.shop("alpha", "1", "2", "3")
    await world.only(f"{webshop}:orders:{CREATED}", f"{webshop}:orders:{UPDATED}")
    seen: list[Bson] = []

    async def look() -> None:
        seen.append((await world.document(webshop)).get("log") or {})

    shop.trouble = lambda what: look() if what == "orders" else None
    async with world.poller():
        await until(world.nothing_due, "the import")
    assert len(seen) == 2
    assert {key: seen[0][key] for key in ("resource", "mode", "records", "pages")} == {
        "resource": "orders",
        "mode": CREATED,
        "records": 0,
        "pages": 0,
    }
    document = await world.document(webshop)
    assert seen[1] == seen[0], "not more often than every few seconds"
    assert seen[0]["since"] == document["got_started_at"]
    assert document["log"] == {}
