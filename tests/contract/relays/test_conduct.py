"""How every relay behaves towards a shop, whatever its platform, over real HTTP: nothing lost, half told or betrayed.

Each relay that asks shops is held against its simulated shop; one that has none fails, and is told what to add.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import httpx
import pytest

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.tokens import MemoryTokens
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Connection, Gone, Mode, Page, Record, Relay, Verdict, Window
from shoprelay_relays.trial import DemoShop
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_schema.raw import Evidence
from shoprelay_simulators import ManualClock, serve
from shoprelay_simulators.making import PLATFORMS, Wanted
from shoprelay_simulators.receiver import Received, receiver
from tests.support.relay_facts import facts
from tests.support.simulated import MISSING, Config, Simulated, secrets_of, simulated

FAULTS: dict[str, Callable[[Any], None]] = {
    "429": lambda shop: shop.faults.fail(status=429, retry_after=7),
    "503": lambda shop: shop.faults.fail(status=503),
    "cut-short": lambda shop: shop.faults.garble("malformed"),
    "html": lambda shop: shop.faults.garble("html"),
    "warning-before": lambda shop: shop.faults.garble("warning"),
    "dropped": lambda shop: shop.faults.drop(),
}
# What comes behind a warning of PHP's is whole, and may be read.
BAD = [fault for kind, fault in FAULTS.items() if kind != "warning-before"]
ASKING = [name for name, relay in RELAYS.items() if any(resource.pages or resource.read for resource in relay.resources)]
HELD = {name: how for name in ASKING if isinstance(how := simulated(name), Simulated)}
every_relay = pytest.mark.parametrize("name", HELD)
with_tokens = pytest.mark.parametrize("name", [name for name, how in HELD.items() if how.tokens])
with_webhooks = pytest.mark.parametrize("name", [name for name, how in HELD.items() if how.listen])


@pytest.mark.parametrize("name", ASKING)
def test_it_is_held_against_a_simulated_shop(name: str) -> None:
    how = simulated(name)
    assert how is not None, MISSING.format(name=name)
    if isinstance(how, str):
        mine, other = RELAYS[name], RELAYS[how]
        assert how in HELD
        assert (mine.client, mine.resources, mine.webhook) == (other.client, other.resources, other.webhook)
    elif signed := facts(name).signing:
        assert bool(how.listen) == bool(signed), "say how the shop is made to send its webhooks"


@every_relay
def test_its_simulated_shop_can_be_run_by_anybody(name: str) -> None:
    """`shoprelay simulate` makes one."""
    shop = HELD[name].shop(1, datetime.now(UTC), ManualClock(datetime.now(UTC)))
    made = {type(make(Wanted(orders=1, products=1, customers=1))) for make in PLATFORMS.values()}
    assert type(shop) in made, f"enter {type(shop).__name__} in PLATFORMS of libs/shoprelay_simulators/making.py"


class Meddling(httpx.AsyncBaseTransport):
    """Does something to the shop before certain requests leave: `before(number)`, counted from 1."""

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport(verify=False)
        self.requests = 0
        self.before: Callable[[int], None] = lambda _number: None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        self.before(self.requests)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def at(self, number: int, act: Callable[[], object]) -> None:
        """`act` before the request of this number, from now on."""
        self.requests = 0
        self.before = lambda found: act() if found == number else None  # type: ignore[func-returns-value]


@dataclass
class Side:
    """A simulated shop and the relay that is connected to it."""

    relay: Relay
    how: Simulated
    shop: Any
    clock: ManualClock
    url: str
    config: Config
    client: httpx.AsyncClient
    wire: Meddling
    since: datetime

    async def pages(self, cursor: str | None = None) -> AsyncIterator[Page]:
        listing = self.relay.resource("orders").pages
        assert listing is not None
        window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, self.since, self.clock.now)
        async for page in listing(self.client, window, cursor, self.config):
            yield page

    async def listed(self, cursor: str | None = None) -> dict[tuple[str, str], bytes]:
        return told([page async for page in self.pages(cursor)])

    async def read(self, remote_id: str) -> list[Record] | Gone:
        read = self.relay.resource("orders").read
        assert read is not None
        return await read(self.client, remote_id, self.config)


@asynccontextmanager
async def connected(name: str, count: int) -> AsyncIterator[Side]:
    """A shop with so many orders, all of which were changed in one second half an hour ago."""
    relay, how = RELAYS[name], HELD[name]
    clock = ManualClock(datetime.now(UTC).replace(microsecond=0))
    at = clock.now - timedelta(minutes=30)
    shop, wire = how.shop(count, at, clock), Meddling()
    async with serve(shop) as url:
        config = how.config(shop, url)
        async with relay.client(config, Connection(wire, MemoryTokens())) as client:
            yield Side(relay, how, shop, clock, url, config, client, wire, at)


def told(pages: Iterable[Page]) -> dict[tuple[str, str], bytes]:
    """The records of these pages by name; none may be there twice."""
    records = [record for page in pages for record in page.records]
    found = {(record.resource, record.remote_id): record.body for record in records}
    assert len(found) == len(records), "a record came twice"
    return found


def orders(found: Iterable[tuple[str, str]]) -> set[str]:
    return {remote_id for resource, remote_id in found if resource == "orders"}


@every_relay
async def test_an_answer_that_is_too_large_is_asked_for_in_smaller_pieces(name: str) -> None:
    """What bounds an answer protects the memory, and must not stop an import."""
    async with connected(name, HELD[name].several) as side:
        largest = 0

        async def weighed(response: httpx.Response) -> None:
            nonlocal largest
            largest = max(largest, len(await response.aread()))

        side.client.event_hooks["response"].append(weighed)
        whole = await side.listed()
        transport = guarded_transport(allow_private=True, most=largest * 3 // 5)
        async with side.relay.client(side.config, Connection(transport, MemoryTokens())) as side.client:
            if side.how.divides:
                assert await side.listed() == whole
            else:
                with pytest.raises(ShopTrouble):
                    await side.listed()


@every_relay
async def test_a_thousand_orders_of_one_second_come_once_each(name: str) -> None:
    async with connected(name, 1000) as side:
        assert orders(await side.listed()) == side.how.ids(side.shop)


@every_relay
async def test_nothing_is_missed_and_the_list_ends_while_the_shop_changes_at_every_request(name: str) -> None:
    async with connected(name, HELD[name].several) as side:
        before = sorted(side.how.ids(side.shop))
        doomed, touched = iter(before[1::3]), iter(before[::7])
        removed: set[str] = set()

        def live(_number: int) -> None:
            side.clock.advance(1)
            side.how.add(side.shop)
            if (one := next(touched, None)) and one not in removed:
                side.how.change(side.shop, one)
            for one in islice(doomed, 4):
                side.how.remove(side.shop, one)
                removed.add(one)

        side.wire.before = live
        found = orders(await side.listed())
        assert removed
        assert set(before) - removed <= found


@every_relay
async def test_a_list_is_resumed_from_every_cursor(name: str) -> None:
    async with connected(name, HELD[name].several) as side:
        pages = [page async for page in side.pages()]
        whole = told(pages)
        assert orders(whole) == side.how.ids(side.shop)
        for number, page in enumerate(pages[:-1], start=1):
            assert page.cursor is not None
            assert len(page.cursor.encode()) <= 2048
            assert told(pages[:number]) | await side.listed(page.cursor) == whole
        assert pages[-1].cursor is None


@pytest.mark.parametrize("fault", FAULTS)
@every_relay
async def test_a_fault_at_any_request_is_trouble_and_what_is_told_is_whole(name: str, fault: str) -> None:
    """Whichever request it hits: the run ends with ShopTrouble (or asked again by itself), and goes on from its last cursor."""
    async with connected(name, HELD[name].several) as side:
        side.wire.requests = 0
        calm = await side.listed()
        for number in sorted({1, 2, max(1, side.wire.requests // 2), side.wire.requests}):
            side.wire.at(number, lambda: FAULTS[fault](side.shop))
            assert await _through(side, fault) == calm, f"request {number}"
            side.shop.faults.planned.clear()


async def _through(side: Side, fault: str) -> dict[tuple[str, str], bytes]:
    """What is listed by a poller that comes back once to where it was."""
    pages: list[Page] = []
    try:
        async for page in side.pages():
            pages.append(page)  # noqa: PERF401 - what came before the trouble is kept
    except ShopTrouble as trouble:
        assert fault != "429" or trouble.retry_after == 7  # noqa: PT017 - an error may come or not
        pages += [page async for page in side.pages(pages[-1].cursor if pages else None)]
    return told(pages)


@every_relay
async def test_a_shop_that_never_answers_well_is_in_trouble(name: str) -> None:
    async with connected(name, 3) as side:
        await side.listed()
        for fault in BAD:
            side.wire.before = lambda _number, fault=fault: fault(side.shop)
            with pytest.raises(ShopTrouble):
                await side.listed()
            with pytest.raises(ShopTrouble):
                await side.read(min(side.how.ids(side.shop)))
            side.shop.faults.planned.clear()


@every_relay
async def test_a_record_that_was_deleted_is_gone_with_evidence(name: str) -> None:
    async with connected(name, 3) as side:
        one = min(side.how.ids(side.shop))
        assert isinstance(await side.read(one), list)
        side.how.remove(side.shop, one)
        found = await side.read(one)
        assert found == Gone("orders", one, Evidence.NOT_FOUND)
        assert orders(await side.listed()) == side.how.ids(side.shop)


@every_relay
async def test_what_is_read_is_what_is_listed_and_becomes_the_same_documents_every_time(name: str) -> None:
    async with connected(name, 3) as side:
        listed = await side.listed()
        for one in side.how.ids(side.shop):
            records = await side.read(one)
            assert isinstance(records, list)
            assert ("orders", one) in {(record.resource, record.remote_id) for record in records}
            for record in records:
                assert _documents(side, record.resource, record.body) == _documents(
                    side, record.resource, listed[record.resource, record.remote_id]
                )


def _documents(side: Side, resource: str, body: bytes) -> str:
    return repr(side.relay.resource(resource).map(json.loads(body), DemoShop(config=side.config)))


@with_tokens
async def test_a_token_that_ends_in_mid_page_is_renewed_once_for_fifty_callers(name: str) -> None:
    async with connected(name, HELD[name].several) as side:
        assert side.how.tokens is not None
        ids = side.how.ids(side.shop)
        await side.read(min(ids))
        tokens = side.how.tokens(side.shop)
        tokens.clear()
        side.wire.at(2, tokens.clear)  # and once more while the pages are under way
        found, *reads = await asyncio.gather(side.listed(), *(side.read(one) for one in sorted(ids)[:50]))
        assert isinstance(found, dict)
        assert orders(found) == ids
        assert all(isinstance(one, list) for one in reads)
        assert len(side.how.tokens(side.shop)) == 1


@with_tokens
async def test_fifty_callers_without_a_token_ask_for_one(name: str) -> None:
    async with connected(name, 1) as side:
        assert side.how.tokens is not None
        (one,) = side.how.ids(side.shop)
        before = set(side.how.tokens(side.shop))
        await asyncio.gather(*(side.read(one) for _ in range(50)))
        assert len(set(side.how.tokens(side.shop)) - before) == 1


async def _delivered(side: Side) -> tuple[Config, list[Received]]:
    """The shop's own webhooks of a few changes, and the config that checks them."""
    assert side.how.listen is not None
    async with receiver() as inbox:
        config = await side.how.listen(side.shop, side.relay, side.client, side.config, f"{inbox.url}/hook")
        await side.shop.deliver_due()  # pings
        inbox.calls.clear()
        for one in sorted(side.how.ids(side.shop))[:3]:
            side.how.change(side.shop, one)
        side.how.remove(side.shop, min(side.how.ids(side.shop)))
        await side.shop.deliver_due()
        return config, list(inbox.calls)


