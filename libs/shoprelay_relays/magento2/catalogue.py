"""What rows of the catalogue do not say themselves: what the ids of options stand for, and whose variant a product is.

Asked for once for each run over the products. It goes into the records under `learnt`, so that mapping stays pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from shoprelay_relays.magento2.criteria import any_of, portions
from shoprelay_relays.magento2.walk import List, everything, row_id
from shoprelay_relays.spec import Json

ATTRIBUTES = List(
    "products/attributes",
    "attribute_id",
    "attribute_id",
    "attribute_id,attribute_code,default_frontend_label,is_visible_on_front,options[label,value]",
)
PRODUCTS = List("products", own="id")
FAMILIES = List(
    "products",
    own="id",
    fields="id,sku,extension_attributes[configurable_product_options[attribute_id,label,position],configurable_product_links]",
)
_SKUS = List("products", own="id", fields="id,sku")

Row = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`attributes` with options by code, `codes` by id; `parents`: what their configurable product says, by variant."""

    attributes: Mapping[str, Row]
    codes: Mapping[str, str]
    parents: Mapping[int, Row]


async def learn(shop: httpx.AsyncClient) -> tuple[Catalogue, int]:
    """The catalogue, and how many requests it took."""
    attributes, first = await everything(shop, ATTRIBUTES, [[("frontend_input", "in", "select,multiselect,boolean")]])
    families, second = await everything(shop, FAMILIES, [[("type_id", "eq", "configurable")]])
    codes = {str(row.get("attribute_id")): str(row.get("attribute_code")) for row in attributes}
    parents: dict[int, Row] = {}
    for family in families:
        for child in links(family):
            # In ascending order: a product that several have belongs to the first.
            parents.setdefault(child, _parent(family, codes))
    return Catalogue({str(row.get("attribute_code")): row for row in attributes}, codes, parents), first + second


def parents_now(rows: Sequence[Row], known: Catalogue) -> dict[int, Row]:
    """The parents, with what configurable products among these rows say: theirs is the newer word."""
    found = dict(known.parents)
    for row in rows:
        for child in links(row) if row.get("type_id") == "configurable" else ():
            if child not in found or row_id(found[child], PRODUCTS) >= row_id(row, PRODUCTS):
                found[child] = _parent(row, known.codes)
    return found


def links(row: Row) -> list[int]:
    """The ids of a configurable product's variants."""
    found = _part(row.get("extension_attributes")).get("configurable_product_links")
    return [int(str(child)) for child in found if str(child).isdigit()] if isinstance(found, list) else []


def _parent(row: Row, codes: Mapping[str, str]) -> Row:
    found = _part(row.get("extension_attributes")).get("configurable_product_options")
    options = [option for option in found if isinstance(option, dict)] if isinstance(found, list) else []
    options.sort(key=lambda option: (str(option.get("position")).zfill(6), str(option.get("attribute_id"))))
    named = [{"attribute_code": codes.get(str(o.get("attribute_id"))), "label": o.get("label")} for o in options]
    return {"id": row.get("id"), "sku": row.get("sku"), "options": named}


def labels(row: Row, known: Catalogue) -> dict[str, Row]:
    """The words for what the row has chosen, by attribute: {label, value, visible}."""
    found = {}
    for item in _list(row.get("custom_attributes")):
        attribute = known.attributes.get(str(item.get("attribute_code")))
        if attribute is not None and isinstance(item.get("value"), str | int):
            chosen = str(item["value"]).split(",")
            words = {str(o.get("value")): o.get("label") for o in _list(attribute.get("options"))}
            value = ", ".join(str(words[one]) for one in chosen if words.get(one))
            label, visible = attribute.get("default_frontend_label"), attribute.get("is_visible_on_front")
            found[str(item["attribute_code"])] = {"label": label, "value": value or None, "visible": visible in {True, "1"}}
    return found


async def children(shop: httpx.AsyncClient, rows: Sequence[Row]) -> tuple[list[Row], int]:
    """The variants of the configurable products among these rows, as far as they are not among them."""
    here = {row_id(row, PRODUCTS) for row in rows}
    wanted = [str(child) for row in rows if row.get("type_id") == "configurable" for child in links(row) if child not in here]
    return await by_values(shop, PRODUCTS, "entity_id", wanted)


async def linked(shop: httpx.AsyncClient, rows: Sequence[Row]) -> tuple[dict[str, int], int]:
    """The ids of the products that these are shown with: links name skus."""
    skus = [str(link.get("linked_product_sku")) for row in rows for link in _list(row.get("product_links"))]
    found, requests = await by_values(shop, _SKUS, "sku", skus)
    return {str(row.get("sku")): row_id(row, _SKUS) for row in found}, requests


async def by_values(shop: httpx.AsyncClient, where: List, field: str, values: Sequence[str]) -> tuple[list[Row], int]:
    """The rows with any of these values in a field."""
    rows: list[Row] = []
    requests = 0
    for lot in portions(values):
        found, asked = await everything(shop, where, [any_of(field, lot)])
        rows += found
        requests += asked
    return rows, requests


def _part(value: Json) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
