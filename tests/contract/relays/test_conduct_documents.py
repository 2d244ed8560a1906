"""What every relay's windows find, and what its webhooks make of the documents: records go through the normalizer."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import DATED, Gone, Mode, Record, Window
from shoprelay_simulators.receiver import Received, receiver
from tests.contract.relays.test_conduct import Side, connected, every_relay, orders, told, with_webhooks
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
