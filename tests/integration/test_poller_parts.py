"""What moves no date of its whole, from the shop over the poller to documents: Magento's papers, PrestaShop's stock."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from shoprelay_relays.registry import RELAYS
from shoprelay_runtime.admin.modes import SWEEP
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.topics import DOCUMENTS
from shoprelay_simulators import Magento2Shop, PrestaShop
from shoprelay_simulators.magento2 import living
from shoprelay_simulators.prestashop import acts
from tests.integration.test_poller_shops import charged, imported, polling, raw, read
from tests.support.connected import Connected, connected
from tests.support.world import normalizing, read_topics

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]
PAPERS = {"invoices": "invoices", "shipments": "shipments", "credit_notes": "creditmemos"}


def by_id(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["remote_id"]: row for row in rows}


def tracked(shop: Magento2Shop) -> set[str]:
    """A shipment's further tracks are shipments of their own, named after it."""
    each = [(row["entity_id"], len(row["tracks"])) for row in shop.shipments.values()]
    return {str(one) for one, _ in each} | {f"{one}/{n}" for one, tracks in each for n in range(2, tracks + 1)}


async def deleted(side: Connected) -> list[str]:
    found = await read_topics(side.settings, *(topic.name for topic in DOCUMENTS.values()))
    return [event.id for event in found if event.type.endswith("deleted.v1")]


async def test_magentos_papers_come_with_their_orders_and_by_their_own_lists(store: Store, settings: Settings) -> None:
    shop = Magento2Shop(7, orders=9, products=8, customers=3)
    assert living.refund(shop)
    for row in (*shop.orders.values(), *shop.invoices.values(), *shop.shipments.values(), *shop.creditmemos.values()):
        row["updated_at"] = row["created_at"]  # days ago: no poll of orders brings them along
    async with connected(store, settings, shop) as side, polling(settings), normalizing(settings, RELAYS):
        await imported(store)
        await side.poll(*PAPERS)
        orders = {row["_id"]: row["remote_id"] for row in await side.documents("orders")}
        for collection, table in PAPERS.items():
            rows = getattr(shop, table)
            found = by_id(await side.documents(collection))
            assert found.keys() == (tracked(shop) if table == "shipments" else {str(number) for number in rows}) != set()
            heads = {number.partition("/")[0]: orders[row["order_id"]] for number, row in found.items()}
            assert heads == {str(number): str(row["order_id"]) for number, row in rows.items()}
        before = await raw(settings, side.project)
        await _changed_alone(side, shop)
        pages = charged((await raw(settings, side.project))[len(before) :]).values()
        mine = [
            page for page in charged(await raw(settings, side.project)).values() if any(f":{p}:" in page["job"] for p in PAPERS)
        ]
        assert pages
        assert {page["pieces"] for page in mine} == {0}, "what belongs to an order is billed with it"
        assert await deleted(side) == []


async def _changed_alone(side: Connected, shop: Magento2Shop) -> None:
    """Each of them changes, and its order is not dated anew: nothing but its own list can tell."""
    invoice, memo = max(shop.invoices.values(), key=_age), max(shop.creditmemos.values(), key=_age)
    parcel = max(shop.shipments.values(), key=_age)
    invoice.update(state=3, updated_at=shop.stamp())
    memo.update(state=3, updated_at=shop.stamp())
    parcel["tracks"] = [{"entity_id": 900, "track_number": "SPOR900", "title": "GLS"}]  # this dates nothing at all
    await side.poll("orders", "shipments", "invoices", "credit_notes")
    assert by_id(await side.documents("invoices"))[str(invoice["entity_id"])]["amount"] == 0
    assert by_id(await side.documents("credit_notes"))[str(memo["entity_id"])]["amount"] == 0
    assert by_id(await side.documents("shipments"))[str(parcel["entity_id"])]["tracking_number"] != "SPOR900"
    await side.poll("shipments", mode=SWEEP)
    assert by_id(await side.documents("shipments"))[str(parcel["entity_id"])]["tracking_number"] == "SPOR900"


def _age(row: dict[str, Any]) -> tuple[str, int]:
    return str(row["created_at"]), int(row["entity_id"])


async def test_prestashops_sweeps_find_what_moves_no_date(store: Store, settings: Settings) -> None:
    shop = PrestaShop(7, orders=6, products=5, customers=3)
    async with connected(store, settings, shop) as side, polling(settings), normalizing(settings, RELAYS):
        await imported(store)
        combination = next(iter(shop.tables["combinations"].values()))
        product, order = int(str(combination["id_product"])), max(shop.tables["orders"])
        (stock,) = shop.where("stock_availables", id_product_attribute=combination["id"])
        shop.change("combinations", int(str(combination["id"])), {"price": "100.000000"})
        shop.change("stock_availables", int(str(stock["id"])), {"quantity": "-3"})
        shop.add("specific_prices", {**acts.blank("specific_prices"), "id_product": str(product), "reduction": "0.500000"})
        acts.track(shop, order, "SPOR5")
        await side.poll("orders", "products")
        assert (await _variant(side, combination))["stock"] != -3, "the polls of changes cannot see it"
        counts = {name: len(await side.documents(name)) for name in ("orders", "products", "variants")}
        await side.poll("orders", "products", mode=SWEEP)
        net = Decimal(str(shop.tables["products"][product]["price"])) + 100
        variant = await _variant(side, combination)
        assert variant["stock"] == -3
        assert Decimal(str(variant["before_price"])) == acts.rounded(net * acts.TAX)
        assert Decimal(str(variant["price"])) == acts.rounded(net * acts.TAX / 2)
        (sold,) = [row for row in await side.documents("orders") if row["remote_id"] == str(order)]
        parcels = [row["tracking_number"] for row in await side.documents("shipments") if row["order_id"] == sold["_id"]]
        assert parcels == ["SPOR5"]
        assert counts == {name: len(await side.documents(name)) for name in counts}
        swept = [record for record in await raw(settings, side.project) if f":{SWEEP}" in record.request]
        assert read(swept, "products") == {str(number) for number in shop.tables["products"]}
        assert await deleted(side) == []


async def _variant(side: Connected, combination: dict[str, Any]) -> dict[str, Any]:
    (product,) = [row for row in await side.documents("products") if row["sku_2"] == str(combination["id_product"])]
    (found,) = [
        row
        for row in await side.documents("variants")
        if (row["product_id"], row.get("sku_2")) == (product["_id"], str(combination["id"]))
    ]
    return found
