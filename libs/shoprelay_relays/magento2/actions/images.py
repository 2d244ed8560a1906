"""Images: https://developer.adobe.com/commerce/webapi/rest/tutorials/image/: their bytes are sent."""

import base64

import httpx

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.goods import Image, RemoveImage
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.http import pictures
from shoprelay_relays.magento2.actions import found
from shoprelay_relays.magento2.actions.asking import change

_ROLES = ["image", "small_image", "thumbnail"]


async def add(call: Call[Image]) -> Done:
    row = await found.product(call.client, call.target)
    made = await upload(call.client, str(row["sku"]), call.data, first=not row.get("media_gallery_entries"))
    return Done({"remote_id": made}, [("products", str(row["id"]))])


async def upload(shop: httpx.AsyncClient, sku: str, image: Image, *, first: bool) -> str:
    """The id of the entry. The first image is the one that lists show."""
    picture = await pictures.fetched(shop, image.url)
    data = base64.b64encode(picture.content).decode()
    entry = {
        "media_type": "image",
        "label": image.title or "",
        "position": image.position or 0,
        "disabled": False,
        "types": _ROLES if first else [],
        "content": {"base64_encoded_data": data, "type": picture.kind, "name": picture.name},
    }
    return str(await change(shop, "POST", found.path(sku, "/media"), {"entry": entry}))


async def remove(call: Call[RemoveImage]) -> Done:
    row = await found.product(call.client, call.target)
    entries = Raw(row).items("media_gallery_entries")
    own = next((entry.id() for entry in entries if _fits(entry, call.data)), None)
    if own is None:
        raise CannotDo("remote_id" if call.data.remote_id else "url", "the product has no such image")
    await change(call.client, "DELETE", found.path(row["sku"], f"/media/{own}"))
    return Done({"remote_id": own}, [("products", str(row["id"]))])


def _fits(entry: Raw, data: RemoveImage) -> bool:
    if data.remote_id:
        return entry.id() == data.remote_id
    file = entry.text("file")
    return bool(file and data.url and data.url.endswith(f"/catalog/product{file}"))
