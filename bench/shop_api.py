"""What the Shop API adds to a call: an order's status is set, through the service and in the shop itself, by 50 callers at once.

- `service`: PATCH /orders/:id/update_status of shop-api, by the `_id`s of documents: token, documents, budget, the call, usage
  on the raw log, and the direct read that is asked for.
- `baseline`: httpx calls the simulated shops with the very request that the service sends.

Each caller has a webshop of its own, so that none waits for a shop's budget: as many simulated WooCommerce shops, each at an
address of its own, in one process (`python -m bench.shops`). A run counts only when every call was answered with 200 and every
shop then has the status that was set last.

The shops answer at once, which shows what the service itself costs: 50 callers then are as much as the machine bears. Then each
answer takes as long as one of 17 changes took in a small real WooCommerce shop, drawn at random.
"""

import asyncio
import json
import os
import statistics
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvloop
from bson import ObjectId

from bench.figures import Row, compared, medians, options, peak_rss, tell
from bench.place import place, servers
from bench.processes import cpu_of, running, service
from shoprelay_relays.registry import relay_id
from shoprelay_runtime.admin import create_project
from shoprelay_runtime.codec import seal
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.identity import document_id

CALLERS = 50
CALLS = 12
"""Of each caller in a run: fewer than a shop bears at once."""
STATUSES = ("processing", "completed")
SHOPS: Mapping[str, Sequence[float]] = {
    "at-once": (),
    "real": (
        *(0.080, 0.092, 0.095, 0.096, 0.106, 0.112, 0.122, 0.131, 0.137),
        *(0.145, 0.162, 0.181, 0.189, 0.208, 0.209, 0.219, 0.237),
    ),
}
"""How long a shop takes for an answer, in seconds: one of these."""
GOAL = "<= 1.5"


@dataclass(frozen=True, slots=True)
class Shop:
    """One simulated shop, and an order in it."""

    url: str
    key: str
    secret: str
    order: str

    def change(self, status: str) -> dict[str, Any]:
        """The request that sets the order's status, for httpx."""
        path = f"/wp-json/wc/v3/orders/{self.order}"
        return {"method": "PUT", "url": self.url + path, "json": {"status": status}, "auth": (self.key, self.secret)}


@asynccontextmanager
async def shops(kind: str, count: int = CALLERS, orders: int = 1) -> AsyncIterator[list[Shop]]:
    """So many simulated shops in a process of their own, each with so many orders."""
    command = ["-m", "bench.shops", "--count", str(count), "--seconds", *map(str, SHOPS[kind]), "--orders", str(orders)]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield [Shop(**each) for each in json.loads(await process.stdout.readline())]
    finally:
        process.terminate()
        await process.wait()


async def connect(store: Store, owner: Project, shop: Shop) -> tuple[str, list[str]]:
    """A webshop with one order and the statuses: (order's _id, statuses' _ids)."""
    database, webshop = store.database(owner.database), ObjectId()
    config = {"shop_url": shop.url, "auth": "basic", "consumer_key": shop.key, "consumer_secret": shop.secret}
    row = {"_id": webshop, "company_id": ObjectId(), "relay_id": relay_id("woocommerce"), "active": True}
    await database["webshops"].insert_one(row | seal(owner.cipher, "webshops", {"config": config}))
    # The _ids that the normalizer gives: what an action changed is read from the shop, and is the same document.
    key = owner.identity_key
    order = {"_id": document_id(key, "orders", webshop, shop.order), "webshop_id": webshop, "remote_id": shop.order}
    await database["orders"].insert_one(seal(owner.cipher, "orders", order))
    statuses = [
        {"_id": document_id(key, "statuses", webshop, code), "webshop_id": webshop, "remote_id": code} for code in STATUSES
    ]
    await database["statuses"].insert_many(statuses)
    return str(order["_id"]), [str(status["_id"]) for status in statuses]


async def timed(call: Callable[[int, int], Awaitable[httpx.Response]]) -> list[float]:
    """Seconds of each call; all callers at once, each one call after the other.

    A first one of each, which connects, is not timed.
    """

    async def one(number: int, turn: int) -> float:
        began = time.perf_counter()
        answer = await call(number, turn)
        if answer.status_code != httpx.codes.OK:
            raise SystemExit(f"{answer.status_code}: {answer.text[:300]}")
        return time.perf_counter() - began

    async def caller(number: int) -> list[float]:
        return [await one(number, turn) for turn in range(CALLS)]

    await asyncio.gather(*(one(number, 1) for number in range(CALLERS)))
    return [each for found in await asyncio.gather(*map(caller, range(CALLERS))) for each in found]