def _headers(call: Received) -> dict[str, str]:
    return {key.lower(): value for key, value in call.headers}


@with_webhooks
async def test_webhooks_of_the_shop_are_genuine_and_whatever_was_touched_is_forged(name: str) -> None:
    async with connected(name, 4) as side:
        config, calls = await _delivered(side)
        webhook, signing = side.relay.webhook, facts(name).signing
        assert webhook is not None
        assert signing is not None
        assert len(calls) >= 3
        for call in calls:
            headers = _headers(call)
            assert webhook.check(config, headers, call.body) is Verdict.GENUINE
            assert webhook.check(config, headers, call.body + b" ") is Verdict.FORGED
            assert webhook.check({**config, **signing.config(["another"])}, headers, call.body) is Verdict.FORGED
            unsigned = {key: value for key, value in headers.items() if "signature" not in key and "hmac" not in key}
            assert webhook.check(config, unsigned, call.body) is Verdict.FORGED


@with_webhooks
async def test_webhooks_under_the_secret_before_are_accepted_while_it_is_rotated(name: str) -> None:
    async with connected(name, 4) as side:
        config, calls = await _delivered(side)
        webhook, signing = side.relay.webhook, facts(name).signing
        assert webhook is not None
        assert signing is not None
        secret = next(str(value) for key, value in config.items() if key in signing.config(["x"]))
        rotated = {**config, **signing.config(["new", secret])}
        assert all(webhook.check(rotated, _headers(call), call.body) is Verdict.GENUINE for call in calls)


