"""Customers: https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/order-create-customer/

An account is written whole: what is not given is read and goes back as it was.
"""

from collections.abc import Mapping
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body, Nothing
from shoprelay_relays.actions.bodies.others import Address, CreateCustomer, CustomerAttributes, UpdateCustomer
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.magento2 import known
from shoprelay_relays.magento2.actions.asking import change
from shoprelay_relays.magento2.client import get
from shoprelay_relays.spec import Json

ATTRIBUTES = ("email", "first_name", "last_name", "vat_number", "group", "accepts_marketing", "addresses")
_NAMES = {"email": "email", "first_name": "firstname", "last_name": "lastname", "vat_number": "taxvat"}
_PLACE = {"first_name": "firstname", "last_name": "lastname", "company": "company", "city": "city", "zip_code": "postcode"}
_DEFAULTS = {"billing_default": "default_billing", "shipping_default": "default_shipping"}


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    return [("customers", _key(call))] if _key(call).isdigit() else []


async def create(call: Call[CreateCustomer]) -> Done:
    if not call.data.first_name or not call.data.last_name:
        raise CannotDo("first_name" if call.data.last_name else "last_name", "an account of Magento has a first and a last name")
    password = {"password": call.data.password} if call.data.password else {}
    row = await change(call.client, "POST", "customers", {"customer": _fields(call.data, call.config), **password})
    return Done({"remote_id": str(row["id"])}, [("customers", str(row["id"]))])


async def update(call: Call[UpdateCustomer]) -> Done:
    path = f"customers/{_account(call)}"
    row = (await get(call.client, path)).body
    given = _fields(call.data, call.config)
    more = {**(row.get("extension_attributes") or {}), **given.pop("extension_attributes", {})}
    await change(call.client, "PUT", path, {"customer": {**row, **given, "extension_attributes": more}})
    return Done({"remote_id": _key(call)})


async def destroy(call: Call[Nothing]) -> Done:
    await change(call.client, "DELETE", f"customers/{_account(call)}")
    return Done({"remote_id": _key(call)})


def _key(call: Call[Any]) -> str:
    return call.target.known_as("remote_id")


def _account(call: Call[Any]) -> str:
    """Guests are known by their e-mail address, from orders alone."""
    if not _key(call).isdigit():
        raise CannotDo("", "a guest has no account in the shop")
    return _key(call)


def _fields(data: CustomerAttributes, config: Mapping[str, Any]) -> dict[str, Json]:
    found: dict[str, Json] = {ours: getattr(data, name) for name, ours in _NAMES.items() if getattr(data, name) is not None}
    if data.group is not None:
        found["group_id"] = _group(data.group, config)
    if data.accepts_marketing is not None:
        found["extension_attributes"] = {"is_subscribed": data.accepts_marketing}
    if data.addresses is not None:
        found["addresses"] = [_place(one, data) for one in data.addresses]
    return found


def _group(name: str, config: Mapping[str, Any]) -> int:
    groups = known.table(config, "customer_groups")
    key = next((key for key, word in groups.items() if name.casefold() == word.casefold()), name if name in groups else None)
    if key is None:
        raise CannotDo("group", f"the shop has no customer group {name}; it has {', '.join(sorted(groups.values()))}")
    return int(key)


def _place(one: Address, data: CustomerAttributes) -> Json:
    """Magento wants a name, a street, a town, a country and a telephone number, and says which one is missing."""
    found: dict[str, Json] = {ours: getattr(one, name) for name, ours in _PLACE.items() if getattr(one, name) is not None}
    found.setdefault("firstname", data.first_name)
    found.setdefault("lastname", data.last_name)
    found |= {ours: True for name, ours in _DEFAULTS.items() if getattr(one, name)}
    country = one.country.known_as() if one.country else ""
    region = {"region": {"region": one.province}} if one.province else {}
    street = [line for line in (one.address_1, one.address_2) if line]
    return {**found, **region, "street": street, "country_id": country, "telephone": one.phone or data.phone or ""}
