"""The notifier, killed between row and offset and between call and note: the operator hears of everything, by the same id."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from bson import ObjectId

from shoprelay_runtime import bus
from shoprelay_runtime.admin import create_project
from shoprelay_runtime.store import Control
from shoprelay_schema.events import CompanyCreatedV1
from shoprelay_schema.topics import ACTIVITY
from shoprelay_simulators.listening import Message, Receive, Send, listen, read_body
from tests.chaos.crash_points.dying import dies, eventually, running
from tests.support.world import World

pytestmark = pytest.mark.integration
NOTED = "between the delivery's row and the offset"
CALLED = "after the call and before it is written down"


@dataclass
class Operator:
    """`calls`: the webhook-id of each."""

    calls: list[str] = field(default_factory=list)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await read_body(receive)
        self.calls.append(dict(scope["headers"])[b"webhook-id"].decode())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def tell(shop: World, project: ObjectId, number: int) -> None:
    for each in range(number):
        activity = CompanyCreatedV1(project=project, company_id=ObjectId(), details={"website": "a.example", "email": ""})
        headers = bus.event_headers(activity.type, f"e-{each}", "/test", "company", datetime.now(UTC), str(project))
        value = activity.model_dump_json().encode()
        await shop.producer.send_and_wait(shop.settings.named(ACTIVITY.name), value, b"k", headers=headers)


@pytest.mark.parametrize("point", [NOTED, CALLED])
async def test_killed(shop: World, point: str) -> None:
    operator = Operator()
    rows = shop.store.collection(Control.DELIVERIES)

    async def done() -> bool:
        # As an operator can ask for: else a call that died with its process is repeated after a minute and a half.
        await rows.update_many({"state": "pending"}, {"$min": {"due_at": datetime.now(UTC)}})
        return await rows.count_documents({"state": "done"}) == 5

    async with listen(operator) as url:
        project = (await create_project(shop.store, shop.settings, "told", webhook_url=url)).id
        await tell(shop, project, 5)
        await dies(shop.settings, "notifier", point)
        assert await rows.count_documents({"state": "done"}) == 0
        async with running(shop.settings, "notifier"):
            await eventually(done)
    assert await rows.count_documents({}) == 5
    assert len(set(operator.calls)) == 5, "a call that is repeated has the same id"
    assert len(operator.calls) == 5 if point == NOTED else len(operator.calls) <= 10
