"""Categories. https://api.hostedshop.dk/doc/ (Category_Create, Category_Update, Category_Delete)"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.others import CategoryAttributes, CreateCategory, UpdateCategory
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.hostedshop.actions.asking import change, done, is_id, made, row
from shoprelay_relays.hostedshop.actions.shop import language
from shoprelay_relays.http.asking import NotThere

_FIELDS = {
    "name": "Title",
    "description_1": "Description",
    "published": "Status",
    "meta_title": "SeoTitle",
    "meta_description": "SeoDescription",
}
ATTRIBUTES = (*_FIELDS, "parent_category_id")
_NEW: dict[str, Any] = {"Description": "", "ParentId": 0, "Status": True, "Sorting": 0}


async def create(call: Call[CreateCategory]) -> Done:
    told = {**_NEW, "LanguageISO": await language(call), **_told(call.data)}
    key = await made(call.client, "Category_Create", CategoryData=told)
    return Done({"remote_id": key}, [("categories", key)])


async def update(call: Call[UpdateCategory]) -> Done:
    key = await _key(call)
    if told := _told(call.data):
        told["LanguageISO"] = await language(call)
        await change(call.client, "Category_Update", CategoryData={"Id": key, **told})
    return Done({"remote_id": key})


async def destroy(call: Call[Body]) -> Done:
    key = await _key(call)
    await done(call.client, "Category_Delete", CategoryId=key)
    return Done({"remote_id": key})


def reads(call: Call[Any]) -> list[tuple[str, str]]:
    key = call.target.known_as("remote_id")
    return [("categories", key)] if is_id(key) else []


async def _key(call: Call[Any]) -> str:
    """NotThere when the shop does not have it."""
    key = call.target.known_as("remote_id")
    if not is_id(key):
        raise NotThere("404")
    await row(call.client, "Category_GetById", CategoryId=key)
    return key


def _told(data: CategoryAttributes) -> dict[str, Any]:
    given = data.given()
    told = {theirs: given[ours] for ours, theirs in _FIELDS.items() if given.get(ours) is not None}
    if data.parent_category_id is not None:
        parent = data.parent_category_id.known_as("remote_id")
        if not is_id(parent):
            raise CannotDo("parent_category_id", "expected a category that the shop has")
        told["ParentId"] = parent
    return told
