"""The schema, executed over plain rows: any selection of any client, with arguments, fragments, variables and errors.

A row is a dict by the API's field names; where it stands for another row there is a Ref. Connections are lists until asked for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    get_named_type,
)

from shoprelay_simulators.shopify.paging import connection

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.shop import ShopifyShop

Row = dict[str, Any]
Info = GraphQLResolveInfo[Any]
Root = Callable[["ShopifyShop", Info, dict[str, Any]], Any]

CONNECTED = (
    "BulkOperation", "CalculatedLineItem", "Channel", "Collection", "Customer", "FulfillmentLineItem", "FulfillmentOrder",
    "FulfillmentOrderLineItem", "InventoryLevel", "LineItem", "Location", "MailingAddress", "Media", "Order", "OrderTransaction",
    "Product", "ProductVariant", "Publication", "RefundLineItem", "RefundShippingLine", "ShippingLine", "WebhookSubscription",
)  # fmt: skip
NEEDS = {
    "Collection": "read_products",
    "Customer": "read_customers",
    "InventoryLevel": "read_inventory",
    "Location": "read_locations",
    "Order": "read_orders",
    "Product": "read_products",
    "ProductVariant": "read_products",
}
PROTECTED = {"Order", "Customer"}
"""Types that hold buyers' data: an app needs Shopify's approval beside the scope."""


@dataclass(frozen=True)
class Ref:
    """Another row, by its global id; resolved when it is asked for, so that it may be gone by then."""

    gid: str


@cache
def schema() -> GraphQLSchema:
    texts = [(files(__package__) / f"{name}.graphql").read_text(encoding="utf-8") for name in ("schema", "writes")]
    made = [
        f"type {name}Edge {{ cursor: String! node: {name}! }}\n"
        f"type {name}Connection {{ edges: [{name}Edge!]! nodes: [{name}!]! pageInfo: PageInfo! }}"
        for name in CONNECTED
    ]
    return build_schema("\n".join([*texts, *made]))


def type_of(value: Row, *_: object) -> str:
    """The type of a row where a field may hold several."""
    return str(value.get("__typename") or value["id"].split("/")[3])


def resolver(roots: dict[str, Root], computed: Callable[..., Any], scopes: Mapping[str, str]) -> Callable[..., Any]:
    """The resolver of every field; `roots` are those of the query and the mutation themselves.

    `computed(shop, type, field, row, args)`: what no row holds, else None. `scopes`: what mutations need.
    """

    def resolve(source: Row | None, info: Info, **args: Any) -> Any:
        shop: ShopifyShop = info.context
        named = get_named_type(info.return_type)
        _allow(shop, named.name.removesuffix("Connection"), info)
        if info.parent_type in {info.schema.query_type, info.schema.mutation_type}:
            _granted(shop, scopes.get(info.field_name), info)
            return roots[info.field_name](shop, info, args)
        assert source is not None
        value = computed(shop, info.parent_type.name, info.field_name, source, args)
        value = _value(source, info.field_name) if value is None else value
        if named.name.endswith("Connection") and isinstance(named, GraphQLObjectType) and isinstance(value, list | None):
            return connection(shop, [shop.find(row) for row in value or []], args)
        if isinstance(value, list):
            value = _chosen([shop.find(item) if isinstance(item, Ref) else item for item in value], args)
        return shop.find(value) if isinstance(value, Ref) else value

    return resolve


def _value(source: Row, name: str) -> Any:
    if name == "legacyResourceId":
        return source["id"].partition("?")[0].rpartition("/")[2]
    if name == "closed":
        return source.get("closedAt") is not None
    return source.get(name)


def _chosen(items: list[Any], args: dict[str, Any]) -> list[Any]:
    if "names" in args:
        items = [item for item in items if item["name"] in args["names"]]
    return items[: args["first"]] if args.get("first") is not None else items


def _allow(shop: "ShopifyShop", name: str, info: Info) -> None:
    """Refuses what the app has no scope for, and buyers' data to an app without approval."""
    _granted(shop, NEEDS.get(name), info)
    if name in PROTECTED and not shop.protected_data:
        message = f"This app is not approved to access the {name} object. See https://shopify.dev/docs/apps/launch/protected-customer-data"
        raise GraphQLError(message, extensions={"code": "ACCESS_DENIED"})


def _granted(shop: "ShopifyShop", needed: str | None, info: Info) -> None:
    if needed and not {needed, needed.replace("read_", "write_", 1)} & shop.access.scopes:
        message = f"Access denied for {info.field_name} field. Required access: `{needed}` access scope."
        raise GraphQLError(message, extensions={"code": "ACCESS_DENIED", "requiredAccess": f"`{needed}` access scope."})
