"""What all mutations have in common: answers with userErrors, the scopes that they need, keys against doing things twice."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.schema import Info, Row
    from shoprelay_simulators.shopify.shop import ShopifyShop

Write = Callable[["ShopifyShop", dict[str, Any]], dict[str, Any]]
Args = dict[str, Any]

MERCHANT = "write_merchant_managed_fulfillment_orders"
SCOPES = {
    **dict.fromkeys(("orderClose", "orderOpen", "orderCreate", "orderUpdate", "orderDelete", "orderCancel"), "write_orders"),
    **dict.fromkeys(("orderCapture", "refundCreate"), "write_orders"),
    **dict.fromkeys(("fulfillmentCreate", "fulfillmentTrackingInfoUpdate", "fulfillmentCancel"), MERCHANT),
    **dict.fromkeys(("orderEditBegin", "orderEditAddVariant", "orderEditSetQuantity", "orderEditCommit"), "write_order_edits"),
    **dict.fromkeys(("productSet", "productUpdate", "productDelete", "productVariantDetachMedia"), "write_products"),
    **dict.fromkeys(("productVariantsBulkCreate", "productVariantsBulkUpdate", "productVariantsBulkDelete"), "write_products"),
    **dict.fromkeys(("collectionCreate", "collectionUpdate", "collectionDelete"), "write_products"),
    **dict.fromkeys(("inventoryAdjustQuantities", "inventorySetQuantities"), "write_inventory"),
    **dict.fromkeys(("customerCreate", "customerUpdate", "customerDelete", "customerAddressCreate"), "write_customers"),
    "customerEmailMarketingConsentUpdate": "write_customers",
    **dict.fromkeys(("publishablePublish", "publishableUnpublish"), "write_publications"),
    "publications": "read_publications",
    "fileUpdate": "write_files",
}
"""mutation -> the access scope that it needs."""


class Refusal(Exception):
    """A mutation changes nothing and says why."""

    def __init__(self, message: str, *field: str, code: str | None = None) -> None:
        super().__init__(message)
        self.told = {"field": list(field) or None, "message": message, "code": code}


def root(write: Write, errors: str = "userErrors", *, keyed: bool = False) -> Any:
    """The resolver of a mutation. `keyed`: it has to carry @idempotent."""

    def resolve(shop: "ShopifyShop", info: "Info", args: Args) -> dict[str, Any]:
        if keyed and not any(each.name.value == "idempotent" for each in info.field_nodes[0].directives or ()):
            message = "The @idempotent directive is required for this mutation but was not provided."
            raise GraphQLError(message, extensions={"code": "BAD_REQUEST"})
        try:
            return {**write(shop, args), errors: []}
        except Refusal as refusal:
            return {errors: [refusal.told]}

    return resolve


def existing(shop: "ShopifyShop", gid: str, kind: str, *field: str) -> "Row":
    """A row; Refusal when it is not there."""
    found = shop.row(gid) if gid.startswith(f"gid://shopify/{kind}/") else None
    if found is None:
        raise Refusal(f"{kind} does not exist", *field, code="NOT_FOUND")
    return found


def put(row: "Row", given: Args, *names: str) -> None:
    """Takes over what was given."""
    row.update({name: given[name] for name in names if name in given})
