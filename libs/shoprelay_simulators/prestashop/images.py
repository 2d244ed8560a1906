"""Images of products, as /images/products/<product>[/<image>] takes and loses them."""

from typing import TYPE_CHECKING, Any

from shoprelay_simulators.prestashop.errors import Refusal, not_there

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

_JPEG = b"\xff\xd8\xff"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'


def answer(shop: "PrestaShop", method: str, path: str, body: bytes) -> bytes:
    """A posted file has the field "image"; neither it nor a deletion moves the product's date."""
    kind, _, rest = path.partition("/")
    product, _, image = rest.partition("/")
    row: Any = shop.tables["products"].get(int(product) if product.isdigit() else 0)
    if kind != "products" or row is None:
        raise not_there()
    listed = row["associations"].setdefault("images", [])
    if method == "DELETE":
        if not any(one["id"] == image for one in listed):
            raise Refusal(500, (49, "This image does not exist on disk"))
        row["associations"]["images"] = [one for one in listed if one["id"] != image]
        return b""
    if method != "POST" or b'name="image"' not in body or _JPEG not in body:
        raise Refusal(400, (66, "Unable to save this image"))
    number = 1 + max((int(one["id"]) for each in shop.tables["products"].values() for one in _images(each)), default=100)
    listed.append({"id": str(number)})
    row["id_default_image"] = row["id_default_image"] or str(number)
    shop.note("products", int(product))
    inner = f"<id><![CDATA[{number}]]></id><id_product><![CDATA[{product}]]></id_product><legend></legend>"
    return f"{_HEAD}<image>{inner}</image>\n</prestashop>\n".encode()


def _images(row: Any) -> list[dict[str, str]]:
    return list((row.get("associations") or {}).get("images") or [])
