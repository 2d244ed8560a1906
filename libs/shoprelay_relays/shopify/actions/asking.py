"""Asking for a change: what Shopify refuses is told in its own words. https://shopify.dev/docs/api/usage/response-codes"""

from decimal import Decimal
from typing import Any

import httpx

from shoprelay_relays.actions import Call, Reference
from shoprelay_relays.errors import CannotDo, Refused
from shoprelay_relays.fields import Raw
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.shopify import api
from shoprelay_relays.shopify.ids import number_of
from shoprelay_relays.spec import Json

_TARGETS = ({"id"}, {"orderId"}, {"productId"}, {"fulfillmentId"}, {"customerId"})


async def change(shop: httpx.AsyncClient, mutation: str, /, **variables: Json) -> Raw:
    """What the only field of a mutation answers. Refused or NotThere (neither changed anything) for its userErrors."""
    field = mutation.partition("{")[2].partition("(")[0].strip()
    found = await api.change(shop, mutation, variables, field)
    for name, errors in found.items():
        if name.lower().endswith("usererrors"):
            for error in errors or ():
                raise _refusal(error)
    return Raw(found)


async def read(shop: httpx.AsyncClient, asked: str, /, **variables: Json) -> Raw:
    """The data of a query."""
    return Raw((await api.ask(shop, asked, variables)).data)


async def one(shop: httpx.AsyncClient, field: str, gid: str, fields: str) -> Raw:
    """A record by its global id; NotThere."""
    found = (await read(shop, f"query One($id: ID!) {{ {field}(id: $id) {{ {fields} }} }}", id=gid)).child(field)
    if not number_of(found.text("id")):
        raise NotThere("404")
    return found


def every(owner: Raw, name: str) -> list[Raw]:
    """The rows of a list that is to be seen whole; CannotDo where one answer did not hold it."""
    found = owner.child(name)
    if found.child("pageInfo").flag("hasNextPage"):
        raise CannotDo("", f"{name}: there are more than Shopify tells at once; do this in the shop")
    return found.items("nodes")


def gid(kind: str, reference: Reference, attribute: str = "remote_id", field: str = "") -> str:
    """The global id of what a call names; CannotDo for what Shopify cannot have given."""
    return gid_of(kind, reference.known_as(attribute), field)


def gid_of(kind: str, known: str, field: str = "") -> str:
    """The global id of a number."""
    if not (known.isascii() and known.isdigit()):
        raise CannotDo(field, f"Shopify's ids are numbers, {known[:40]!r} is none")
    return f"gid://shopify/{kind}/{known}"


def number(raw: Raw, name: str = "id") -> str:
    """The number in a global id, as documents have it."""
    return str(number_of(raw.text(name)))


def target(call: Call[Any]) -> str:
    """The number of what the path names, for all but products and variants."""
    return number_of_known(call.target.known_as("remote_id"))


def number_of_known(known: str, field: str = "") -> str:
    """CannotDo for what is no id of Shopify."""
    return gid_of("Node", known, field).rpartition("/")[2]


def quoted(value: str) -> str:
    """A value in a search. https://shopify.dev/docs/api/usage/search-syntax"""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def whole(value: float | None, field: str) -> int | None:
    """A number of pieces; CannotDo for a part of one."""
    if value is not None and value != int(value):
        raise CannotDo(field, "Shopify counts whole pieces")
    return None if value is None else int(value)


def amount(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def text(value: Decimal) -> str:
    return f"{value:f}"


def _refusal(error: dict[str, Any]) -> Refused:
    """{"field": ["order", "email"], "message": "Email is invalid", "code": "INVALID"}, of which the message is always there."""
    field = [str(part) for part in error.get("field") or ()]
    message = str(error.get("message"))[:200]
    if set(field) in _TARGETS and "does not exist" in message:
        return api.Missing("404")
    return Refused(f"{'.'.join(field)}: {message}"[:200] if field else message)
