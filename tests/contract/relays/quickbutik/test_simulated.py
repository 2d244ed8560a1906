"""The relay against a simulated shop of Quickbutik, over HTTP: what is special about the platform. Each surprise has a test."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected, ShopTrouble
from shoprelay_relays.quickbutik import RELAY
from shoprelay_relays.spec import Connection, Gone, Mode
from shoprelay_relays.trial import DemoShop
from shoprelay_schema.raw import Evidence
from shoprelay_simulators import ManualClock, QuickbutikShop, serve
from shoprelay_simulators.messages import Request, Response
from shoprelay_simulators.quickbutik.rows import CANCELLED, DONE, PAID, UNPAID
from tests.support.asked import Asked

# Between the two readings of 02:30 of the night in which clocks are set back.
NIGHT = datetime(2026, 10, 25, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CREATED = Mode.CREATED_SINCE_LAST_REQUEST


@pytest.fixture
def shop() -> QuickbutikShop:
    return QuickbutikShop(7, orders=12, products=6, clock=ManualClock(NOON))


@pytest.fixture
async def asked(shop: QuickbutikShop) -> AsyncIterator[Asked]:
    async with connected(shop) as made:
        yield made


@asynccontextmanager
async def connected(shop: QuickbutikShop) -> AsyncIterator[Asked]:
    async with serve(shop) as url:
        config = {"shop_url": "https://shop.test/", "api_url": f"{url}/v1/", **shop.credentials()}
        async with RELAY.client(config, Connection()) as client:
            yield Asked(RELAY, client, {**config, "currency": "SEK"})


def answering(*answers: Response) -> httpx.AsyncClient:
    left = list(answers)
    transport = httpx.MockTransport(lambda _: httpx.Response(left[0].status, content=left.pop(0).body))
    return RELAY.client({"api_key": "k", "api_url": "https://api.test/v1/"}, Connection(transport))


async def test_a_list_with_nothing_to_show_is_a_404_and_no_error(shop: QuickbutikShop, asked: Asked) -> None:
    shop.orders.clear()
    shop.products.clear()
    assert await asked.listed("orders", NOON, CREATED) == {}
    assert await asked.listed("orders") == await asked.listed("products") == {}


async def test_a_404_of_anybody_else_is_no_evidence() -> None:
    for body in (b"", b"not found", b"{}", b"<html>no</html>"):
        async with answering(Response(404, body)) as client:
            with pytest.raises(ShopTrouble):
                await Asked(RELAY, client).read("orders", 7)


async def test_an_order_is_found_by_a_filter_so_an_answer_about_others_is_no_evidence() -> None:
    async with answering(Response(200, b'[{"order_id": "8"}]'), Response(200, b'{"product": [{"id": "8"}]}')) as client:
        for resource in ("orders", "products"):
            with pytest.raises(ShopTrouble, match="not about 7"):
                await Asked(RELAY, client).read(resource, 7)


async def test_a_new_order_and_one_whose_status_changed_are_found_once_each(shop: QuickbutikShop, asked: Asked) -> None:
    old = next(iter(shop.orders.values()))
    shop.set_status(old, DONE)
    new = shop.place()
    shop.set_status(new, CANCELLED)
    assert set(await asked.listed("orders", NOON)) == {str(old.id), str(new.id)}
    assert set(await asked.listed("orders", NOON, CREATED)) == {str(new.id)}


async def test_an_edit_and_a_refund_date_nothing_and_are_found_in_orders_of_the_last_month(
    shop: QuickbutikShop, asked: Asked
) -> None:
    recent = list(shop.orders.values())[-1]
    shop.edit(recent, "ring first")
    shop.refund(recent, recent.total)
    assert await asked.listed("orders", NOON) == {}
    records = await asked.listed("orders", sweep=True)
    assert set(records) == {str(row.id) for row in shop.orders.values() if row.created >= NOON - timedelta(days=30)}
    document = asked.mapped(records[str(recent.id)]).drafts[0].document
    assert (document.company_note, document.state) == ("ring first", "refunded")


async def test_open_orders_are_those_that_are_neither_done_nor_cancelled(shop: QuickbutikShop, asked: Asked) -> None:
    for number, row in enumerate(shop.orders.values()):
        row.status = (UNPAID, PAID, DONE, CANCELLED)[number % 4]
    since = NOON - timedelta(days=40)
    expected = {str(row.id) for row in shop.orders.values() if row.status in {UNPAID, PAID} and row.created >= since}
    assert expected
    assert set(await asked.listed("orders", since, Mode.OPEN_SINCE_2X)) == expected


async def test_polls_do_not_read_further_back_than_they_have_to(shop: QuickbutikShop, asked: Asked) -> None:
    for _ in range(300):
        shop.place(NOON - timedelta(days=9))
    await asked.listed("orders", NOON, CREATED)
    assert shop.ledger.requests() == {"GET /v1/orders": 1}


async def test_times_are_swedish_and_an_order_of_the_double_hour_is_not_missed() -> None:
    shop = QuickbutikShop(7, orders=1, products=1, clock=ManualClock(NIGHT))
    before, after = shop.place(NIGHT - timedelta(minutes=30)), shop.place(NIGHT + timedelta(minutes=30))
    async with connected(shop) as asked:
        found = await asked.listed("orders", NIGHT, CREATED)
    # Both say 02:30: the first one comes as well, rather than that the second one is lost.
    assert set(found) == {str(before.id), str(after.id)}
    assert asked.mapped(found[str(after.id)]).drafts[0].document.initialized_at == NIGHT + timedelta(minutes=30)


async def test_stock_dates_nothing_and_is_found_by_the_sweep(shop: QuickbutikShop, asked: Asked) -> None:
    first, second, *_ = shop.products.values()
    shop.sell(first, 3)
    shop.modify(second)
    assert set(await asked.listed("products", NOON)) == {str(second.id)}
    assert RELAY.resource("products").sweep is not None
    everything = await asked.listed("products")
    assert set(everything) == {str(number) for number in shop.products}
    (_, variant) = asked.mapped(everything[str(first.id)]).drafts
    assert variant.document.stock == first.qty


async def test_every_product_has_a_variant_and_the_category_of_its_name(shop: QuickbutikShop, asked: Asked) -> None:
    categories = {asked.mapped(record).drafts[0].document.name: key for key, record in (await asked.listed("categories")).items()}
    for key, record in (await asked.listed("products")).items():
        row = shop.products[int(key)]
        head, *variants = asked.mapped(record).drafts
        assert [draft.key for draft in variants] == [f"{key}/{one.id}" for one in row.variants] or [
            draft.key for draft in variants
        ] == [key]
        assert head.document.category_ids == [DemoShop().id("categories", categories[row.category])]


async def test_a_category_knows_those_above_it(asked: Asked) -> None:
    found = [asked.mapped(record).drafts[0].document for record in (await asked.listed("categories")).values()]
    assert [document.breadcrumbs for document in found] == [["Hem"], ["Hem", "Kläder"], ["Hem", "Presenter & papper"]]


async def test_lines_name_the_variants_that_products_have(shop: QuickbutikShop, asked: Asked) -> None:
    known = {
        DemoShop().id("variants", draft.key)
        for record in (await asked.listed("products")).values()
        for draft in asked.mapped(record).drafts
        if draft.document.collection == "variants"
    }
    lines = [
        draft.document
        for record in (await asked.listed("orders")).values()
        for draft in asked.mapped(record).drafts
        if draft.document.collection == "order_lines"
    ]
    assert lines
    assert {line.variant_id for line in lines} <= known


async def test_the_price_of_an_order_is_the_sum_of_its_parts(shop: QuickbutikShop, asked: Asked) -> None:
    on_top = 0
    for _ in range(40):
        shop.place()
    for record in (await asked.listed("orders")).values():
        head, *others = (draft.document for draft in asked.mapped(record).drafts)
        lines = [one for one in others if one.collection == "order_lines"]
        parts = sum(line.price * line.quantity for line in lines) + head.delivery_price - head.discount_amount
        assert round(Decimal(parts), 2) == round(Decimal(head.price), 2)
        on_top += json.loads(record.body)["is_taxontop"]
    assert on_top


async def test_what_is_deleted_is_gone(shop: QuickbutikShop, asked: Asked) -> None:
    number = next(iter(shop.products))
    assert isinstance(await asked.read("products", number), list)
    shop.delete("products", number)
    assert await asked.read("products", number) == Gone("products", str(number), Evidence.NOT_FOUND)


async def test_products_are_counted(shop: QuickbutikShop, asked: Asked) -> None:
    count = RELAY.resource("products").count
    assert count is not None
    assert await count(asked.client, {}) == len(shop.products)


async def test_the_key_is_tested_and_the_currency_learnt(shop: QuickbutikShop, asked: Asked) -> None:
    assert await RELAY.settings(asked.client, {}) == {"currency": "SEK"}
    shop.orders.clear()
    assert await RELAY.settings(asked.client, {}) == {}
    shop.faults.unauthorized = True
    with pytest.raises(CredentialsRejected, match="Settings > API"):
        await RELAY.settings(asked.client, {})


async def test_a_shop_that_lives_is_read_whole(shop: QuickbutikShop, asked: Asked) -> None:
    """Every change that a shop can make of itself leaves rows that become documents."""
    for _ in range(200):
        shop.step()
    final = shop.final_state()
    for resource in ("orders", "products", "categories"):
        found = await asked.listed(resource)
        assert set(found) == set(final[resource])
        for key, record in found.items():
            assert {**json.loads(record.body), "learnt": None} == {**final[resource][key], "learnt": None}
            assert not asked.mapped(record).unknown


def test_nobody_reads_without_the_key(shop: QuickbutikShop) -> None:
    assert shop.answer(Request("GET", "/v1/orders")).status == 401
