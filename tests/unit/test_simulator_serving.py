"""Around both simulated shops: faults, the living shop and its ledger, the control door, the command."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

import shoprelay_simulators
from shoprelay_simulators import ManualClock, PrestaShop, ShopGoShop, WooShop, serve
from shoprelay_simulators.receiver import receiver

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
ORDERS = "/wp-json/wc/v3/orders"


@pytest.fixture
def shop() -> WooShop:
    return WooShop(7, clock=ManualClock(NOON))


@pytest.fixture
async def api(shop: WooShop) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve(shop) as url,
        httpx.AsyncClient(base_url=url, auth=(shop.key.key, shop.key.secret)) as client,
    ):
        yield client


async def test_planned_failures_end(api: httpx.AsyncClient, shop: WooShop) -> None:
    shop.faults.fail(status=429, retry_after=7)
    shop.faults.fail(2, status=502)
    answers = [await api.get(ORDERS) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 502, 502, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert "Retry-After" not in answers[1].headers


async def test_a_failed_write_changes_nothing(api: httpx.AsyncClient, shop: WooShop) -> None:
    order = next(row for row in shop.orders.values() if row.status == "processing")
    shop.faults.fail()
    await api.put(f"{ORDERS}/{order.id}", json={"status": "completed"})
    assert order.status == "processing"


async def test_garbled_answers(api: httpx.AsyncClient, shop: WooShop) -> None:
    shop.faults.garble("malformed")
    cut = await api.get(ORDERS)
    with pytest.raises(ValueError, match=r"."):
        cut.json()
    shop.faults.garble("html")
    page = await api.get(ORDERS)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    shop.faults.garble("warning")
    noisy = (await api.get(ORDERS)).text
    assert noisy.startswith("<br />\n<b>Warning</b>")
    assert json.loads(noisy[noisy.index("[{") :])


async def test_a_dropped_connection_is_no_answered_request(api: httpx.AsyncClient, shop: WooShop) -> None:
    shop.faults.drop()
    with pytest.raises(httpx.RemoteProtocolError):
        await api.get(ORDERS)
    assert (await api.get(ORDERS)).status_code == 200
    assert shop.ledger.requests() == {f"GET {ORDERS}": 1}


async def test_slow_answers_outlast_a_timeout(api: httpx.AsyncClient, shop: WooShop) -> None:
    shop.faults.slow(5)
    with pytest.raises(httpx.ReadTimeout):
        await api.get(ORDERS, timeout=0.2)


async def test_all_keys_can_be_revoked(api: httpx.AsyncClient, shop: WooShop) -> None:
    shop.faults.unauthorized = True
    assert (await api.get(ORDERS)).status_code == 401
    shop.faults.unauthorized = False
    assert (await api.get(ORDERS)).status_code == 200


async def test_the_ledger_counts_answers(api: httpx.AsyncClient, shop: WooShop) -> None:
    for path in (ORDERS, ORDERS, "/wp-json/wc/v3/products", f"{ORDERS}/999999"):
        await api.get(path)
    assert shop.ledger.requests() == {f"GET {ORDERS}": 2, "GET /wp-json/wc/v3/products": 1}
    assert shop.ledger.answers["GET", f"{ORDERS}/999999", 404] == 1


@pytest.mark.parametrize("seed", range(6))
async def test_a_living_shop_keeps_true_books(seed: int) -> None:
    """A row's last version is what REST shows, but for changes that reach it through another row."""
    clock = ManualClock(NOON)
    shop = WooShop(seed, clock=clock)
    shop.opened("https://shop.example")
    for _ in range(300):
        clock.advance(1)
        shop.step()
    last = {(version.resource, version.id): version.body for version in shop.ledger.versions}
    final = shop.final_state()
    alive = {(resource, row_id) for resource, rows in final.items() for row_id in rows}
    assert {key for key, body in last.items() if body is not None} == alive
    for resource in ("customers", "tags"):
        for row_id, body in final[resource].items():
            assert {**(last[resource, row_id] or {}), "count": 0} == {**body, "count": 0}
    for row_id, body in final["orders"].items():
        told = last["orders", row_id] or {}
        assert (told["status"], told["total"], told["refunds"]) == (body["status"], body["total"], body["refunds"])


