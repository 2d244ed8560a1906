"""Images. https://api.hostedshop.dk/doc/ (Product_CreatePicture, Product_DeletePicture, Product_UpdateVariant)

A picture is a file that lies in the shop's folder upload_dir/pics; the platform fetches none from elsewhere. It is the product's;
a variant names one of them as its own (PictureId).
"""

from urllib.parse import unquote, urlsplit

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.goods import Image, RemoveImage
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop.actions import sold
from shoprelay_relays.hostedshop.actions.asking import change, done, made
from shoprelay_relays.hostedshop.actions.sold import Goods
from shoprelay_relays.hostedshop.codes import listed

_FOLDER = "/upload_dir/pics/"


async def add(call: Call[Image]) -> Done:
    name = _file(call)
    found = await sold.product(call)
    return Done({"remote_id": await _made(call, found, name)}, found.reads)


async def add_to_variant(call: Call[Image]) -> Done:
    """The picture becomes one of the product's, and the variant's own in place of the one before."""
    name = _file(call)
    found = await sold.variant(call)
    key = await _made(call, found, name)
    if found.variant is not None:
        await change(call.client, "Product_UpdateVariant", VariantData={"Id": found.variant.id("Id"), "PictureId": key})
    return Done({"remote_id": key}, found.reads)


async def remove(call: Call[RemoveImage]) -> Done:
    """The file stays in the shop's folder."""
    return await _deleted(call, await sold.product(call))


async def remove_from_variant(call: Call[RemoveImage]) -> Done:
    """It stays one of the product's."""
    found = await sold.variant(call)
    if found.variant is None:
        return await _deleted(call, found)
    key = _picture(call, found).id("Id")
    if found.variant.reference("PictureId") != key:
        raise CannotDo(_field(call), "it is not the variant's own: remove it from the product")
    await change(call.client, "Product_UpdateVariant", VariantData={"Id": found.variant.id("Id"), "PictureId": 0})
    return Done({"remote_id": key}, found.reads)


def _file(call: Call[Image]) -> str:
    """The name of a file in the shop's own folder. CannotDo for any other address."""
    address = urlsplit(call.data.url)
    tenant = str(call.config.get("solution_id") or "")
    name = unquote(address.path.partition(_FOLDER)[2])
    if not name or not tenant or tenant not in (address.hostname or "").split("."):
        ours = f"https://{tenant or 'shop'}.sfstatic.io{_FOLDER}"
        raise CannotDo("url", f"the platform fetches no files: put it into the shop's folder pics, and give {ours}<name>")
    return name


async def _made(call: Call[Image], found: Goods, name: str) -> str:
    """The last of the product's pictures, unless a position is given; its id."""
    last = max((each.integer("Sorting") or 0 for each in listed(found.product, "Pictures")), default=0)
    place = call.data.position if call.data.position is not None else last + 1
    told = {"ProductId": found.key, "FileName": name, "Sorting": place}
    return await made(call.client, "Product_CreatePicture", PictureData=told)


async def _deleted(call: Call[RemoveImage], found: Goods) -> Done:
    key = _picture(call, found).id("Id")
    await done(call.client, "Product_DeletePicture", PictureId=key)
    return Done({"remote_id": key}, found.reads)


def _picture(call: Call[RemoveImage], found: Goods) -> Raw:
    name = unquote(urlsplit(call.data.url or "").path.rpartition("/")[2])
    for each in listed(found.product, "Pictures"):
        if each.id("Id") == call.data.remote_id if call.data.remote_id else each.text("FileName") == name:
            return each
    raise CannotDo(_field(call), "the product has no such image")


def _field(call: Call[RemoveImage]) -> str:
    return "remote_id" if call.data.remote_id else "url"
