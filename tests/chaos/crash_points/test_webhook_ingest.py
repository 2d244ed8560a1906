"""webhook-ingest, killed after the broker has the record and before the shop has its answer: the shop sends again."""

import httpx
import orjson
import pytest

from shoprelay_runtime.crypto import new_token, token_hash
from shoprelay_runtime.store import Control
from tests.chaos.crash_points.dying import ended, ready, running
from tests.support.audit import audit
from tests.support.plain_relay import order
from tests.support.world import START, World, drained

pytestmark = pytest.mark.integration


async def test_killed_after_the_acknowledgement_and_before_the_answer(shop: World) -> None:
    token, body = new_token(), orjson.dumps(order("1", START, {"A": 1}))
    row = {"_id": token_hash(token), "project": shop.project.id, "webshop": shop.webshop.webshop_id, "relay": shop.relay.name}
    await shop.store.collection(Control.HOOKS).insert_one(row)
    point = "after the broker's acknowledgement and before the answer"
    async with httpx.AsyncClient() as client:
        async with running(shop.settings, "webhook-ingest", point) as (process, url):
            await ready(url)
            with pytest.raises(httpx.TransportError):
                await client.post(f"{url}/webhooks/{token}", content=body)
            await ended(process)
        async with running(shop.settings, "webhook-ingest") as (_, url):
            await ready(url)
            assert (await client.post(f"{url}/webhooks/{token}", content=body)).status_code == 200
    async with running(shop.settings, "normalizer") as (_, url):
        await ready(url)
        await drained(shop.settings)
    assert [len(history) for history in (await audit(shop)).values()] == [1, 1], "the order and its line, each told once"
    # Both requests reached us, and the bill counts requests that arrive.
    usage = [event.value for event in await shop.events("usage.v1")]
    assert [sum(u[name] for u in usage) for name in ("incoming_requests", "pieces")] == [2, 2]
    told = await shop.events("activity.v1")
    assert [event.value["details"]["stats"] for event in told] == [
        {key: {"created": 1, "updated": 0, "deleted": 0, "restored": 0} for key in ("orders", "order_lines")}
    ]
