"""Shipments, invoices and credit memos: lists of their own, whose rows name their order by its internal id alone.

They come with the orders (each of them moves its order's modified time) and by their own lists.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import httpx

from shoprelay_relays.magento2.catalogue import by_values
from shoprelay_relays.magento2.criteria import dates
from shoprelay_relays.magento2.walk import List, Place, walk
from shoprelay_relays.spec import Json, Mode, Page, Record, Window

Config = Mapping[str, Any]
Row = dict[str, Json]

LISTS = {"shipments": List("shipments"), "invoices": List("invoices"), "credit_notes": List("creditmemos")}
_ITEM = ("item_id", "parent_item_id", "product_type", "product_id", "sku", "price", "row_total", "qty_ordered")
_ADDRESS = "firstname,middlename,lastname,company,street,postcode,city,region,region_code,country_id,telephone"
_ORDERS = List(
    "orders",
    fields=f"entity_id,increment_id,items[{','.join(_ITEM)}],"
    f"extension_attributes[shipping_assignments[shipping[address[{_ADDRESS}]]]]",
)
_MONTH = timedelta(days=30)
# Nothing is sent, invoiced or credited in these states.
_NOTHING_YET = {"new", "pending_payment"}


async def of_orders(shop: httpx.AsyncClient, orders: Sequence[Row]) -> tuple[list[Record], int]:
    """The records that belong to these orders, and how many requests they took."""
    moved = {str(row.get("entity_id")): row for row in orders if row.get("state") not in _NOTHING_YET}
    records: list[Record] = []
    requests = 0
    for resource, where in LISTS.items():
        rows, asked = await by_values(shop, where, "order_id", list(moved))
        requests += asked
        records += [record(resource, row, moved.get(str(row.get("order_id")))) for row in rows]
    return records, requests


async def pages(
    resource: str, shop: httpx.AsyncClient, window: Window, cursor: str | None, _config: Config
) -> AsyncIterator[Page]:
    """One of the lists, each page with the orders that it belongs to."""
    async for step in walk(shop, LISTS[resource], dates(window), Place.read(cursor)):
        records, asked = await with_orders(shop, resource, step.rows)
        yield Page(records, step.asked_at, step.cursor, step.requests + asked)


async def young_shipments(shop: httpx.AsyncClient, window: Window, cursor: str | None, config: Config) -> AsyncIterator[Page]:
    """Shipments of the last month: a track that is added later is a row of its own and dates nothing anew."""
    month = Window(Mode.CREATED_SINCE_LAST_REQUEST, window.until - _MONTH, window.until)
    async for page in pages("shipments", shop, month, cursor, config):
        yield page


async def with_orders(shop: httpx.AsyncClient, resource: str, rows: Sequence[Row]) -> tuple[list[Record], int]:
    """Records of rows whose orders are asked for."""
    found, requests = await by_values(shop, _ORDERS, "entity_id", [str(row.get("order_id")) for row in rows])
    orders = {str(order.get("entity_id")): order for order in found}
    return [record(resource, row, orders.get(str(row.get("order_id")))) for row in rows], requests


def record(resource: str, row: Row, order: Row | None) -> Record:
    body = {**row, "learnt": {"order": brief(order)}} if order else row
    return Record.of(resource, str(row.get("entity_id")), body)


def brief(order: Row) -> Row:
    """What of an order its papers need: its number, what was ordered, and where it goes."""
    items = order.get("items")
    listed = (
        [{name: item.get(name) for name in _ITEM} for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    )
    address = shipping(order).get("address")
    names = _ADDRESS.split(",")
    where = {name: address.get(name) for name in names} if isinstance(address, dict) else None
    return {"entity_id": order.get("entity_id"), "increment_id": order.get("increment_id"), "items": listed, "address": where}


def shipping(order: Row) -> Row:
    """The shipping of an order's first assignment; {} where nothing is sent."""
    more = order.get("extension_attributes")
    assignments = more.get("shipping_assignments") if isinstance(more, dict) else None
    first = assignments[0] if isinstance(assignments, list) and assignments else None
    found = first.get("shipping") if isinstance(first, dict) else None
    return found if isinstance(found, dict) else {}
