"""Stock: https://woocommerce.github.io/woocommerce-rest-api-docs/#product-variation-properties"""

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.goods import ChangeStock
from shoprelay_relays.woocommerce.actions import asking
from shoprelay_relays.woocommerce.client import get


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    """The product, with its variations."""
    return [("products", _ids(call)[0])]


async def change(call: Call[ChangeStock]) -> Done:
    product, own = _ids(call)
    path = f"products/{product}" if own == product else f"products/{product}/variations/{own}"
    row = await asking.change(call.client, "PUT", path, {"manage_stock": True, "stock_quantity": await _wanted(call, path)})
    return Done({"stock": row.get("stock_quantity")})


async def _wanted(call: Call[ChangeStock], path: str) -> int:
    if call.data.stock is not None:
        return call.data.stock
    row = (await get(call.client, path)).body
    return int(row.get("stock_quantity") or 0) + (call.data.stock_change or 0)


def _ids(call: Call[Body]) -> tuple[str, str]:
    """(product, variation): a simple product's variant is the product. Given by hand: "product" or "product/variation"."""
    if not call.target.document:
        product, _, own = call.target.given.partition("/")
        return product, own or product
    return call.target.known_as("sku_3"), call.target.known_as("sku_2")
