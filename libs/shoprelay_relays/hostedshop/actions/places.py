"""Addresses of orders and customers, in the platform's words. A country is the shop's own number of it."""

from typing import Any

from shoprelay_relays.actions import Call
from shoprelay_relays.actions.bodies.orders import NamedCountry
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop.actions.asking import rows

FIELDS = {
    "first_name": "Firstname",
    "last_name": "Lastname",
    "company": "Company",
    "address_1": "Address",
    "address_2": "Address2",
    "zip_code": "Zip",
    "city": "City",
    "phone": "Phone",
}


def place(given: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """The parts of an address that are given, without its country. `prefix`: Shipping for where goods go."""
    told = {f"{prefix}{theirs}": given.get(ours) for ours, theirs in FIELDS.items()}
    return {name: value for name, value in told.items() if value is not None}


async def countries(call: Call[Any]) -> list[Raw]:
    """Those that the shop delivers to, with their VAT."""
    return await rows(call.client, "Product_GetDeliveryCountryAll")


def country(known: list[Raw], named: NamedCountry | None, field: str) -> Raw:
    """The shop's row of a country, named by its code or by the shop's number; the shop's own when none is named. CannotDo."""
    wanted = (named.known_as() if named is not None else "").upper()
    if named is not None and not wanted:
        raise CannotDo(field, "expected _id or remote_id")
    for each in known:
        if wanted in {each.id("Id"), code(each).upper()} if wanted else each.flag("Primary"):
            return each
    has = ", ".join(code(each) for each in known)
    raise CannotDo(field, f"the shop delivers to {has}: expected one of these" if wanted else "expected a country")


def code(row: Raw) -> str:
    return row.text("Iso") or row.text("Code") or row.id("Id")


def told(row: Raw, prefix: str = "") -> dict[str, str]:
    """A country as an address has it: its name, and its number."""
    return {f"{prefix}Country": row.text("Title") or code(row), f"{prefix}CountryCode": row.id("Id")}
