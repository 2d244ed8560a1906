"""Images: https://devdocs.prestashop-project.org/8/webservice/tutorials/advanced-use/image-management/

They belong to products; a combination names those that it shows.
"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.goods import Image, RemoveImage
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.http import asking as http
from shoprelay_relays.http import pictures
from shoprelay_relays.prestashop.actions import asking, found
from shoprelay_relays.prestashop.actions.xml import ids


async def add(call: Call[Image]) -> Done:
    number = await found.product(call.client, call.config, call.target)
    return Done({"remote_id": await upload(call, number, call.data.url)}, [("products", number)])


async def add_to_variant(call: Call[Image]) -> Done:
    """The combination shows it beside those that it has."""
    number, own = await found.variant(call.client, call.config, call.target)
    made = await upload(call, number, call.data.url)
    if own != "0":
        row = Raw(await asking.one(call.client, call.config, "combinations", own))
        shown = [*row.child("associations").references("images"), made]
        await asking.edit(call.client, call.config, "combinations", own, {"images": ids("image", shown)})
    return Done({"remote_id": made}, [("products", number)])


async def upload(call: Call[Any], product: str, url: str) -> str:
    """The id of the image; the first one of a product is its cover."""
    picture = await pictures.fetched(call.client, url)
    path, files = f"images/products/{product}", {"image": (picture.name, picture.content, picture.kind)}
    response = await http.send(call.client, "POST", path, files=files)
    return str(asking.judged(response, f"POST {path}").get("id") or "")


async def remove(call: Call[RemoveImage]) -> Done:
    return await _remove(call, await found.product(call.client, call.config, call.target))


async def remove_from_variant(call: Call[RemoveImage]) -> Done:
    return await _remove(call, (await found.variant(call.client, call.config, call.target))[0])


async def _remove(call: Call[RemoveImage], product: str) -> Done:
    row = Raw(await asking.one(call.client, call.config, "products", product))
    wanted = call.data.remote_id or (call.data.url or "").rpartition("/")[2].partition(".")[0]
    if wanted not in row.child("associations").references("images"):
        raise CannotDo("remote_id" if call.data.remote_id else "url", "the product has no such image")
    await asking.delete(call.client, call.config, f"images/products/{product}/{wanted}")
    return Done({"remote_id": wanted}, [("products", product)])
