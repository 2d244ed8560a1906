"""The order that is meant, and its status: https://woocommerce.github.io/woocommerce-rest-api-docs/#update-an-order"""

from typing import Any

from shoprelay_relays.actions import Call, Done, Reference
from shoprelay_relays.actions.bodies.orders import CloseOrder, UpdateOrderStatus
from shoprelay_relays.woocommerce.actions.asking import change, number


def order_id(call: Call[Any]) -> str:
    """The order that the path names."""
    return number(call.target.known_as("remote_id"))


def reads(call: Call[Any]) -> list[tuple[str, str]]:
    """The order."""
    return [("orders", order_id(call))]


async def update_status(call: Call[UpdateOrderStatus]) -> Done:
    return await move(call, call.data.status_id)


async def close(call: Call[CloseOrder]) -> Done:
    return await move(call, call.data.status_id, "completed")


async def move(call: Call[Any], status: Reference | None, otherwise: str = "") -> Done:
    """An order has one status: one that is asked for stands in for the usual one."""
    wanted = status.known_as("remote_id") if status else otherwise
    row = await change(call.client, "PUT", f"orders/{order_id(call)}", {"status": wanted})
    return Done({"status_id": row.get("status")})
