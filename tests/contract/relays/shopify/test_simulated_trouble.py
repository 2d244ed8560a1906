"""The relay against a simulated shop that refuses, throttles, breaks off and forgets; tokens, bulk operations and webhooks."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.http.tokens import MemoryTokens
from shoprelay_relays.shopify import CUSTOM_APP, RELAY, bulk, jsonl
from shoprelay_relays.shopify.api import ask
from shoprelay_relays.spec import Mode, Page, Record, Relay, Verdict, Window
from shoprelay_simulators import ManualClock, ShopifyShop, serve
from shoprelay_simulators.messages import Response
from shoprelay_simulators.receiver import receiver
from shoprelay_simulators.shopify.paging import number
from tests.support.loopback import loopback

Config = dict[str, str]
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime.now(UTC)
NAME = "{ shop { name } }"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PAUSES", (0.0,))


@pytest.fixture
def shop() -> ShopifyShop:
    return ShopifyShop(7, clock=ManualClock(datetime.now(UTC)), orders=12, products=4, bulk_seconds=0, points=1e6, restore=1e6)


@pytest.fixture
async def config(shop: ShopifyShop) -> AsyncIterator[Config]:
    async with serve(shop) as url:
        yield {"shop_url": url, **shop.credentials()}


def advance(shop: ShopifyShop, seconds: float) -> None:
    assert isinstance(shop.clock, ManualClock)
    shop.clock.advance(seconds)


async def turns(config: Config, since: datetime | None, cursor: str = "") -> tuple[list[Record], int, list[Page]]:
    """A listing of orders by a poller that comes back after each trouble, to where it was safe."""
    asked, troubles, taken = Window(Mode.UPDATED_SINCE_LAST_REQUEST, since, NOW), 0, [Page([], NOW, cursor)]
    while taken[-1].cursor is not None:
        assert troubles < 20, "the listing never ended"
        troubles += await _turn(config, asked, taken)
    return [record for page in taken for record in page.records], troubles, taken


async def _turn(config: Config, asked: Window, taken: list[Page]) -> int:
    """One turn from where the last one was safe; how many troubles ended it."""
    pages = RELAY.resource("orders").pages
    assert pages is not None
    try:
        async with RELAY.client(config, loopback()) as client:
            async for page in pages(client, asked, taken[-1].cursor or None, config):
                taken.append(page)  # noqa: PERF401 - what came before a trouble is kept
    except ShopTrouble:
        return 1
    return 0


def ids(records: list[Record]) -> list[str]:
    return sorted(record.remote_id for record in records)


def held(shop: ShopifyShop) -> list[str]:
    return sorted(str(number(row)) for row in shop.rows["Order"].values())


@pytest.mark.parametrize("since", [None, SINCE], ids=["bulk", "paged"])
async def test_trouble_in_the_middle_costs_no_order(config: Config, shop: ShopifyShop, since: datetime | None):
    shop.faults.fail(status=503)
    shop.faults.fail(status=429, retry_after=2)
    shop.faults.garble("html")
    shop.faults.garble("malformed")
    shop.faults.drop()
    small = "" if since is None else json.dumps([0, 4])
    records, troubles, _ = await turns(config, since, small)
    assert set(ids(records)) == set(held(shop))
    assert troubles >= 4


async def test_a_429_says_when_to_come_back(config: Config, shop: ShopifyShop):
    shop.access.tokens["now"] = None
    shop.faults.fail(status=429, retry_after=7)
    async with CUSTOM_APP.client({"shop_url": config["shop_url"], "access_token": "now"}, loopback()) as client:
        with pytest.raises(ShopTrouble) as trouble:
            await ask(client, NAME)
    assert trouble.value.retry_after == 7


async def test_an_empty_bucket_says_how_long_it_takes_to_fill(config: Config, shop: ShopifyShop):
    shop.bucket.most, shop.bucket.left, shop.bucket.restore = 2000, 100, 100
    advance(shop, 0)
    with pytest.raises(ShopTrouble, match="THROTTLED") as trouble:
        await _first_page(config)
    # 40 orders cost 584 points; 100 are there, and 100 come each second.
    assert trouble.value.retry_after == pytest.approx(4.84, abs=0.5)
    advance(shop, 10)
    assert (await _first_page(config)).records


async def test_the_answer_tells_what_is_left(config: Config, shop: ShopifyShop):
    assert RELAY.limits.learn is not None
    shop.bucket.most, shop.bucket.left, shop.bucket.restore = 4000, 4000, 200
    async with RELAY.client(config, loopback()) as client:
        response = await client.post("graphql.json", json={"query": "{ shop { name } }"})
    told = RELAY.limits.learn(response)
    assert told is not None
    assert (told.left, told.per_second) == (3999, 200)


async def test_a_page_that_is_too_costly_is_asked_for_half_as_large(
    config: Config, shop: ShopifyShop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("shoprelay_simulators.shopify.api.DEAREST", 400)
    page = await _first_page(config)
    assert page.requests == 3  # of 40, of 20 and of 10 orders
    assert page.cursor is None or json.loads(page.cursor)[1] == 10
    assert 0 < len(page.records) <= 12


async def test_a_filter_that_is_ignored_is_not_trusted(config: Config):
    async with RELAY.client(config, loopback()) as client:
        with pytest.raises(RelayError, match="ignores a filter"):
            await ask(client, '{ orders(first: 1, query: "changed_at:>2026") { nodes { id } } }')


async def test_what_the_app_may_not_read_is_said_in_words(config: Config, shop: ShopifyShop):
    shop.protected_data = False
    with pytest.raises(CredentialsRejected, match="protected customer data"):
        await _first_page(config)
    shop.protected_data = True
    shop.access.scopes -= {"read_inventory", "write_inventory"}
    with pytest.raises(CredentialsRejected, match="read_inventory"):
        await _settings(RELAY, config)


async def test_a_public_app_learns_the_shop_and_its_newest_refresh_token(config: Config, shop: ShopifyShop):
    learnt = await _settings(RELAY, config)
    assert (learnt["currency"], learnt["time_zone"], learnt["read_all_orders"]) == ("DKK", "Europe/Copenhagen", "yes")
    assert learnt["refresh_token"] in shop.access.refresh_tokens
    assert learnt["refresh_token"] != config["refresh_token"]


@pytest.mark.parametrize("app", ["admin", "dev"])
async def test_a_custom_app_gets_in_by_either_key(shop: ShopifyShop, app: str):
    shop.app = app
    async with serve(shop) as url:
        learnt = await _settings(CUSTOM_APP, {"shop_url": url, **shop.credentials()})
    assert learnt["myshopify_domain"] == "anholt-uld.myshopify.com"
    assert "refresh_token" not in learnt


@pytest.mark.parametrize("wrong", [{"client_secret": "x"}, {"refresh_token": "x"}])
async def test_a_wrong_key_of_a_public_app_is_refused(config: Config, wrong: dict[str, str]):
    with pytest.raises(CredentialsRejected, match="install the app"):
        await _settings(RELAY, config | wrong)


async def test_a_wrong_token_of_a_custom_app_is_refused(config: Config):
    with pytest.raises(CredentialsRejected, match="access token"):
        await _settings(CUSTOM_APP, {"shop_url": config["shop_url"], "access_token": "shpat_wrong"})


async def test_fifty_callers_with_a_token_that_ended_make_one_refresh(config: Config, shop: ShopifyShop):
    tokens = MemoryTokens()
    async with RELAY.client(config, loopback(tokens)) as client:
        await ask(client, NAME)
        for token in shop.access.tokens:
            shop.access.tokens[token] = datetime.now(UTC) - timedelta(hours=1)
        before = shop.access.refreshes
        await asyncio.gather(*(ask(client, NAME) for _ in range(50)))
    assert shop.access.refreshes == before + 1


async def test_a_refresh_whose_answer_was_lost_is_repeated_with_the_same_token(config: Config, shop: ShopifyShop):
    tokens = MemoryTokens()
    async with RELAY.client(config, loopback(tokens)) as client:
        await ask(client, NAME)
        for token in shop.access.tokens:
            shop.access.tokens[token] = datetime.now(UTC) - timedelta(hours=1)
        held_before = await tokens.held()
        shop.access.lose_answers = 1
        with pytest.raises(ShopTrouble):
            await ask(client, NAME)
        assert await tokens.held() == held_before
        await ask(client, NAME)
    assert await tokens.held() != held_before


async def test_a_token_that_ends_within_a_listing_costs_nothing(config: Config, shop: ShopifyShop):
    pages = RELAY.resource("orders").pages
    assert pages is not None
    seen: list[Record] = []
    async with RELAY.client(config, loopback()) as client:
        async for page in pages(client, Window(Mode.UPDATED_SINCE_LAST_REQUEST, SINCE, NOW), json.dumps([0, 4]), config):
            seen += page.records
            shop.access.tokens = {}
    assert ids(seen) == held(shop)


async def test_the_host_of_the_files_never_sees_the_token(config: Config, shop: ShopifyShop):
    records, _, _ = await turns(config, None)
    assert ids(records) == held(shop)
    assert shop.bulk.files
    assert shop.bulk.leaked == []


async def test_an_operation_is_looked_at_until_it_ends_and_each_turn_is_a_place_to_stop(config: Config, shop: ShopifyShop):
    shop.bulk.seconds = 5
    pages = RELAY.resource("orders").pages
    assert pages is not None
    cursor, empty, asked = None, 0, Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, NOW - timedelta(minutes=1))
    while True:
        async with RELAY.client(config, loopback()) as client:
            turn = pages(client, asked, cursor, config)
            page = await anext(turn)
            await turn.aclose()
        if page.records:
            break
        empty, cursor = empty + 1, page.cursor
        advance(shop, 2)
    assert empty == 3
    assert len(shop.bulk.operations) == 1


async def test_an_operation_that_a_dead_run_started_is_taken_over(config: Config, shop: ShopifyShop):
    shop.bulk.seconds = 5
    asked = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, NOW - timedelta(minutes=1))
    for _ in range(2):  # the cursor of the first turn was never kept
        pages = RELAY.resource("orders").pages
        assert pages is not None
        async with RELAY.client(config, loopback()) as client:
            turn = pages(client, asked, None, config)
            await anext(turn)
            await turn.aclose()
    assert len(shop.bulk.operations) == 1


async def test_what_a_file_says_is_as_old_as_its_operation(config: Config, shop: ShopifyShop):
    _, _, pages = await turns(config, None)
    # The shop's clock stands still.
    assert {page.asked_at for page in pages if page.records} == {shop.now()}


async def test_when_shopify_has_no_room_for_one_more_operation_it_is_waited_for(config: Config, shop: ShopifyShop):
    shop.bulk.seconds = 60
    for _ in range(5):
        shop.bulk.start("{ products { edges { node { id } } } }", grouped=False)
    pages = RELAY.resource("orders").pages
    assert pages is not None
    async with RELAY.client(config, loopback()) as client:
        turn = pages(client, Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, NOW - timedelta(minutes=1)), None, config)
        assert not (await anext(turn)).records
        advance(shop, 61)
        shop.bulk.seconds = 0
        rest = [record async for page in turn for record in page.records]
    assert ids(rest) == held(shop)


async def test_after_an_operation_that_failed_everything_is_paged(config: Config, shop: ShopifyShop):
    shop.bulk.fail = 1
    records, troubles, _ = await turns(config, None)
    assert (ids(records), troubles) == (held(shop), 0)


@pytest.mark.parametrize("status", [403, 404])
async def test_after_a_link_that_ended_everything_is_paged(
    config: Config, shop: ShopifyShop, status: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shop.bulk, "answer", lambda _: Response(status))
    records, troubles, _ = await turns(config, None)
    assert (ids(records), troubles) == (held(shop), 0)


async def test_an_operation_that_lost_its_file_is_not_taken_for_an_empty_shop(
    config: Config, shop: ShopifyShop, monkeypatch: pytest.MonkeyPatch
):
    whole = shop.bulk.operation
    monkeypatch.setattr(shop.bulk, "operation", lambda gid: {**(whole(gid) or {}), "url": None})
    assert ids((await turns(config, None))[0]) == held(shop)


async def test_a_shop_without_orders_has_been_read_when_its_operation_ends(config: Config, shop: ShopifyShop):
    shop.rows["Order"].clear()
    records, troubles, _ = await turns(config, None)
    assert (records, troubles) == ([], 0)
    assert shop.ledger.requests().keys() == {"POST /admin/oauth/access_token", "POST /admin/api/2026-07/graphql.json"}


async def test_a_file_that_ends_early_is_not_taken_for_the_whole(
    config: Config, shop: ShopifyShop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk, "ROWS", 3)
    monkeypatch.setattr(jsonl, "PIECE", 4000)
    whole = shop.bulk.answer
    cut = iter(range(1, 100))

    def short(request: Any) -> Any:
        response = whole(request)
        if next(cut) % 3 == 0:
            response.body = response.body[: len(response.body) // 2]
        return response

    monkeypatch.setattr(shop.bulk, "answer", short)
    records, _, pages = await turns(config, None)
    assert ids(records) == held(shop)
    assert len(pages) > 3


async def test_a_subscribed_shop_sends_hints_that_are_believed_and_others_are_not(shop: ShopifyShop):
    async with serve(shop) as url, receiver() as hooks:
        config = {"shop_url": url, **shop.credentials()}
        config |= await _settings(RELAY, config)
        webhook = RELAY.webhook
        assert webhook is not None
        assert webhook.subscribe is not None
        async with RELAY.client(config, loopback()) as client:
            await webhook.subscribe(client, config, f"{hooks.url}/hook")
            await webhook.subscribe(client, config, f"{hooks.url}/hook")
        assert len({row["topic"] for row in shop.hooks.subscriptions.values()}) == len(shop.hooks.subscriptions) == 16
        before = len(shop.ledger.versions)
        for _ in range(30):
            shop.step()
        count = await shop.deliver_due()
        calls = await hooks.wait_for(count)
    read: set[tuple[str, str]] = set()
    for call in calls:
        headers = {name.lower(): value for name, value in call.headers}
        assert webhook.check(config, headers, call.body) is Verdict.GENUINE
        assert webhook.check(config, headers, call.body + b" ") is Verdict.FORGED
        assert webhook.check(config, {**headers, "x-shopify-shop-domain": "other.myshopify.com"}, call.body) is Verdict.FORGED
        read |= set(webhook.route(headers, call.body).reads)
        assert len(json.loads(call.body)) == 1, "no personal data"
    changed = {(version.resource, version.id) for version in shop.ledger.versions[before:]}
    assert changed
    assert changed <= read


async def _first_page(config: Config) -> Page:
    pages = RELAY.resource("orders").pages
    assert pages is not None
    window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, SINCE, NOW)
    async with RELAY.client(config, loopback()) as client, aclosing(pages(client, window, None, config)) as turn:
        return await anext(turn)


async def _settings(relay: Relay, config: Config) -> dict[str, str]:
    async with relay.client(config, loopback()) as client:
        return await relay.settings(client, config)
