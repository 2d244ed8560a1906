"""Products and variants in the platform's words. https://api.hostedshop.dk/doc/ (ProductUpdate, ProductVariantUpdate)"""

from collections.abc import Mapping
from typing import Any

from shoprelay_relays.actions.bodies.goods import Physical, Shared
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop.actions import prices
from shoprelay_relays.hostedshop.actions.asking import is_id, items

_BOTH = {"sku": "ItemNumber", "low_stock_limit": "StockLow", "weight": "Weight", "barcode": "Ean", "stock": "Stock"}
_PRODUCT = {
    **_BOTH,
    "name": "Title",
    "meta_title": "SeoTitle",
    "meta_description": "SeoDescription",
    "path": "SeoLink",
    "description_2": "DescriptionLong",
}
TEXTS = frozenset({"Title", "SeoTitle", "SeoDescription", "SeoLink", "Description", "DescriptionShort", "DescriptionLong"})
"""What a product has in each language."""

SHARED = (*prices.ALL, "cost_price", "sku", "low_stock_limit", "weight", "published")
PRODUCT = (
    *SHARED,
    *("name", "meta_title", "meta_description", "path", "description_1", "description_2", "description_3"),
    *("allow_backorders", "category_ids"),
)
VARIANT = (*SHARED, "barcode", "stock", "variations")


def product(data: Shared, row: Raw, config: Mapping[str, Any]) -> dict[str, Any]:
    """`row`: the product as it stands; empty for a new one."""
    return {
        **_plain(data, _PRODUCT),
        **_descriptions(data, row),
        **_categories(data),
        **_shown(data),
        **prices.asked(data, row, row, config),
    }


def variant(data: Shared, product_row: Raw, row: Raw, config: Mapping[str, Any], field: str = "") -> dict[str, Any]:
    """`row`: the variant as it stands; empty for a new one."""
    told = _plain(data, _BOTH) | prices.asked(data, product_row, row, config, field)
    return told if data.published is None else told | {"Status": data.published}


def refuse(data: Shared | Physical, taken: tuple[str, ...], field: str = "") -> None:
    """CannotDo for what a variant cannot be told, where a body may say it of products as well."""
    for name, value in data.given().items():
        if value is not None and name not in taken:
            raise CannotDo(f"{field}{name}", f"the platform keeps it on the product; a variant has {', '.join(sorted(taken))}")


def _plain(data: Shared, names: Mapping[str, str]) -> dict[str, Any]:
    given = data.given()
    return {theirs: given[ours] for ours, theirs in names.items() if given.get(ours) is not None}


def _descriptions(data: Shared, row: Raw) -> dict[str, str]:
    """The short description goes first; without it the plain one does."""
    short = data.description_3 is not None or bool(row.text("DescriptionShort"))
    told = {("DescriptionShort" if short else "Description"): data.description_1, **_third(data)}
    return {name: value for name, value in told.items() if value is not None}


def _third(data: Shared) -> dict[str, str | None]:
    return {} if data.description_3 is None else {"Description": data.description_3}


def _categories(data: Shared) -> dict[str, Any]:
    """The main category first, as documents have them."""
    if data.category_ids is None:
        return {}
    keys = [each.known_as("remote_id") for each in data.category_ids]
    if not keys or not all(map(is_id, keys)):
        raise CannotDo("category_ids", "expected one category or more, which the shop has")
    return {"CategoryId": keys[0], "SecondaryCategoryIds": items(keys[1:])}


def _shown(data: Shared) -> dict[str, Any]:
    """To be seen and bought a product needs to be online and to be in use."""
    told: dict[str, Any] = {} if data.allow_backorders is None else {"OutOfStockBuy": "1" if data.allow_backorders else "0"}
    if data.published is None:
        return told
    return told | ({"Online": True, "Status": True} if data.published else {"Online": False})
