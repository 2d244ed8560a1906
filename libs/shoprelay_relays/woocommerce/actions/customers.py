"""Customers: https://woocommerce.github.io/woocommerce-rest-api-docs/#customers"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.others import Address, CreateCustomer, CustomerAttributes, UpdateCustomer
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.woocommerce.actions import orders
from shoprelay_relays.woocommerce.actions.asking import change, is_id

ATTRIBUTES = ("email", "first_name", "last_name", "company", "phone", "password", "addresses")
_PLAIN = ("email", "first_name", "last_name", "password")
Row = dict[str, Any]


def reads(call: Call[Any]) -> list[tuple[str, str]]:
    return [("customers", _id(call))]


async def create(call: Call[CreateCustomer]) -> Done:
    row = await change(call.client, "POST", "customers", _asked(call.data))
    key = str(row["id"])
    return Done({"remote_id": key}, [("customers", key)])


async def update(call: Call[UpdateCustomer]) -> Done:
    await change(call.client, "PUT", f"customers/{_id(call)}", _asked(call.data))
    return Done({"remote_id": _id(call)})


async def destroy(call: Call[Body]) -> Done:
    """For good: accounts have no trash."""
    await change(call.client, "DELETE", f"customers/{_id(call)}", force="true")
    return Done({"remote_id": _id(call)})


def _id(call: Call[Any]) -> str:
    """Buyers without an account are known by their e-mail address, and that in orders alone."""
    key = call.target.known_as("remote_id")
    if not is_id(key):
        raise CannotDo("", f"{key[:40]!r} has no account in the shop: only orders tell of this buyer")
    return key


def _asked(data: CustomerAttributes) -> Row:
    told: Row = {name: getattr(data, name) for name in _PLAIN if getattr(data, name) is not None}
    billing, shipping = _places(data.addresses or [])
    own = {"company": data.company, "phone": data.phone}
    billing |= {name: value for name, value in own.items() if value is not None}
    return told | {name: place for name, place in (("billing", billing), ("shipping", shipping)) if place}


def _places(addresses: list[Address]) -> tuple[Row, Row]:
    """An account has one address for bills and one for deliveries; one alone without a mark is both."""
    if len(addresses) == 1 and not (addresses[0].billing_default or addresses[0].shipping_default):
        both = orders.place(addresses[0].given())
        return dict(both), dict(both)
    bills = [each for each in addresses if each.billing_default]
    ships = [each for each in addresses if each.shipping_default]
    marked = all(each.billing_default or each.shipping_default for each in addresses)
    if len(bills) > 1 or len(ships) > 1 or not marked:
        raise CannotDo("addresses", "WooCommerce keeps two: mark one as billing_default and one as shipping_default")
    billing, shipping = (orders.place(found[0].given()) if found else {} for found in (bills, ships))
    return dict(billing), dict(shipping)
