"""The product, or the variant of one, that a call is about.

Documents tell the shop's number in sku_3: of a variant its own, of a product without variants the product's. The two are counted
apart, so that one number may be both. Given by hand it is that number, "product/variant", or an item number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shoprelay_relays.actions import Call
from shoprelay_relays.actions.bodies.orders import OrderedVariant
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop.actions.asking import is_id, row, rows
from shoprelay_relays.hostedshop.codes import listed
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.spec import Json


@dataclass(frozen=True, slots=True)
class Goods:
    """`variant`: None where the product itself is sold."""

    product: Raw
    variant: Raw | None

    @property
    def key(self) -> str:
        return self.product.id("Id")

    @property
    def own(self) -> Raw:
        return self.variant or self.product

    @property
    def reads(self) -> list[tuple[str, str]]:
        """A product is read with its variants."""
        return [("products", self.key)]


async def product(call: Call[Any]) -> Goods:
    """The product that the path names. NotThere."""
    key = call.target.known_as("sku_3", "sku")
    if is_id(key):
        try:
            return Goods(await row(call.client, "Product_GetById", ProductId=key), None)
        except NotThere:
            if call.target.document:
                raise
    return Goods(_only(await rows(call.client, "Product_GetByItemNumber", ItemNumber=key), key), None)


async def variant(call: Call[Any]) -> Goods:
    """The variant that the path names, or the product that has none. NotThere."""
    key = call.target.known_as("sku_3", "sku")
    found = await (_by_id(call, key) if call.target.document.get("sku_3") else _candidates(call, key))
    return _one(_meant(found, call.target.document), key)


async def ordered(call: Call[Any], wanted: OrderedVariant, field: str) -> Goods:
    """What an order's line sells. CannotDo when the shop does not have it."""
    key = wanted.known_as("sku_3", "sku")
    if not key:
        raise CannotDo(f"{field}.sku_2", "the platform finds nothing by it: expected sku, or sku_3")
    document: Mapping[str, Any] = wanted.id_.document if wanted.id_ is not None else {}
    by_hand = _candidates if wanted.id_ is not None else _by_item_number
    find = _by_id if document.get("sku_3") or (wanted.id_ is None and wanted.sku_3) else by_hand
    try:
        found = await find(call, key)
        return _one(_meant(found, document), key)
    except NotThere:
        raise CannotDo(field, f"the shop sells nothing under {key}") from None


def reads(call: Call[Any]) -> list[tuple[str, str]]:
    """As far as it is known before the shop is asked: a variant's document does not name its product's number."""
    key = call.target.known_as("sku_3", "sku")
    if call.target.collection == "variants":
        key = key.partition("/")[0] if "/" in key else ""
    return [("products", key)] if is_id(key) else []


def options(goods: Raw) -> list[str]:
    return [] if goods.is_object("VariantTypeValues") else goods.references("VariantTypeValues")


async def _candidates(call: Call[Any], key: str) -> list[Goods]:
    """Each thing that may be meant by what was given by hand: an item number only where it is no number of the shop's."""
    return await _by_id(call, key) or await _by_item_number(call, key)


async def _by_id(call: Call[Any], key: str) -> list[Goods]:
    if "/" in key:
        of, _, own = key.partition("/")
        if not is_id(of) or not own.isdigit():
            return []
        return [each for each in await _with_variants(call, of) if (each.variant.id("Id") if each.variant else "0") == own]
    return [*await _by_number(call, key), *await _itself(call, key)] if is_id(key) else []


async def _by_number(call: Call[Any], key: str) -> list[Goods]:
    try:
        of = (await row(call.client, "Product_GetVariantById", VariantId=key)).id("ProductId")
        return [each for each in await _with_variants(call, of) if each.variant and each.variant.id("Id") == key]
    except NotThere:
        return []


async def _itself(call: Call[Any], key: str) -> list[Goods]:
    try:
        return [each for each in await _with_variants(call, key) if each.variant is None]
    except NotThere:
        return []


async def _by_item_number(call: Call[Any], key: str) -> list[Goods]:
    """A variant without an item number of its own is known by its product's."""
    owners = [each.id("ProductId") for each in await rows(call.client, "Product_GetVariantsByItemNumber", ItemNumber=key)]
    owners += [each.id("Id") for each in await rows(call.client, "Product_GetByItemNumber", ItemNumber=key)]
    found = [goods for of in dict.fromkeys(owners) for goods in await _with_variants(call, of)]
    return [
        each for each in found if (each.own.text("ItemNumber") or each.product.text("ItemNumber") or "").lower() == key.lower()
    ]


async def _with_variants(call: Call[Any], key: str) -> list[Goods]:
    found = await row(call.client, "Product_GetById", ProductId=key)
    return [Goods(found, each) for each in listed(found, "Variants")] or [Goods(found, None)]


def _meant(found: list[Goods], document: Mapping[str, Any]) -> list[Goods]:
    """A document says more than a number: its own item number, and that of its product."""
    if len(found) < 2 or not document:  # noqa: PLR2004
        return found
    told = (document.get("sku"), document.get("product_sku"), bool(document.get("variations")))
    return [each for each in found if told == _told(each)] or found


def _told(goods: Goods) -> tuple[Json, Json, bool]:
    number = goods.product.text("ItemNumber")
    return goods.own.text("ItemNumber") or number, number, bool(goods.variant and options(goods.variant))


def _one(found: list[Goods], key: str) -> Goods:
    if not found:
        raise NotThere("404")
    if len(found) > 1:
        several = ", ".join(f"{each.key}/{each.variant.id('Id') if each.variant else 0}" for each in found[:5])
        raise CannotDo("", f"{key} may be {several}: name it so, with bypass_db")
    return found[0]


def _only(found: list[Raw], key: str) -> Raw:
    if not found:
        raise NotThere("404")
    if len(found) > 1:
        raise CannotDo("", f"several products have the item number {key}: name it by its number, with bypass_db")
    return found[0]
