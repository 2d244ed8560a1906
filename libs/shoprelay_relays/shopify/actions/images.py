"""Images: https://shopify.dev/docs/apps/build/online-store/product-media

Shopify fetches an image in the background: its address is known some moments later.
"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.goods import Image, RemoveImage
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.actions import products, variants
from shoprelay_relays.shopify.actions.asking import change, gid, number, one

_MEDIA = "media(first: 250) { nodes { id preview { image { url } } } }"
_ADD = """mutation Add($product: ProductUpdateInput!, $media: [CreateMediaInput!]) {
  productUpdate(product: $product, media: $media) {
    product { id media(last: 1) { nodes { id } } } userErrors { field message } } }"""
_REMOVE = "mutation Remove($files: [FileUpdateInput!]!) { fileUpdate(files: $files) { userErrors { field message code } } }"
_DETACH = """mutation Detach($product: ID!, $pairs: [ProductVariantDetachMediaInput!]!) {
  productVariantDetachMedia(productId: $product, variantMedia: $pairs) { userErrors { field message code } } }"""


async def add(call: Call[Image]) -> Done:
    product = gid("Product", call.target, "sku_2")
    found = await change(call.client, _ADD, product={"id": product}, media=[_media(call.data)])
    made = found.child("product").child("media").items("nodes")
    return Done({"sku_2": products.own(call), "image": {"remote_id": number(made[-1])} if made else None})


async def remove(call: Call[RemoveImage]) -> Done:
    """The product has it no more; the file stays among the shop's files."""
    product = gid("Product", call.target, "sku_2")
    media = _meant(call.data, await one(call.client, "product", product, f"id {_MEDIA}"), "product")
    await change(call.client, _REMOVE, files=[{"id": media, "referencesToRemove": [product]}])
    return Done({"sku_2": products.own(call)})


async def add_to_variant(call: Call[Image]) -> Done:
    """The product's images gain it as well: a variant shows one of those."""
    product = await variants.product_of(call)
    asked = {"id": gid("ProductVariant", call.target, "sku_2"), "mediaSrc": [call.data.url]}
    await change(call.client, variants.UPDATE, product=product, variants=[asked], media=[_media(call.data)])
    return _done(call, product)


async def remove_from_variant(call: Call[RemoveImage]) -> Done:
    """The product keeps it."""
    variant = gid("ProductVariant", call.target, "sku_2")
    found = await one(call.client, "productVariant", variant, f"id product {{ id }} {_MEDIA}")
    product, media = found.child("product").text("id") or "", _meant(call.data, found, "variant")
    await change(call.client, _DETACH, product=product, pairs=[{"variantId": variant, "mediaIds": [media]}])
    return _done(call, product)


def _media(image: Image) -> dict[str, Any]:
    return {"originalSource": image.url, "alt": image.title or "", "mediaContentType": "IMAGE"}


def _meant(data: RemoveImage, owner: Raw, what: str) -> str:
    for row in owner.child("media").items("nodes"):
        if number(row) == data.remote_id or (not data.remote_id and row.child("preview").child("image").text("url") == data.url):
            return row.text("id") or ""
    raise CannotDo("remote_id" if data.remote_id else "url", f"the {what} has no such image")


def _done(call: Call[Any], product: str) -> Done:
    key = product.rpartition("/")[2]
    return Done({"sku_2": variants.own(call), "sku_3": key}, [("products", key)])
