"""What your webhook was told, and telling it again."""

from typing import Annotated, Literal

from bson import ObjectId
from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import Response

from services.shop_api.project_api.calling import PREFIX, By, Limit, Told, answered, answers, not_found
from services.shop_api.project_api.models import Documents
from services.shop_api.project_api.records import Delivery, DeliveryShown, Replayed, ReplayFailed
from shoprelay_runtime.admin import AdminError
from shoprelay_runtime.admin.deliveries import (
    delivery_id,
    list_deliveries,
    moment,
    replay_delivery,
    replay_failed,
    show_delivery,
)

router = APIRouter(route_class=Told, tags=["deliveries"])
_State = Annotated[Literal["pending", "done", "failed", "disabled"] | None, Query(description="Only those.")]
_Id = Annotated[str, Path(max_length=512, description="Its `_id`, or the `webhook-id` that your webhook saw.")]


@router.get("/deliveries", responses=answers(Documents[Delivery]), operation_id="deliveries__index")
async def index(by: By, state: _State = None, limit: Limit = 50) -> Response:
    """Deliveries, the newest first."""
    return answered({"documents": await list_deliveries(by.store, by.project.id, state, limit)})


@router.get("/deliveries/{id}", responses=answers(DeliveryShown), operation_id="deliveries__show")
async def show(
    by: By,
    id: _Id,  # noqa: A002 - the contract's name
    body: Annotated[bool, Query(description="Show what was sent, too.")] = False,
) -> Response:
    """One delivery, and every attempt at it."""
    return answered(await show_delivery(by.store, by.projects, by.project.id, _named(id), with_body=body))


@router.post("/deliveries/replay", status_code=202, responses=answers(Replayed, 202), operation_id="deliveries__replay_failed")
async def replay_all(by: By, given: Annotated[ReplayFailed | None, Body()] = None) -> Response:
    """Send everything again that was given up, with the same `webhook-id`s."""
    since = moment(given.since) if given and given.since else None
    number = await replay_failed(by.store, by.project.id, since)
    return answered({"replayed": number, "see": f"{PREFIX}/deliveries?state=pending"}, 202)


@router.post("/deliveries/{id}/replay", status_code=202, responses=answers(Replayed, 202), operation_id="deliveries__replay")
async def replay(by: By, id: _Id) -> Response:  # noqa: A002
    """Send one again, with the same `webhook-id`."""
    delivery = _named(id)
    number = await replay_delivery(by.store, by.project.id, delivery)
    return answered({"replayed": number, "see": f"{PREFIX}/deliveries/{delivery}"}, 202)


def _named(given: str) -> ObjectId:
    try:
        return delivery_id(given)
    except AdminError:
        raise not_found("delivery") from None
