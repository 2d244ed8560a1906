"""Nested lists that one answer does not hold whole: an order of 600 lines, a refund of 80, a product of 2,000 variants.

Fulfilments, refunds and transactions of an order are plain lists: up to 250 of each come at once, and Shopify has no way to the
rest. The mapping then claims nothing of them as complete.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import orjson

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import Overloaded
from shoprelay_relays.shopify.api import LIST, ask
from shoprelay_relays.shopify.ids import kind_of
from shoprelay_relays.shopify.queries import NESTED, PAGE_INFO
from shoprelay_relays.spec import Json

_PAGE_INFO, _ENDS = b'"hasNextPage"', b'"hasNextPage":false'
_PAGES = (250, 100, 25)
_HEAVY = {"variants": (50, 20, 5)}
"""Rows a page (a variant has a list of its own in it), and what is tried when Shopify finds that too costly."""


def cut_off(body: bytes) -> bool:
    """Whether a nested list of a record may go on: not all of them say that they end, in the way Shopify and orjson write it.

    Few do, and to look through a whole record for one is most of what reading it would cost.
    """
    return body.count(_PAGE_INFO) != body.count(_ENDS)


async def complete(shop: httpx.AsyncClient, record: Json) -> int:
    """Adds the rest of every nested list that is cut off, at any depth. Gives how many requests that took."""
    requests = 0
    if not cut_off(orjson.dumps(record)):
        return 0
    for owner, name, connection in list(_going_on(record)):
        while connection["pageInfo"].get("hasNextPage"):
            found, asked = await _more(shop, owner, name, str(connection["pageInfo"]["endCursor"]))
            requests += asked
            if found is None:
                break  # deleted since: the record's own next read tells
            connection["nodes"] += found["nodes"]
            connection["pageInfo"] = found["pageInfo"]
            for node in found["nodes"]:
                requests += await complete(shop, node)
    return requests


def _going_on(value: Json, owner: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(global id of the owner, field, connection) of each list that goes on."""
    if isinstance(value, list):
        for item in value:
            yield from _going_on(item, owner)
    elif isinstance(value, dict):
        owner = str(value["id"]) if kind_of(value.get("id")) else owner
        for name, child in value.items():
            if name in NESTED and isinstance(child, dict) and (child.get("pageInfo") or {}).get("hasNextPage"):
                yield owner, name, child
            yield from _going_on(child, owner)


async def _more(shop: httpx.AsyncClient, owner: str, name: str, cursor: str) -> tuple[dict[str, Any] | None, int]:
    """The page of a nested list after `cursor`; None when its owner is gone. And how many requests it took."""
    sizes = _HEAVY.get(name, _PAGES)
    for tries, size in enumerate(sizes, start=1):
        try:
            node = (await ask(shop, _query(owner, name), {"id": owner, "first": size, "after": cursor}, LIST)).data.get("node")
        except Overloaded:
            if size == sizes[-1]:
                raise
            continue
        if node is None:
            return None, tries
        found = node.get(name)
        if not isinstance(found, dict) or (found["pageInfo"]["hasNextPage"] and not found["nodes"]):
            raise ShopTrouble(f"{owner}: an empty page of {name} that says it goes on")
        return found, tries
    raise AssertionError


def _query(owner: str, name: str) -> str:
    return (
        f"query More($id: ID!, $first: Int!, $after: String) {{ node(id: $id) {{ ... on {kind_of(owner)} {{ "
        f"{name}(first: $first, after: $after) {{ nodes {{ {NESTED[name]} }} {PAGE_INFO} }} }} }} }}"
    )
