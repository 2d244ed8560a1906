"""Stock: https://developer.adobe.com/commerce/webapi/rest/inventory/manage-source-items/

Sources and stock items only take a count. Where an article lies in several sources, one of them takes the whole change.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.goods import ChangeStock
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2 import goods, known, stock
from shoprelay_relays.magento2.actions import found
from shoprelay_relays.magento2.actions.asking import change
from shoprelay_relays.magento2.client import get

_DEFAULT = "default"


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    return found.reads(call.target)


async def change_stock(call: Call[ChangeStock]) -> Done:
    row = await found.product(call.client, call.target)
    if row.get("type_id") in {"configurable", "grouped", "bundle"}:
        raise CannotDo("", f"a {row['type_id']} product has no stock: name what it is sold as")
    have = await _counted(call.client, row, call.config)
    wanted = call.data.stock if call.data.stock is not None else have + (call.data.stock_change or 0)
    await add(call.client, str(row["sku"]), wanted - have, call.config)
    return Done({"stock": wanted}, [("products", str(row["id"]))])


async def _counted(shop: httpx.AsyncClient, row: found.Row, config: Mapping[str, Any]) -> int:
    """The count that the document tells, which the webshop's settings choose."""
    learnt, _ = await stock.learnt(shop, [row], config)
    return goods.stock(Raw({**row, "learnt": learnt.get(str(row["sku"]), {})}), config)["stock"] or 0


async def add(shop: httpx.AsyncClient, sku: str, pieces: int, config: Mapping[str, Any]) -> None:
    """So many more in the source that the article is sent from, or in its stock item. What has pieces again is in stock."""
    if config.get("inventory") == "none":
        item = Raw((await get(shop, found.stock_item(sku))).body)
        count = float(item.amount("qty")) + pieces
        body = {"qty": count} | ({"is_in_stock": True} if count > 0 else {})
        await change(shop, "PUT", found.path(sku, f"/stockItems/{item.id('item_id')}"), {"stockItem": body})
        return
    rows, _ = await stock.source_items(shop, [sku])
    source = _source(rows, known.sources(config))
    held = next((Raw(row) for row in rows if row.get("source_code") == source), Raw({}))
    count = float(held.amount("quantity")) + pieces
    item_ = {"sku": sku, "source_code": source, "quantity": count, "status": 1 if count > 0 else held.integer("status") or 0}
    await change(shop, "POST", "inventory/source-items", {"sourceItems": [item_]})


def _source(rows: Sequence[found.Row], ours: Sequence[str]) -> str:
    """The default source where the article lies in it, else the first one of the website's that has it."""
    having = sorted(str(row.get("source_code")) for row in rows)
    mine = [code for code in having if code in ours] or having or sorted(ours)
    return _DEFAULT if _DEFAULT in mine or not mine else mine[0]
