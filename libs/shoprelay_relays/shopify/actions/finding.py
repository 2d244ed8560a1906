"""The variants that lines are to sell: https://shopify.dev/docs/api/admin-graphql/latest/queries/productVariants"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import httpx

from shoprelay_relays.actions.bodies.orders import OrderedVariant
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.actions.asking import every, number, number_of_known, quoted, read

_AT_ONCE = 25
_FIND = """query Find($query: String!) { productVariants(first: 250, query: $query) {
  pageInfo { hasNextPage } nodes { id sku price } } }"""
_NODES = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { ... on ProductVariant { id sku price } } }"


async def variants(shop: httpx.AsyncClient, given: Sequence[OrderedVariant], field: str) -> list[Raw]:
    """The variants (id, sku, price) of lines, each in its place. CannotDo where a sku is that of none, or of several."""
    named = [(each.sku or "", _number(each, field)) for each in given]
    by_id = await _by_id(shop, [own for _, own in named if own])
    by_sku = await _by_sku(shop, [sku for sku, own in named if not own])
    found = []
    for sku, own in named:
        rows = by_id.get(own, []) if own else by_sku.get(sku, [])
        if len(rows) != 1:
            what = f"the number {own}" if own else f"the sku {sku}"
            raise CannotDo(field, f"{'several variants have' if rows else 'no variant has'} {what}: give sku_2")
        found += rows
    return found


def _number(given: OrderedVariant, field: str) -> str:
    """The variant's number in the shop, "" where it is given by its sku."""
    if given.id_ is not None or given.sku_2:
        return number_of_known(given.known_as("sku_2"), field)
    if not given.sku:
        raise CannotDo(field, "Shopify knows a variant by sku_2, its own number, or by its sku")
    return ""


async def _by_id(shop: httpx.AsyncClient, numbers: list[str]) -> dict[str, list[Raw]]:
    found: dict[str, list[Raw]] = {}
    for some in _some(dict.fromkeys(numbers), _AT_ONCE):
        for row in (await read(shop, _NODES, ids=[f"gid://shopify/ProductVariant/{each}" for each in some])).items("nodes"):
            if row.text("id"):
                found[number(row)] = [row]
    return found


async def _by_sku(shop: httpx.AsyncClient, skus: list[str]) -> dict[str, list[Raw]]:
    """A search takes no account of case: what differs in that is another one."""
    found: dict[str, list[Raw]] = defaultdict(list)
    for some in _some(dict.fromkeys(skus), _AT_ONCE):
        query = " OR ".join(f"sku:{quoted(sku)}" for sku in some)
        for row in every(await read(shop, _FIND, query=query), "productVariants"):
            found[row.text("sku") or ""].append(row)
    return found


def _some(values: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(values)
    while some := list(islice(left, size)):
        yield some
