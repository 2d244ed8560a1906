"""Simulated WooCommerce shops in one process, each at an address of its own: `python -m bench.shops --count 50 --seconds 0.2`.

Prints one line of JSON when they listen: [{url, key, secret, order}, ...], and serves until SIGTERM.
"""

import argparse
import asyncio
import json
import signal
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from random import Random

import uvloop

from shoprelay_simulators import WooShop, serve
from shoprelay_simulators.faults import Fault


def slow(seconds: Sequence[float], seed: int) -> Iterator[Fault]:
    """Each answer takes one of these times, drawn at random."""
    rng = Random(seed)
    while True:
        yield Fault("slow", seconds=rng.choice(seconds))


async def serve_all(count: int, seconds: Sequence[float], orders: int) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with AsyncExitStack() as stack:
        hello = []
        for seed in range(count):
            shop = WooShop(seed, orders=orders, products=2, customers=1)
            if seconds:
                shop.faults.recur(slow(seconds, seed), every=1)
            keys = shop.credentials()
            url = await stack.enter_async_context(serve(shop))
            order = str(next(iter(shop.orders)))
            hello.append({"url": url, "key": keys["consumer_key"], "secret": keys["consumer_secret"], "order": order})
        print(json.dumps(hello), flush=True)
        await ended.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seconds", type=float, nargs="*", default=[], help="how long an answer takes: one of these, at random")
    parser.add_argument("--orders", type=int, default=1, help="orders of each shop")
    options = parser.parse_args()
    uvloop.run(serve_all(options.count, options.seconds, options.orders))


if __name__ == "__main__":
    main()
