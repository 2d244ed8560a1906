"""The relay against a simulated shop over HTTP: everything that the shop has is listed, whatever happens meanwhile."""

import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shoprelay_relays.shopify import RELAY, bulk, jsonl
from shoprelay_relays.spec import Gone, Mode, Record, Window
from shoprelay_schema.documents import Order, OrderLine
from shoprelay_schema.raw import Evidence
from shoprelay_simulators import ManualClock, ShopifyShop, serve
from shoprelay_simulators.shopify import build
from shoprelay_simulators.shopify.money import bag
from shoprelay_simulators.shopify.orders import new_order
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.world.goods import Goods
from shoprelay_simulators.world.people import nordic_person
from tests.support.loopback import loopback
from tests.unit.relays.woocommerce.shop import FakeShop

Config = dict[str, str]
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
LISTED = ["orders", "products", "customers", "categories"]
KINDS = {"orders": "Order", "products": "Product", "customers": "Customer", "categories": "Collection"}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PAUSES", (0.0,))


@pytest.fixture
def shop() -> ShopifyShop:
    # Tokens and windows are told in real time.
    return ShopifyShop(7, clock=ManualClock(datetime.now(UTC)), orders=14, products=6, bulk_seconds=0, points=1e6, restore=1e6)


@pytest.fixture
async def config(shop: ShopifyShop) -> AsyncIterator[Config]:
    async with serve(shop) as url:
        yield {"shop_url": url, **shop.credentials()}


def window(since: datetime | None = SINCE, mode: Mode = Mode.UPDATED_SINCE_LAST_REQUEST) -> Window:
    return Window(mode, since, datetime.now(UTC))


async def listed(config: Config, resource: str, asked: Window) -> list[Record]:
    pages = RELAY.resource(resource).pages
    assert pages is not None
    async with RELAY.client(config, loopback()) as client:
        return [record async for page in pages(client, asked, None, config) for record in page.records]


async def read(config: Config, resource: str, remote_id: str) -> list[Record] | Gone:
    reading = RELAY.resource(resource).read
    assert reading is not None
    async with RELAY.client(config, loopback()) as client:
        return await reading(client, remote_id, config)


def ids(records: Iterable[Record], resource: str) -> list[str]:
    return [record.remote_id for record in records if record.resource == resource]


def held(shop: ShopifyShop, resource: str) -> list[str]:
    return sorted(str(number(row)) for row in shop.rows[KINDS[resource]].values())


def documents(records: Iterable[Record]) -> list[Any]:
    return [
        draft
        for record in records
        for draft in RELAY.resource(record.resource).map(json.loads(record.body), FakeShop()).drafts
        if not draft.derived
    ]


@pytest.mark.parametrize("resource", LISTED)
@pytest.mark.parametrize("since", [None, SINCE], ids=["bulk", "paged"])
async def test_everything_that_the_shop_has_is_listed_once(
    config: Config, shop: ShopifyShop, resource: str, since: datetime | None
):
    records = await listed(config, resource, window(since))
    assert sorted(ids(records, resource)) == held(shop, resource)
    assert documents(records)


@pytest.mark.parametrize("resource", ["orders", "products", "customers"])
async def test_what_comes_in_bulk_becomes_the_same_documents_as_what_is_paged_and_read(
    config: Config, shop: ShopifyShop, resource: str
):
    for _ in range(60):
        shop.step()
    in_bulk = await listed(config, resource, window(None))
    paged = await listed(config, resource, window())
    one = held(shop, resource)[0]
    read_alone = await read(config, resource, one)
    assert isinstance(read_alone, list)

    def told(records: Iterable[Record]) -> dict[tuple[str, str], Any]:
        return {(draft.document.collection, draft.key): draft for draft in documents(records)}

    assert told(in_bulk) == told(paged)
    assert told(read_alone).items() <= told(paged).items()


async def test_the_amounts_of_every_order_add_up(config: Config, shop: ShopifyShop):
    for _ in range(40):
        shop.step()
    for record in await listed(config, "orders", window()):
        found = [draft.document for draft in documents([record])]
        (order,) = (document for document in found if isinstance(document, Order))
        lines = sum(line.price * line.quantity for line in found if isinstance(line, OrderLine))
        assert lines + order.delivery_price + order.payment_price - order.discount_amount == pytest.approx(order.price, abs=0.005)
        assert order.payment_price == 0


