"""History in bulk: Shopify runs a query over everything and leaves the result as a file, one JSON object a line.

https://shopify.dev/docs/api/usage/bulk-operations/queries

A run takes many turns of the poller: the cursor holds the operation and how many bytes of its file are done. The file is on
another host: it is asked for through the same transport, without the shop's token.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson

from shoprelay_relays.errors import CredentialsRejected, RelayError
from shoprelay_relays.http.asking import Overloaded
from shoprelay_relays.shopify import queries
from shoprelay_relays.shopify.api import LIST, ask, change
from shoprelay_relays.shopify.completing import complete
from shoprelay_relays.shopify.jsonl import Group, LinkEnded, groups
from shoprelay_relays.shopify.records import records
from shoprelay_relays.spec import Json, Page, Record
from shoprelay_relays.values import utc

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between looks at an operation; the last one from then on."""
ROWS = 50
"""Objects a page."""
_MARK = "bulk"
_RUNNING = {"CREATED", "RUNNING"}
_BUSY = {"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}

_START = """mutation Start($query: String!) { bulkOperationRunQuery(query: $query, groupObjects: true) {
  bulkOperation { id status } userErrors { code field message } } }"""
_OPERATION = "id status errorCode url fileSize objectCount createdAt query"
_LOOK = f"query Look($id: ID!) {{ bulkOperation(id: $id) {{ {_OPERATION} }} }}"
_RECENT = f"{{ bulkOperations(first: 10, reverse: true, sortKey: CREATED_AT) {{ nodes {{ {_OPERATION} }} }} }}"
_MOVED = f"query Moved($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Order {{ id {queries.MOVEMENTS} }} }} }}"
_MOVED_AT_ONCE = (20, 5, 1)


@dataclass(frozen=True, slots=True)
class Bulk:
    """What an operation asks for. `lists`: the type of a nested object -> the list of its parent that it belongs to."""

    resource: str
    query: str
    lists: Mapping[str, str]


def _query(root: str, fields: str) -> str:
    return f"{{ {root} {{ edges {{ node {{ {fields} }} }} }} }}"


_MEDIA = dict.fromkeys(("MediaImage", "Video", "ExternalVideo", "Model3d"), "media")
ORDERS = Bulk("orders", _query("orders", queries.ORDER_BULK), {"LineItem": "lineItems", "ShippingLine": "shippingLines"})
PRODUCTS = Bulk(
    "products",
    _query("products", queries.PRODUCT_BULK),
    {"ProductVariant": "variants", "Collection": "collections", "InventoryLevel": "inventoryLevels", **_MEDIA},
)
CUSTOMERS = Bulk("customers", _query("customers", queries.CUSTOMER_BULK), {"MailingAddress": "addressesV2"})


@dataclass(slots=True)
class Place:
    """The operation ("" before it is started), the bytes of its file that are done, and how often it was looked at."""

    operation: str = ""
    done: int = 0
    looks: int = 0

    @classmethod
    def read(cls, cursor: str | None) -> "Place":
        return cls(*orjson.loads(cursor)[1:]) if cursor else cls()

    def written(self) -> str:
        return orjson.dumps([_MARK, self.operation, self.done, self.looks]).decode()


def goes_on(cursor: str | None) -> bool:
    """Whether a listing is (or begins) in bulk."""
    return cursor is None or orjson.loads(cursor)[0] == _MARK


async def pages(shop: httpx.AsyncClient, wanted: Bulk, begun: datetime, cursor: str | None) -> AsyncIterator[Page]:
    """The pages of a bulk operation; empty ones while it runs. When it failed they end without a last page.

    `begun` is when the listing began: an operation that was started after it, by a run that died, is taken over.
    """
    place = Place.read(cursor)
    while True:
        asked_at = datetime.now(UTC)
        operation, requests = await _operation(shop, wanted, begun, place)
        status = operation.get("status") if operation else "WAITING"
        if operation and _ended_well(operation):
            with contextlib.suppress(LinkEnded):
                async for page in _result(shop, wanted, operation, place, requests):
                    yield page
            return
        if status not in {"WAITING", *_RUNNING}:
            if operation and operation.get("errorCode") == "ACCESS_DENIED":
                raise CredentialsRejected(f"Shopify may not read {wanted.resource} for this app: check its access scopes.")
            return
        await asyncio.sleep(PAUSES[min(place.looks, len(PAUSES) - 1)])
        place.looks += 1
        yield Page([], asked_at, place.written(), requests)


async def _operation(shop: httpx.AsyncClient, wanted: Bulk, begun: datetime, place: Place) -> tuple[dict[str, Any] | None, int]:
    """The operation as it stands, and how many requests that took; None while Shopify has no room for one more."""
    if place.operation:
        found = (await ask(shop, _LOOK, {"id": place.operation})).data.get("bulkOperation")
        return (found or {"status": "EXPIRED"}), 1
    recent = ((await ask(shop, _RECENT)).data.get("bulkOperations") or {}).get("nodes") or []
    for row in recent:
        if row.get("query") == wanted.query and row.get("status") in {*_RUNNING, "COMPLETED"} and _since(row, begun):
            place.operation = str(row["id"])
            return row, 1
    made = await change(shop, _START, {"query": wanted.query}, "bulkOperationRunQuery")
    if errors := made.get("userErrors"):
        if {error.get("code") for error in errors} & _BUSY:
            return None, 2
        raise RelayError(f"bulkOperationRunQuery: {errors[0].get('message')}")
    place.operation = str(made["bulkOperation"]["id"])
    return made["bulkOperation"], 2


def _ended_well(operation: dict[str, Any]) -> bool:
    """Whether there is a result: a file, or nothing to put into one."""
    nothing = str(operation.get("objectCount")) == "0"
    return operation.get("status") == "COMPLETED" and (nothing or bool(operation.get("url")))


def _since(row: dict[str, Any], begun: datetime) -> bool:
    created = utc(row.get("createdAt"), "createdAt")
    return created is not None and created > begun


async def _result(
    shop: httpx.AsyncClient, wanted: Bulk, operation: dict[str, Any], place: Place, requests: int
) -> AsyncIterator[Page]:
    """The file from where it was left, page by page; the next page is read only when this one is taken."""
    # What the file says was so when the operation ran: what was read since then is newer.
    asked_at = min(datetime.now(UTC), utc(operation.get("createdAt"), "createdAt") or datetime.now(UTC))
    batch, size = list[Group](), int(operation.get("fileSize") or 0)
    if operation.get("url") and (not size or place.done < size):
        requests += 1
        async for group in groups(shop, str(operation["url"]), place.done, size, wanted.lists):
            if len(batch) == ROWS:
                place.done = batch[-1].end
                found, asked = await _records(shop, wanted, batch)
                yield Page(found, asked_at, place.written(), requests + asked)
                batch, requests = [], 0
            batch.append(group)
    found, asked = await _records(shop, wanted, batch)
    yield Page(found, asked_at, None, requests + asked)


async def _records(shop: httpx.AsyncClient, wanted: Bulk, batch: list[Group]) -> tuple[list[Record], int]:
    rows, requests = [group.node for group in batch], 0
    if wanted.resource == "orders":
        rows, requests = await _with_movements(shop, rows)
    return [record for row in rows for record in records(wanted.resource, row)], requests


async def _with_movements(shop: httpx.AsyncClient, orders: list[Json]) -> tuple[list[Json], int]:
    """The orders with their fulfilments and refunds in full; those that were deleted meanwhile are left out."""
    moved = [str(order["id"]) for order in orders if order.get("fulfillments") or order.get("refunds")]
    found, requests, sizes = dict[str, Json](), 0, list(_MOVED_AT_ONCE)
    while moved:
        some, requests = moved[: sizes[0]], requests + 1
        try:
            nodes = (await ask(shop, _MOVED, {"ids": some}, LIST)).data.get("nodes") or []
        except Overloaded:
            if len(sizes) == 1:
                raise
            sizes.pop(0)
            continue
        # They come in the order of the ids, null for one that is gone.
        found |= dict(zip(some, nodes, strict=True))
        moved = moved[len(some) :]
    requests += sum([await complete(shop, node) for node in found.values() if node])
    known = [(order, found.get(str(order["id"]), {})) for order in orders]
    return [{**order, **more} for order, more in known if more is not None], requests
