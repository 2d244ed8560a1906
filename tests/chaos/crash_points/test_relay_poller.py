"""The relay-poller, killed in a page and between a page and its position: each order once, each page charged once."""

from datetime import UTC, datetime

import pytest

from shoprelay_runtime.admin.jobs import job_id, reconcile
from shoprelay_runtime.admin.modes import stamp, switch
from shoprelay_runtime.codec import seal
from shoprelay_runtime.store import Control
from shoprelay_simulators.listening import listen
from tests.chaos.crash_points.dying import dies, eventually, ready, running
from tests.chaos.crash_points.relay import Shop
from tests.support.audit import audit
from tests.support.plain_relay import order
from tests.support.world import START, World, drained

pytestmark = pytest.mark.integration
MODE = "updated_since_last_request"
# Where it dies -> what the shop is asked for altogether, by cursor: the page in hand is asked for again, and the one after it
# where that was being read already.
IN_THE_MIDDLE = (["", "2", "2", "4"], ["", "2", "4", "2", "4"])
AT_THE_END = (["", "2", "4", "4"],)
POINTS = {
    "between a page's records and its PAGE_READ": IN_THE_MIDDLE,
    "after PAGE_READ and before the cursor is saved": IN_THE_MIDDLE,
    "after the last PAGE_READ and before the watermark is saved": AT_THE_END,
    "after the stamps and before the watermark is saved": AT_THE_END,
}


async def connect(world: World, address: str) -> None:
    config = seal(world.project.cipher, "webshops", {"config": {"address": address}})["config"]
    await world.set_webshop(config=config, **{switch("orders", MODE): True, stamp("orders", MODE): None})
    assert await reconcile(world.store, world.project, world.webshop.webshop_id, datetime.now(UTC))


@pytest.mark.parametrize("point", POINTS)
async def test_killed(shop: World, point: str) -> None:
    listed = Shop({str(n): order(str(n), START, {"A": n}) for n in range(1, 6)})
    job = {"_id": job_id(shop.webshop.webshop_id, "orders", MODE)}

    async def imported() -> bool:
        row = await shop.store.collection(Control.JOBS).find_one(job)
        return bool(row and row["watermark"])

    async with listen(listed) as address:
        await connect(shop, address)
        await dies(shop.settings, "relay-poller", point)
        assert not await imported()
        async with running(shop.settings, "relay-poller"):
            await eventually(imported)
    async with running(shop.settings, "normalizer") as (_, url):
        await ready(url)
        await drained(shop.settings)
    assert listed.asked in POINTS[point]
    histories = await audit(shop)
    assert len(await shop.stored("orders")) == 5
    assert {len(history) for history in histories.values()} == {1}, "an order that is read twice is announced once"
    usage = [event.value for event in await shop.events("usage.v1")]
    assert (sum(u["outgoing_requests"] for u in usage), sum(u["pieces"] for u in usage)) == (3, 5)
    (told,) = await shop.events("activity.v1")
    assert told.value["details"]["stats"] == {"orders": {"fetched": 5}}