async def test_a_thousand_customers_of_one_second_are_listed_over_page_borders(config: Config, shop: ShopifyShop):
    at = datetime.now(UTC) - timedelta(days=1)
    made = [shop.keep(build.customer(shop, nordic_person(shop.rng, count), at)) for count in range(1000)]
    records = await listed(config, "customers", window(at - timedelta(seconds=2)))
    assert len(ids(records, "customers")) == len(set(ids(records, "customers")))
    assert {str(number(row)) for row in made} <= set(ids(records, "customers"))


async def test_nothing_is_lost_or_told_twice_while_the_shop_changes(config: Config, shop: ShopifyShop):
    before = set(held(shop, "orders"))
    pages = RELAY.resource("orders").pages
    assert pages is not None
    small = json.dumps([0, 4])  # four orders a page
    seen: list[str] = []
    async with RELAY.client(config, loopback()) as client:
        async for page in pages(client, window(), small, config):
            seen += ids(page.records, "orders")
            for _ in range(5):
                shop.step()
    assert before <= set(seen)
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("since", [None, SINCE], ids=["bulk", "paged"])
async def test_a_listing_goes_on_from_any_cursor(
    config: Config, shop: ShopifyShop, since: datetime | None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk, "ROWS", 2)
    monkeypatch.setattr(jsonl, "PIECE", 5000)
    pages = RELAY.resource("orders").pages
    assert pages is not None
    asked, cursor, seen, turns = window(since), None if since is None else json.dumps([0, 2]), list[str](), 0
    while turns < 40:
        turns += 1
        async with RELAY.client(config, loopback()) as client:
            turn = pages(client, asked, cursor, config)
            page = await anext(turn)
            await turn.aclose()
        seen += ids(page.records, "orders")
        cursor = page.cursor
        assert cursor is None or len(cursor) <= 2048
        if cursor is None:
            break
    assert sorted(seen) == held(shop, "orders")
    assert turns >= 5


async def test_more_orders_than_one_list_can_be_paged_through_are_all_there(config: Config, shop: ShopifyShop):
    shop.reach = 10
    assert len(held(shop, "orders")) > shop.reach
    async with RELAY.client(config, loopback()) as client:
        pages = RELAY.resource("orders").pages
        assert pages is not None
        seen = [r async for page in pages(client, window(), json.dumps([0, 8]), config) for r in page.records]
    assert sorted(ids(seen, "orders")) == held(shop, "orders")


async def test_an_order_of_three_hundred_lines_is_whole(config: Config, shop: ShopifyShop):
    row = new_order(shop, datetime.now(UTC), lines=300)
    shop.changed(row, "create")
    for since in (None, datetime.now(UTC) - timedelta(minutes=5)):
        records = await listed(config, "orders", window(since))
        (big,) = (record for record in records if record.remote_id == str(number(row)))
        lines = [draft for draft in documents([big]) if isinstance(draft.document, OrderLine)]
        assert len({draft.key for draft in lines}) == 300
        assert {"order_lines"} <= {name for _, name, _ in RELAY.resource("orders").map(json.loads(big.body), FakeShop()).owns}


@pytest.mark.parametrize("since", [None, SINCE], ids=["bulk", "paged"])
async def test_a_parcel_and_a_refund_of_more_lines_than_come_at_once_are_whole(
    config: Config, shop: ShopifyShop, since: datetime | None
):
    row = new_order(shop, datetime.now(UTC), lines=50)
    goods = [{"quantity": 1, "lineItem": line} for line in row["lineItems"]]
    nothing = bag(Decimal(0), "DKK")
    sums = {"subtotalSet": nothing, "totalTaxSet": nothing, "restockType": "RETURN", "restocked": True, "priceSet": nothing}
    parcel = {"id": build.gid(shop, "Fulfillment"), "status": "SUCCESS", "createdAt": shop.stamp(), "updatedAt": shop.stamp()}
    parcel["trackingInfo"], parcel["name"], parcel["totalQuantity"] = [], "#1.1", 50
    parcel["fulfillmentLineItems"] = [{"id": build.gid(shop, "FulfillmentLineItem"), **line} for line in goods]
    note = {"id": build.gid(shop, "Refund"), "createdAt": shop.stamp(), "updatedAt": shop.stamp(), "totalRefundedSet": nothing}
    note["refundLineItems"] = [{"id": build.gid(shop, "RefundLineItem"), **sums, **line} for line in goods]
    row["fulfillments"], row["refunds"] = [shop.keep(parcel)], [shop.keep(note)]
    shop.changed(row, "create")
    found = [record for record in await listed(config, "orders", window(since)) if record.remote_id == str(number(row))]
    held = {draft.document.collection: draft.document for draft in documents(found)}
    assert len(held["shipments"].order_lines) == len(held["credit_notes"].order_lines) == 50


