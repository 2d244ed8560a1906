"""Images: a product has a list, of which the first is the main one; a variation has one.

https://woocommerce.github.io/woocommerce-rest-api-docs/#product-images-properties
The list is always set as a whole. The shop fetches a new image while it is asked for it.
"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.goods import Image, RemoveImage
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.woocommerce.actions import asked
from shoprelay_relays.woocommerce.actions.asking import change, read
from shoprelay_relays.woocommerce.actions.meant import Goods, goods

Row = dict[str, Any]


async def add(call: Call[Image]) -> Done:
    found = await goods(call)
    if found.is_variation:
        if call.data.position not in {None, 1}:
            raise CannotDo("position", "a variation has one image")
        row = await change(call.client, "PUT", found.path, {"image": asked.image(call.data)})
        return _done(found, row.get("image") or {})
    held = _kept(found.row)
    place = len(held) if call.data.position is None else max(0, call.data.position - 1)
    row = await change(call.client, "PUT", found.path, {"images": [*held[:place], asked.image(call.data), *held[place:]]})
    known = {each["id"] for each in held}
    return _done(found, next((each for each in row.get("images") or [] if each["id"] not in known), {}))


async def remove(call: Call[RemoveImage]) -> Done:
    found = await goods(call)
    if found.is_variation:
        return await _of_variation(call, found)
    gone = _wanted(call.data, found.row.get("images") or [])
    left = [each for each in _kept(found.row) if each["id"] != gone["id"]]
    await change(call.client, "PUT", found.path, {"images": left})
    return _done(found, gone)


async def _of_variation(call: Call[RemoveImage], found: Goods) -> Done:
    """A variation without an image of its own shows its product's."""
    gone = _wanted(call.data, found.row.get("images") or [])
    main = ((await read(call.client, f"products/{found.product}")).get("images") or [{}])[0]
    if main.get("id") == gone["id"]:
        raise CannotDo("remote_id", "this is the product's image: remove it from the product")
    await change(call.client, "PUT", found.path, {"image": {"id": 0}})
    return _done(found, gone)


def _kept(row: Row) -> list[Row]:
    """Those that are there, by their ids; the placeholder of a product without images has none."""
    return [{"id": each["id"]} for each in row.get("images") or [] if each.get("id")]


def _wanted(data: RemoveImage, images: list[Row]) -> Row:
    for each in images:
        if each.get("id") and (str(each["id"]) == data.remote_id if data.remote_id else each.get("src") == data.url):
            return each
    raise CannotDo("remote_id" if data.remote_id else "url", "there is no such image")


def _done(found: Goods, image: Row) -> Done:
    return Done({"remote_id": str(image.get("id") or ""), "url": image.get("src")}, found.reads)