@with_webhooks
async def test_a_webhook_that_is_sent_again_says_the_same_again_and_reads_what_is_there_now(name: str) -> None:
    async with connected(name, 4) as side:
        _, calls = await _delivered(side)
        webhook = side.relay.webhook
        assert webhook is not None
        for call in calls:
            first, again = (webhook.route(_headers(call), call.body) for _ in range(2))
            assert first == again
            for record in first.records:
                assert _documents(side, record.resource, record.body) == _documents(side, record.resource, record.body)
            for _, remote_id in first.reads:
                found = await side.read(remote_id)
                assert isinstance(found, Gone) == (remote_id not in side.how.ids(side.shop))


@every_relay
async def test_no_secret_is_in_a_log_a_repr_or_an_error(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with connected(name, 3) as side:
        said = [repr(side.client), repr(side.client.headers), repr(side.client.auth)]
        said.append(repr(await side.relay.settings(side.client, side.config)) if not side.how.tokens else "")
        await side.listed()
        for fault in BAD:
            side.wire.before = lambda _number, fault=fault: fault(side.shop)
            with pytest.raises(ShopTrouble) as trouble:
                await side.listed()
            said += [str(trouble.value), repr(trouble.value), repr(trouble.value.__cause__)]
            side.shop.faults.planned.clear()
        hidden = {**secrets_of(side.relay, side.config), **dict(enumerate(side.how.tokens(side.shop) if side.how.tokens else ()))}
    assert hidden
    for secret in hidden.values():
        assert secret not in caplog.text
        assert all(secret not in text for text in said)


@every_relay
async def test_the_shop_has_as_many_as_it_says(name: str) -> None:
    count = RELAYS[name].resource("orders").count
    if count is None:
        return
    async with connected(name, 12) as side:
        assert await count(side.client, side.config) == len(side.how.ids(side.shop))
