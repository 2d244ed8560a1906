"""What a product or a variation is to be, in WooCommerce's words.

https://woocommerce.github.io/woocommerce-rest-api-docs/#product-properties and #product-variation-properties
"""

from collections.abc import Mapping
from typing import Any, Final

from shoprelay_relays.actions.bodies.goods import Image, Shared
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.woocommerce.actions import prices
from shoprelay_relays.woocommerce.actions.asking import number

_SHARED: Final = {
    "sku": "sku",
    "description_2": "description",
    "low_stock_limit": "low_stock_amount",
    "manage_stock": "manage_stock",
    "stock": "stock_quantity",
    "barcode": "global_unique_id",
}
_PRODUCT: Final = _SHARED | {"name": "name", "path": "slug", "description_1": "short_description"}
_MADE: Final = frozenset({"allow_backorders", "images", "published", "weight", "variations", *prices.ALL})
_PRODUCT_MADE: Final = _MADE | {"category_ids", "tags"}

PRODUCT: Final = tuple(sorted(({*_PRODUCT} | _PRODUCT_MADE) - {"barcode", "stock", "variations"}))
"""What a product takes."""
VARIANT: Final = tuple(sorted({*_PRODUCT} | _PRODUCT_MADE))
"""What a variant takes: of a simple product all of it, of a variation what belongs to it."""

_GTIN_SINCE: Final = (9, 2)
Row = dict[str, Any]


def product(data: Shared, config: Mapping[str, Any], row: Row, *, field: str = "") -> Row:
    """What a product is told; `row`: as it stands, {} for a new one. Tags are told apart: they are looked up."""
    told = _told(data)
    made: Row = _plain(told, _PRODUCT, config) | _made(told, config, row, field)
    if "category_ids" in told:
        made["categories"] = [{"id": int(number(each.known_as("remote_id"), "category_ids"))} for each in told["category_ids"]]
    if "images" in told:
        made["images"] = [image(each) for each in in_place(told["images"])]
    if "published" in told:
        made["status"] = "publish" if told["published"] else "draft"
    return made


def variation(data: Shared, config: Mapping[str, Any], row: Row, *, field: str = "") -> Row:
    """The same of a variation, without its options. CannotDo for what only its product has."""
    told = _told(data)
    for name in told:
        if name not in _SHARED and name not in _MADE:
            raise CannotDo(f"{field}{name}", "a variation has none of its own: set it on the product")
    made: Row = _plain(told, _SHARED, config) | _made(told, config, row, field)
    if "images" in told:
        made["image"] = _only(told["images"], f"{field}images")
    if "published" in told:
        made["status"] = "publish" if told["published"] else "private"
    return made


def image(given: Image) -> Row:
    titled = {"name": given.title, "alt": given.title} if given.title else {}
    return {"src": given.url, **titled}


def in_place(images: list[Image]) -> list[Image]:
    """In the order of their positions; those without one come last, as they came."""
    return sorted(images, key=lambda each: (each.position is None, each.position or 0))


def _told(data: Shared) -> Row:
    return {name: value for name, value in data.given().items() if value is not None}


def _plain(told: Row, names: Mapping[str, str], config: Mapping[str, Any]) -> Row:
    made = {names[name]: value for name, value in told.items() if name in names}
    if "global_unique_id" in made and _version(config) < _GTIN_SINCE:
        raise CannotDo("barcode", "WooCommerce has barcodes since 9.2, this shop is older")
    if "stock_quantity" in made:
        # A count is kept only where the stock is managed.
        made.setdefault("manage_stock", True)
    return made


def _made(told: Row, config: Mapping[str, Any], row: Row, field: str) -> Row:
    made: Row = prices.asked(told, config, row, field)
    if "weight" in told:
        made["weight"] = str(told["weight"])
    if "allow_backorders" in told:
        made["backorders"] = "yes" if told["allow_backorders"] else "no"
    counted = told.get("manage_stock", "stock" in told or row.get("manage_stock") is True)
    for name in ("allow_backorders", "low_stock_limit", "stock"):
        if told.get(name, False) is not False and not counted:
            raise CannotDo(f"{field}{name}", "kept only where WooCommerce counts the stock: give manage_stock true as well")
    return made


def _only(images: list[Image], field: str) -> Row:
    if len(images) > 1:
        raise CannotDo(field, "a variation has one image")
    return image(images[0]) if images else {"id": 0}


def _version(config: Mapping[str, Any]) -> tuple[int, ...]:
    """Where the shop does not tell its version, it is taken to be new."""
    parts = str(config.get("woocommerce_version") or "99.0").split(".")[:2]
    return tuple(int(part) if part.isdigit() else 0 for part in parts)
