"""Stock. https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventoryAdjustQuantities"""

from typing import TYPE_CHECKING, Any

from shoprelay_simulators.shopify import build
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.shopify.writes.common import Args, Refusal

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.schema import Row
    from shoprelay_simulators.shopify.shop import ShopifyShop

_STALE = "The changeFromQuantity argument no longer matches the persisted quantity."


def adjust(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    for place, asked in enumerate(args["input"]["changes"]):
        pieces = _level(shop, asked, "changes", str(place), "InventoryChangeInput")
        move(shop, asked["inventoryItemId"], asked["delta"], pieces)
    return {}


def set_(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    for place, asked in enumerate(args["input"]["quantities"]):
        pieces = _level(shop, asked, "quantities", str(place), "InventoryQuantityInput")
        if asked["quantity"] < 0:
            raise Refusal(
                "The quantity can't be negative.", "input", "quantities", str(place), "quantity", code="INVALID_QUANTITY_NEGATIVE"
            )
        move(shop, asked["inventoryItemId"], asked["quantity"] - pieces["quantity"], pieces)
    return {}


def sold(shop: "ShopifyShop", variant: "Row | None", by: int) -> None:
    """Stock of a variant moves at the first of its locations."""
    if variant is not None and by:
        item = shop.rows["InventoryItem"][variant["inventoryItem"].gid]
        if item["tracked"]:
            level = item["inventoryLevels"][0]
            move(shop, item["id"], by, level["quantities"][0])


def move(shop: "ShopifyShop", item: str, by: int, pieces: dict[str, Any]) -> None:
    pieces["quantity"] += by
    row = shop.rows["InventoryItem"][item]
    variant = shop.rows["ProductVariant"][row["variants"][0].gid]
    variant["updatedAt"] = shop.stamp()
    head = shop.rows["Product"][variant["product"].gid]
    build.recount(shop, head)
    shop.changed(head)
    body = {"inventory_item_id": number(row), "available": pieces["quantity"]}
    shop.hooks.happened("inventory_levels/update", str(number(row)), body)


def _level(shop: "ShopifyShop", asked: Args, name: str, place: str, kind: str) -> dict[str, Any]:
    """The count of an item at a location, as the caller supposes that it stands."""
    where = ("input", name, place)
    if "changeFromQuantity" not in asked:
        raise Refusal(f"{kind} must include the following argument: changeFromQuantity.", *where, code="INVALID")
    item = shop.rows["InventoryItem"].get(asked["inventoryItemId"])
    if item is None:
        raise Refusal(
            "The specified inventory item could not be found.", *where, "inventoryItemId", code="INVALID_INVENTORY_ITEM"
        )
    for level in item["inventoryLevels"]:
        if level["location"].gid == asked["locationId"]:
            pieces: dict[str, Any] = level["quantities"][0]
            if asked["changeFromQuantity"] not in {None, pieces["quantity"]}:
                raise Refusal(_STALE, *where, "changeFromQuantity", code="CHANGE_FROM_QUANTITY_STALE")
            return pieces
    raise Refusal("The specified location could not be found.", *where, "locationId", code="INVALID_LOCATION")