def test_nothing_happened_in_the_future() -> None:
    shop = WooShop(7, orders=2000, clock=ManualClock(NOON))
    assert max(row.modified for row in shop.orders.values()) <= NOON
    assert max(row.created for row in shop.orders.values()) < NOON


def test_both_shops_do_many_kinds_of_things() -> None:
    for kind in (WooShop, ShopGoShop, PrestaShop):
        made = kind(1, clock=ManualClock(NOON))
        kinds = {" ".join(word for word in made.step().split() if word.isalpha()) for _ in range(400)}
        assert len(kinds) >= 8, kinds


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "explode"}, "kind: Input should be 'status'"),
        ({"kind": "slow", "second": 3}, "second: Extra inputs are not permitted"),
        ({"webhooks": "sometimes"}, "webhooks: Input should be 'normal'"),
        ({"kind": "status", "times": 0}, "times: Input should be greater than"),
    ],
)
async def test_faults_that_do_not_exist_are_refused(api: httpx.AsyncClient, asked: dict[str, object], said: str) -> None:
    answer = await api.post("/_simulator/faults", json=asked)
    assert (answer.status_code, answer.json()["error"].startswith(said)) == (400, True), answer.text


async def test_how_late_webhooks_are_may_be_said_alone(api: httpx.AsyncClient, shop: WooShop) -> None:
    assert (await api.post("/_simulator/faults", json={"late": 7})).status_code == 200
    assert shop.faults.webhook_late_seconds == 7


async def test_the_control_door(api: httpx.AsyncClient, shop: WooShop) -> None:
    changes = (await api.post("/_simulator/step", json={"count": 3})).json()["changes"]
    assert len(changes) == 3
    assert (await api.post("/_simulator/pause", json={"paused": True})).json() == {"paused": True}
    assert shop.paused
    plan = {"kind": "status", "status": 429, "retry_after": 2, "times": 2}
    assert (await api.post("/_simulator/faults", json=plan)).json()["planned"] == 2
    assert (await api.get(ORDERS)).headers["Retry-After"] == "2"
    shop.faults.planned.clear()
    await api.get(ORDERS)
    report = (await api.get("/_simulator/ledger")).json()
    assert report["requests"] == {f"GET {ORDERS}": 1}
    order_id = str(next(iter(shop.orders)))
    assert report["final"]["orders"][order_id] == (await api.get(f"{ORDERS}/{order_id}")).json()
    assert len(report["versions"]) == len(shop.ledger.versions)


async def test_webhooks_go_out_by_themselves_when_asked(shop: WooShop) -> None:
    async with (
        receiver() as inbox,
        serve(shop, deliver_every=0.01) as url,
        httpx.AsyncClient(base_url=url, auth=(shop.key.key, shop.key.secret)) as api,
    ):
        await api.post("/wp-json/wc/v3/webhooks", json={"topic": "order.updated", "delivery_url": inbox.url})
        order = next(row for row in shop.orders.values() if row.status == "processing")
        await api.put(f"{ORDERS}/{order.id}", json={})
        async with asyncio.timeout(10):
            ping, update = await inbox.wait_for(2)
    assert ping.body.startswith(b"webhook_id=")
    assert json.loads(update.body)["id"] == order.id


@pytest.mark.parametrize("platform", ["woocommerce", "shopgo", "prestashop"])
async def test_the_command_says_where_it_is_and_ends_at_once(platform: str) -> None:
    arguments = ("run", "--platform", platform, "--seed", "7", "--changes-per-second", "50", "--orders", "5")
    libs = str(Path(shoprelay_simulators.__file__).parents[1])
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "shoprelay_simulators",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": libs},
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        hello = json.loads(await process.stdout.readline())
        assert (hello["platform"], hello["seed"]) == (platform, 7)
        async with httpx.AsyncClient() as client:
            before = after = len((await client.get(f"{hello['url']}/_simulator/ledger")).json()["versions"])
            while after == before:
                after = len((await client.get(f"{hello['url']}/_simulator/ledger")).json()["versions"])
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
