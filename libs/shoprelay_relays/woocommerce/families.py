"""Products with their variations: of a whole page at once where the shop can, else of one product after the other.

WooCommerce 10.3 and later list the variations of several products (GET /variations, whose `parent` takes ids; source: Version3/
class-wc-rest-variations-controller.php of its REST API). Shops before that are asked once for each variable product. What comes
is held against the ids that each product names itself, so that a shop which answers otherwise costs requests and no variation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.fields import Raw
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.spec import Json, Record
from shoprelay_relays.woocommerce.client import NoRoute
from shoprelay_relays.woocommerce.variations import parent_id
from shoprelay_relays.woocommerce.walk import Place, record, row_id, walk

Rows = list[Json]


@dataclass(slots=True)
class Families:
    """Reads families of one listing. `together` turns false when the shop turns out not to list those of several products."""

    shop: httpx.AsyncClient
    together: bool = True

    async def of(self, products: Sequence[Json]) -> tuple[list[Record], int]:
        """The records of these products, each followed by its variations, and how many requests the variations took."""
        variable = [row_id(row) for row in products if _varies(row)]
        found: dict[int, Rows] = {}
        requests = 0
        if self.together and len(variable) > 1:
            found, requests = await self._at_once(variable)
        records: list[Record] = []
        for row in products:
            children = found.get(row_id(row), [])
            if _varies(row) and not _whole(row, children):
                children, asked = await _alone(self.shop, row_id(row))
                requests += asked
            records += [record("products", row), *(_child(row, child) for child in children)]
        return records, requests

    async def _at_once(self, parents: list[int]) -> tuple[dict[int, Rows], int]:
        found: dict[int, Rows] = {}
        requests = 0
        asked = {"parent": ",".join(map(str, parents))}
        try:
            async for step in walk(self.shop, "variations", [asked], Place()):
                requests += step.requests
                for child in step.rows:
                    found.setdefault(_parent(child), []).append(child)
                if not found.keys() <= set(parents):
                    self.together = False  # it passes over the filter
                    return {}, requests
        except (NoRoute, NotThere):
            self.together = False
            return {}, requests + 1
        return found, requests


def _varies(row: Json) -> bool:
    return str(row.get("type")).startswith("variable") and row.get("status") != "trash"


def _whole(row: Json, children: Rows) -> bool:
    """Whether all of the variations that the product names are there."""
    named = row.get("variations")
    return isinstance(named, list) and {row_id(child) for child in children} >= set(named) and bool(named)


def _parent(child: Json) -> int:
    """The product of a variation; 0 where it names none."""
    try:
        return int(parent_id(Raw(child)))
    except PayloadInvalid:
        return 0


async def _alone(shop: httpx.AsyncClient, product: int) -> tuple[Rows, int]:
    children: Rows = []
    requests = 0
    try:
        async for step in walk(shop, f"products/{product}/variations", [{}], Place()):
            requests += step.requests
            children += step.rows
    except NotThere:
        return [], requests + 1  # deleted since it was listed
    return children, requests


def _child(row: Json, child: Json) -> Record:
    return record("variations", child, f"{row_id(row)}/{row_id(child)}")
