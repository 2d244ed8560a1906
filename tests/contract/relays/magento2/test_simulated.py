"""The relay against a simulated shop over HTTP: what it lists is what the shop has, whatever happens meanwhile."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.magento2 import RELAY, catalogue
from shoprelay_relays.magento2.listing import ORDERS
from shoprelay_relays.magento2.walk import Place, walk
from shoprelay_relays.spec import Connection, Gone, Mapped, Mode, Page, Record, Verdict, Window
from shoprelay_schema.documents import Category, Country, Order, OrderLine, Product, Shipment, Variant
from shoprelay_schema.raw import Evidence
from shoprelay_simulators.clock import ManualClock
from shoprelay_simulators.magento2.goods import configurable
from shoprelay_simulators.magento2.shop import Magento2Shop
from shoprelay_simulators.receiver import receiver
from shoprelay_simulators.serving import serve
from shoprelay_simulators.world.goods import Goods
from tests.unit.relays.magento2.shop import FakeShop

Config = dict[str, str]
NOON = datetime(2031, 3, 4, 12, 0, 0, tzinfo=UTC)
DATED = ("orders", "products", "customers", "categories", "shipments", "invoices", "credit_notes")
LISTED = {"orders": "orders", "shipments": "shipments", "invoices": "invoices", "credit_notes": "creditmemos"}


@pytest.fixture
def shop() -> Magento2Shop:
    return Magento2Shop(7, clock=ManualClock(NOON))


@pytest.fixture
async def config(shop: Magento2Shop) -> AsyncIterator[Config]:
    async with serve(shop) as url:
        yield {"shop_url": url, **shop.credentials()}


def reach() -> Connection:
    """Plain http: certificates take longer to load than the shop to answer."""
    return Connection(httpx.AsyncHTTPTransport(verify=False))


async def pages(
    config: Config,
    resource: str,
    since: datetime | None = None,
    cursor: str | None = None,
    each: Callable[[Page], Any] = lambda _page: None,
) -> list[Page]:
    """All pages of a list; `each` happens between two of them."""
    window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, since, NOON)
    found = []
    listing = RELAY.resource(resource).pages
    assert listing is not None
    async with RELAY.client(config, reach()) as client:
        async for page in listing(client, window, cursor, config):
            found.append(page)
            each(page)
    return found


async def records(config: Config, resource: str, since: datetime | None = None, **how: Any) -> list[Record]:
    return [record for page in await pages(config, resource, since, **how) for record in page.records]


def mapped(found: list[Record], config: dict[str, Any] | None = None) -> list[Mapped]:
    return [RELAY.resource(one.resource).map(json.loads(one.body), FakeShop(config or {})) for one in found]


def documents(found: list[Record], kind: type, config: dict[str, Any] | None = None) -> dict[str, Any]:
    drafts = [draft for one in mapped(found, config) for draft in one.drafts if type(draft.document) is kind]
    return {draft.key: draft.document for draft in drafts}


async def test_keys_are_proven_by_what_is_learnt_with_them(config: Config):
    async with RELAY.client(config, reach()) as client:
        learnt = await RELAY.settings(client, config)
    assert learnt["currency"] == "DKK"
    assert learnt["time_zone"] == "Europe/Copenhagen"
    assert learnt["language"] == "da-DK"
    assert json.loads(learnt["tax_rates"]) == {"2": "0.25"}
    assert json.loads(learnt["languages"])["2"] == "de-DE"
    assert (learnt["inventory"], json.loads(learnt["sources"])) == ("msi", ["aarhus", "default"])
    assert learnt["product_url_suffix"] == ".html"


@pytest.mark.parametrize("key", ["consumer_key", "consumer_secret", "access_token", "access_token_secret"])
async def test_a_wrong_key_is_refused_and_says_what_to_do(config: Config, key: str):
    wrong = {**config, key: "0123"}
    async with RELAY.client(wrong, reach()) as client:
        with pytest.raises(CredentialsRejected, match="four keys anew"):
            await RELAY.settings(client, wrong)


async def test_a_missing_permission_is_named(config: Config, shop: Magento2Shop):
    shop.access.denied.add("Magento_Sales::actions_view")
    async with RELAY.client(config, reach()) as client:
        with pytest.raises(CredentialsRejected, match=r"Magento_Sales::actions_view.*Integrations > API"):
            await RELAY.settings(client, config)


async def test_what_else_the_keys_may_not_read_is_left_out(config: Config, shop: Magento2Shop):
    shop.access.denied |= {"Magento_Tax::manage_tax", "Magento_Backend::store", "Magento_InventoryApi::source"}
    async with RELAY.client(config, reach()) as client:
        learnt = await RELAY.settings(client, config)
    assert "tax_rates" not in learnt
    assert "currency" not in learnt


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_token_alone_works_where_the_shop_allows_it(config: Config, shop: Magento2Shop, allowed: bool):
    shop.access.bearer = allowed
    bare = {"shop_url": config["shop_url"], "access_token": config["access_token"]}
    async with RELAY.client(bare, reach()) as client:
        if allowed:
            assert (await RELAY.settings(client, bare))["currency"] == "DKK"
        else:
            with pytest.raises(CredentialsRejected, match="enter all four keys"):
                await RELAY.settings(client, bare)


async def test_a_login_is_renewed_when_its_four_hours_are_over(config: Config, shop: Magento2Shop):
    login = {"shop_url": config["shop_url"], "username": "lager", "password": shop.access.password}
    assert isinstance(shop.clock, ManualClock)
    connection = reach()
    async with RELAY.client(login, connection) as client:
        assert (await client.get("store/websites")).status_code == 200
        shop.clock.advance(5 * 3600)
        assert (await client.get("store/websites")).status_code == 200
    assert len(shop.access.logins) == 2


async def test_a_login_that_two_factors_guard_is_refused(config: Config, shop: Magento2Shop):
    shop.access.two_factor = True
    login = {"shop_url": config["shop_url"], "username": "lager", "password": shop.access.password}
    async with RELAY.client(login, reach()) as client:
        with pytest.raises(CredentialsRejected):
            await RELAY.settings(client, login)


@pytest.mark.parametrize("resource", DATED[:4])
async def test_all_that_is_listed_can_be_mapped(config: Config, resource: str):
    found = await records(config, resource)
    assert len(found) > 5
    assert len({(one.resource, one.remote_id) for one in found}) == len(found)
    assert all(not one.unknown for one in mapped(found))


@pytest.mark.parametrize(("resource", "table"), LISTED.items())
async def test_what_is_listed_is_what_the_shop_has(config: Config, shop: Magento2Shop, resource: str, table: str):
    while len(shop.tables()[table]) < 3:
        shop.step()
    final = shop.final_state()[table]
    found = {one.remote_id: json.loads(one.body) for one in await records(config, resource) if one.resource == resource}
    assert final
    assert {key: {k: v for k, v in body.items() if k != "learnt"} for key, body in found.items()} == final


async def test_orders_bring_their_papers_along(config: Config, shop: Magento2Shop):
    for _ in range(80):
        shop.step()
    found = await records(config, "orders")
    for resource, table in LISTED.items():
        assert {one.remote_id for one in found if one.resource == resource} == set(shop.final_state()[table])
    alone = [one for name in ("shipments", "invoices", "credit_notes") for one in await records(config, name)]
    assert {(o.resource, o.remote_id): o.body for o in alone}.items() <= {
        (o.resource, o.remote_id): o.body for o in found
    }.items()
    shipped = documents(found, Shipment)
    assert all(one.order_number and one.country_id and one.order_lines for key, one in shipped.items() if "/" not in key)


async def test_the_amounts_of_every_order_add_up(config: Config):
    for one in mapped([one for one in await records(config, "orders") if one.resource == "orders"]):
        order = next(draft.document for draft in one.drafts if isinstance(draft.document, Order))
        lines = [draft.document for draft in one.drafts if isinstance(draft.document, OrderLine)]
        whole = sum((Decimal(str(line.price)) * (line.quantity or 0) for line in lines), Decimal(0))
        whole += Decimal(str(order.delivery_price)) + Decimal(str(order.payment_price)) - Decimal(str(order.discount_amount))
        assert abs(whole - Decimal(str(order.price))) < Decimal("0.005")
        assert order.payment_price == 0


async def test_every_line_names_a_variant_that_the_catalogue_has(config: Config, shop: Magento2Shop):
    known = {FakeShop().id("variants", key) for key in documents(await records(config, "products"), Variant)}
    lines = documents(await records(config, "orders"), OrderLine)
    assert {line.variant_id for line in lines.values()} <= known
    assert len(lines) > len(shop.orders) / 2


async def test_variants_belong_to_their_configurable_product_and_have_their_options(config: Config, shop: Magento2Shop):
    found = await records(config, "products")
    products, variants = documents(found, Product), documents(found, Variant)
    parents = {row["id"]: row for row in shop.products.values() if row["type_id"] == "configurable"}
    children = {child: key for key, row in parents.items() for child in row["extension_attributes"]["configurable_product_links"]}
    assert children
    assert set(variants) == {str(key) for key in shop.products if key not in parents}
    assert set(products) == {str(key) for key in shop.products if key not in children}
    for child, parent in children.items():
        assert variants[str(child)].product_id == FakeShop().id("products", str(parent))
        (option,) = variants[str(child)].variations
        assert option["type"] in {"Str.", "Farve"}
        assert shop.products[child]["name"].endswith(option["value"])


async def test_a_variant_that_changes_alone_still_knows_its_product(config: Config, shop: Magento2Shop):
    assert isinstance(shop.clock, ManualClock)
    child = next(row for row in shop.products.values() if row["visibility"] == 1)
    before = documents(await records(config, "products"), Variant)[str(child["id"])]
    shop.clock.advance(3600)
    child |= {"price": 777.0, "updated_at": shop.stamp()}
    found = await records(config, "products", NOON + timedelta(minutes=30))
    assert [one.resource for one in found] == ["variants"]
    assert documents(found, Variant)[str(child["id"])] == before.model_copy(update={"price": 777.0})


async def test_a_configurable_product_that_is_made_while_the_list_is_walked_has_its_variants():
    shop = Magento2Shop(7, products=60, clock=ManualClock(NOON))
    made: dict[str, Any] = {}

    def make(_page: Page) -> None:
        if not made:
            made.update(configurable(shop, Goods("Ny", "NY", "10.00", ("S", "M"))))

    async with serve(shop) as url:
        found = await records({"shop_url": url, **shop.credentials()}, "products", each=make)
    variants = documents(found, Variant)
    for child in made["extension_attributes"]["configurable_product_links"]:
        assert variants[str(child)].product_id == FakeShop().id("products", str(made["id"]))


async def test_stock_is_that_of_the_sources_though_no_product_is_dated_anew(config: Config, shop: Magento2Shop):
    assert isinstance(shop.clock, ManualClock)
    shop.clock.advance(3600)
    held = next(row for row in shop.stock.values() if row["status"])
    held["quantity"] = 4321
    assert await records(config, "products", NOON + timedelta(minutes=30)) == []
    variants = documents(await records(config, "products"), Variant, {"sources": '["default", "aarhus"]'})
    for row in shop.products.values():
        mine = [one for (sku, _), one in shop.stock.items() if sku == row["sku"]]
        if mine:
            assert variants[str(row["id"])].stock == sum(one["quantity"] for one in mine if one["status"])
            assert variants[str(row["id"])].locations == {one["source_code"]: one["quantity"] for one in mine}


async def test_stock_less_what_is_ordered(config: Config, shop: Magento2Shop):
    variants = documents(await records({**config, "stock": "salable", "stock_id": "1"}, "products"), Variant)
    row = next(
        row for row in shop.orders.values() if row["state"] == "processing" and row["items"][0]["product_type"] == "simple"
    )
    item = row["items"][0]
    there = sum(one["quantity"] for (sku, _), one in shop.stock.items() if sku == item["sku"] and one["status"])
    assert variants[str(item["product_id"])].stock <= there - item["qty_ordered"]


@pytest.mark.parametrize("inventory", [True, False])
async def test_stock_items_where_there_are_no_sources_or_rules_are_wanted(inventory: bool):
    shop = Magento2Shop(7, orders=5, products=6, clock=ManualClock(NOON), inventory=inventory)
    async with serve(shop) as url:
        config = {"shop_url": url, **shop.credentials(), **({"stock": "items"} if inventory else {})}
        async with RELAY.client(config, reach()) as client:
            config |= await RELAY.settings(client, config)
        variants = documents(await records(config, "products"), Variant)
    row = next(row for row in shop.products.values() if row["type_id"] == "simple")
    assert variants[str(row["id"])].max_quantity == 10000
    assert variants[str(row["id"])].stock == sum(one["quantity"] for (sku, _), one in shop.stock.items() if sku == row["sku"])


async def test_a_sku_with_a_comma_finds_its_stock(config: Config, shop: Magento2Shop):
    row = next(row for row in shop.products.values() if "," in row["sku"])
    assert documents(await records(config, "products"), Variant)[str(row["id"])].locations


async def test_a_page_past_the_end_repeats_the_last_one_and_the_walk_ends_all_the_same(config: Config, shop: Magento2Shop):
    past = {"searchCriteria[pageSize]": "7", "searchCriteria[currentPage]": "99"}
    async with RELAY.client(config, reach()) as client:
        again = (await client.get("orders", params=past)).json()
        assert again["items"]
        for size in (5, 7, 10, 15, 30, 31):
            steps = [step async for step in walk(client, ORDERS, [], Place(size=size))]
            found = [row["entity_id"] for step in steps for row in step.rows]
            assert found == sorted(shop.orders)


async def test_both_ends_of_a_window_are_in_it(config: Config, shop: Magento2Shop):
    stamps = {row["entity_id"]: row["updated_at"] for row in shop.orders.values()}
    since = sorted(stamps.values())[10]
    moment = datetime.strptime(since, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    found = [one.remote_id for one in await records(config, "orders", moment) if one.resource == "orders"]
    assert {int(key) for key in found} == {key for key, stamp in stamps.items() if stamp >= since}
    created = Window(Mode.CREATED_SINCE_LAST_REQUEST, moment - timedelta(days=9), moment)
    async with RELAY.client(config, reach()) as client:
        listing = RELAY.resource("orders").pages
        assert listing is not None
        got = {
            int(o.remote_id)
            async for page in listing(client, created, None, config)
            for o in page.records
            if o.resource == "orders"
        }
    first = (moment - timedelta(days=9)).strftime("%Y-%m-%d %H:%M:%S")
    assert got == {row["entity_id"] for row in shop.orders.values() if first <= row["created_at"] <= since}


async def test_orders_that_are_open(config: Config, shop: Magento2Shop):
    window = Window(Mode.OPEN_SINCE_1X, NOON - timedelta(days=60), NOON)
    async with RELAY.client(config, reach()) as client:
        listing = RELAY.resource("orders").pages
        assert listing is not None
        found = [
            o.remote_id async for page in listing(client, window, None, config) for o in page.records if o.resource == "orders"
        ]
    assert {int(key) for key in found} == {key for key, row in shop.orders.items() if row["state"] in {"new", "processing"}}


@pytest.mark.parametrize("resource", ["orders", "products", "customers"])
async def test_nothing_is_lost_while_the_shop_lives_between_two_pages(resource: str):
    shop = Magento2Shop(11, orders=130, products=60, customers=120, clock=ManualClock(NOON))
    before = set(shop.final_state()[resource])
    async with serve(shop) as url:
        config = {"shop_url": url, **shop.credentials()}
        found = await pages(config, resource, each=lambda _page: [shop.step() for _ in range(15)])
        gone = before - set(shop.final_state()[resource])
        kinds = {resource, "variants"} if resource == "products" else {resource}
        ids = [one.remote_id.rpartition("/")[2] for page in found for one in page.records if one.resource in kinds]
    assert len(found) > 1
    assert before - gone <= set(ids)
    if resource != "products":  # a configurable product brings variants again that the walk came by already
        assert len(ids) == len(set(ids))


async def test_rows_that_are_not_shown_end_no_list(config: Config, shop: Magento2Shop):
    shop.hidden = set(sorted(shop.products)[:12])
    async with RELAY.client(config, reach()) as client:
        steps = [step async for step in walk(client, catalogue.PRODUCTS, [], Place(size=5))]
    assert {row["id"] for step in steps for row in step.rows} == set(shop.products) - shop.hidden


async def test_smaller_pages_where_the_merchant_allows_no_larger_ones():
    shop = Magento2Shop(7, orders=15, clock=ManualClock(NOON), largest_page=20)
    async with serve(shop) as url:
        config = {"shop_url": url, **shop.credentials()}
        found = await records(config, "orders")
    assert {int(one.remote_id) for one in found if one.resource == "orders"} == set(shop.orders)


READS = {
    "orders": ("orders", "orders"),
    "shipments": ("shipments", "shipments"),
    "invoices": ("invoices", "invoices"),
    "customers": ("customers", "customers"),
    "categories": ("categories", "categories"),
}


@pytest.mark.parametrize(("resource", "table"), READS.values())
async def test_a_record_that_is_read_is_the_one_that_is_listed(config: Config, shop: Magento2Shop, resource: str, table: str):
    for _ in range(40):
        shop.step()
    key = max(shop.final_state()[table])
    read = RELAY.resource(resource).read
    assert read is not None
    async with RELAY.client(config, reach()) as client:
        found = await read(client, key, config)
        assert await read(client, "999999", config) == Gone(resource, "999999", Evidence.NOT_FOUND)
    assert isinstance(found, list)
    listed = {(one.resource, one.remote_id): one.body for one in await records(config, resource)}
    assert all(listed[one.resource, one.remote_id] == one.body for one in found)
    assert found[0].remote_id == key


async def test_a_category_names_those_above_it(config: Config):
    found = documents(await records(config, "categories"), Category)
    assert found["4"].breadcrumbs == ["Hjem", "Køkken & bord"]
    assert found["3"].breadcrumbs == ["Hjem"]
    assert found["2"].breadcrumbs is None
    assert found["3"].parent_category_id == FakeShop().id("categories", "2")
    assert "1" not in found


async def test_countries_by_the_names_that_the_shop_has_for_them(config: Config):
    listed = documents(await records(config, "countries"), Country)
    assert {key: one.name for key, one in listed.items()} == {"DK": "Danmark", "SE": "Sverige", "DE": "Tyskland"}
    read = RELAY.resource("countries").read
    assert read is not None
    async with RELAY.client(config, reach()) as client:
        found = await read(client, "SE", config)
        assert isinstance(found, list)
        assert [one.name for one in documents(found, Country).values()] == ["Sverige"]
        assert await read(client, "NO", config) == []
    (asked,) = {d.follow_up for one in mapped(await records(config, "customers")) for d in one.drafts if d.key == "DK"}
    assert asked == ("countries", "DK")


async def test_a_product_that_is_read_is_the_one_that_is_listed(config: Config, shop: Magento2Shop):
    listed = {(one.resource, one.remote_id): one.body for one in await records(config, "products")}
    read = RELAY.resource("products").read
    assert read is not None
    async with RELAY.client(config, reach()) as client:
        for row in list(shop.products.values())[::6]:
            found = await read(client, str(row["id"]), config)
            assert isinstance(found, list)
            assert all(listed[one.resource, one.remote_id] == one.body for one in found)
        assert await read(client, "999999", config) == Gone("products", "999999", Evidence.NOT_FOUND)
        assert await read(client, "60/999999", config) == Gone("variants", "60/999999", Evidence.NOT_FOUND)


async def test_an_unknown_route_is_no_evidence_that_a_record_is_gone(shop: Magento2Shop):
    read = RELAY.resource("orders").read
    assert read is not None
    transport = httpx.MockTransport(lambda _: httpx.Response(404, json={"message": "Request does not match any route."}))
    async with RELAY.client({"shop_url": "https://shop.test", "access_token": "t"}, Connection(transport)) as client:
        with pytest.raises(Exception, match="does not match any route") as error:
            await read(client, "7", {})
    assert not isinstance(error.value, Gone)


async def test_the_modules_calls_are_believed_and_cause_reads(config: Config, shop: Magento2Shop):
    hook = RELAY.webhook
    assert hook is not None
    secret = hook.prepare({})
    async with receiver() as there:
        shop.calls.url, shop.calls.secret = f"{there.url}/w/1", secret["webhook_secret"]
        said = [shop.step() for _ in range(8)]
        await shop.deliver_due()
        assert len(there.calls) >= len(said)
    async with RELAY.client(config, reach()) as client:
        for call in there.calls:
            headers = {name.lower(): value for name, value in call.headers}
            assert hook.check(secret, headers, call.body) is Verdict.GENUINE
            assert hook.check({"webhook_secret": "guess"}, headers, call.body) is Verdict.FORGED
            ((resource, remote_id),) = hook.route(headers, call.body).reads
            read = RELAY.resource(resource).read
            assert read is not None
            assert await read(client, remote_id, config)


async def test_a_later_track_is_seen_by_the_sweep_alone(config: Config, shop: Magento2Shop):
    assert isinstance(shop.clock, ManualClock)
    shop.clock.advance(3600)
    row = max(shop.shipments.values(), key=lambda one: one["created_at"])
    row["tracks"] = [{"entity_id": n, "track_number": f"T{n}", "title": "PostNord"} for n in (1, 2)]
    assert await records(config, "shipments", NOON + timedelta(minutes=30)) == []
    sweep = RELAY.resource("shipments").sweep_pages
    assert sweep is not None
    window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, NOON + timedelta(hours=1))
    async with RELAY.client(config, reach()) as client:
        found = [one async for page in sweep(client, window, None, config) for one in page.records]
    numbers = {key: one.tracking_number for key, one in documents(found, Shipment).items()}
    assert numbers[str(row["entity_id"])] == "T1"
    assert numbers[f"{row['entity_id']}/2"] == "T2"


async def test_the_shop_is_asked_how_much_it_has(config: Config, shop: Magento2Shop):
    counts = {}
    async with RELAY.client(config, reach()) as client:
        for name in ("orders", "customers", "categories"):
            count = RELAY.resource(name).count
            assert count is not None
            counts[name] = await count(client, config)
    assert counts == {"orders": len(shop.orders), "customers": len(shop.customers), "categories": len(shop.categories)}