@dataclass(frozen=True)
class Run:
    """Milliseconds of a call, and what the service used."""

    p50: float
    p99: float
    cpu: dict[str, float]
    rss: dict[str, float]


async def compare(turns: int, kind_of_shop: str) -> list[Row]:
    async with place() as (settings, store), shops(kind_of_shop) as all_shops:
        made = await create_project(store, settings, "bench")
        owner = await Projects(store, settings.master()).get(made.id)
        known = [await connect(store, owner, shop) for shop in all_shops]
        runs: dict[str, list[Run]] = {"service": [], "baseline": []}
        for turn in range(turns):
            for kind in ("service", "baseline") if turn % 2 else ("baseline", "service"):
                ours = kind == "service"
                found = await (_service(settings, made.shop_api_token, known) if ours else _baseline(all_shops))
                await check(all_shops)
                runs[kind].append(found)
                print(f"{kind:<9} p50 {found.p50:7.1f} ms  p99 {found.p99:7.1f} ms", flush=True)
        return rows(runs["service"], runs["baseline"], kind_of_shop)


async def check(all_shops: list[Shop]) -> None:
    """Every shop has the status that was set last."""
    async with _clients() as clients:
        asked = [{**shop.change(""), "method": "GET", "json": None} for shop in all_shops]
        for answer in await asyncio.gather(*(client.request(**each) for client, each in zip(clients, asked, strict=True))):
            if (told := answer.json()["status"]) != STATUSES[(CALLS - 1) % 2]:
                raise SystemExit(f"an order's status is {told}, not the one that was set last")


def rows(ours: list[Run], bare: list[Run], kind_of_shop: str) -> list[Row]:
    shop = {"at-once": "shops that answer at once", "real": "shops as quick as a real one"}[kind_of_shop]
    used: Row = {"cpu_seconds_per_1000": medians([run.cpu for run in ours]), "peak_rss_mb": medians([run.rss for run in ours])}
    return [
        compared(f"{shop}: p50 of a call", [run.p50 for run in ours], [run.p50 for run in bare], "ms", GOAL, **used),
        compared(f"{shop}: p99 of a call", [run.p99 for run in ours], [run.p99 for run in bare], "ms", GOAL),
    ]


@asynccontextmanager
async def _clients(**more: Any) -> AsyncIterator[list[httpx.AsyncClient]]:
    """One for each caller: callers of one pool wait for each other, some of them for seconds."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(httpx.AsyncClient(timeout=60, **more)) for _ in range(CALLERS)]


async def _baseline(all_shops: list[Shop]) -> Run:
    async with _clients() as clients:
        return _run(
            await timed(lambda number, turn: clients[number].request(**all_shops[number].change(STATUSES[turn % 2]))), {}, {}
        )


async def _service(settings: Settings, token: str, known: list[tuple[str, list[str]]]) -> Run:
    headers = {"Authorization": f"Basic {b64encode(token.encode()).decode()}"}
    async with (
        running(settings, service("shop-api")) as (process, port),
        _clients(base_url=f"http://127.0.0.1:{port}/shop_api/v1", headers=headers) as clients,
    ):

        async def call(number: int, turn: int) -> httpx.Response:
            order, statuses = known[number]
            return await clients[number].patch(f"/orders/{order}/update_status", json={"data": {"status_id": statuses[turn % 2]}})

        before = cpu_of(process)
        found = await timed(call)
        cpu = {"shop-api": 1000 * (cpu_of(process) - before) / (len(found) + CALLERS)}
        return _run(found, cpu, {"shop-api": peak_rss(process.pid)})


def _run(seconds: list[float], cpu: dict[str, float], rss: dict[str, float]) -> Run:
    cut = statistics.quantiles(seconds, n=100)
    return Run(1000 * cut[49], 1000 * cut[98], cpu, rss)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--shop", choices=[*SHOPS], nargs="+", default=[*SHOPS], help="how long a shop takes for an answer")
    given = parser.parse_args()
    os.environ["SHOPRELAY_ALLOW_PRIVATE_ADDRESSES"] = "true"
    with servers():
        found = [row for kind in given.shop for row in uvloop.run(compare(given.runs, kind))]
        tell("shop_api", found, as_json=given.json)


if __name__ == "__main__":
    main()
