"""What every relay's windows find, and what its webhooks make of the documents: records go through the normalizer."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Any

import httpx
import pytest

from shoprelay_relays.http.tokens import MemoryTokens
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import DATED, Connection, Gone, Mode, Record, Window
from shoprelay_simulators import ManualClock, serve
from shoprelay_simulators.making import PLATFORMS, Wanted
from shoprelay_simulators.receiver import Received, receiver
from tests.contract.relays.test_conduct import HELD, Meddling, Side, connected, every_relay, orders, told, with_webhooks
from tests.support.simulated import Config
from tests.unit.normalizer.memory import Memory, content, gone, pushed, record, webshop


async def _listed(side: Side, mode: Mode, since: datetime) -> set[str]:
    listing = side.relay.resource("orders").pages
    assert listing is not None
    window = Window(mode, since, side.clock.now)
    return orders(told([page async for page in listing(side.client, window, None, side.config)]))


@every_relay
async def test_each_mode_finds_what_is_in_its_window_and_nothing_from_before(name: str) -> None:
    async with connected(name, 5) as side:
        before = side.how.ids(side.shop)
        side.clock.advance(3600)
        side.how.add(side.shop)
        (new,) = side.how.ids(side.shop) - before
        for mode in RELAYS[name].resource("orders").modes & DATED:
            assert await _listed(side, mode, side.clock.now - timedelta(days=4000)) == {new, *before}, mode
            late = await _listed(side, mode, side.clock.now - timedelta(minutes=5))
            assert late == {new} or (side.how.everything and new in late), mode


@with_webhooks
async def test_a_webhook_that_comes_after_its_order_changed_again_takes_nothing_back(name: str) -> None:
    async with connected(name, 3) as side:
        calls = await _told_of_changes(side)
        side.clock.advance(60)
        for one in side.how.ids(side.shop):
            side.how.change(side.shop, one)
        memory = Memory(replace(webshop(), config=side.config), relay=side.relay)
        memory.batch(*(_raw(Record(*key, body), 1) for key, body in (await side.listed()).items()))
        known = _contents(memory)
        for second, call in enumerate([*calls, *calls], start=2):
            headers = {key.lower(): value for key, value in call.headers}
            memory.batch(replace(pushed({}, second), body=call.body, headers=headers))
            await _read_what_is_asked(side, memory, second)
            assert _contents(memory) == known
        memory.audit()


async def _told_of_changes(side: Side) -> list[Received]:
    """The shop's webhooks of a change of each order, delivered to somebody who keeps them."""
    assert side.how.listen is not None
    async with receiver() as inbox:
        side.config = await side.how.listen(side.shop, side.relay, side.client, side.config, f"{inbox.url}/hook")
        await side.shop.deliver_due()  # pings
        inbox.calls.clear()
        for one in sorted(side.how.ids(side.shop)):
            side.how.change(side.shop, one)
        await side.shop.deliver_due()
        assert inbox.calls
        return list(inbox.calls)


def _raw(one: Record, second: float) -> Any:
    return record(json.loads(one.body), second, resource=one.resource, remote_id=one.remote_id)


async def _read_what_is_asked(side: Side, memory: Memory, second: float) -> None:
    for resource, remote_id in memory.asked():
        read = side.relay.resource(resource).read
        assert read is not None
        found = await read(side.client, remote_id, side.config)
        if isinstance(found, Gone):
            memory.batch(gone(remote_id, second + 0.5, resource=resource))
        else:
            memory.batch(*(_raw(one, second + 0.5) for one in found))


def _contents(memory: Memory) -> list[Any]:
    """The orders as last announced, which lines they have, and which version of the shop's each is."""
    latest = {change.id: change for change in memory.changes if change.collection == "orders"}
    assert latest
    return sorted((str(_id), change.body["source"]["version"], content(change)) for _id, change in latest.items())


LISTS = [
    (name, resource.name) for name in HELD for resource in RELAYS[name].resources if resource.pages and resource.name != "orders"
]


def _full(name: str) -> Any:
    """A shop of the platform with more of everything than comes in one page."""
    kind = type(HELD[name].shop(1, datetime.now(UTC), ManualClock(datetime.now(UTC))))
    small, large = Wanted(orders=1, products=1, customers=1), Wanted(seed=7, orders=20, products=120, customers=120)
    return next(make(large) for make in PLATFORMS.values() if type(make(small)) is kind)


@pytest.mark.parametrize(("name", "resource"), LISTS)
async def test_no_list_misses_what_was_there_all_the_time_while_the_shop_lives(name: str, resource: str) -> None:
    how, shop, wire = HELD[name], _full(name), Meddling()
    async with serve(shop) as url:
        config = how.config(shop, url)
        async with RELAYS[name].client(config, Connection(wire, MemoryTokens())) as client:
            before = await _all(name, resource, client, config)
            old = sorted((one for kind, one in before if kind == resource), key=lambda one: (len(one), one))
            doomed = chain.from_iterable(zip(old[: len(old) // 4], reversed(old), strict=False))  # in whichever order a list is

            def live(_number: int) -> None:
                for _ in range(5):
                    shop.step()
                for one in islice(doomed, 4):
                    with suppress(KeyError):  # it went by itself
                        how.removes.get(resource, _stays)(shop, one)

            wire.before = live
            found = await _all(name, resource, client, config)
            wire.before = lambda _number: None
            after = await _all(name, resource, client, config)
    assert before & after <= found
    assert len(old) < 100 or resource not in how.removes or len(before - after) >= 4


def _stays(_shop: Any, _one: str) -> None:
    """Nothing deletes one of these."""


async def _all(name: str, resource: str, client: httpx.AsyncClient, config: Config) -> set[tuple[str, str]]:
    listing = RELAYS[name].resource(resource).pages
    assert listing is not None
    window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, datetime.now(UTC))
    return set(told([page async for page in listing(client, window, None, config)]))


@every_relay
def test_it_is_said_how_records_of_long_lists_are_deleted(name: str) -> None:
    wanted = {resource for kind, resource in LISTS if kind == name} & {"products", "customers"}
    lacking = wanted - HELD[name].removes.keys()
    assert not lacking, f"simulated.py: say in `removes` how one of {', '.join(sorted(lacking))} is deleted"
