"""relay-poller against the simulated Shopify: history in bulk, tokens that end, one budget of points."""

from datetime import timedelta

import pytest
from bson import ObjectId

from shoprelay_runtime import admin
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_simulators import ShopifyShop, serve
from tests.integration.test_poller_shops import imported, polling, raw, read

pytestmark = pytest.mark.integration


async def connected(store: Store, settings: Settings, url: str, shop: ShopifyShop) -> tuple[ObjectId, ObjectId]:
    made = await admin.create_project(store, settings, "Growth")
    projects = Projects(store, settings.master())
    project = await projects.get(made.id)
    company = await store.database(project.database)["companies"].insert_one({"website": "acme.example"})
    given = {"shop_url": url, **shop.credentials()}
    added = await admin.add_webshop(store, settings, projects, project, company.inserted_id, "shopify", given)
    return made.id, added.id


async def test_history_comes_in_bulk_over_tokens_that_end(store: Store, settings: Settings) -> None:
    shop = ShopifyShop(seed=3, orders=90, products=20, customers=15, bulk_seconds=2)
    shop.access.lasts = timedelta(seconds=62)  # of which a minute is kept in reserve
    async with serve(shop) as url:
        made, webshop = await connected(store, settings, url, shop)
        project = await Projects(store, settings.master()).get(made)
        async with polling(settings):
            await imported(store, 120)
        records = await raw(settings, project)
        state = shop.final_state()
        for resource in ("orders", "products", "customers"):
            assert read(records, resource) == set(state[resource])
        assert read(records, "categories") == set(state["collections"])
        assert len(shop.bulk.operations) >= 3
        assert shop.bulk.leaked == []
        document = await admin.show_webshop(store, project, webshop)
        assert "got_error_at" not in document, document
        assert shop.access.refreshes >= 2
