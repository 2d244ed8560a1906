"""The names of what variants differ in: a product's record tells the numbers of the values alone.

They are put beside the product under `learnt`, as {number: {type, value}}.
"""

import httpx

from shoprelay_relays.errors import RelayError, ShopTrouble
from shoprelay_relays.hostedshop.client import listed
from shoprelay_relays.spec import Json


class Options:
    """All values of one shop, asked for when the first product with variants needs them."""

    def __init__(self, shop: httpx.AsyncClient) -> None:
        self._shop = shop
        self._values: dict[str, Json] | None = None
        self._requests = 0

    def taken(self) -> int:
        """How many requests it took since this was last asked."""
        taken, self._requests = self._requests, 0
        return taken

    async def beside(self, product: Json) -> Json:
        used = {str(value) for variant in product.get("Variants") or () for value in _values(variant)}
        if not used:
            return product
        if self._values is None:
            self._values = await self._all()
        return {**product, "learnt": {"options": {one: self._values[one] for one in sorted(used) if one in self._values}}}

    async def _all(self) -> dict[str, Json]:
        """An API user that may not read them still gets products."""
        found: dict[str, Json] = {}
        try:
            for kind in await self._rows("Product_GetVariantTypeAll"):
                for row in await self._rows("Product_GetVariantTypeValuesByType", VariantTypeId=str(kind["Id"])):
                    found[str(row["Id"])] = {"type": kind.get("Title"), "value": row.get("Title")}
        except ShopTrouble:
            raise
        except RelayError:
            return found
        return found

    async def _rows(self, operation: str, **arguments: str) -> list[Json]:
        answer = await listed(self._shop, operation, **arguments)
        self._requests += answer.requests
        return answer.rows


def _values(variant: Json) -> list[Json]:
    found = variant.get("VariantTypeValues") if isinstance(variant, dict) else None
    return found if isinstance(found, list) else []
