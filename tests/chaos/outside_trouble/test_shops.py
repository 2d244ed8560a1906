"""Shops that answer late, by half, with a page of HTML, too much or elsewhere: their trouble stays their own."""

import asyncio
import gzip
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import psutil
import pytest
from bson import ObjectId

from shoprelay_relays import registry
from shoprelay_runtime.admin.jobs import job_id, reconcile
from shoprelay_runtime.admin.modes import switch
from shoprelay_runtime.codec import seal, unseal
from shoprelay_runtime.deadletters import records
from shoprelay_runtime.store import Control
from shoprelay_simulators.listening import Send, listen
from tests.chaos.crash_points.dying import eventually, ready, running
from tests.chaos.crash_points.relay import RELAY, Shop
from tests.support.plain_relay import order
from tests.support.world import World

pytestmark = pytest.mark.integration
MODE = "updated_since_last_request"
MEMORY = 300 * 2**20
QUICK = {
    "SHOPRELAY_POLLER_EVERY_SECONDS": "0.5",
    "SHOPRELAY_POLLER_FIRST_DELAY_SECONDS": "0.5",
    "SHOPRELAY_POLLER_LONGEST_DELAY_SECONDS": "1",
    "SHOPRELAY_POLLER_QUIET_SECONDS": "0.2",
    "SHOPRELAY_POLLER_ANSWER_SECONDS": "2",
}

BOMB = gzip.compress(b" " * (64 * 2**20))


async def start(send: Send, *headers: tuple[bytes, bytes], status: int = 200) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})


async def late(send: Send) -> None:
    await asyncio.sleep(31)


async def half(send: Send) -> None:
    await start(send, (b"content-length", b"1000"))
    await send({"type": "http.response.body", "body": b'{"orders": [', "more_body": True})
    raise ConnectionError  # the connection is cut


async def html(send: Send) -> None:
    await start(send, (b"content-type", b"text/html"))
    await send({"type": "http.response.body", "body": b"<html>We will be right back</html>"})


async def endless(send: Send) -> None:
    await start(send)
    for _ in range(1000):  # 64 MB: the server does not tell when who asked has hung up
        await send({"type": "http.response.body", "body": b" " * 2**16, "more_body": True})
        await asyncio.sleep(0)


async def trickling(send: Send) -> None:
    await start(send)
    for _ in range(100):
        await send({"type": "http.response.body", "body": b" ", "more_body": True})
        await asyncio.sleep(0.05)


async def bomb(send: Send) -> None:
    await start(send, (b"content-encoding", b"gzip"))
    await send({"type": "http.response.body", "body": BOMB})


async def elsewhere(send: Send) -> None:
    await start(send, (b"location", b"http://169.254.169.254/latest/meta-data"), status=302)
    await send({"type": "http.response.body", "body": b""})


TROUBLES: dict[str, tuple[Callable[[Send], Awaitable[None]], str]] = {
    "half a body": (half, r"did not end its answer$"),
    "HTML": (html, "not JSON"),
    "an endless body": (endless, "more than 16777216 bytes"),
    "a body that trickles": (trickling, "no answer within"),
    "a small body that becomes a huge one": (bomb, "more than 16777216 bytes"),
    "a redirect to a private address": (elsewhere, "redirects to http://169.254"),
}


async def connect(world: World, address: str, webshop: ObjectId) -> None:
    config = seal(world.project.cipher, "webshops", {"config": {"address": address}})["config"]
    webshops = world.store.database(world.project.database)["webshops"]
    row = {"company_id": world.webshop.company_id, "relay_id": registry.relay_id(RELAY.name), "active": True, "config": config}
    await webshops.update_one({"_id": webshop}, {"$set": {**row, switch("orders", MODE): True}}, upsert=True)
    assert await reconcile(world.store, world.project, webshop, datetime.now(UTC))


async def said(world: World) -> str:
    """What the operator sees of the shop's trouble."""
    row = await world.store.database(world.project.database)["webshops"].find_one({"_id": world.webshop.webshop_id})
    errors: Any = unseal(world.project.cipher, "webshops", {"orders_error": (row or {}).get("orders_error")})["orders_error"]
    return errors[0]["value"] if errors else ""


async def test_the_trouble_of_a_shop_stays_its_own(shop: World) -> None:
    """One after the other: each is told to the operator, another shop is polled on, memory stays; then the shop is well again."""
    bad, good = Shop({"1": order("1", datetime.now(UTC))}), Shop({"g": order("g", datetime.now(UTC))})
    async with listen(bad) as worse, listen(good) as better, running(shop.settings, "relay-poller", **QUICK) as (process, url):
        await ready(url)
        other = ObjectId()
        await connect(shop, worse, shop.webshop.webshop_id)
        await connect(shop, better, other)
        seen = psutil.Process(process.pid)
        for name, (answer, text) in TROUBLES.items():
            bad.instead, asked = answer, len(good.asked)

            async def told(wanted: str = text) -> bool:
                return re.search(wanted, await said(shop)) is not None

            await eventually(told)
            await eventually(_more_than(good, asked))
            async with httpx.AsyncClient() as client:
                assert (await client.get(f"{url}/health/ready")).status_code == 200, f"{name}: no trouble of ours"
            assert seen.memory_info().rss < MEMORY, name
        bad.instead = None
        await eventually(_well(shop))


async def test_a_page_of_10_mb_is_taken(shop: World) -> None:
    large = {str(n): {**order(str(n), datetime.now(UTC)), "padding": "x" * 500_000} for n in range(10, 30)}
    async with listen(Shop(large, page=20)) as address, running(shop.settings, "relay-poller") as (process, _):
        await connect(shop, address, shop.webshop.webshop_id)

        async def taken() -> bool:
            row = await shop.store.collection(Control.JOBS).find_one({"_id": job_id(shop.webshop.webshop_id, "orders", MODE)})
            return bool(row and row["watermark"])

        await eventually(taken)
        assert psutil.Process(process.pid).memory_info().rss < MEMORY
    found = await records(shop.settings, shop.settings.named("raw.backfill.v1"), {})
    assert len(found) == len(large) + 1
    assert sum(len(record.value) for record in found) > 10_000_000


async def test_a_shop_that_does_not_answer_in_time_is_given_up(shop: World) -> None:
    bad = Shop({}, instead=late)
    async with listen(bad) as address, running(shop.settings, "relay-poller", **QUICK):
        await connect(shop, address, shop.webshop.webshop_id)

        async def told() -> bool:
            return "no answer" in await said(shop)

        await eventually(told)


def _more_than(other: Shop, asked: int) -> Callable[[], Awaitable[bool]]:
    async def more() -> bool:
        return len(other.asked) > asked

    return more


def _well(world: World) -> Callable[[], Awaitable[bool]]:
    async def well() -> bool:
        return await said(world) == ""

    return well
