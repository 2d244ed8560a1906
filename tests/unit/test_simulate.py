"""Faults as people write them, and a simulated shop started from the command line."""

import contextlib
import itertools
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shoprelay_simulators.clock import started, summer_time_ends
from shoprelay_simulators.faults import Fault, Faults, Plan, parse
from shoprelay_simulators.happenings import kinds
from shoprelay_simulators.making import PLATFORMS, Wanted
from shoprelay_simulators.prestashop.shop import PrestaShop
from shoprelay_simulators.serving import Shop, serve


def test_faults_are_read_as_people_write_them() -> None:
    assert parse("429:30*2, 503, slow:2.5, html,drop, ties").requests == [
        Fault("status", 429, 30),
        Fault("status", 429, 30),
        Fault("status", 503),
        Fault("slow", seconds=2.5),
        Fault("html", seconds=1.0),
        Fault("drop", seconds=1.0),
        Fault("ties", seconds=1.0),
    ]
    assert parse("") == Plan()
    assert parse("late:20, fold") == Plan(webhooks="late", webhook_seconds=20, fold=True)
    assert parse("lost").webhooks == "never"


@pytest.mark.parametrize("text", ["200", "boom", "503*", "slow:x", "503 429"])
def test_what_is_no_fault_is_refused_with_what_there_is(text: str) -> None:
    with pytest.raises(ValueError, match="expected 4xx or 5xx"):
        parse(text)


def test_recurring_faults_hit_one_in_so_many_requests() -> None:
    faults = Faults()
    faults.recur(iter(parse("503*9").requests), 3)
    assert [faults.next() is not None for _ in range(6)] == [False, False, True, False, False, True]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_can_be_made(platform: str) -> None:
    shop = PLATFORMS[platform](Wanted(3, orders=2, products=2, customers=2))
    assert platform in {shop.platform, "shopify"} or shop.platform.startswith(platform)


MODIFIED = {
    "hostedshop": "DateUpdated",
    "magento2": "updated_at",
    "prestashop": "date_upd",
    "shopify": "updatedAt",
    "woocommerce": "date_modified_gmt",
}
SOLD: dict[str, Callable[[Any], list[object]]] = {
    "hostedshop": lambda order: [line["ProductId"] for line in order["OrderLines"]],
    "magento2": lambda order: [item["product_id"] for item in order["items"]],
    "prestashop": lambda order: [row["product_id"] for row in order["associations"]["order_rows"]],
    "quickbutik": lambda order: [row["product_id"] for row in order["products"]],
    "shopify": lambda order: [line["product"].rpartition("/")[2] for line in order["lineItems"]],
}


@contextlib.asynccontextmanager
async def steered(platform: str) -> AsyncIterator[tuple[Shop, httpx.AsyncClient]]:
    shop = PLATFORMS[platform](Wanted(3, orders=12, products=9, customers=4))
    async with serve(shop) as url, httpx.AsyncClient(base_url=url) as client:
        yield shop, client


async def happened(client: httpx.AsyncClient, kind: str) -> None:
    """At the next request, whatever that is and whoever asks."""
    assert (await client.post("/_simulator/faults", json={"kind": kind})).json()["planned"] == 1
    await client.get("/")


@pytest.mark.parametrize("platform", MODIFIED)
async def test_all_records_can_be_given_one_modified_time(platform: str) -> None:
    async with steered(platform) as (shop, client):
        await happened(client, "ties")
        for resource in ("orders", "products"):
            rows = shop.final_state()[resource].values()
            assert len(rows) > 5
            assert len({row[MODIFIED[platform]] for row in rows}) == 1


@pytest.mark.parametrize("platform", [*SOLD, "woocommerce"])
async def test_a_product_that_an_order_names_can_be_deleted(platform: str) -> None:
    async with steered(platform) as (shop, client):
        before = shop.final_state()
        await happened(client, "deleted")
        now = shop.final_state()
        (gone,) = before["products"].keys() - now["products"].keys()
        sold = SOLD.get(platform, lambda order: [line["product_id"] for line in order["line_items"]])
        assert gone in {str(own) for order in before["orders"].values() for own in sold(order)}
        assert now["orders"].keys() == before["orders"].keys()


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_shop_changes_between_two_requests(platform: str) -> None:
    async with steered(platform) as (shop, client):
        shop.faults.recur(itertools.repeat(Fault("change")), 1)
        before = shop.final_state()
        for _ in range(8):
            await client.get("/")
        assert shop.final_state() != before


@pytest.mark.parametrize("platform", [name for name in PLATFORMS if "expire" in kinds(name)])
async def test_all_tokens_can_end(platform: str) -> None:
    async with steered(platform) as (shop, client):
        given: Any = shop
        tokens = {
            "hostedshop": lambda: given.sessions._live,
            "magento2": lambda: given.access.logins,
            "shopify": lambda: given.access.tokens.keys() - {given.access.permanent},
        }[platform]
        if platform == "hostedshop":
            given.sessions.open(shop.clock())
        elif platform == "magento2":
            given.access.logins["token"] = shop.clock() + timedelta(hours=1)
        else:
            given.access.tokens["token"] = shop.clock() + timedelta(hours=1)
        assert tokens()
        await happened(client, "expire")
        assert not tokens()


async def test_what_a_platform_does_not_have_cannot_happen() -> None:
    async with steered("prestashop") as (_, client):
        told = (await client.post("/_simulator/faults", json={"kind": "expire"})).json()
        assert told == {"error": "prestashop has no 'expire'; it has change, ties, deleted"}


def test_reordered_webhooks_overtake_each_other() -> None:
    faults = Faults(webhooks="reorder", webhook_late_seconds=5)
    assert [faults.lateness() for _ in range(4)] == [5, 0, 5, 0]


def test_the_shops_clock_goes_back() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    night = summer_time_ends(now)
    assert night == datetime(2026, 10, 25, 0, 59, 30, tzinfo=UTC)
    assert summer_time_ends(datetime(2026, 10, 1, tzinfo=UTC)) == datetime(2025, 10, 26, 0, 59, 30, tzinfo=UTC)
    shop = PrestaShop(3, orders=2, clock=started(night))
    assert shop.clock() - night < timedelta(seconds=20)
    assert [shop.local(night + timedelta(minutes=late)) for late in (0, 1)] == ["2026-10-25 02:59:30", "2026-10-25 02:00:30"]


@pytest.mark.parametrize(
    ("platform", "faults", "told"),
    [
        ("prestashop", "duplicate", "prestashop sends no webhooks"),
        ("woocommerce", "expire", "woocommerce has no 'expire'"),
        ("shopgo", "boom", "expected 4xx or 5xx"),
    ],
)
def test_faults_that_cannot_be_are_refused(platform: str, faults: str, told: str) -> None:
    words = [sys.executable, "-m", "shoprelay_cli", "simulate", platform, "--faults", faults]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())


def test_a_shop_runs_from_the_command_line_and_misbehaves_as_told() -> None:
    words = ["simulate", "shopgo", "--orders", "2", "--faults", "503:7"]
    with subprocess.Popen([sys.executable, "-m", "shoprelay_cli", *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            hello = json.loads(process.stdout.readline())
            answer = httpx.get(hello["url"] + "/v1/management/tenant")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
            assert len(httpx.get(hello["url"] + "/_simulator/ledger").json()["final"]["orders"]) == 2
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0


def test_an_unknown_platform_is_told_which_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shoprelay_cli", "simulate", "amazon"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "woocommerce" in done.stderr
