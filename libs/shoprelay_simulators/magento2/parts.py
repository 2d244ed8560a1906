"""Which items of an order a paper is about, and what they come to."""

from decimal import Decimal

from shoprelay_simulators.magento2 import orders, papers
from shoprelay_simulators.magento2.errors import Refusal
from shoprelay_simulators.magento2.rows import Row


def taken_of(row: Row, body: Row, counter: str, nothing: str, most: str = "qty_ordered") -> dict[int, float]:
    """How many of each item; no items mean all that are left. A variant's row follows that of its product."""
    left = {item["item_id"]: item[most] - item[counter] - item.get("qty_canceled", 0) for item in row["items"]}
    given = {int(one["order_item_id"]): float(one["qty"]) for one in body.get("items") or []}
    if wrong := next((key for key in given if key not in left), None):
        raise Refusal(400, "The item %1 is not part of the original order.", [wrong])
    if any(count > left[key] for key, count in given.items()):
        raise Refusal(400, "The quantity must not be greater than the unprocessed quantity for product.")
    taken = given or {item["item_id"]: left[item["item_id"]] for item in row["items"] if not item.get("parent_item_id")}
    if nothing and not any(taken.values()):
        raise Refusal(400, nothing)
    for item in row["items"]:
        if (parent := item.get("parent_item_id")) in taken:
            taken.setdefault(item["item_id"], taken[parent])
        elif item["item_id"] in taken and parent:
            taken.setdefault(parent, taken[item["item_id"]])
    return {key: count for key, count in taken.items() if count > 0}


def part(made: Row, taken: dict[int, float]) -> list[Row]:
    """The paper's rows, with what they come to."""
    found = []
    for item in made["items"]:
        if item["order_item_id"] in taken:
            share = Decimal(str(taken[item["order_item_id"]])) / Decimal(str(item["qty"]))
            amounts = {name: orders.cents(Decimal(str(item[name])) * share) for name in papers.AMOUNTS if name in item}
            found.append({**item, **amounts, "qty": taken[item["order_item_id"]]})
    return found
