"""One change at a time, as a shop lives."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from shoprelay_simulators.magento2 import goods, orders, papers, people
from shoprelay_simulators.magento2.rows import Row
from shoprelay_simulators.world.chance import chance
from shoprelay_simulators.world.goods import Goods

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop


def step(shop: "Magento2Shop") -> str:
    kinds = list(WEIGHTS)
    change = shop.rng.choices(kinds, weights=[WEIGHTS[kind] for kind in kinds])[0]
    return change(shop) or place(shop)


def place(shop: "Magento2Shop") -> str:
    """Reservations take the goods: what lies in the sources stays until they are sent."""
    row = orders.order(shop)
    shop.orders[row["entity_id"]] = row
    shop.changed("orders", row["entity_id"])
    return f"order {row['entity_id']} placed"


def _pick(shop: "Magento2Shop", fits: Callable[[Row], bool]) -> Row | None:
    fitting = [row for row in shop.orders.values() if fits(row)]
    return shop.rng.choice(fitting) if fitting else None


def _note(shop: "Magento2Shop", row: Row, status: str, comment: str) -> None:
    entry = {"entity_id": shop.next_id("history"), "parent_id": row["entity_id"], "status": status, "comment": comment}
    row["status_histories"].insert(0, {**entry, "created_at": shop.stamp(), "is_visible_on_front": 0})
    row["status"], row["updated_at"] = status, shop.stamp()


def _count(row: Row, counter: str) -> None:
    for item in row["items"]:
        item[counter] = item["qty_ordered"]


def invoice(shop: "Magento2Shop") -> str:
    row = _pick(shop, lambda one: one["state"] in {"new", "processing"} and not one.get("total_paid"))
    if row is None:
        return ""
    made = papers.paper(shop, row, "invoice")
    shop.invoices[made["entity_id"]] = made
    _count(row, "qty_invoiced")
    row |= {"state": "processing", "total_paid": row["grand_total"], "total_invoiced": row["grand_total"], "total_due": 0}
    _note(shop, row, "processing", "invoiced")
    shop.changed("invoices", made["entity_id"])
    shop.changed("orders", row["entity_id"])
    return f"order {row['entity_id']} invoiced"


def ship(shop: "Magento2Shop") -> str:
    row = _pick(shop, lambda one: one["state"] == "processing" and bool(one.get("total_paid")))
    if row is None:
        return ""
    made = papers.paper(shop, row, "shipment")
    made["tracks"] = [_track(shop, made)] if chance(shop.rng, 80) else []
    shop.shipments[made["entity_id"]] = made
    _count(row, "qty_shipped")
    for item in orders.priced(row):
        shop.take(item["sku"], item["qty_ordered"])
    row["state"] = "complete"
    _note(shop, row, "complete", "shipped")
    shop.changed("shipments", made["entity_id"])
    shop.changed("orders", row["entity_id"])
    return f"order {row['entity_id']} shipped"


def _track(shop: "Magento2Shop", made: Row) -> Row:
    number = shop.next_id("track")
    return {
        "entity_id": number,
        "parent_id": made["entity_id"],
        "order_id": made["order_id"],
        "carrier_code": "custom",
        "title": "PostNord",
        "track_number": f"0037070{number:08d}",
        "created_at": shop.stamp(),
        "updated_at": shop.stamp(),
    }


def track(shop: "Magento2Shop") -> str:
    """A track that comes later is a row of its own: neither the shipment nor the order is dated anew."""
    if not shop.shipments:
        return ""
    made = shop.rng.choice(list(shop.shipments.values()))
    made["tracks"].append(_track(shop, made))
    shop.changed("shipments", made["entity_id"])
    return f"shipment {made['entity_id']} has another track"


def refund(shop: "Magento2Shop") -> str:
    row = _pick(shop, lambda one: one["state"] == "complete")
    if row is None:
        return ""
    made = papers.paper(shop, row, "creditmemo")
    shop.creditmemos[made["entity_id"]] = made
    _count(row, "qty_refunded")
    row |= {"state": "closed", "total_refunded": row["grand_total"]}
    _note(shop, row, "closed", "credited")
    shop.changed("creditmemos", made["entity_id"])
    shop.changed("orders", row["entity_id"])
    return f"order {row['entity_id']} credited"


def cancel(shop: "Magento2Shop") -> str:
    row = _pick(shop, lambda one: one["state"] == "new")
    if row is None:
        return ""
    row["state"] = "canceled"
    _note(shop, row, "canceled", "")
    shop.changed("orders", row["entity_id"])
    return f"order {row['entity_id']} cancelled"


def reprice(shop: "Magento2Shop") -> str:
    row = shop.rng.choice([one for one in shop.products.values() if one["type_id"] == "simple"])
    row |= {"price": float(shop.rng.randint(10, 900)), "updated_at": shop.stamp()}
    shop.changed("products", row["id"])
    return f"product {row['id']} repriced"


def restock(shop: "Magento2Shop") -> str:
    """The product is not dated anew."""
    held = shop.rng.choice(list(shop.stock.values()))
    held |= {"quantity": shop.rng.randint(0, 60)}
    held["status"] = int(held["quantity"] > 0)
    product = next((row for row in shop.products.values() if row["sku"] == held["sku"]), None)
    if product is not None:
        shop.tell("stock", product["id"])
    return f"stock of {held['sku']} is {held['quantity']}"


def new_product(shop: "Magento2Shop") -> str:
    row = goods.product(shop, Goods("Nyhed", "", f"{shop.rng.randint(20, 400)}.00"), "simple")
    shop.changed("products", row["id"])
    return f"product {row['id']} made"


def new_customer(shop: "Magento2Shop") -> str:
    row = people.customer(shop)
    shop.changed("customers", row["id"])
    return f"customer {row['id']} made"


def rename_category(shop: "Magento2Shop") -> str:
    row = shop.categories[max(shop.categories)]
    row |= {"name": f"Nyt navn {shop.rng.randint(1, 99)}", "updated_at": shop.stamp()}
    shop.changed("categories", row["id"])
    return f"category {row['id']} renamed"


def delete_product(shop: "Magento2Shop") -> str:
    alone = [row["id"] for row in shop.products.values() if row["type_id"] == "virtual" or row["name"] == "Nyhed"]
    if not alone:
        return ""
    number = shop.rng.choice(alone)
    row = shop.products.pop(number)
    for key in [key for key in shop.stock if key[0] == row["sku"]]:
        del shop.stock[key]
    shop.changed("products", number)
    return f"product {number} deleted"


WEIGHTS: dict[Callable[["Magento2Shop"], str], int] = {
    place: 30,
    invoice: 20,
    ship: 15,
    restock: 10,
    reprice: 6,
    new_customer: 4,
    refund: 3,
    cancel: 3,
    track: 3,
    new_product: 3,
    rename_category: 1,
    delete_product: 1,
}
