"""Stock: https://devdocs.prestashop-project.org/8/webservice/resources/stock_availables/

A row comes with each product and combination and only takes a count; that of the product is the sum of its combinations.
"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.goods import ChangeStock
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop.actions import asking, found
from shoprelay_relays.prestashop.actions.found import Key
from shoprelay_relays.prestashop.reader import Reader


async def change_stock(call: Call[ChangeStock]) -> Done:
    key = await found.variant(call.client, call.config, call.target)
    if call.data.stock is not None:
        row = await counted(call, key)
        count = await put(call, row, call.data.stock)
    else:
        count = await add(call, key, call.data.stock_change or 0)
    return Done({"stock": count}, [("products", key[0])])


async def add(call: Call[Any], key: Key, pieces: int) -> int:
    """So many more; the new count."""
    row = await counted(call, key)
    return await put(call, row, (row.integer("quantity") or 0) + pieces)


async def put(call: Call[Any], row: Raw, count: int) -> int:
    await asking.edit(call.client, call.config, "stock_availables", row.id(), {"quantity": count})
    return count


async def counted(call: Call[Any], key: Key) -> Raw:
    """The row of the shop that is served; those of several shops may be one, which belongs to their group. CannotDo where there
    is none, and for the sum of combinations: the shop takes what is written there, and adds them up again.
    """
    rows = await Reader(call.client, call.config).rows("stock_availables", "id_product", [key[0]])
    mine = [Raw(row) for row in rows if str(row.get("id_product_attribute")) == key[1]]
    if not mine:
        raise CannotDo("", f"the shop keeps no stock of {'/'.join(key)}")
    if len(mine) < len(rows) and key[1] == "0":
        raise CannotDo("", f"the stock of {key[0]} is that of its combinations: name one of them")
    wanted = str(call.config.get("shop_id") or "")
    return next((row for row in mine if row.text("id_shop") == wanted), mine[0])
