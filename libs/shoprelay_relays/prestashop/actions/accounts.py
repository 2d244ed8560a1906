"""Customers: https://devdocs.prestashop-project.org/8/webservice/resources/customers/"""

import secrets
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body, Nothing
from shoprelay_relays.actions.bodies.others import CreateCustomer, CustomerAttributes, UpdateCustomer
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import words
from shoprelay_relays.prestashop.actions import asking, places, writing
from shoprelay_relays.prestashop.actions.xml import ids
from shoprelay_relays.prestashop.reader import Reader

_FIELDS = {
    "email": "email",
    "first_name": "firstname",
    "last_name": "lastname",
    "company": "company",
    "accepts_marketing": "newsletter",
    "company_note": "note",
    "password": "passwd",
}
ATTRIBUTES = (*_FIELDS, "group")


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    return [("customers", _key(call))]


async def create(call: Call[CreateCustomer]) -> Done:
    """PrestaShop takes an e-mail address twice, so it is looked for. Without a password the buyer has to ask for one."""
    reader, data = Reader(call.client, call.config), call.data
    if not data.first_name or not data.last_name:
        raise CannotDo("first_name" if data.last_name else "last_name", "a customer has a first and a last name")
    if known := await reader.rows("customers", "email", [data.email], "[id]"):
        raise CannotDo("email", f"the shop has a customer of this address: {known[0]['id']}")
    countries = [await places.country(call, "addresses", one.country) for one in data.addresses or []]
    fields = {"passwd": secrets.token_urlsafe(16), "active": 1, **await _fields(reader, data)}
    key = str((await asking.create(call.client, call.config, "customers", fields))["id"])
    for one, country in zip(data.addresses or [], countries, strict=True):
        named = {"firstname": data.first_name, "lastname": data.last_name, "id_customer": key, "id_country": country}
        await places.create(call, {**named, **writing.plain(one, places.FIELDS)})
    return Done({"remote_id": key}, [("customers", key)])


async def update(call: Call[UpdateCustomer]) -> Done:
    if fields := await _fields(Reader(call.client, call.config), call.data):
        await asking.edit(call.client, call.config, "customers", _key(call), fields)
    return Done({"remote_id": _key(call)})


async def destroy(call: Call[Nothing]) -> Done:
    await asking.delete(call.client, call.config, f"customers/{_key(call)}")
    return Done({"remote_id": _key(call)})


def _key(call: Call[Any]) -> str:
    return call.target.known_as("remote_id")


async def _fields(reader: Reader, data: CustomerAttributes) -> writing.Fields:
    fields = writing.plain(data, _FIELDS)
    if data.group is None:
        return fields
    language, rows = reader.config.get("language_id"), [Raw(row) for row in (await reader.table("groups")).values()]
    names = {(words.text(row, "name", language) or row.id()): row.id() for row in rows}
    key = next((key for name, key in names.items() if name.casefold() == data.group.casefold()), None)
    if key is None:
        raise CannotDo("group", f"the shop has no customer group {data.group}; it has {', '.join(sorted(names))}")
    return {**fields, "id_default_group": key, "groups": ids("group", [key])}
