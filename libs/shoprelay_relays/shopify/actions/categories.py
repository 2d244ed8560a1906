"""Collections: https://shopify.dev/docs/api/admin-graphql/latest/mutations/collectionCreate"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.others import CreateCategory, UpdateCategory
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.shopify.actions import publishing
from shoprelay_relays.shopify.actions.asking import change, gid, number, target

ATTRIBUTES = ("name", "description_1", "published", "meta_title", "meta_description", "images")
_CREATE = """mutation Create($collection: CollectionCreateInput!) {
  collectionCreate(collection: $collection) { collection { id } userErrors { field message } } }"""
_UPDATE = """mutation Update($collection: CollectionUpdateInput!) {
  collectionUpdate(collection: $collection) { collection { id } userErrors { field message } } }"""
_DELETE = """mutation Delete($input: CollectionDeleteInput!) {
  collectionDelete(input: $input) { deletedCollectionId userErrors { field message } } }"""


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    """The collection."""
    return [("categories", target(call))]


async def create(call: Call[CreateCategory]) -> Done:
    """A new collection is hidden until it is published."""
    data = call.data
    store = await publishing.store(call.client) if data.published else ""
    made = (await change(call.client, _CREATE, collection=_told(data))).child("collection")
    if store:
        await publishing.publish(call.client, made.text("id") or "", store)
    return Done({"remote_id": number(made)}, [("categories", number(made))])


async def update(call: Call[UpdateCategory]) -> Done:
    data, collection = call.data, gid("Collection", call.target)
    store = "" if data.published is None else await publishing.store(call.client)
    if asked := _told(data):
        await change(call.client, _UPDATE, collection={"id": collection, **asked})
    if store:
        await (publishing.publish if data.published else publishing.hide)(call.client, collection, store)
    return Done({"remote_id": target(call)})


async def destroy(call: Call[Body]) -> Done:
    await change(call.client, _DELETE, input={"id": gid("Collection", call.target)})
    return Done({"remote_id": target(call)})


def _told(data: Any) -> dict[str, Any]:
    seo = {"title": data.meta_title, "description": data.meta_description}
    told: dict[str, Any] = {"title": data.name, "descriptionHtml": data.description_1}
    told["seo"] = {name: value for name, value in seo.items() if value is not None} or None
    if data.images:
        if len(data.images) > 1:
            raise CannotDo("images", "a collection of Shopify has one image")
        told["image"] = {"src": data.images[0].url, "altText": data.images[0].title or ""}
    return {name: value for name, value in told.items() if value is not None}
