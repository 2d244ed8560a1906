"""Orders: https://woocommerce.github.io/woocommerce-rest-api-docs/#update-an-order"""

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.orders import UpdateOrderStatus
from shoprelay_relays.woocommerce.actions.asking import change


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    """The order."""
    return [("orders", _id(call))]


async def update_status(call: Call[UpdateOrderStatus]) -> Done:
    row = await change(call.client, "PUT", f"orders/{_id(call)}", {"status": call.data.status_id.known_as("remote_id")})
    return Done({"status_id": row.get("status")})


def _id(call: Call[Body]) -> str:
    return call.target.known_as("remote_id")
