"""Invoices and credit memos. https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/order-create-invoice/"""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.magento2 import orders, papers
from shoprelay_simulators.magento2.errors import MISSING, Refusal
from shoprelay_simulators.magento2.parts import part, taken_of
from shoprelay_simulators.magento2.rows import Row
from shoprelay_simulators.magento2.states import settle

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop

ONLINE = "quickpay_gateway"
_INVOICE, _MEMO = "Invoice Document Validation Error(s): ", "Creditmemo Document Validation Error(s): "


def invoice(shop: "Magento2Shop", row: Row, body: Row) -> str:
    """Booked as paid, with or without a capture; only a capture has a transaction."""
    said = f"{_INVOICE}The invoice can't be created without products. Add products and try again."
    taken = taken_of(row, body, "qty_invoiced", said)
    if row["state"] in {"canceled", "closed", "holded"}:
        raise Refusal(400, f"{_INVOICE}An invoice cannot be created when an order has a status of %1", [row["status"]])
    made = papers.paper(shop, row, "invoice")
    made["items"] = part(made, taken)
    papers.sum_up(made, row, delivery=not row.get("total_invoiced"))
    if body.get("capture") and row["payment"]["method"] == ONLINE:
        made["transaction_id"] = f"tx-{made['entity_id']}"
    shop.invoices[made["entity_id"]] = made
    _add(row, "total_invoiced", made)
    _pay(row, made)
    for item in row["items"]:
        item["qty_invoiced"] += taken.get(item["item_id"], 0)
    shop.changed("invoices", made["entity_id"])
    settle(shop, row)
    return str(made["entity_id"])


def capture(shop: "Magento2Shop", number: int) -> bool:
    if number not in shop.invoices:
        raise Refusal(404, MISSING)
    made = shop.invoices[number]
    if made["state"] != papers.OPEN:
        raise Refusal(400, "The invoice is not available for capture.")
    made |= {"state": papers.PAID, "transaction_id": f"tx-{number}", "updated_at": shop.stamp()}
    row = shop.orders[made["order_id"]]
    _pay(row, made)
    shop.changed("invoices", number)
    settle(shop, row)
    return True


def refund(shop: "Magento2Shop", row: Row, body: Row, paper: Row | None = None) -> str:
    """A credit memo; of an invoice, with `isOnline`, the provider pays back."""
    if not row.get("total_paid"):
        raise Refusal(400, f"{_MEMO}A creditmemo can not be created when an order has a status of %1", [row["status"]])
    if body.get("isOnline") and not (paper and paper.get("transaction_id")):
        raise Refusal(400, "We can't refund this order online: its invoice has no transaction.")
    arguments = body.get("arguments") or {}
    taken = taken_of(row, body, "qty_refunded", "", "qty_invoiced")
    made = papers.paper(shop, row, "creditmemo")
    made["items"] = part(made, taken)
    papers.sum_up(made, row, delivery=arguments.get("shipping_amount") is None and not row.get("shipping_refunded"))
    extra = Decimal(str(arguments.get("adjustment_positive") or 0)) - Decimal(str(arguments.get("adjustment_negative") or 0))
    made |= {"adjustment_positive": arguments.get("adjustment_positive") or 0, "adjustment_negative": 0}
    made["grand_total"] = orders.cents(Decimal(str(made["grand_total"])) + extra)
    _check_refund(row, paper, made)
    if body.get("isOnline") and paper:
        made["transaction_id"] = f"{paper['transaction_id']}-refund"
    shop.creditmemos[made["entity_id"]] = made
    back = set((arguments.get("extension_attributes") or {}).get("return_to_stock_items") or [])
    for item in row["items"]:
        item["qty_refunded"] += taken.get(item["item_id"], 0)
        if item["item_id"] in back and item["row_total"]:
            shop.take(item["sku"], -taken.get(item["item_id"], 0))
    for owner in (row, paper) if paper else (row,):
        _add(owner, "total_refunded" if owner is row else "base_total_refunded", made)
    row["shipping_refunded"] = row.get("shipping_refunded") or made["shipping_incl_tax"]
    shop.changed("creditmemos", made["entity_id"])
    settle(shop, row)
    return str(made["entity_id"])


def _check_refund(row: Row, paper: Row | None, made: Row) -> None:
    paid = Decimal(str(row["total_paid"])) - Decimal(str(row.get("total_refunded") or 0))
    if paper:
        paid = min(paid, Decimal(str(paper["grand_total"])) - Decimal(str(paper.get("base_total_refunded") or 0)))
    if Decimal(str(made["grand_total"])) <= 0:
        raise Refusal(400, f"{_MEMO}The credit memo's total must be positive.")
    if Decimal(str(made["grand_total"])) > paid:
        raise Refusal(400, "The most money available to refund is %1.", [str(paid)])


def _add(row: Row, name: str, made: Row) -> None:
    row[name] = orders.cents(Decimal(str(row.get(name) or 0)) + Decimal(str(made["grand_total"])))


def _pay(row: Row, made: Row) -> None:
    _add(row, "total_paid", made)
    row["total_due"] = orders.cents(Decimal(str(row["grand_total"])) - Decimal(str(row["total_paid"])))
