"""What becomes of orders: invoices, shipments, credit memos."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shoprelay_simulators.magento2.orders import cents, priced
from shoprelay_simulators.magento2.rows import Row

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop

OPEN, PAID = 1, 2
AMOUNTS = ("row_total", "row_total_incl_tax", "tax_amount", "discount_amount", "discount_tax_compensation_amount")


def paper(shop: "Magento2Shop", head: Row, kind: str) -> Row:
    """An invoice, a shipment or a credit memo of the whole order."""
    number = shop.next_id(kind)
    row: Row = {
        "entity_id": number,
        "increment_id": f"{200000000 + number}",
        "order_id": head["entity_id"],
        "store_id": 1,
        "created_at": shop.stamp(),
        "updated_at": shop.stamp(),
        "items": [_paper_item(item, number) for item in head["items"]],
        "comments": [],
    }
    if kind == "shipment":
        return row | {"total_qty": len(row["items"]), "tracks": [], "extension_attributes": {"source_code": "default"}}
    names = ("grand_total", "subtotal", "shipping_amount", "shipping_incl_tax", "shipping_tax_amount", "tax_amount")
    return row | {name: head[name] for name in names} | {"state": PAID, "discount_amount": head["discount_amount"]}


def _paper_item(item: Row, parent: int) -> Row:
    found: dict[str, Any] = {name: item[name] for name in (*AMOUNTS, "price") if name in item}
    own = {"entity_id": item["item_id"], "parent_id": parent, "order_item_id": item["item_id"], "qty": item["qty_ordered"]}
    return own | found | {"sku": item["sku"], "name": item["name"], "product_id": item["product_id"]}


def sum_up(made: Row, head: Row, *, delivery: bool) -> None:
    """The totals of a paper from its rows, with the delivery or without."""
    own = {item["item_id"] for item in priced(head)}

    def added(name: str) -> Decimal:
        rows = (item for item in made["items"] if item["order_item_id"] in own)
        return sum((Decimal(str(item.get(name) or 0)) for item in rows), Decimal(0))

    shipping = {name: head[name] if delivery else 0 for name in ("shipping_amount", "shipping_incl_tax", "shipping_tax_amount")}
    goods = added("row_total") - added("discount_amount") + added("tax_amount")
    made |= {
        **shipping,
        "subtotal": cents(added("row_total")),
        "discount_amount": cents(-added("discount_amount")),
        "tax_amount": cents(added("tax_amount") + Decimal(str(shipping["shipping_tax_amount"]))),
        "grand_total": cents(goods + Decimal(str(shipping["shipping_incl_tax"]))),
    }
