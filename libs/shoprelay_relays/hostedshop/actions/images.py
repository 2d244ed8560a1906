"""Images of products. https://api.hostedshop.dk/doc/ (Product_CreatePicture, Product_DeletePicture)

A picture is a file that lies in the shop's folder upload_dir/pics; the platform fetches none from elsewhere.
"""

from urllib.parse import unquote, urlsplit

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.goods import Image, RemoveImage
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.hostedshop.actions import sold
from shoprelay_relays.hostedshop.actions.asking import done, made
from shoprelay_relays.hostedshop.codes import listed

_FOLDER = "/upload_dir/pics/"


async def add(call: Call[Image]) -> Done:
    address = urlsplit(call.data.url)
    tenant = str(call.config.get("solution_id") or "")
    name = unquote(address.path.partition(_FOLDER)[2])
    if not name or not tenant or tenant not in (address.hostname or "").split("."):
        ours = f"https://{tenant or 'shop'}.sfstatic.io{_FOLDER}"
        raise CannotDo("url", f"the platform fetches no files: put it into the shop's folder pics, and give {ours}<name>")
    found = await sold.product(call)
    last = max((each.integer("Sorting") or 0 for each in listed(found.product, "Pictures")), default=0)
    place = call.data.position if call.data.position is not None else last + 1
    key = await made(
        call.client, "Product_CreatePicture", PictureData={"ProductId": found.key, "FileName": name, "Sorting": place}
    )
    return Done({"remote_id": key}, found.reads)


async def remove(call: Call[RemoveImage]) -> Done:
    """The file stays in the shop's folder."""
    found = await sold.product(call)
    name = unquote(urlsplit(call.data.url or "").path.rpartition("/")[2])
    for each in listed(found.product, "Pictures"):
        if each.id("Id") == call.data.remote_id if call.data.remote_id else each.text("FileName") == name:
            await done(call.client, "Product_DeletePicture", PictureId=each.id("Id"))
            return Done({"remote_id": each.id("Id")}, found.reads)
    raise CannotDo("remote_id" if call.data.remote_id else "url", "the product has no such image")