async def test_a_product_of_many_variants_comes_in_parts_and_owns_them_all(config: Config, shop: ShopifyShop):
    sizes = tuple(f"S{count}" for count in range(130))
    row = build.product(shop, Goods("Gardin", "GAR", "10.00", sizes), datetime.now(UTC))
    shop.changed(row, "create")
    found = await read(config, "products", str(number(row)))
    assert isinstance(found, list)
    assert len(ids(found, "variants")) == 130
    (head,) = (record for record in found if record.resource == "products")
    ((_, collection, owned),) = RELAY.resource("products").map(json.loads(head.body), FakeShop()).owns
    assert (collection, len(set(owned))) == ("variants", 130)


async def test_a_poll_gives_what_changed_since(config: Config, shop: ShopifyShop):
    clock = shop.clock
    assert isinstance(clock, ManualClock)
    clock.advance(1200)
    row = next(iter(shop.rows["Order"].values()))
    row["note"] = "Husk"
    shop.changed(row)
    since = clock.now - timedelta(minutes=10)
    assert ids(await listed(config, "orders", window(since)), "orders") == [str(number(row))]
    created = window(since, Mode.CREATED_SINCE_LAST_REQUEST)
    assert await listed(config, "orders", created) == []


async def test_the_overlap_makes_up_for_an_index_that_is_behind(config: Config, shop: ShopifyShop):
    clock, shop.index_lag = shop.clock, 60.0
    assert isinstance(clock, ManualClock)
    row = next(iter(shop.rows["Customer"].values()))
    shop.changed(row)
    watermark = clock.now
    assert str(number(row)) not in ids(await listed(config, "customers", window(watermark)), "customers")
    clock.advance(120)
    since = watermark - RELAY.resource("customers").overlap
    assert str(number(row)) in ids(await listed(config, "customers", window(since)), "customers")


async def test_open_orders_are_those_that_are_not_at_an_end(config: Config, shop: ShopifyShop):
    for _ in range(80):
        shop.step()
    rows = shop.rows["Order"].values()
    wanted = {str(number(row)) for row in rows if not row["closedAt"] and not row["cancelledAt"]}
    assert set(ids(await listed(config, "orders", window(None, Mode.OPEN_SINCE_1X)), "orders")) == wanted


@pytest.mark.parametrize("resource", LISTED)
async def test_the_shop_counts_as_the_list_does(config: Config, shop: ShopifyShop, resource: str):
    count = RELAY.resource(resource).count
    assert count is not None
    async with RELAY.client(config, loopback()) as client:
        assert await count(client, config) == len(held(shop, resource))


@pytest.mark.parametrize("resource", LISTED)
async def test_a_deleted_record_is_gone_on_a_direct_read(config: Config, shop: ShopifyShop, resource: str):
    gid = next(iter(shop.rows[KINDS[resource]]))
    remote_id = gid.rpartition("/")[2]
    shop.rows[KINDS[resource]].pop(gid)
    config["read_all_orders"] = "yes"
    assert await read(config, resource, remote_id) == Gone(resource, remote_id, Evidence.NOT_FOUND)


async def test_an_order_that_is_too_old_to_be_seen_is_not_taken_for_deleted(config: Config, shop: ShopifyShop):
    shop.access.scopes.discard("read_all_orders")
    old = min(shop.rows["Order"].values(), key=number)
    old["createdAt"] = "2024-01-01T00:00:00Z"
    assert await read(config, "orders", str(number(old))) == []
    newest = max(shop.rows["Order"].values(), key=number)
    shop.rows["Order"].pop(newest["id"])
    assert await read(config, "orders", str(number(newest))) == Gone("orders", str(number(newest)), Evidence.NOT_FOUND)


async def test_a_stock_level_leads_to_its_variant(config: Config, shop: ShopifyShop):
    item = next(iter(shop.rows["InventoryItem"].values()))
    found = await read(config, "variants", f"inventory/{number(item)}")
    assert isinstance(found, list)
    assert ids(found, "variants") == [item["variants"][0].gid.rpartition("/")[2]]
    assert await read(config, "variants", "inventory/1") == []
