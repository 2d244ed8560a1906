"""A project's key is rotated while its shop is read: everything can be read afterwards, and the new key alone changes nothing."""

from typing import Any

import pytest
from bson import ObjectId

from shoprelay_relays.registry import RELAYS
from shoprelay_runtime import admin, bus, deadletters, projects
from shoprelay_runtime.codec import encrypted, unseal
from shoprelay_runtime.direct_reads import READ
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.documents import SHOP_COLLECTIONS
from shoprelay_schema.topics import DEAD_LETTERS, DOCUMENTS, RAW_BACKFILL, RAW_LIVE
from shoprelay_simulators import WooShop, serve
from shoprelay_simulators.woocommerce import changes
from tests.integration.test_poller import until
from tests.integration.test_poller_shops import connect, imported, listed, polling, raw, read
from tests.support.world import drained, normalizing, read_topics

pytestmark = pytest.mark.integration


async def documents(store: Store, project: Project) -> dict[str, list[dict[str, Any]]]:
    """Every document of the shop, decrypted."""
    database = store.database(project.database)
    return {name: [unseal(project.cipher, name, row) async for row in database[name].find()] for name in SHOP_COLLECTIONS}


async def keys_of(settings: Settings) -> set[str]:
    """The data keys that the raw log's records name."""
    names = [settings.named(topic.name) for topic in (RAW_BACKFILL, RAW_LIVE)]
    return {bus.header(record.headers, "key") for name in names for record in await deadletters.records(settings, name, {})}


async def events(settings: Settings) -> set[str]:
    return {event.id for event in await read_topics(settings, *(topic.name for topic in DOCUMENTS.values()))}


async def sealed_under(store: Store, project: Project, collection: str, order: ObjectId) -> set[str]:
    row = await store.database(project.database)[collection].find_one({"_id": order})
    assert row is not None
    return {row[name].split(":")[2] for name in encrypted(collection) if row.get(name)}


async def at_rest(store: Store, settings: Settings) -> None:
    """Everything is normalized, and what records pointed at is read and normalized as well."""
    jobs = store.collection(Control.JOBS)

    async def none_waits() -> bool:
        return not await jobs.count_documents({"mode": READ})

    await drained(settings)
    while not await none_waits():
        await until(none_waits, "the direct reads")
        await drained(settings)


@pytest.mark.timeout(180)
async def test_a_poll_goes_on_while_the_key_is_rotated(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projects, "_FRESH_SECONDS", 0.3)
    shop = WooShop(3, orders=130, products=10, customers=12)
    async with serve(shop) as url:
        before, webshop = await connect(store, settings, url, shop)
        jobs = store.collection(Control.JOBS)
        under_way = {"resource": "orders", "cursor": {"$ne": None}, "watermark": None}
        # Turns are short: the import is taken up again and again, by each time with the keys of then.
        async with normalizing(settings, RELAYS), polling(settings, turn_seconds=0.01):
            shop.faults.slow(0.5, times=1_000)
            await until(lambda: jobs.count_documents(under_way), "a page of orders")
            assert await admin.rotate_keys(store, settings, before.id, settle=0.5) == "k2"
            assert await jobs.count_documents(under_way), "the import went on during the rotation"
            shop.faults.planned.clear()
            await imported(store)
            await at_rest(store, settings)
            project = await Projects(store, settings.master()).get(before.id)
            assert await keys_of(settings) == {"k1", "k2"}
            assert read(await raw(settings, project), "orders") == listed(shop)
            found = await documents(store, project)
            assert {row["remote_id"] for row in found["orders"]} == listed(shop)
            emails = [row["email"] for row in found["customers"] if row["email"]]
            assert len(emails) == len(set(emails)) > 0
            await _changed_by_a_new_key_alone(settings, store, project, webshop)
            order = next(row for row in shop.orders.values() if row.status == "processing" and row.billing["email"])
            order.billing["city"] = "Ribe"
            changes.change_order(shop, order)
            await admin.resync_webshop(store, project, webshop)
            await imported(store)
            await at_rest(store, settings)
        (edited,) = [row for row in (await documents(store, project))["orders"] if row["remote_id"] == str(order.id)]
        assert (edited["billing_city"], edited["email"]) == ("Ribe", order.billing["email"])
        assert "k2" in await sealed_under(store, project, "orders", edited["_id"])
    assert not [record for name in DEAD_LETTERS for record in await deadletters.records(settings, settings.named(name), {})]


async def _changed_by_a_new_key_alone(settings: Settings, store: Store, project: Project, webshop: ObjectId) -> None:
    told = await events(settings)
    await admin.resync_webshop(store, project, webshop)
    await imported(store)
    await at_rest(store, settings)
    assert await events(settings) == told
