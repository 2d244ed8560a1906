"""What the Shop API adds to a call: an order's status is set, through the service and in the shop itself, by 50 callers at once.

- `service`: PATCH /orders/:id/update_status of shop-api, by the `_id`s of documents: token, documents, budget, the call, usage
  on the raw log, and the direct read that is asked for.
- `baseline`: httpx calls the simulated shop with the very request that the service sends.

Each caller has a webshop of its own, so that none waits for a shop's budget; all of them are the one simulated WooCommerce shop,
which runs in a process of its own. A run counts only when every call was answered with 200.
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


@asynccontextmanager
async def shop() -> AsyncIterator[dict[str, Any]]:
    """A simulated WooCommerce shop in a process of its own: {url, credentials}."""
    command = ["-m", "shoprelay_simulators", "run", "--platform", "woocommerce", "--changes-per-second", "0"]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield json.loads(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


async def connect(store: Store, owner: Project, hello: dict[str, Any], orders: list[str]) -> list[tuple[str, list[str]]]:
    """A webshop for each caller, with one order and the statuses: [(order's _id, statuses' _ids)]."""
    database, found = store.database(owner.database), []
    for number in range(CALLERS):
        webshop = ObjectId()
        config = {"shop_url": hello["url"], "auth": "basic", **hello["credentials"]}
        row = {"_id": webshop, "company_id": ObjectId(), "relay_id": relay_id("woocommerce"), "active": True}
        row |= seal(owner.cipher, "webshops", {"config": config})
        await database["webshops"].insert_one(row)
        order = {"_id": ObjectId(), "webshop_id": webshop, "remote_id": orders[number % len(orders)]}
        await database["orders"].insert_one(seal(owner.cipher, "orders", order))
        statuses = [{"_id": ObjectId(), "webshop_id": webshop, "remote_id": code} for code in STATUSES]
        await database["statuses"].insert_many(statuses)
        found.append((str(order["_id"]), [str(status["_id"]) for status in statuses]))
    return found


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


async def compare(turns: int) -> None:
    async with place() as (settings, store), shop() as hello:
        made = await create_project(store, settings, "bench")
        owner = await Projects(store, settings.master()).get(made.id)
        limits = httpx.Limits(max_connections=CALLERS, max_keepalive_connections=CALLERS)
        keys = hello["credentials"]
        api = f"{hello['url']}/wp-json/wc/v3"
        async with httpx.AsyncClient(limits=limits, timeout=60, auth=(keys["consumer_key"], keys["consumer_secret"])) as direct:
            orders = [str(row["id"]) for row in (await direct.get(f"{api}/orders", params={"per_page": 50})).json()]
            known = await connect(store, owner, hello, orders)
            runs: dict[str, list[list[float]]] = {"service": [], "baseline": []}
            for turn in range(turns):
                for kind in ("service", "baseline") if turn % 2 else ("baseline", "service"):
                    runs[kind].append(await _run(kind, settings, made.shop_api_token, direct, api, orders, known))
                    print(kind, *(f"{1000 * each:.1f}" for each in _points(runs[kind][-1])), "ms (p50, p99)", flush=True)
            _report(runs)


async def _run(
    kind: str,
    settings: Settings,
    token: str,
    direct: httpx.AsyncClient,
    api: str,
    orders: list[str],
    known: list[tuple[str, list[str]]],
) -> list[float]:
    if kind == "baseline":
        return await timed(
            lambda number, turn: direct.put(f"{api}/orders/{orders[number % len(orders)]}", json={"status": STATUSES[turn % 2]})
        )
    headers = {"Authorization": f"Basic {b64encode(token.encode()).decode()}"}
    async with running(settings, service("shop-api")) as (process, port):
        base = f"http://127.0.0.1:{port}/shop_api/v1"
        limits = httpx.Limits(max_connections=CALLERS, max_keepalive_connections=CALLERS)
        async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60, limits=limits) as client:

            async def call(number: int, turn: int) -> httpx.Response:
                order, statuses = known[number]
                return await client.patch(f"/orders/{order}/update_status", json={"data": {"status_id": statuses[turn % 2]}})

            cpu = cpu_of(process)
            found = await timed(call)
            print(f"service: {1000 * (cpu_of(process) - cpu) / len(found):.2f} CPU ms a call")
            return found


def _points(seconds: list[float]) -> tuple[float, float]:
    cut = statistics.quantiles(seconds, n=100)
    return cut[49], cut[98]


def _report(runs: dict[str, list[list[float]]]) -> None:
    """Medians over the runs, and as a ratio to the baseline."""
    points = {kind: [_points(run) for run in found] for kind, found in runs.items()}
    p50, p99 = ({kind: statistics.median(each[n] for each in found) for kind, found in points.items()} for n in (0, 1))
    print("baseline: httpx calls the simulated shop with the request that the service sends")
    print(
        json.dumps(
            {"p50_ratio": round(p50["service"] / p50["baseline"], 2), "p99_ratio": round(p99["service"] / p99["baseline"], 2)}
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=4, help="runs of each")
    options = parser.parse_args()
    os.environ["SHOPRELAY_ALLOW_PRIVATE_ADDRESSES"] = "true"
    with servers():
        uvloop.run(compare(options.turns))


if __name__ == "__main__":
    main()
