"""Imports that the operator looks at, pauses, and lets go on."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from typer.testing import CliRunner, Result

from shoprelay_cli import dlq, webshops
from shoprelay_runtime import sending
from shoprelay_runtime.admin import AdminError
from shoprelay_runtime.admin.backfill import backlogs, pause_backfill, resume_backfill, show_backfill
from shoprelay_runtime.admin.modes import MEANWHILE
from shoprelay_runtime.store import Bson
from shoprelay_schema.topics import RAW_BACKFILL, RAW_LIVE
from tests.integration.test_poller import CREATED, UPDATED, World, ids_of, pages_of, until, world
from tests.support.world import normalizing
from tests.unit.poller.fakes import Shop

__all__ = ["world"]
pytestmark = pytest.mark.integration


async def orders(world: World, webshop: ObjectId) -> Bson:
    (entry,) = [each for each in await show_backfill(world.store, world.project, [webshop]) if each["resource"] == "orders"]
    return entry


async def paused_after_a_page(world: World) -> tuple[ObjectId, Shop]:
    """A shop whose import of orders is paused while its second page is asked for."""
    webshop, shop = await world.shop("alpha", *"12345")
    await world.only(f"{webshop}:orders:{CREATED}", f"{webshop}:orders:{UPDATED}")

    def trouble(_what: str) -> Any:
        return pause_backfill(world.store, world.project, webshop, ["orders"]) if len(shop.asked) == 2 else None

    shop.trouble = trouble
    async with world.poller():
        await until(lambda: paused(world, webshop), "the pause")
        await until(world.nothing_due, "nothing to do")
    return webshop, shop


async def paused(world: World, webshop: ObjectId) -> bool:
    return bool((await orders(world, webshop))["state"] == "paused")


async def test_a_paused_import_goes_on_from_its_cursor(world: World) -> None:
    webshop, shop = await paused_after_a_page(world)
    entry = await orders(world, webshop)
    assert (entry["state"], entry["records"], entry["of"], entry["pages"]) == ("paused", 2, 5, 1)
    assert (await world.job(webshop))["cursor"] == "2"
    await world.rebuild()  # as every start of a poller does
    async with world.poller(watch=True):
        await world.edit(webshop, get_products_updated_since_last_request=False)
        await until(world.nothing_due, "nothing to do")
    assert (await orders(world, webshop))["state"] == "paused"
    asked = len(shop.asked)
    shop.trouble = lambda _what: None
    assert await resume_backfill(world.store, world.project, webshop, ["orders"]) == ["orders"]
    async with world.poller():
        await until(world.nothing_due, "the import's end")
    assert [cursor for what, cursor in shop.asked[asked:] if what == "orders"] == ["2", "4"]
    records = await world.raw(RAW_BACKFILL)
    # The page that was under way at the pause is read again, with the same number: it is charged once.
    assert ids_of(records) == ["1", "2", "3", "4", "3", "4", "5"]
    assert [page["seq"] for page in pages_of(records) if page["klass"] == "orders"] == [1, 2, 2, 3]
    entry = await orders(world, webshop)
    assert (entry["state"], entry["records"], entry["of"], entry["pages"]) == ("done", 5, 5, 3)
    assert entry["since"] <= entry["ended_at"]


async def test_the_rest_of_a_shop_goes_on_while_its_import_is_paused(world: World) -> None:
    webshop, shop = await paused_after_a_page(world)
    shop.trouble = lambda _what: None
    await pause_backfill(world.store, world.project, webshop)
    shop.add("products", "p")  # these are imported: they are polled for changes, whatever is paused
    await world.due(f"{webshop}:products:{UPDATED}")
    await world.ask(webshop, "orders", "5")
    async with world.poller():
        await until(world.nothing_due, "the products and the read")
    assert {"5", "p"} <= set(ids_of(await world.raw(RAW_LIVE)))
    assert await paused(world, webshop)


async def test_what_changes_while_a_first_import_is_paused_is_polled_all_the_same(world: World) -> None:
    webshop, shop = await world.shop("alpha")
    shop.add("orders", "old", at=datetime.now(UTC) - timedelta(days=9))
    await pause_backfill(world.store, world.project, webshop, ["orders"])
    name = f"{webshop}:orders:{MEANWHILE}"
    await world.only(name)
    await world.due(name)
    async with world.poller():
        await until(world.nothing_due, "a poll of what there was since the shop was connected")
        shop.add("orders", "new")
        await world.due(name)
        await until(world.nothing_due, "the next one")
    assert set(ids_of(await world.raw(RAW_LIVE))) == {"new"}
    assert await world.raw(RAW_BACKFILL) == []
    assert await paused(world, webshop)
    row = await world.job(webshop, mode=MEANWHILE)
    assert timedelta(0) < row["due_at"] - row["watermark"]
    assert f"got_orders_{MEANWHILE}_at" not in await world.document(webshop)
    await resume_backfill(world.store, world.project, webshop, ["orders"])
    async with world.poller():
        await until(lambda: done(world, webshop), "the import's end")
    assert sorted(ids_of(await world.raw(RAW_BACKFILL))) == ["new", "old"]
    assert (await world.job(webshop, mode=MEANWHILE))["due_at"] is None


async def test_an_operators_own_edit_pauses_and_resumes(world: World) -> None:
    webshop, _ = await world.shop("alpha", *"123")
    await world.edit(webshop, paused_imports=["orders", "products"])
    await world.rebuild()
    async with world.poller(watch=True):
        await until(world.nothing_due, "nothing to do")
        assert await world.raw(RAW_BACKFILL) == []
        await world.edit(webshop, paused_imports=None)
        await until(lambda: done(world, webshop), "the import's end")
    assert sorted(ids_of(await world.raw(RAW_BACKFILL))) == ["1", "2", "3"]


async def done(world: World, webshop: ObjectId) -> bool:
    return all(entry["state"] == "done" for entry in await show_backfill(world.store, world.project, [webshop]))


async def test_a_resync_of_a_paused_import_waits(world: World) -> None:
    webshop, _ = await world.shop("alpha", "1")
    async with world.poller():
        await until(lambda: done(world, webshop), "the first import")
    await pause_backfill(world.store, world.project, webshop, ["orders"])
    assert (await orders(world, webshop))["state"] == "done"
    await world.edit(webshop, **{f"got_orders_{CREATED}_at": None})
    await world.rebuild()
    assert (await world.job(webshop))["due_at"] is None
    assert (await world.job(webshop, mode=UPDATED))["due_at"] is not None  # it imports nothing: it goes on
    assert await paused(world, webshop)


async def test_a_record_that_no_topic_can_hold_is_a_dead_letter(world: World, type_: Any) -> None:
    webshop, _ = await world.shop("alpha", "1", "2")
    await world.only(f"{webshop}:orders:{CREATED}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "_LARGEST", 9)
        patch.setattr(sending, "_KEPT", 4)
        async with world.poller():
            await until(world.nothing_due, "the import's end")
    assert ids_of(await world.raw(RAW_BACKFILL)) == []
    assert [page["pieces"] for page in pages_of(await world.raw(RAW_BACKFILL))] == [2]  # read, so billed
    typed = await asyncio.to_thread(CliRunner().invoke, dlq.app, ["list", "--json", "--reason", "too large"])
    rows = json.loads(typed.stdout)
    assert sorted(row["subject"] for row in rows) == ["orders/1", "orders/2"]
    shown = await asyncio.to_thread(CliRunner().invoke, dlq.app, ["show", rows[0]["position"], "--json"])
    found = json.loads(shown.stdout)
    assert (found["original"], found["stack"]) == ('{"id', "10 bytes, of which 9 fit; the first 4 are kept")
    retried = await asyncio.to_thread(CliRunner().invoke, dlq.app, ["retry", "--all"])
    assert retried.stdout == "retried: 0 dead letters\n"


async def test_wrong_names_are_refused(world: World) -> None:
    webshop, _ = await world.shop("alpha")
    with pytest.raises(AdminError, match="is not polled for 'order'; it is for orders, products"):
        await pause_backfill(world.store, world.project, webshop, ["order"])
    with pytest.raises(AdminError, match="there is no webshop"):
        await show_backfill(world.store, world.project, [ObjectId()])


# The command ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def type_(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings = world.settings
    assert settings.master_key is not None
    for name in ("kafka", "mongo", "database", "prefix"):
        monkeypatch.setenv(f"SHOPRELAY_{name.upper()}", getattr(settings, name))
    monkeypatch.setenv("SHOPRELAY_MASTER_KEY", settings.master_key.get_secret_value())

    async def typed(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, webshops.app, list(words))

    return typed


async def test_the_command_shows_pauses_and_resumes(world: World, type_: Any) -> None:
    webshop, _ = await paused_after_a_page(world)
    (row, *_) = json.loads((await type_("backfill", "show", str(webshop), "--json")).stdout)
    # Two pages of two orders each with its end, and the end of no products; the normalizer has seen nothing of them.
    assert (row["state"], row["records"], row["of"], row["partition_backlog"]) == ("paused", 2, 5, 7)
    text = (await type_("backfill", "show")).stdout.splitlines()
    assert text[0].split() == ["webshop", "resource", "state", "records", "of", "pages", "since", "partition_backlog"]
    assert text[1].split()[1:6] == ["orders", "paused", "2", "5", "1"]
    shown = (await type_("show", str(webshop))).stdout
    assert "orders    paused" in shown
    assert json.loads((await type_("show", str(webshop), "--json")).stdout)["backfill"][0]["state"] == "paused"
    said = await type_("backfill", "resume", str(webshop), "--resource", "orders")
    assert said.stdout == "the import of orders goes on\n"
    async with world.poller():
        await until(lambda: done(world, webshop), "the import's end")
    async with normalizing(world.settings):
        await until(lambda: nothing_waits(world, webshop), "the normalizer's end")
    watched = await type_("backfill", "show", "--watch")
    assert (watched.exit_code, "5 of 5" in watched.stdout) == (0, True)
    refused = await type_("backfill", "pause", "alpha")
    assert (refused.exit_code, "is no _id" in refused.stderr) == (2, True)
    assert "is paused" in (await type_("backfill", "pause", str(webshop))).stdout


async def nothing_waits(world: World, webshop: ObjectId) -> bool:
    return (await backlogs(world.settings, [webshop]))[webshop] == 0
