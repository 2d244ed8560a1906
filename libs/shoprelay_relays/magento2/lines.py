"""What was sold: which items of an order are its lines, and which of them a shipment, an invoice or a credit memo holds.

An order lists a configurable product twice: the chosen variant's row, without a price, below the product's, which has the price
and the variant's sku. A kit (bundle) is listed with its parts: either the kit has the price, or each part has its own and the
kit's is their sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2 import money
from shoprelay_relays.spec import Draft, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import OrderLine


@dataclass(frozen=True, slots=True)
class Sold:
    """An item that is a line. `variant`: the product that was bought; `kit`: the item of the kit that it is a part of."""

    item: Raw
    key: str
    variant: str | None
    kit: Raw | None = None

    def packed(self, quantity: Decimal, shop: Shop) -> dict[str, Any]:
        """As an entry of a paper's `order_lines`."""
        variant = shop.id("variants", self.variant) if self.variant else None
        return {"variant_sku": self.item.text("sku"), "quantity": self._pieces(quantity), "variant_id": variant}

    def _pieces(self, quantity: Decimal) -> int:
        """What the order's line counts as one piece, any measure of it is one."""
        measured = any(number % 1 for number in (quantity, self.item.amount("qty_ordered")))
        return 1 if measured and quantity else int(abs(quantity))


def sold(items: Sequence[Raw]) -> list[Sold]:
    """The lines among an order's items."""
    by_key = {item.id("item_id"): item for item in items}
    parts: dict[str, list[Raw]] = {}
    for item in items:
        parts.setdefault(item.reference("parent_item_id") or "", []).append(item)
    whole = [item for item in items if (item.reference("parent_item_id") or "") not in by_key]
    return [line for item in whole for line in _lines(item, parts.get(item.id("item_id"), []))]


def _lines(item: Raw, parts: Sequence[Raw]) -> list[Sold]:
    if item.text("product_type") == "bundle" and any(part.amount("row_total") for part in parts):
        return [Sold(part, part.id("item_id"), part.reference("product_id"), item) for part in parts]
    chosen = parts[0] if parts and item.text("product_type") != "bundle" else item
    return [Sold(item, item.id("item_id"), chosen.reference("product_id"))]


def held(items: Sequence[Raw], ordered: Sequence[Raw]) -> list[tuple[Sold, Raw, Decimal]]:
    """(line, the paper's item, quantity). Where the order is not known, the rows with a price stand for themselves."""
    given = {item.reference("order_item_id") or f"-{place}": item for place, item in enumerate(items)}
    if not ordered:
        priced = {key: item for key, item in given.items() if item.amount("row_total") or item.amount("price")}
        chosen = priced or given
        return [(Sold(item, key, item.reference("product_id")), item, item.amount("qty")) for key, item in chosen.items()]
    return [*_whole_lines(given, sold(ordered)), *_parts_alone(given, ordered)]


def _whole_lines(given: dict[str, Raw], lines: Sequence[Sold]) -> list[tuple[Sold, Raw, Decimal]]:
    found = []
    for line in lines:
        own, kit = given.get(line.key), given.get(line.kit.id("item_id")) if line.kit else None
        if own is not None:
            found.append((line, own, own.amount("qty")))
        elif kit is not None and line.kit is not None:
            # A kit that is sent as a whole is one row.
            each = line.item.amount("qty_ordered") / (line.kit.amount("qty_ordered") or 1)
            found.append((line, Raw({}), kit.amount("qty") * each))
    return found


def _parts_alone(given: dict[str, Raw], ordered: Sequence[Raw]) -> list[tuple[Sold, Raw, Decimal]]:
    """Parts of a kit with one price that are sent on their own."""
    found = []
    for item in ordered:
        key, kit = item.id("item_id"), item.reference("parent_item_id")
        if kit and key in given and kit not in given and not item.amount("row_total"):
            found.append((Sold(item, key, item.reference("product_id")), given[key], given[key].amount("qty")))
    return found


def line(this: Sold, link: dict[str, Any], shop: Shop, unknown: list[str]) -> Draft:
    """A line of an order."""
    item = this.item
    quantity = _quantity(item, unknown)
    document = OrderLine(
        **link,
        remote_id=this.key,
        price=as_float(money.unit(money.row_gross(item), quantity)),
        product_name=item.text("name"),
        quantity=quantity,
        variant_id=shop.id("variants", this.variant) if this.variant else None,
        variant_sku=item.text("sku"),
        vat_pct=as_float(money.rate(item)),
    )
    return Draft(document, this.key)


def _quantity(item: Raw, unknown: list[str]) -> int:
    """Goods sold by measure (is_qty_decimal: 1.5 m) count as one piece at the price of the whole: the contract counts pieces."""
    number = item.amount("qty_ordered")
    if number == number.to_integral_value():
        return int(number)
    unknown.append(f"order_lines.quantity={number}")
    return 1
