"""What changes a shop. https://shopify.dev/docs/api/admin-graphql/latest#mutations"""

from typing import TYPE_CHECKING, Any

from shoprelay_simulators.shopify.money import bag
from shoprelay_simulators.shopify.paging import connection, number
from shoprelay_simulators.shopify.writes import collections, editing, goods, ordering, payments, people, sending, stock
from shoprelay_simulators.shopify.writes.common import root

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.schema import Root, Row
    from shoprelay_simulators.shopify.shop import ShopifyShop

ROOTS: "dict[str, Root]" = {
    "job": ordering.job,
    "publications": lambda shop, _info, args: connection(shop, list(shop.rows["Publication"].values()), args, number),
    "orderCreate": root(ordering.create),
    "orderUpdate": root(ordering.update),
    "orderDelete": root(ordering.delete),
    "orderCancel": root(ordering.cancel, "orderCancelUserErrors"),
    "orderCapture": root(payments.capture),
    "refundCreate": root(payments.refund, keyed=True),
    "fulfillmentCreate": root(sending.create),
    "fulfillmentTrackingInfoUpdate": root(sending.track),
    "fulfillmentCancel": root(sending.cancel),
    "orderEditBegin": root(editing.begin),
    "orderEditAddVariant": root(editing.add),
    "orderEditSetQuantity": root(editing.set_quantity),
    "orderEditCommit": root(editing.commit),
    "productSet": root(goods.create),
    "productUpdate": root(goods.update),
    "productVariantsBulkCreate": root(goods.create_variants),
    "productVariantsBulkUpdate": root(goods.update_variants),
    "productVariantsBulkDelete": root(goods.delete_variants),
    "productVariantDetachMedia": root(goods.detach),
    "fileUpdate": root(goods.update_files),
    "inventoryAdjustQuantities": root(stock.adjust, keyed=True),
    "inventorySetQuantities": root(stock.set_, keyed=True),
    "customerCreate": root(people.create),
    "customerUpdate": root(people.update),
    "customerDelete": root(people.delete),
    "customerAddressCreate": root(people.add_address),
    "customerEmailMarketingConsentUpdate": root(people.consent),
    "collectionCreate": root(collections.create),
    "collectionUpdate": root(collections.update),
    "collectionDelete": root(collections.delete),
    "publishablePublish": root(collections.publish),
    "publishableUnpublish": root(collections.hide),
}


def computed(shop: "ShopifyShop", kind: str, name: str, row: "Row", args: dict[str, Any]) -> Any:
    """The fields that no row holds, by type and name; None for every other one."""
    return _COMPUTED[kind, name](shop, row, args) if (kind, name) in _COMPUTED else None


def _line_order(shop: "ShopifyShop", line: "Row") -> "Row":
    return next(row for row in shop.rows["Order"].values() if any(each["id"] == line["id"] for each in row["lineItems"]))


def _unsettled(shop: "ShopifyShop", row: "Row", _args: dict[str, Any]) -> Any:
    if row["kind"] != "AUTHORIZATION":
        return None
    order = next(order for order in shop.rows["Order"].values() if any(each["id"] == row["id"] for each in order["transactions"]))
    return bag(payments.unsettled(order, row), order["presentmentCurrencyCode"])


def _transactions(_shop: "ShopifyShop", row: "Row", args: dict[str, Any]) -> Any:
    rows = row["transactions"]
    if args.get("capturable"):
        rows = [each for each in rows if each["kind"] == "AUTHORIZATION" and payments.unsettled(row, each)]
    return rows


_COMPUTED: dict[tuple[str, str], Any] = {
    ("ProductVariant", "image"): lambda _shop, row, _args: next((each["image"] for each in row.get("media") or ()), None),
    ("Order", "fulfillmentOrders"): lambda shop, row, _args: sending.orders(shop, row),
    ("Order", "suggestedRefund"): payments.suggested,
    ("Order", "transactions"): _transactions,
    ("Fulfillment", "order"): lambda shop, row, _args: sending.of(shop, row),
    ("LineItem", "refundableQuantity"): lambda _shop, row, _args: row["currentQuantity"],
    ("LineItem", "unfulfilledQuantity"): lambda shop, row, _args: sending.unfulfilled(_line_order(shop, row), row),
    ("OrderTransaction", "totalUnsettledSet"): _unsettled,
    ("OrderTransaction", "multiCapturable"): lambda _shop, _row, _args: False,
}
