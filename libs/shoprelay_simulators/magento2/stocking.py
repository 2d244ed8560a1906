"""Counts: sources where the shop has them, else stock items. They are set as they are given, and date no product anew."""

from typing import TYPE_CHECKING

from shoprelay_simulators.magento2.errors import NO_PRODUCT, Refusal
from shoprelay_simulators.magento2.rows import Row

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop


def by_sku(shop: "Magento2Shop", sku: str) -> Row:
    """A product; its sku is compared without regard to case."""
    found = next((row for row in shop.products.values() if str(row["sku"]).casefold() == sku.casefold()), None)
    if found is None:
        raise Refusal(404, NO_PRODUCT)
    return found


def source_items(shop: "Magento2Shop", _keys: tuple[str, ...], body: Row) -> list[object]:
    if not shop.inventory:
        raise Refusal(404, "Request does not match any route.")
    for item in body.get("sourceItems") or []:
        if item.get("source_code") not in {"aarhus", "default"}:
            raise Refusal(400, "Validation Failed", None)
        row = by_sku(shop, str(item["sku"]))
        kept = {"sku": row["sku"], "source_code": item["source_code"], "quantity": item["quantity"], "status": item["status"]}
        shop.stock[row["sku"], item["source_code"]] = kept
        shop.tell("stock", row["id"])
    return []


def stock_item(shop: "Magento2Shop", keys: tuple[str, ...], body: Row) -> int:
    """What is not given stays as it was."""
    row, given = by_sku(shop, keys[0]), body["stockItem"]
    own = shop.rules.setdefault(row["id"], {})
    own |= {name: value for name, value in given.items() if name not in {"qty", "is_in_stock"}}
    if "qty" in given:
        held = {"sku": row["sku"], "source_code": "default", "quantity": given["qty"], "status": int(given["qty"] > 0)}
        shop.stock[row["sku"], "default"] = held
    shop.tell("stock", row["id"])
    return int(row["id"])
