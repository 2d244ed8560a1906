"""The product or the variation that a call is about.

A product's document has the shop's id in sku_2; a variant's its own there, and its product's in sku_3. Given by hand it is that
id, of a variation also "product/variation", or a sku.
"""

from dataclasses import dataclass
from typing import Any

from shoprelay_relays.actions import Call
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.woocommerce.actions import sold
from shoprelay_relays.woocommerce.actions.asking import is_id, number

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Goods:
    """`row` as it stands. `product`: whose variation it is, else its own id."""

    row: Row
    product: str
    own: str

    @property
    def is_variation(self) -> bool:
        return self.product != self.own

    @property
    def path(self) -> str:
        return f"products/{self.product}/variations/{self.own}" if self.is_variation else f"products/{self.product}"

    @property
    def reads(self) -> list[tuple[str, str]]:
        """A product is read with its variations."""
        return [("products", self.product)]


def reads(call: Call[Any]) -> list[tuple[str, str]]:
    """As far as it is known before the shop is asked."""
    document, given = call.target.document, call.target.given
    key = str(document.get("sku_3") or document.get("sku_2") or "") if document else given.partition("/")[0]
    return [("products", key)] if is_id(key) else []


def own_id(call: Call[Any]) -> str:
    """The id of the product or variation, "" where only a sku is given."""
    key = call.target.known_as("sku_2").rpartition("/")[2]
    return key if is_id(key) else ""


async def goods(call: Call[Any]) -> Goods:
    """NotThere when the shop does not have it."""
    key = own_id(call)
    row = await (sold.by_id(call, key) if key else sold.by_sku(call, call.target.given))
    if row is None:
        raise NotThere("404")
    own = number(str(row["id"]))
    return Goods(row, str(row["parent_id"]) if row.get("type") == "variation" else own, own)
