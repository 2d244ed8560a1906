"""The fields of the query and of the mutation."""

from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from shoprelay_simulators.shopify import writes
from shoprelay_simulators.shopify.paging import Key, connection, number
from shoprelay_simulators.shopify.search import Search

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.schema import Info, Root, Row
    from shoprelay_simulators.shopify.shop import ShopifyShop

KINDS = {
    "orders": "Order",
    "products": "Product",
    "customers": "Customer",
    "collections": "Collection",
    "productVariants": "ProductVariant",
}
DEFAULT_SORT = {"orders": "PROCESSED_AT"}
_SORTS: dict[str, Key] = {
    "ID": number,
    "CREATED_AT": lambda row: row["createdAt"],
    "UPDATED_AT": lambda row: row["updatedAt"],
    "PROCESSED_AT": lambda row: row.get("processedAt") or row["createdAt"],
    "TITLE": lambda row: row.get("title") or "",
    "NAME": lambda row: row.get("displayName") or row.get("name") or "",
}


def _list(shop: "ShopifyShop", info: "Info", args: dict[str, Any]) -> Any:
    found = _searched(shop, info.field_name, args.get("query"))
    sort = str(args.get("sortKey") or DEFAULT_SORT.get(info.field_name, "ID"))
    return connection(shop, found, args, _SORTS.get(sort, number))


def _searched(shop: "ShopifyShop", name: str, query: str | None) -> "list[Row]":
    rows = shop.indexed(KINDS[name])
    if not query:
        return rows
    search = Search(name)
    test = search.parsed(query)
    if search.warnings:
        shop.warned.append({"path": [name], "query": query, "parsed": {}, "warnings": search.warnings})
    return [row for row in rows if test(row)]


def _count(shop: "ShopifyShop", info: "Info", args: dict[str, Any]) -> Any:
    found = len(_searched(shop, info.field_name.removesuffix("Count"), args.get("query")))
    limit = args.get("limit")
    capped = limit is not None and found > limit
    return {"count": limit if capped else found, "precision": "AT_LEAST" if capped else "EXACT"}


def _one(shop: "ShopifyShop", info: "Info", args: dict[str, Any]) -> Any:
    gid = str(args.get("id") or next(iter(shop.rows["Location"])))
    kind = {"node": None, "inventoryItem": "InventoryItem"}.get(info.field_name, info.field_name[0].upper() + info.field_name[1:])
    if not gid.startswith("gid://shopify/") or (kind and gid.split("/")[3] != kind):
        raise GraphQLError(f"Invalid global id '{gid}'", extensions={"code": "argumentLiteralsIncompatible"})
    if gid.split("/")[3] == "LineItem":
        return next((line for order in shop.rows["Order"].values() for line in order["lineItems"] if line["id"] == gid), None)
    return shop.row(gid)


def _nodes(shop: "ShopifyShop", _info: "Info", args: dict[str, Any]) -> Any:
    return [shop.row(str(gid)) for gid in args["ids"]]


def _installation(shop: "ShopifyShop", _info: "Info", _args: dict[str, Any]) -> Any:
    scopes = [{"handle": scope, "description": scope} for scope in sorted(shop.access.scopes)]
    return {"id": "gid://shopify/AppInstallation/1", "accessScopes": scopes}


def _deleted(kind: str, answer: str) -> "Root":
    def delete(shop: "ShopifyShop", _info: "Info", args: dict[str, Any]) -> Any:
        gid = str(args["input"]["id"])
        if shop.row(gid) is None:
            return {answer: None, "userErrors": [{"field": ["id"], "message": f"{kind} does not exist"}]}
        shop.delete(gid)
        return {answer: gid, "userErrors": []}

    return delete


def _closed(shop: "ShopifyShop", info: "Info", args: dict[str, Any]) -> Any:
    order = shop.row(str(args["input"]["id"]))
    if order is None:
        return {"order": None, "userErrors": [{"field": ["id"], "message": "Order does not exist"}]}
    order["closedAt"] = shop.stamp() if info.field_name == "orderClose" else None
    shop.changed(order)
    return {"order": order, "userErrors": []}


def _tagged(shop: "ShopifyShop", _info: "Info", args: dict[str, Any]) -> Any:
    row = shop.row(str(args["id"]))
    if row is None:
        return {"node": None, "userErrors": [{"field": ["id"], "message": "Resource does not exist"}]}
    row["tags"] = sorted({*row.get("tags", []), *args["tags"]})
    shop.changed(row)
    return {"node": row, "userErrors": []}


ROOTS: "dict[str, Root]" = {
    "shop": lambda shop, _info, _args: shop.about,
    "currentAppInstallation": _installation,
    "locations": lambda shop, _info, args: connection(shop, list(shop.rows["Location"].values()), args, number),
    **dict.fromkeys(KINDS, _list),
    **{f"{name}Count": _count for name in ("orders", "products", "customers", "collections")},
    **dict.fromkeys(
        ("order", "product", "productVariant", "customer", "collection", "inventoryItem", "location", "fulfillment", "node"), _one
    ),
    "nodes": _nodes,
    "bulkOperation": lambda shop, _info, args: shop.bulk.operation(str(args["id"])),
    "bulkOperations": lambda shop, _info, args: connection(shop, shop.bulk.all(), args, number),
    "bulkOperationRunQuery": lambda shop, _info, args: shop.bulk.start(
        str(args["query"]), grouped=bool(args.get("groupObjects"))
    ),
    "bulkOperationCancel": lambda shop, _info, args: shop.bulk.cancel(str(args["id"])),
    "webhookSubscriptions": lambda shop, _info, args: connection(shop, shop.hooks.listed(args), args, number),
    "webhookSubscriptionCreate": lambda shop, _info, args: shop.hooks.create(args["topic"], args["webhookSubscription"]),
    "webhookSubscriptionDelete": lambda shop, _info, args: shop.hooks.delete(str(args["id"])),
    "orderClose": _closed,
    "orderOpen": _closed,
    "tagsAdd": _tagged,
    "productDelete": _deleted("Product", "deletedProductId"),
    **writes.ROOTS,
}
