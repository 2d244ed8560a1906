"""How much memory the services take, at rest and at work.

All six run as processes on a real Kafka and MongoDB. At rest: what each has a moment after it is ready. At work, all at once:
webhooks over many connections, first imports of simulated WooCommerce shops, what the normalizer makes of both, the bill and
the operator's webhook for it, and calls of the Shop API. Then the peak of each process counts (VmHWM). A run counts only when
everything arrived: the orders as documents, the webhooks on the bill, the operator's webhooks as delivered.
"""

import argparse
import asyncio
import os
from base64 import b64encode
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import psutil
import uvloop
from bson import ObjectId

from bench import shop_api
from bench.figures import Row, measured, options, peak_rss, rss, tell, until
from bench.place import place, servers
from bench.processes import running, service
from bench.webshops import Connected, Orders, connect, connection, post, webhook
from shoprelay_relays.registry import by_name, relay_id
from shoprelay_runtime.admin import create_project
from shoprelay_runtime.admin.modes import polls, switch, switched_on
from shoprelay_runtime.codec import seal
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.store import Control, Store

FIVE = ("webhook-ingest", "relay-poller", "normalizer", "billing-meter", "notifier")
ALL = (*FIVE, "shop-api")
CONNECTIONS = 64
_LIVE = 10_000_000  # orders from here on are told by webhooks
_DRAIN_SECONDS = 900.0


@dataclass
class Run:
    """MB of each service."""

    idle: dict[str, float]
    peak: dict[str, float]


@dataclass
class Work:
    """What the services are given in a run, and where it is to arrive."""

    store: Store
    project: Project
    token: str
    hooked: list[Connected]
    polled: list[ObjectId]
    called: list[tuple[str, list[str]]]

    async def imported(self) -> int:
        """How many orders the polled shops had; -1 while an import runs."""
        webshops = self.store.database(self.project.database)["webshops"]
        found = [row.get("orders_stats") async for row in webshops.find({"_id": {"$in": self.polled}})]
        return sum(stats["records"] for stats in found if stats) if all(found) else -1

    async def arrived(self, webhooks: int) -> bool:
        """Whether everything is where it belongs."""
        if (imported := await self.imported()) < 0:
            return False
        shops = {"webshop_id": {"$in": [*self.polled, *(shop.id for shop in self.hooked)]}}
        if await self.store.database(self.project.database)["orders"].count_documents(shops) < webhooks + imported:
            return False
        if await self.counted("incoming_requests") < webhooks or await self.counted("pieces") < webhooks + imported:
            return False
        deliveries = self.store.collection(Control.DELIVERIES)
        return await deliveries.count_documents({"state": "pending"}) == 0 < await deliveries.count_documents({"state": "done"})

    async def counted(self, name: str) -> int:
        """What the bill counts."""
        rows = self.store.collection(Control.COUNTERS).find({"project": self.project.id}, {name: 1})
        return sum([row[name] async for row in rows])


async def polled(store: Store, owner: Project, shop: shop_api.Shop) -> ObjectId:
    """Connect a shop of which everything is polled, as it is when an operator connects it."""
    config = {"shop_url": shop.url, "auth": "basic", "consumer_key": shop.key, "consumer_secret": shop.secret}
    webshop = ObjectId()
    about = {"_id": webshop, "company_id": ObjectId(), "relay_id": relay_id("woocommerce"), "active": True}
    switches = {switch(resource.name, mode): switched_on(mode) for resource, mode in polls(by_name("woocommerce"))}
    row = {**about, **switches, **seal(owner.cipher, "webshops", {"config": config})}
    await store.database(owner.database)["webshops"].insert_one(row)
    return webshop


async def tell_orders(work: Work, port: int, count: int) -> None:
    """Webhooks of new orders over all connections, as fast as they are taken."""
    orders, numbers = Orders(), iter(range(count))

    async def line() -> None:
        reader, writer = await connection(port)
        for number in numbers:
            shop = work.hooked[number % len(work.hooked)]
            await post(reader, writer, webhook(shop.token, orders.body(_LIVE + number)))
        writer.close()

    await asyncio.gather(*(line() for _ in range(CONNECTIONS)))


