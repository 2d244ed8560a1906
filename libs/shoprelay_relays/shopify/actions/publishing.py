"""Whether buyers find something in the online store: https://shopify.dev/docs/api/admin-graphql/latest/mutations/publishablePublish"""

import httpx

from shoprelay_relays.errors import CannotDo
from shoprelay_relays.shopify.actions.asking import change, read

_PUBLICATIONS = (
    """{ publications(first: 50, catalogType: APP) { nodes { id channels(first: 5) { nodes { id name handle } } } } }"""
)
_PUBLISH = """mutation Publish($id: ID!, $input: [PublicationInput!]!) {
  publishablePublish(id: $id, input: $input) { userErrors { field message } } }"""
_HIDE = """mutation Hide($id: ID!, $input: [PublicationInput!]!) {
  publishableUnpublish(id: $id, input: $input) { userErrors { field message } } }"""


async def store(shop: httpx.AsyncClient) -> str:
    """The global id of the online store's publication; CannotDo in a shop that has none."""
    for row in (await read(shop, _PUBLICATIONS)).child("publications").items("nodes"):
        for channel in row.child("channels").items("nodes"):
            named = f"{channel.text('handle')} {channel.text('name')}".lower().replace("_", " ").replace("-", " ")
            if "online store" in named:
                return row.text("id") or ""
    raise CannotDo("published", "the shop has no online store in which it could be seen")


async def publish(shop: httpx.AsyncClient, gid: str, publication: str) -> None:
    """Show it there."""
    await change(shop, _PUBLISH, id=gid, input=[{"publicationId": publication}])


async def hide(shop: httpx.AsyncClient, gid: str, publication: str) -> None:
    """Show it there no more."""
    await change(shop, _HIDE, id=gid, input=[{"publicationId": publication}])
