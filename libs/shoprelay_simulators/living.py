"""A simulated shop that lives: it is served, changes, sends webhooks and misbehaves, until the process ends."""

import asyncio
import itertools
import json
import os
import signal
import sys

from shoprelay_simulators.faults import Plan
from shoprelay_simulators.serving import Shop, serve

DELIVER_EVERY_SECONDS = 0.05


def run(shop: Shop, *, seed: int, port: int, changes_per_second: float, plan: Plan, every: int = 0) -> None:
    """Serve until SIGTERM or Ctrl-C. The first line on standard output is JSON: the address and the credentials.

    The plan's faults hit the next requests, one each; with `every`, they come again and again, one in so many requests.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    shop.faults.webhooks, shop.faults.webhook_late_seconds = plan.webhooks, plan.webhook_seconds
    if every and plan.requests:
        shop.faults.recur(itertools.cycle(plan.requests), every)
    else:
        shop.faults.planned.extend(plan.requests)
    asyncio.run(_live(shop, seed, port, changes_per_second))


async def _live(shop: Shop, seed: int, port: int, rate: float) -> None:
    async with serve(shop, port=port, deliver_every=DELIVER_EVERY_SECONDS) as url:
        hello = {"platform": shop.platform, "seed": seed, "url": url, "credentials": shop.credentials()}
        sys.stdout.write(json.dumps(hello) + "\n")
        sys.stdout.flush()
        while True:
            await asyncio.sleep(1 / rate if rate > 0 else 3600)
            if rate > 0 and not shop.paused:
                shop.step()
