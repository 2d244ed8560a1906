"""What asking a quiet shop costs: requests that find nothing new, with all that follows from them, for docs/guides/sizing.md.

Simulated WooCommerce shops with one order each are connected as an operator connects them, everything polled. When all is
imported, their polls come every two seconds in place of every five minutes and more, for as long as `--seconds` says. Counted are
the requests that are on the bill at the end, the CPU of relay-poller, normalizer, billing-meter, MongoDB and Kafka meanwhile, and
the bytes that are on the topics afterwards.
There is no baseline: the numbers are what the arithmetic begins with.
"""

import argparse
import asyncio
import os
from contextlib import AsyncExitStack

import uvloop

from bench import shop_api
from bench.figures import Row, measured, mongod_cpu, options, tell, until
from bench.footprint import kafka_cpu, logged_bytes
from bench.memory import Work, polled
from bench.place import place, servers
from bench.processes import cpu_of, running, service
from bench.webshops import project
from shoprelay_schema.topics import ACTIVITY, RAW_BACKFILL, RAW_LIVE, USAGE

SERVICES = ("relay-poller", "normalizer", "billing-meter")
KEPT = {
    "raw log": (RAW_LIVE.name, RAW_BACKFILL.name),
    "usage": (USAGE.name,),
    "activity": (ACTIVITY.name,),
}
Told = dict[str, float]


async def run(given: argparse.Namespace) -> Told:
    """One run: CPU milliseconds a request."""
    async with AsyncExitStack() as stack:
        settings, store = await stack.enter_async_context(place(given.partitions))
        shops = await stack.enter_async_context(shop_api.shops("at-once", given.shops, 1))
        owner = await project(store, settings)
        started = {name: (await stack.enter_async_context(running(settings, service(name))))[0] for name in SERVICES}
        work = Work(store, owner, "", [], [await polled(store, owner, shop) for shop in shops], [])

        async def imported() -> bool:
            return await work.imported() == given.shops

        await until("the shops' first import", imported, 120)
        await asyncio.sleep(5)

        async def used() -> Told:
            ours = {name: cpu_of(process) for name, process in started.items()}
            requests = float(await work.counted("outgoing_requests"))
            return {**ours, "MongoDB": await mongod_cpu(store), "Kafka": kafka_cpu(), "requests": requests}

        before = await used()
        await asyncio.sleep(given.seconds)
        spent = {name: after - before[name] for name, after in (await used()).items()}
        kept = {name: (await logged_bytes(settings, *topics))[1] for name, topics in KEPT.items()}
        all_requests = await work.counted("outgoing_requests")
    requests = spent.pop("requests")
    if requests < given.shops:
        raise SystemExit(f"{requests:g} requests in {given.seconds:g} s: the shops were not polled")
    each = {name: cpu / requests * 1000 for name, cpu in spent.items()} | {
        name: size / all_requests for name, size in kept.items()
    }
    return {"requests": requests / given.seconds, **each}


async def compare(given: argparse.Namespace) -> list[Row]:
    runs = [await run(given) for _ in range(given.runs)]
    rate = measured("requests to quiet shops", [told["requests"] for told in runs], "requests/s")
    names = (*SERVICES, "MongoDB", "Kafka")
    cpu = [measured(f"CPU of {name}", [told[name] for told in runs], "ms a request") for name in names]
    return [rate, *cpu, *(measured(name, [told[name] for told in runs], "bytes a request") for name in KEPT)]


def main() -> None:
    parser = options(__doc__, runs=1)
    parser.add_argument("--shops", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30.0, help="length of a run")
    parser.add_argument("--partitions", type=int, default=12)
    given = parser.parse_args()
    os.environ["SHOPRELAY_ALLOW_PRIVATE_ADDRESSES"] = "true"  # the shops are on this machine
    os.environ["SHOPRELAY_POLLER_EVERY_SECONDS"] = "2"
    with servers():
        tell("quiet_shops", uvloop.run(compare(given)), as_json=given.json)


if __name__ == "__main__":
    main()
