"""Categories: https://devdocs.prestashop-project.org/8/webservice/resources/categories/"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body, Nothing
from shoprelay_relays.actions.bodies.others import CategoryAttributes, CreateCategory, UpdateCategory
from shoprelay_relays.prestashop.actions import asking, writing
from shoprelay_relays.prestashop.reader import Reader
from shoprelay_relays.spec import Json

_TEXTS = {
    "name": "name",
    "description_1": "description",
    "meta_title": "meta_title",
    "meta_description": "meta_description",
}
ATTRIBUTES = (*_TEXTS, "published", "parent_category_id")
_HOME = "2"


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    return [("categories", _key(call))]


async def create(call: Call[CreateCategory]) -> Done:
    """Below the home of the shop where no other one is named; shown unless it is said that it is not."""
    languages = sorted(await Reader(call.client, call.config).table("languages"), key=int)
    address = writing.everywhere(writing.slug(call.data.name), languages)
    fields = {"active": 1, "id_parent": _HOME, "link_rewrite": address, **await _fields(call, call.data, {})}
    row = await asking.create(call.client, call.config, "categories", fields)
    return Done({"remote_id": str(row["id"])}, [("categories", str(row["id"]))])


async def update(call: Call[UpdateCategory]) -> Done:
    row = await asking.one(call.client, call.config, "categories", _key(call))
    if fields := await _fields(call, call.data, row):
        await asking.edit(call.client, call.config, "categories", _key(call), fields)
    return Done({"remote_id": _key(call)})


async def destroy(call: Call[Nothing]) -> Done:
    await asking.delete(call.client, call.config, f"categories/{_key(call)}")
    return Done({"remote_id": _key(call)})


def _key(call: Call[Any]) -> str:
    return call.target.known_as("remote_id")


async def _fields(call: Call[Any], data: CategoryAttributes, row: Json) -> writing.Fields:
    parent = {"id_parent": data.parent_category_id.known_as("remote_id")} if data.parent_category_id else {}
    texts = await writing.texts(Reader(call.client, call.config), data, _TEXTS, row)
    return {**writing.plain(data, {"published": "active"}), **texts, **parent}
