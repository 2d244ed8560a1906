"""Stock: https://woocommerce.github.io/woocommerce-rest-api-docs/#product-variation-properties

`inventory_delta` is in WooCommerce's code and not in its documentation (class-wc-rest-products-controller.php and
class-wc-rest-product-variations-controller.php of version 3 of the API): the shop itself adds it to its count.
"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.goods import ChangeStock
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.woocommerce.actions.asking import change
from shoprelay_relays.woocommerce.actions.meant import goods


async def change_stock(call: Call[ChangeStock]) -> Done:
    """A change is left to the shop: what is sold meanwhile is not lost, as it is when a count is read, added to and set.

    A variation may leave its stock to its product ("parent"): then it is the product's count that changes.
    """
    found = await goods(call)
    managed = found.row.get("manage_stock")
    path = f"products/{found.product}" if managed == "parent" else found.path
    told: dict[str, Any] = {"manage_stock": True, "stock_quantity": call.data.stock}
    if call.data.stock_change is not None:
        if not managed:
            raise CannotDo("stock_change", "the shop does not count this one yet: give its stock")
        told = {"inventory_delta": call.data.stock_change}
    row = await change(call.client, "PUT", path, told)
    if row.get("stock_quantity") is None:
        raise CannotDo("stock", "the shop does not count stock (WooCommerce > Settings > Products > Inventory)")
    return Done({"stock": row["stock_quantity"]}, found.reads)
