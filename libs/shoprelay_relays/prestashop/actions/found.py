"""What a call names as a product or a variant. A variant is a combination of a product, or a product that has none."""

from typing import TypeVar

import httpx

from shoprelay_relays.actions import Call, Reference
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.prestashop.actions.asking import Config
from shoprelay_relays.prestashop.reader import Reader

T = TypeVar("T")
Key = tuple[str, str]
"""(product, combination), the latter "0" where the product has none."""


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    """The product with its combinations, as far as its id is known beforehand."""
    target = call.target
    whole = target.document.get("sku_3") if target.collection == "variants" else target.document.get("sku_2")
    by_hand = target.given.partition("/")[0] if "/" in target.given and not target.document else ""
    known = str(whole or by_hand)
    return [("products", known)] if known.isdigit() else []


async def product(shop: httpx.AsyncClient, config: Config, target: Reference) -> str:
    """The id of a product, by its document, its id or its reference."""
    if target.document:
        return target.known_as("sku_2")
    found = await _products(Reader(shop, config), target.given)
    return _only(target.given, sorted(found))


async def variant(shop: httpx.AsyncClient, config: Config, target: Reference) -> Key:
    """By the document: `sku_3` is the product, `sku_2` the combination, or the product again where there is none. Given by hand:
    "product/combination", an id of either, or a reference.
    """
    reader = Reader(shop, config)
    if target.document:
        return await _told(reader, target.known_as("sku_3"), target.known_as("sku_2"))
    whole, _, own = target.given.partition("/")
    if whole.isdigit() and own.isdigit():
        return whole, own
    found = await _combinations(reader, target.given)
    alone = await _products(reader, target.given)
    having = (
        {str(row["id_product"]) for row in await reader.rows("combinations", "id_product", alone, "[id,id_product]")}
        if alone
        else set()
    )
    return _only(target.given, sorted(found | {(one, "0") for one in alone - having}))


async def _told(reader: Reader, whole: str, own: str) -> Key:
    """The ids of products and of combinations may be the same number: the shop says whether the product has that combination."""
    if whole != own:
        return whole, own
    rows = await reader.rows("combinations", "id", [own], "[id,id_product]")
    return whole, own if any(str(row["id_product"]) == whole for row in rows) else "0"


async def _products(reader: Reader, given: str) -> set[str]:
    rows = await reader.rows("products", "id", [given], "[id]") if given.isdigit() else []
    return {str(row["id"]) for row in [*rows, *await _named(reader, "products", given, "[id,reference]")]}


async def _combinations(reader: Reader, given: str) -> set[Key]:
    display = "[id,id_product,reference]"
    rows = await reader.rows("combinations", "id", [given], display) if given.isdigit() else []
    return {(str(row["id_product"]), str(row["id"])) for row in [*rows, *await _named(reader, "combinations", given, display)]}


async def _named(reader: Reader, path: str, reference: str, display: str) -> list[dict[str, str]]:
    """By the reference. Brackets and the like mean something to filters: none is sent that could."""
    if any(letter in reference for letter in "[]|,%"):
        return []
    rows = await reader.rows(path, "reference", [reference], display)
    return [row for row in rows if str(row.get("reference", "")).casefold() == reference.casefold()]


def _only(given: str, found: list[T]) -> T:
    if not found:
        raise NotThere(given)
    if len(found) > 1:
        raise CannotDo("", f"{given} may be several things here: name it by its document, or as product/combination")
    return found[0]
