"""Products that a call names. Magento's addresses name them by sku, which can change; documents know their ids as well."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from shoprelay_relays.actions import Reference
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.magento2.catalogue import PRODUCTS
from shoprelay_relays.magento2.walk import everything
from shoprelay_relays.spec import Json

Row = dict[str, Json]


def own(target: Reference) -> str:
    """The product's id as a document has it (`sku_2`). Given by hand: an id, "product/variant" in ids, or a sku."""
    key = target.known_as("sku_2")
    whole, _, variant = key.partition("/")
    return variant if whole.isdigit() and variant.isdigit() else key


def parent(target: Reference) -> str:
    """The id of the configurable product that a variant's document names (`sku_3`), or of itself; "" when it is not known."""
    if target.document:
        return target.known_as("sku_3", "sku_2")
    return target.given.partition("/")[0] if own(target) != target.given else ""


def reads(target: Reference) -> list[tuple[str, str]]:
    """What is read of it, as far as an id is known: a variant by "product/variant", so that a deleted one is known as such."""
    key, whole = own(target), parent(target)
    if not key.isdigit():
        return []
    return [("variants", f"{whole}/{key}")] if whole not in {"", key} else [("products", key)]


async def product(shop: httpx.AsyncClient, target: Reference) -> Row:
    """The product's row. NotThere."""
    key = own(target)
    by_sku = [] if target.document else [("sku", "eq", key)]
    by_id = [("entity_id", "eq", key)] if key.isdigit() else []
    rows, _ = await everything(shop, PRODUCTS, [[*by_id, *by_sku]])
    if not rows:
        raise NotThere(f"product {target.given}")
    if len(rows) > 1:
        raise CannotDo("", f"{target.given} is the id of one product and the sku of another: name it by the other of the two")
    return rows[0]


def path(sku: object, rest: str = "") -> str:
    """The address of a product; a slash in a sku is escaped."""
    return f"products/{quote(str(sku), safe='')}{rest}"


def stock_item(sku: object) -> str:
    """The address that its stock item is read from."""
    return f"stockItems/{quote(str(sku), safe='')}"


def custom(row: Mapping[str, Any], code: str) -> Json:
    """The value of one of its `custom_attributes`."""
    entries = row.get("custom_attributes") or []
    return next((entry.get("value") for entry in entries if entry.get("attribute_code") == code), None)