async def call_shops(work: Work, port: int) -> None:
    """Calls of the Shop API, each caller on a shop of its own."""
    headers = {"Authorization": f"Basic {b64encode(work.token.encode()).decode()}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/shop_api/v1", headers=headers, timeout=60) as client:

        async def call(number: int, turn: int) -> httpx.Response:
            order, statuses = work.called[number]
            return await client.patch(f"/orders/{order}/update_status", json={"data": {"status_id": statuses[turn % 2]}})

        await shop_api.timed(call)


async def measure(given: argparse.Namespace) -> Run:
    """One run, in a place of its own."""
    async with AsyncExitStack() as stack:
        settings, store = await stack.enter_async_context(place(given.partitions))
        _, operator = await stack.enter_async_context(running(settings, ["-m", "bench.endpoints"]))
        history = await stack.enter_async_context(shop_api.shops("at-once", given.shops, given.orders))
        api_shops = await stack.enter_async_context(shop_api.shops("at-once"))
        made = await create_project(store, settings, "bench", webhook_url=f"http://127.0.0.1:{operator}/0/0")
        owner = await Projects(store, settings.master()).get(made.id)
        hooked = [await connect(store, owner) for _ in range(given.shops)]
        called = [await shop_api.connect(store, owner, shop) for shop in api_shops]
        work = Work(store, owner, made.shop_api_token, hooked, [], called)

        started = {name: await stack.enter_async_context(running(settings, service(name))) for name in ALL}
        await asyncio.sleep(given.settle)
        idle = {name: rss(process.pid) for name, (process, _) in started.items()}
        work.polled = [await polled(store, owner, shop) for shop in history]
        loads = tell_orders(work, started["webhook-ingest"][1], given.webhooks), call_shops(work, started["shop-api"][1])
        await asyncio.gather(*loads)
        await until("everything arrived", lambda: work.arrived(given.webhooks), _DRAIN_SECONDS, 0.5)
        return Run(idle, {name: peak(process.pid) for name, (process, _) in started.items()})


def peak(pid: int) -> float:
    """Of a service's processes that of the largest."""
    return max(peak_rss(each) for each in (pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))))


async def compare(given: argparse.Namespace) -> list[Row]:
    runs = []
    for _ in range(given.runs):
        runs.append(await measure(given))
        told = (f"{name} {runs[-1].idle[name]:.0f} to {runs[-1].peak[name]:.0f}" for name in ALL)
        print("MB:", ", ".join(told), flush=True)
    return rows(runs)


def rows(runs: Sequence[Run]) -> list[Row]:
    made = [measured(f"{name}, peak of a worker", [run.peak[name] for run in runs], "MB", "<= 120") for name in ALL]
    idle = [sum(run.idle[name] for name in FIVE) for run in runs]
    each: dict[str, Any] = {name: round(runs[-1].idle[name], 1) for name in FIVE}
    print(f"at rest: {', '.join(f'{name} {value:g} MB' for name, value in each.items())}")
    made.append(measured("the five services at rest, together", idle, "MB", "<= 450"))
    made.append(measured("shop-api at rest", [run.idle["shop-api"] for run in runs], "MB"))
    return made


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--webhooks", type=int, default=10_000, help="webhooks in a run, each of another order")
    parser.add_argument("--shops", type=int, default=4, help="shops that send webhooks, and as many whose history is imported")
    parser.add_argument("--orders", type=int, default=1000, help="orders of each imported shop")
    parser.add_argument("--partitions", type=int, default=12)
    parser.add_argument("--settle", type=float, default=10.0, help="seconds at rest before the memory is read")
    given = parser.parse_args()
    os.environ["SHOPRELAY_ALLOW_PRIVATE_ADDRESSES"] = "true"
    with servers():
        tell("memory", uvloop.run(compare(given)), as_json=given.json)


if __name__ == "__main__":
    main()
