"""Direct reads of one record with what belongs to it. A missing one is a 404 with an empty body."""

from collections.abc import Mapping
from typing import Any

import httpx

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.prestashop.listing import Listing
from shoprelay_relays.prestashop.reader import Reader
from shoprelay_relays.spec import Gone, Record
from shoprelay_schema.raw import Evidence


async def read(listing: Listing, shop: httpx.AsyncClient, remote_id: str, config: Mapping[str, Any]) -> list[Record] | Gone:
    """`display=full` keeps a single answer from dropping its zeros. Of a shop that is not ours nothing is said."""
    reader = Reader(shop, config)
    path = f"{listing.resource}/{remote_id}"
    try:
        rows = (await reader.get(path, {"display": "full"})).rows
    except NotThere as error:
        return Gone(listing.name, remote_id, Evidence(str(error)))
    if [str(row["id"]) for row in rows] != [remote_id]:
        raise ShopTrouble(f"GET {path}: the answer is not about {remote_id}")
    # A single order is answered whatever shop is asked for.
    mine = config.get("shop_id") or ""
    if listing.resource == "orders" and mine and str(rows[0].get("id_shop")) != mine:
        return []
    return await listing.one(reader, rows, config)


async def variant(listing: Listing, shop: httpx.AsyncClient, remote_id: str, config: Mapping[str, Any]) -> list[Record] | Gone:
    """By "product/combination": it is read as a part of its product, which owns it."""
    found = await read(listing, shop, remote_id.partition("/")[0], config)
    return Gone("combinations", remote_id, found.evidence) if isinstance(found, Gone) else found


async def parcel(listing: Listing, shop: httpx.AsyncClient, remote_id: str, config: Mapping[str, Any]) -> list[Record] | Gone:
    """A row of order_carriers: it is read as a part of its order."""
    try:
        rows = (await Reader(shop, config).get(f"order_carriers/{remote_id}", {"display": "full"})).rows
    except NotThere as error:
        return Gone("shipments", remote_id, Evidence(str(error)))
    found = await read(listing, shop, str(rows[0]["id_order"]), config)
    return Gone("shipments", remote_id, found.evidence) if isinstance(found, Gone) else found
