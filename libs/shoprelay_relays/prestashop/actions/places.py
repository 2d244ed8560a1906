"""Addresses: https://devdocs.prestashop-project.org/8/webservice/resources/addresses/"""

from typing import Any

from shoprelay_relays.actions import Call
from shoprelay_relays.actions.bodies.orders import NamedCountry
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.prestashop.actions import asking, writing
from shoprelay_relays.prestashop.reader import Reader

FIELDS = {
    "first_name": "firstname",
    "last_name": "lastname",
    "company": "company",
    "address_1": "address1",
    "address_2": "address2",
    "city": "city",
    "zip_code": "postcode",
    "phone": "phone",
}


async def country(call: Call[Any], field: str, named: NamedCountry | None) -> str:
    """Its id in the shop, by its ISO code; without one, the shop's own."""
    if named is None:
        return str(call.config.get("country_id") or "")
    wanted = named.known_as()
    rows = await Reader(call.client, call.config).rows("countries", "iso_code", [wanted.upper()], "[id,iso_code]")
    if not rows:
        raise CannotDo(field, f"the shop has no country {wanted}")
    return str(rows[0]["id"])


async def create(call: Call[Any], fields: writing.Fields) -> str:
    """The id of a new address. It needs a name, a street, a town and a country; the shop says which one is missing."""
    row = await asking.create(call.client, call.config, "addresses", {"alias": "Address", **fields})
    return str(row["id"])
