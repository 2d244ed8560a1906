"""The relay against a simulated shop over HTTP: what it lists is what the shop has, whatever happens meanwhile."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected, ShopTrouble
from shoprelay_relays.hostedshop import DANDOMAIN as RELAY
from shoprelay_relays.spec import Connection, Gone, Mapped, Mode, Page, Record, Verdict, Window
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_schema.documents import Category, CreditNote, Order, OrderLine, Shipment, Variant
from shoprelay_schema.raw import Evidence
from shoprelay_simulators.clock import ManualClock
from shoprelay_simulators.hostedshop import living
from shoprelay_simulators.hostedshop.build import stamp
from shoprelay_simulators.hostedshop.shop import HostedShop
from shoprelay_simulators.receiver import receiver
from shoprelay_simulators.serving import serve
from tests.unit.relays.woocommerce.shop import FakeShop

Config = dict[str, str]
NOON = datetime(2031, 3, 4, 12, 0, 0, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=90)
TABLES = {"orders": "Order", "products": "Product", "customers": "User", "categories": "Category"}


@pytest.fixture
def shop() -> HostedShop:
    return HostedShop(7, orders=20, products=12, customers=9, clock=ManualClock(NOON))


@pytest.fixture
async def config(shop: HostedShop) -> AsyncIterator[Config]:
    async with serve(shop):
        yield shop.credentials()


def reach() -> Connection:
    """Plain http: certificates take longer to load than the shop to answer."""
    return Connection(httpx.AsyncHTTPTransport(verify=False))


def later(shop: HostedShop, **by: float) -> datetime:
    assert isinstance(shop.clock, ManualClock)
    shop.clock.now += timedelta(**by)
    return shop.clock.now


async def pages(
    config: Config,
    resource: str,
    since: datetime | None = None,
    *,
    until: datetime = NOON,
    mode: Mode = Mode.UPDATED_SINCE_LAST_REQUEST,
    cursor: str | None = None,
    each: Callable[[Page], Any] = lambda _page: None,
) -> list[Page]:
    """All pages of a list; `each` happens between two of them."""
    found = []
    listing = RELAY.resource(resource).pages
    assert listing is not None
    async with RELAY.client(config, reach()) as client:
        async for page in listing(client, Window(mode, since, until), cursor, config):
            assert len(page.cursor or "") <= 2048
            found.append(page)
            each(page)
    assert found[-1].cursor is None
    return found


async def records(config: Config, resource: str, since: datetime | None = None, **how: Any) -> list[Record]:
    return [record for page in await pages(config, resource, since, **how) for record in page.records]


def ids(found: list[Record]) -> list[int]:
    return sorted(int(one.remote_id) for one in found)


def mapped(found: list[Record], config: dict[str, Any]) -> list[Mapped]:
    return [RELAY.resource(one.resource).map(json.loads(one.body), FakeShop(config)) for one in found]


def documents(found: list[Record], kind: type, config: dict[str, Any]) -> dict[str, Any]:
    drafts = [draft for one in mapped(found, config) for draft in one.drafts if type(draft.document) is kind]
    return {draft.key: draft.document for draft in drafts}


async def learnt(config: Config) -> dict[str, Any]:
    async with RELAY.client(config, reach()) as client:
        return {**config, **await RELAY.settings(client, config)}


def without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_secrets(inner) for name, inner in value.items() if name != "Password"}
    return [without_secrets(inner) for inner in value] if isinstance(value, list) else value


def within(told: Any, whole: Any) -> bool:
    """Whether all that is told is what the shop has, where not every field was asked for."""
    if isinstance(told, dict) and isinstance(whole, dict):
        return all(name in whole and within(inner, whole[name]) for name, inner in told.items())
    if isinstance(told, list) and isinstance(whole, list):
        return len(told) == len(whole) and all(within(*pair) for pair in zip(told, whole, strict=True))
    return bool(told == whole)


async def test_the_api_user_is_proven_by_what_is_learnt_with_it(config: Config):
    found = await learnt(config)
    assert (found["solution_id"], found["language"], found["prices_with_vat"]) == ("shop000000", "da", "true")
    assert (found["currency"], found["tax"]) == ("DKK", "25")
    assert json.loads(found["countries"])["3"] == {"iso": "DE", "tax": "19", "company_tax": "19"}
    assert json.loads(found["groups"])["4"] == "Kunder B2B-login"


@pytest.mark.parametrize("name", ["username", "password"])
async def test_a_wrong_api_user_is_refused_and_says_what_to_do(config: Config, name: str):
    wrong = {**config, name: "0123"}
    async with RELAY.client(wrong, reach()) as client:
        with pytest.raises(CredentialsRejected, match="Settings > API"):
            await RELAY.settings(client, wrong)


@pytest.mark.parametrize("resource", TABLES)
@pytest.mark.parametrize("since", [None, LONG_AGO])
async def test_what_is_listed_is_what_the_shop_has(config: Config, shop: HostedShop, resource: str, since: datetime | None):
    for _ in range(60):
        later(shop, minutes=1)
        shop.step()
    final = shop.final_state()[resource]
    if resource == "products" and since:
        # New ones have no date of a change: the sweep of all sees them.
        final = {key: row for key, row in final.items() if row["DateUpdated"] > "1"}
    found = await records(config, resource, since, until=shop.clock())
    assert len(found) == len(final)
    for one in found:
        body = json.loads(one.body)
        body.pop("learnt", None)
        assert within(body, without_secrets(final[one.remote_id]))
        assert "Password" not in one.body.decode()
    assert all(not one.unknown for one in mapped(found, await learnt(config)))


@pytest.mark.parametrize("resource", ["statuses", "payment_methods", "delivery_methods", "countries", "stock_messages"])
async def test_short_lists_come_whole(config: Config, resource: str):
    found = await records(config, resource)
    assert len([draft for one in mapped(found, config) for draft in one.drafts]) >= 2


async def test_keys_of_payment_services_are_not_kept(config: Config):
    assert all(b"Gateway" not in one.body for one in await records(config, "payment_methods"))


async def test_the_amounts_of_an_order_add_up_and_are_what_buyers_paid(config: Config, shop: HostedShop):
    for _ in range(50):
        shop.step()
    found = mapped(await records(config, "orders"), await learnt(config))
    paid = 0
    for one in found:
        order = next((draft.document for draft in one.drafts if isinstance(draft.document, Order)), None)
        if order is None:
            continue
        lines = [draft.document for draft in one.drafts if isinstance(draft.document, OrderLine)]
        goods = sum((Decimal(str(line.price)) * line.quantity for line in lines), Decimal(0))
        assert goods + Decimal(str(order.delivery_price)) + Decimal(str(order.payment_price)) == Decimal(str(order.price))
        row = shop.tables["Order"][int(str(order.remote_id))]
        rate = {"1": "1.25", "2": "1.25", "3": "1.19", "4": "1"}[str(row["Customer"]["CountryCode"])]
        assert abs(goods - Decimal(str(row["Total"])) * Decimal(rate)) < Decimal("0.05")
        paid += 1
    assert paid > 10


async def test_a_credit_note_is_an_order_of_negative_amount_that_names_another(config: Config, shop: HostedShop):
    while not (said := living.credit(shop)):
        living.ship(shop)
    of, note = said.split()[1], said.split()[-1]
    found = documents(await records(config, "orders"), CreditNote, await learnt(config))
    assert list(found) == [note]
    assert found[note].order_id == FakeShop().id("orders", of)
    assert found[note].order_number == of
    assert found[note].amount > 0
    assert all(line["quantity"] > 0 and line["amount"] > 0 for line in found[note].order_lines)


async def test_a_sent_order_has_a_parcel_and_is_closed(config: Config, shop: HostedShop):
    living.ship(shop)
    found = await records(config, "orders")
    ((key, parcel),) = documents(found, Shipment, config).items()
    assert parcel.tracking_number == f"0037{int(key):08d}"
    assert parcel.created_at == NOON
    assert documents(found, Order, config)[key].state == "closed"


async def test_a_new_order_that_was_never_changed_is_seen_by_a_poll_of_changes(config: Config, shop: HostedShop):
    since = later(shop, hours=1)
    living.new_order(shop)
    (found,) = await records(config, "orders", since, until=later(shop, minutes=1))
    assert int(found.remote_id) == max(shop.tables["Order"])
    assert json.loads(found.body)["DateUpdated"] == "0000-00-00 00:00:00"


async def test_an_order_that_is_made_and_changed_in_one_window_comes_once(config: Config, shop: HostedShop):
    since = later(shop, hours=1)
    living.new_order(shop)
    later(shop, minutes=1)
    made = max(shop.tables["Order"])
    shop.touch("Order", shop.tables["Order"][made])
    old = shop.tables["Order"][1]
    shop.touch("Order", old)
    assert ids(await records(config, "orders", since, until=later(shop, minutes=1))) == [1, made]


async def test_both_ends_of_a_window_belong_to_it(config: Config, shop: HostedShop):
    made = later(shop, hours=1)
    living.new_order(shop)
    for mode in (Mode.UPDATED_SINCE_LAST_REQUEST, Mode.CREATED_SINCE_LAST_REQUEST):
        assert len(await records(config, "orders", made, until=made, mode=mode)) == 1
    assert await records(config, "orders", made + timedelta(seconds=1), until=made + timedelta(seconds=1)) == []


@pytest.mark.parametrize(("since", "count"), [(NOON, 1000), (None, 250)])
async def test_a_thousand_orders_of_one_second_come_once_each(since: datetime | None, count: int):
    shop = HostedShop(7, orders=0, products=3, customers=2, clock=ManualClock(NOON))
    async with serve(shop):
        row = living.build.order(shop, NOON)
        row["OrderLines"] = row["OrderLines"][:1]
        for number in range(1, count + 1):
            shop.tables["Order"][number] = row | {"Id": number}
        assert ids(await records(shop.credentials(), "orders", since)) == list(range(1, count + 1))


async def test_orders_that_change_while_they_are_listed_are_not_lost():
    shop = HostedShop(7, orders=250, products=3, customers=2, clock=ManualClock(NOON))
    for row in shop.tables["Order"].values():
        row["DateUpdated"] = stamp(NOON - timedelta(hours=5) + timedelta(seconds=30 * row["Id"]))
        row["DateDelivered"] = stamp(NOON - timedelta(days=20) + timedelta(seconds=row["Id"]))
    began = sorted(shop.tables["Order"])

    def change(_page: Page) -> None:
        later(shop, seconds=30)
        for number in shop.rng.sample(began, 20):
            shop.touch("Order", shop.tables["Order"][number])

    async with serve(shop):
        found = await records(shop.credentials(), "orders", NOON - timedelta(hours=6), each=change)
    assert set(ids(found)) == set(began)


async def test_orders_that_are_deleted_while_they_are_listed_hide_no_other():
    shop = HostedShop(7, orders=220, products=3, customers=2, clock=ManualClock(NOON))
    seen: set[int] = set()

    def delete(page: Page) -> None:
        seen.update(int(one.remote_id) for one in page.records)
        for number in list(seen)[:10]:
            shop.tables["Order"].pop(number, None)

    async with serve(shop):
        await records(shop.credentials(), "orders", each=delete)
        assert set(shop.tables["Order"]) <= seen


async def test_a_shop_whose_pages_are_shorter_than_asked_loses_nothing():
    shop = HostedShop(7, orders=90, products=60, customers=2, clock=ManualClock(NOON), largest_page=23)
    async with serve(shop):
        found = await records(shop.credentials(), "orders")
        assert ids(found) == sorted(shop.tables["Order"])
        assert ids(await records(shop.credentials(), "products")) == sorted(shop.tables["Product"])


@pytest.mark.parametrize("gone", ["first", "last", "all that were seen"])
async def test_products_that_are_deleted_while_all_are_listed_hide_no_other(gone: str):
    shop = HostedShop(7, orders=0, products=330, customers=2, clock=ManualClock(NOON))
    seen: list[int] = []

    def delete(page: Page) -> None:
        fresh = [int(one.remote_id) for one in page.records]
        seen.extend(fresh)
        chosen = {"first": fresh[:7], "last": fresh[-3:], "all that were seen": fresh}[gone]
        for number in chosen:
            shop.tables["Product"].pop(number, None)

    async with serve(shop):
        await records(shop.credentials(), "products", each=delete)
    assert set(seen) == set(range(1, 331))


async def test_a_product_that_is_made_while_all_are_listed_is_among_them(config: Config, shop: HostedShop):
    made: list[str] = []

    def make(_page: Page) -> None:
        if not made:
            made.append(living.new_product(shop))

    assert ids(await records(config, "products", each=make)) == sorted(shop.tables["Product"])


async def test_an_answer_that_is_too_large_is_cut_into_shorter_times(config: Config, shop: HostedShop):
    """A transport bounds answers to protect the memory: that must not stop an import."""
    whole = ids(await records(config, "orders", shop.clock() - timedelta(days=900)))
    assert len(whole) > 10
    listing = RELAY.resource("orders").pages
    assert listing is not None
    window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, shop.clock() - timedelta(days=900), shop.clock())
    bounded = Connection(guarded_transport(allow_private=True, most=40_000))
    async with RELAY.client(config, bounded) as client:
        found = [page async for page in listing(client, window, None, config)]
    assert ids([record for page in found for record in page.records]) == whole
    assert sum(page.requests for page in found) > 4


async def test_a_list_goes_on_from_its_cursor(config: Config, shop: HostedShop):
    for resource, since in (("orders", None), ("orders", LONG_AGO), ("products", None), ("customers", None)):
        whole = await pages(config, resource, since)
        assert len(whole) > 1
        rest = await records(config, resource, since, cursor=whole[0].cursor)
        begun = [one.remote_id for one in whole[0].records]
        assert sorted(begun + [one.remote_id for one in rest]) == sorted(one.remote_id for page in whole for one in page.records)


async def test_users_are_found_by_their_making_and_by_their_change(config: Config, shop: HostedShop):
    since = later(shop, hours=1)
    living.new_user(shop)
    later(shop, minutes=1)
    shop.touch("User", shop.tables["User"][2])
    until = later(shop, minutes=1)
    made = max(shop.tables["User"])
    assert ids(await records(config, "customers", since, until=until)) == [2, made]
    created = Mode.CREATED_SINCE_LAST_REQUEST
    assert ids(await records(config, "customers", since, until=until, mode=created)) == [made]


async def test_sold_stock_is_seen_by_the_list_of_all_products_alone(config: Config, shop: HostedShop):
    since = later(shop, hours=1)
    living.new_order(shop)
    assert await records(config, "products", since, until=later(shop, minutes=1)) == []
    variants = documents(await records(config, "products"), Variant, config)
    for row in shop.tables["Product"].values():
        for one in row["Variants"] or [row]:
            key = f"{row['Id']}/{one['Id'] if row['Variants'] else 0}"
            assert variants[key].stock == one["Stock"]


async def test_every_line_names_a_variant_that_the_catalogue_has(config: Config):
    known = {FakeShop().id("variants", key) for key in documents(await records(config, "products"), Variant, config)}
    lines = documents(await records(config, "orders"), OrderLine, config)
    assert {line.variant_id for line in lines.values()} <= known


async def test_variants_are_told_apart_by_name(config: Config):
    variants = documents(await records(config, "products"), Variant, config)
    found = [one.variations for one in variants.values() if one.variations]
    assert {option["type"] for options in found for option in options} == {"Farve", "Størrelse"}
    assert {"type": "Størrelse", "value": "M"} in [option for options in found for option in options]


async def test_a_payment_that_dates_no_change_is_seen_by_the_sweep_of_recent_orders(config: Config, shop: HostedShop):
    since = later(shop, hours=1)
    living.pay(shop)
    until = later(shop, minutes=1)
    assert await records(config, "orders", since, until=until) == []
    sweep = RELAY.resource("orders").sweep_pages
    assert sweep is not None
    window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, until)
    async with RELAY.client(config, reach()) as client:
        found = [one async for page in sweep(client, window, None, config) for one in page.records]
    assert [one for one in found if json.loads(one.body)["Transactions"]]
    assert len(found) < len(shop.tables["Order"])


async def test_open_orders_are_those_that_were_not_sent(config: Config, shop: HostedShop):
    for _ in range(5):
        living.ship(shop)
    found = await records(config, "orders", LONG_AGO, mode=Mode.OPEN_SINCE_1X)
    assert ids(found) == [key for key, row in sorted(shop.tables["Order"].items()) if row["DateSent"].startswith("0000")]


async def test_a_field_that_the_tenant_lacks_is_left_out_and_the_others_come(config: Config, shop: HostedShop):
    shop.lacking = {"ReferralCode", "Packing", "VatRate"}
    (found, *_) = await records(config, "orders")
    body = json.loads(found.body)
    assert {"Customer", "OrderLines", "DateUpdated"} <= set(body)
    assert "ReferralCode" not in body
    assert {"Price", "ItemNumber"} <= set(body["OrderLines"][0])
    assert "VatRate" not in body["OrderLines"][0]


async def test_a_session_that_ends_is_opened_anew_with_its_fields(config: Config, shop: HostedShop):
    bodies = {}

    def end(page: Page) -> None:
        bodies.update({one.remote_id: json.loads(one.body) for one in page.records})
        shop.sessions.end_all()

    found = await pages(config, "products", each=end)
    assert shop.sessions.opened == len(found) == 2
    assert all("Variants" in body and len(body) > 20 for body in bodies.values())


async def test_a_session_that_was_quiet_for_long_is_opened_anew(config: Config, shop: HostedShop):
    read = RELAY.resource("orders").read
    assert read is not None
    async with RELAY.client(config, reach()) as client:
        first = await read(client, "1", config)
        later(shop, hours=2)
        assert await read(client, "1", config) == first
    assert shop.sessions.opened == 2


async def test_an_api_user_that_is_shut_out_meanwhile_is_refused(config: Config, shop: HostedShop):
    def shut(_page: Page) -> None:
        shop.faults.unauthorized = True

    with pytest.raises(CredentialsRejected):
        await pages(config, "products", each=shut)


async def test_all_requests_are_counted_those_for_the_session_too(config: Config, shop: HostedShop):
    found = await pages(config, "products")
    assert sum(page.requests for page in found) == sum(shop.ledger.requests().values())


@pytest.mark.parametrize("kind", ["malformed", "html", "drop", 429, 503])
@pytest.mark.parametrize("resource", ["orders", "products"])
async def test_a_fault_in_mid_list_is_trouble_and_the_list_goes_on_after_it(kind: Any, resource: str):
    shop = HostedShop(7, orders=130, products=110, customers=2, clock=ManualClock(NOON))
    async with serve(shop):
        found: list[Record] = []
        cursor: str | None = None

        def fault() -> None:
            if isinstance(kind, int):
                shop.faults.fail(status=kind, retry_after=3)
            elif kind == "drop":
                shop.faults.drop()
            else:
                shop.faults.garble(kind)

        def keep(page: Page) -> None:
            nonlocal cursor
            found.extend(page.records)
            cursor = page.cursor
            fault()

        with pytest.raises(ShopTrouble) as trouble:
            await pages(shop.credentials(), resource, each=keep)
        if isinstance(kind, int):
            assert trouble.value.retry_after == 3
        assert cursor is not None
        found += await records(shop.credentials(), resource, cursor=cursor)
    assert ids(found) == sorted(shop.tables[TABLES[resource]])


@pytest.mark.parametrize("resource", ["orders", "products", "customers"])
async def test_a_shop_that_runs_out_of_time_is_asked_for_less(config: Config, shop: HostedShop, resource: str):
    began: list[Page] = []

    def tire(page: Page) -> None:
        if not began:
            shop.faults.fail(2, status=504)
        began.append(page)

    assert ids(await records(config, resource, each=tire)) == sorted(shop.tables[TABLES[resource]])
    assert len(began) > 1
    assert not shop.faults.planned


async def test_text_is_utf_8_whatever_the_header_says_and_its_entities_are_decoded(config: Config):
    found = documents(await records(config, "categories"), Category, config)
    assert [found[key].name for key in "1234"] == ["Bolig", "Tøj", "Køkken", "Udsalg"]


@pytest.mark.parametrize("resource", TABLES)
@pytest.mark.parametrize("missing", ["empty", "fault"])
async def test_a_record_that_is_read_is_the_one_that_is_listed(config: Config, shop: HostedShop, resource: str, missing: Any):
    shop.missing = missing
    key = str(max(shop.tables[TABLES[resource]]))
    read = RELAY.resource(resource).read
    assert read is not None
    listed = {one.remote_id: one.body for one in await records(config, resource)}
    async with RELAY.client(config, reach()) as client:
        found = await read(client, key, config)
        assert await read(client, "999999", config) == Gone(resource, "999999", Evidence.NOT_FOUND)
    assert isinstance(found, list)
    assert [one.body for one in found] == [listed[key]]


@pytest.mark.parametrize("written", ["base64", "hex"])
async def test_webhooks_are_believed_and_cause_reads(config: Config, shop: HostedShop, written: Any):
    hook = RELAY.webhook
    assert hook is not None
    shop.hooks.written = written
    async with receiver() as there:
        shop.hooks.url = f"{there.url}/w/1"
        for change in (living.new_order, living.edit_product, living.delete_product, living.ship):
            change(shop)
        assert await shop.deliver_due() == 4
    answers = []
    async with RELAY.client(config, reach()) as client:
        for call in there.calls:
            headers = {name.lower(): value for name, value in call.headers}
            assert hook.check({"webhook_secret": shop.hooks.secret}, headers, call.body) is Verdict.GENUINE
            assert hook.check({"webhook_secret": ["guess"]}, headers, call.body) is Verdict.FORGED
            ((resource, remote_id),) = hook.route(headers, call.body).reads
            read = RELAY.resource(resource).read
            assert read is not None
            answers.append(await read(client, remote_id, config))
    assert [isinstance(one, Gone) for one in answers] == [False, False, True, False]


@pytest.mark.parametrize(
    "at",
    [
        datetime(2031, 10, 26, 0, 30, tzinfo=UTC),  # 02:30, the first time
        datetime(2031, 10, 26, 1, 30, tzinfo=UTC),  # 02:30, an hour later
        datetime(2031, 3, 30, 1, 30, tzinfo=UTC),  # 03:30, after the hour that is missing
    ],
)
async def test_no_order_is_lost_in_the_night_when_clocks_are_set(at: datetime):
    shop = HostedShop(7, orders=0, products=3, customers=2, clock=ManualClock(at))
    living.new_order(shop)
    for since in (at, at - timedelta(minutes=20), at - timedelta(minutes=70)):
        async with serve(shop):
            found = await records(shop.credentials(), "orders", since, until=at + timedelta(minutes=1))
        assert ids(found) == [1]


async def test_two_tasks_share_a_session(config: Config, shop: HostedShop):
    read = RELAY.resource("orders").read
    assert read is not None
    async with RELAY.client(config, reach()) as client:
        await asyncio.gather(*(read(client, str(key), config) for key in range(1, 6)))
        shop.sessions.end_all()
        found = await asyncio.gather(*(read(client, str(key), config) for key in range(1, 6)))
    assert all(isinstance(one, list) for one in found)
    assert shop.sessions.opened == 2
