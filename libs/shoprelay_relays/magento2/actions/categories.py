"""Categories: https://developer.adobe.com/commerce/webapi/rest/ (catalogCategoryRepositoryV1)"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body, Nothing
from shoprelay_relays.actions.bodies.others import CategoryAttributes, CreateCategory, UpdateCategory
from shoprelay_relays.magento2.actions import writing
from shoprelay_relays.magento2.actions.asking import change
from shoprelay_relays.magento2.client import get
from shoprelay_relays.magento2.settings import rows
from shoprelay_relays.spec import Json

ATTRIBUTES = ("name", "description_1", "meta_title", "meta_description", "parent_category_id", "published")
_DEFAULT_ROOT = 2
_CUSTOM = {"description_1": "description", "meta_title": "meta_title", "meta_description": "meta_description"}


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    return [("categories", _key(call))]


async def create(call: Call[CreateCategory]) -> Done:
    """Below the root of the store where no other one is named; shown unless it is said that it is not."""
    named = call.data.parent_category_id
    parent = int(named.known_as("remote_id")) if named else await _root(call)
    fields = {"is_active": True, "include_in_menu": True, "parent_id": parent, **_fields(call.data)}
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


async def _root(call: Call[Any]) -> int:
    """The root of the first store: "all" store views have none. Group 0 is that of the back office."""
    groups = rows((await get(call.client, "store/storeGroups")).body)
    roots = [group.integer("root_category_id") or 0 for group in groups if group.reference("id")]
    return roots[0] if roots else _DEFAULT_ROOT


def _key(call: Call[Any]) -> str:
    return call.target.known_as("remote_id")


def _fields(data: CategoryAttributes) -> dict[str, Json]:
    found: dict[str, Json] = {"name": data.name} if data.name is not None else {}
    if data.published is not None:
        found["is_active"] = data.published
    given = {code: getattr(data, name) for name, code in _CUSTOM.items() if getattr(data, name) is not None}
    return found | ({"custom_attributes": writing.custom(given)} if given else {})
