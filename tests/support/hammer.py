"""One process that asks a shop as fast as its budget lets it.

`python -m tests.support.hammer WEBSHOP URL SECONDS PER_SECOND BURST PARALLEL LANE`

Eight callers at once, through the shared budget; prints how many requests it made.
"""

import asyncio
import sys
import time

import httpx
from bson import ObjectId

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.spec import Limits
from shoprelay_runtime.budgeted import BudgetedTransport
from shoprelay_runtime.budgets import Budget, Lane
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store


async def main(webshop: str, url: str, seconds: float, limits: Limits, lane: str) -> int:
    settings = Settings()
    store = Store(settings.mongo, settings.database)
    budget = Budget(store, ObjectId(webshop), limits, Lane(lane))
    end, made = time.monotonic() + seconds, 0

    async def ask(client: httpx.AsyncClient) -> None:
        nonlocal made
        while time.monotonic() < end:
            try:
                await client.get(url)
            except ShopTrouble:
                return
            made += 1

    async with httpx.AsyncClient(transport=BudgetedTransport(httpx.AsyncHTTPTransport(), budget)) as client:
        await asyncio.gather(*(ask(client) for _ in range(8)))
    store.close()
    return made


if __name__ == "__main__":
    webshop, url, seconds, per_second, burst, parallel, lane = sys.argv[1:]
    given = Limits(float(per_second), int(burst), int(parallel))
    print(asyncio.run(main(webshop, url, float(seconds), given, lane)))  # noqa: T201
