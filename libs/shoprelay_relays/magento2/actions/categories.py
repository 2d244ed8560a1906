"""Categories: https://developer.adobe.com/commerce/webapi/rest/ (catalogCategoryRepositoryV1)"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body, Nothing
from shoprelay_relays.actions.bodies.others import CategoryAttributes, CreateCategory, UpdateCategory
from shoprelay_relays.magento2.actions import writing
from shoprelay_relays.magento2.actions.asking import change
from shoprelay_relays.spec import Json

ATTRIBUTES = ("name", "description_1", "meta_title", "meta_description", "parent_category_id", "published")
_CUSTOM = {"description_1": "description", "meta_title": "meta_title", "meta_description": "meta_description"}


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    return [("categories", _key(call))]


async def create(call: Call[CreateCategory]) -> Done:
    """Below the root of the store where no other one is named; shown unless it is said that it is not."""
    fields = {"is_active": True, "include_in_menu": True, **_fields(call.data)}
    if call.data.parent_category_id is not None:
        fields["parent_id"] = int(call.data.parent_category_id.known_as("remote_id"))
    row = await change(call.client, "POST", "categories", {"category": fields})
    return Done({"remote_id": str(row["id"])}, [("categories", str(row["id"]))])


async def update(call: Call[UpdateCategory]) -> Done:
    if fields := _fields(call.data):
        await change(call.client, "PUT", f"categories/{_key(call)}", {"category": fields})
    if call.data.parent_category_id is not None:
        wanted = {"parentId": int(call.data.parent_category_id.known_as("remote_id"))}
        await change(call.client, "PUT", f"categories/{_key(call)}/move", wanted)
    return Done({"remote_id": _key(call)})


async def destroy(call: Call[Nothing]) -> Done:
    await change(call.client, "DELETE", f"categories/{_key(call)}")
    return Done({"remote_id": _key(call)})


def _key(call: Call[Any]) -> str:
    return call.target.known_as("remote_id")


def _fields(data: CategoryAttributes) -> dict[str, Json]:
    found: dict[str, Json] = {"name": data.name} if data.name is not None else {}
    if data.published is not None:
        found["is_active"] = data.published
    given = {code: getattr(data, name) for name, code in _CUSTOM.items() if getattr(data, name) is not None}
    return found | ({"custom_attributes": writing.custom(given)} if given else {})
