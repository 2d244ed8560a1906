"""Attributes with options (colour, size, manufacturer): buyers see words, products hold the options' ids.

https://developer.adobe.com/commerce/webapi/rest/tutorials/configurable-product/
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from shoprelay_relays.actions.bodies.goods import Variation
from shoprelay_relays.errors import CannotDo, ShopTrouble
from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2.actions.asking import change
from shoprelay_relays.magento2.client import get
from shoprelay_relays.magento2.settings import rows


@dataclass(frozen=True, slots=True)
class Option:
    """A chosen option; `value` None where the attribute does not have it yet."""

    attribute: Raw
    word: str
    value: str | None

    @property
    def code(self) -> str:
        return self.attribute.text("attribute_code") or ""


async def of_set(shop: httpx.AsyncClient, attribute_set: object) -> list[Raw]:
    """The attributes that products of a set have and whose values are options. What is not in the set, a product cannot hold."""
    found = rows((await get(shop, f"products/attribute-sets/{attribute_set}/attributes")).body)
    return [row for row in found if row.text("frontend_input") == "select"]


def named(attributes: Sequence[Raw], name: str, field: str) -> Raw:
    """By what buyers read or by its code. CannotDo lists what there is."""
    for row in attributes:
        if name.casefold() in {(row.text("default_frontend_label") or "").casefold(), row.text("attribute_code")}:
            return row
    known = ", ".join(sorted(row.text("default_frontend_label") or row.text("attribute_code") or "" for row in attributes))
    raise CannotDo(field, f"the product's attribute set has no attribute {name} with options; it has {known}")


def chosen(attributes: Sequence[Raw], variations: Sequence[Variation], field: str = "variations") -> list[Option]:
    return [option(named(attributes, one.type, field), one.value) for one in variations]


def option(attribute: Raw, word: str) -> Option:
    return Option(attribute, word, _value(attribute.items("options"), word))


async def valued(shop: httpx.AsyncClient, one: Option) -> str:
    """The id of an option, which is made where it is missing."""
    if one.value is not None:
        return one.value
    path = f"products/attributes/{quote(one.code, safe='')}/options"
    found = _value(rows((await get(shop, path)).body), one.word)
    if found is None:
        await change(shop, "POST", path, {"option": {"label": one.word}})
        # What the answer says differs by version (an id, "id_" and an id, true): the list is asked.
        found = _value(rows((await get(shop, path)).body), one.word)
    if found is None:
        raise ShopTrouble(f"POST {path}: the option {one.word} is not there afterwards")
    return found


def _value(options: Sequence[Raw], word: str) -> str | None:
    fitting = (row.text("value") for row in options if (row.text("label") or "").casefold() == word.casefold())
    return next((value for value in fitting if value), None)
