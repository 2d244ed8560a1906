"""From Shopify's nodes to records."""

from collections.abc import Iterator

from shoprelay_relays.shopify.ids import number_of
from shoprelay_relays.spec import Json, Record

EMBEDDED = 50
"""So many variants stay in their product's record; of a product with more, each variant is a record of its own."""

SEVERAL = frozenset({"products"})
"""Resources a node of which may be several records."""


def records(resource: str, node: Json) -> Iterator[Record]:
    """The record of a node, and those of its variants where they are many."""
    if resource in SEVERAL and isinstance(node.get("variants"), dict):
        variants = node["variants"].get("nodes") or []
        if len(variants) > EMBEDDED:
            yield from (record("variants", variant) for variant in variants)
            node = {**node, "variants": {**node["variants"], "nodes": [{"id": variant["id"]} for variant in variants]}}
    yield record(resource, node)


def record(resource: str, node: Json) -> Record:
    return Record.of(resource, str(number_of(node["id"])), node)
