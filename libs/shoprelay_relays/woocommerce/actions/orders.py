"""Orders: https://woocommerce.github.io/woocommerce-rest-api-docs/#update-an-order"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.orders import Named, OrderAttributes, UpdateOrder
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.woocommerce.actions.asking import change
from shoprelay_relays.woocommerce.actions.status import order_id

_PLACE = {
    "first_name": "first_name",
    "last_name": "last_name",
    "company": "company",
    "address_1": "address_1",
    "address_2": "address_2",
    "city": "city",
    "zip_code": "postcode",
    "province": "state",
    "phone": "phone",
}
PLACES = tuple(f"{side}_{name}" for side in ("billing", "shipping") for name in (*_PLACE, "country"))
ATTRIBUTES = (*PLACES, "email", "customer_note", "company_note", "status")


async def update(call: Call[UpdateOrder]) -> Done:
    path = f"orders/{order_id(call)}"
    if asked := attributes(call.data):
        await change(call.client, "PUT", path, asked)
    await note(call, path)
    return Done({"remote_id": order_id(call)})


async def destroy(call: Call[Body]) -> Done:
    await change(call.client, "DELETE", f"orders/{order_id(call)}")
    return Done({"remote_id": order_id(call)})


async def note(call: Call[Any], path: str) -> None:
    """The shop's own note: https://woocommerce.github.io/woocommerce-rest-api-docs/#create-an-order-note"""
    if call.data.company_note is not None:
        await change(call.client, "POST", f"{path}/notes", {"note": call.data.company_note, "customer_note": False})


def attributes(data: OrderAttributes) -> dict[str, Any]:
    """What an order may be given at any time, in WooCommerce's words."""
    asked: dict[str, Any] = {side: found for side in ("billing", "shipping") if (found := _side(data, side))}
    if data.email is not None:
        asked.setdefault("billing", {})["email"] = data.email
    if data.customer_note is not None:
        asked["customer_note"] = data.customer_note
    if data.status is not None:
        asked["status"] = key(data.status, "status")
    return asked


def key(named: Named, field: str) -> str:
    """The shop's own key of what is named. CannotDo when nothing is: an empty one would clear what the order has."""
    if not (found := named.known_as()):
        raise CannotDo(field, "expected _id or remote_id")
    return found


def place(given: dict[str, Any]) -> dict[str, str]:
    """An address in WooCommerce's words."""
    told = {theirs: given.get(ours) for ours, theirs in _PLACE.items()}
    if given.get("country") is not None:
        told["country"] = key(given["country"], "country").upper()
    return {name: value for name, value in told.items() if value is not None}


def _side(data: OrderAttributes, side: str) -> dict[str, str]:
    given = data.given()
    return place({name.removeprefix(f"{side}_"): given[name] for name in given if name.startswith(f"{side}_")})
