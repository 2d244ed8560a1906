"""A normalizer that joins its group and leaves it again, over and over: each time all partitions change hands."""

import asyncio
import os

import pytest

from tests.chaos.crash_points.dying import ready, running
from tests.chaos.outside_trouble.town import RECOVERY, at_work, say, town
from tests.support.world import World

pytestmark = pytest.mark.integration
TIMES = int(float(os.environ.get("OUTSIDE_TROUBLE_SECONDS") or 10) / 3)


async def test_a_normalizer_comes_and_goes(shop: World) -> None:
    async with town(shop) as there:
        await at_work(there)
        for _ in range(TIMES):
            async with running(there.settings, "normalizer", **there.environment) as (process, url):
                await ready(url)
                await asyncio.sleep(1)
                process.terminate()
                await asyncio.to_thread(process.join, 15)
        took = await there.recovered()
        say(there.told("a normalizer that comes and goes", took))
        await there.check()
        assert took < RECOVERY
