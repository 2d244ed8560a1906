"""What the Shop API adds to a call: an order's status is set, through the service and in the shop itself, by 50 callers at once.

- `service`: PATCH /orders/:id/update_status of shop-api, by the `_id`s of documents: token, documents, budget, the call, usage
  on the raw log, and the direct read that is asked for.
- `baseline`: httpx calls the simulated shops with the very request that the service sends.

Each caller has a webshop of its own, so that none waits for a shop's budget: as many simulated WooCommerce shops, each at an
address of its own, in one process (`python -m bench.shops`). A run counts only when every call was answered with 200.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvloop
from bson import ObjectId

from bench.place import place, servers
from bench.processes import cpu_of, running, service
from shoprelay_relays.registry import relay_id
from shoprelay_runtime.admin import create_project
from shoprelay_runtime.codec import seal
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store

CALLERS = 50
CALLS = 12
"""Of each caller in a run: fewer than a shop bears at once."""
STATUSES = ("processing", "completed")


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
async def shops(seconds: float) -> AsyncIterator[list[Shop]]:
    """So many simulated shops in a process of their own."""
    command = ["-m", "bench.shops", "--count", str(CALLERS), "--seconds", str(seconds)]
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
    order = {"_id": ObjectId(), "webshop_id": webshop, "remote_id": shop.order}
    await database["orders"].insert_one(seal(owner.cipher, "orders", order))
    statuses = [{"_id": ObjectId(), "webshop_id": webshop, "remote_id": code} for code in STATUSES]
    await database["statuses"].insert_many(statuses)
    return str(order["_id"]), [str(status["_id"]) for status in statuses]


async def timed(call: Callable[[int, int], Awaitable[httpx.Response]]) -> list[float]:
    """Seconds of each call; all callers at once, each one call after the other."""

    async def caller(number: int) -> list[float]:
        seconds = []
        for turn in range(CALLS):
            began = time.perf_counter()
            answer = await call(number, turn)
            if answer.status_code != httpx.codes.OK:
                raise SystemExit(f"{answer.status_code}: {answer.text[:300]}")
            seconds.append(time.perf_counter() - began)
        return seconds

    return [each for found in await asyncio.gather(*map(caller, range(CALLERS))) for each in found]


async def compare(turns: int, seconds: float) -> dict[str, Any]:
    async with place() as (settings, store), shops(seconds) as all_shops:
        made = await create_project(store, settings, "bench")
        owner = await Projects(store, settings.master()).get(made.id)
        known = [await connect(store, owner, shop) for shop in all_shops]
        runs: dict[str, list[list[float]]] = {"service": [], "baseline": []}
        cpu: list[float] = []
        for turn in range(turns):
            for kind in ("service", "baseline") if turn % 2 else ("baseline", "service"):
                found = (
                    await _service(settings, made.shop_api_token, known, cpu) if kind == "service" else await _baseline(all_shops)
                )
                runs[kind].append(found)
                print(kind, *(f"{1000 * each:.1f}" for each in _points(found)), "ms (p50, p99)", flush=True)
        return _ratios(runs) | {"shop_seconds": seconds, "cpu_ms_a_call": round(statistics.median(cpu), 2)}


def _client(**more: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(limits=httpx.Limits(max_connections=CALLERS, max_keepalive_connections=CALLERS), timeout=60, **more)


async def _baseline(all_shops: list[Shop]) -> list[float]:
    async with _client() as client:
        return await timed(lambda number, turn: client.request(**all_shops[number].change(STATUSES[turn % 2])))


async def _service(settings: Settings, token: str, known: list[tuple[str, list[str]]], cpu: list[float]) -> list[float]:
    headers = {"Authorization": f"Basic {b64encode(token.encode()).decode()}"}
    async with (
        running(settings, service("shop-api")) as (process, port),
        _client(base_url=f"http://127.0.0.1:{port}/shop_api/v1", headers=headers) as client,
    ):

        async def call(number: int, turn: int) -> httpx.Response:
            order, statuses = known[number]
            return await client.patch(f"/orders/{order}/update_status", json={"data": {"status_id": statuses[turn % 2]}})

        before = cpu_of(process)
        found = await timed(call)
        cpu.append(1000 * (cpu_of(process) - before) / len(found))
        return found


def _points(seconds: list[float]) -> tuple[float, float]:
    cut = statistics.quantiles(seconds, n=100)
    return cut[49], cut[98]


def _ratios(runs: dict[str, list[list[float]]]) -> dict[str, Any]:
    """Medians over the runs, as ratios to the baseline."""
    points = {kind: [_points(run) for run in found] for kind, found in runs.items()}
    p50, p99 = ({kind: statistics.median(each[n] for each in found) for kind, found in points.items()} for n in (0, 1))
    return {"p50_ratio": round(p50["service"] / p50["baseline"], 2), "p99_ratio": round(p99["service"] / p99["baseline"], 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=4, help="runs of each")
    parser.add_argument("--seconds", type=float, default=0.0, help="how long a shop takes for an answer")
    options = parser.parse_args()
    os.environ["SHOPRELAY_ALLOW_PRIVATE_ADDRESSES"] = "true"
    with servers():
        print(json.dumps(uvloop.run(compare(options.turns, options.seconds))))


if __name__ == "__main__":
    main()
