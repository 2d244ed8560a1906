"""What of an order can be written: a note of the shop's own, the addresses, the status within the state.

https://developer.adobe.com/commerce/webapi/rest/ (salesOrderManagementV1, salesOrderAddressRepositoryV1)
"""

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import NamedCountry, UpdateOrder
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2.actions import orders
from shoprelay_relays.magento2.actions.asking import change
from shoprelay_relays.magento2.actions.orders import key
from shoprelay_relays.magento2.client import get
from shoprelay_relays.magento2.papers import shipping
from shoprelay_relays.spec import Json

_PLACE = {
    "first_name": "firstname",
    "last_name": "lastname",
    "company": "company",
    "city": "city",
    "zip_code": "postcode",
    "phone": "telephone",
    "vat_number": "vat_id",
    "province": "region",
}
_STREET = ("address_1", "address_2")
_BILLING = tuple(f"billing_{name}" for name in (*_PLACE, *_STREET, "country"))
_SHIPPING = tuple(f"shipping_{name}" for name in (*_PLACE, *_STREET, "country") if name != "vat_number")
ATTRIBUTES = (*_BILLING, *_SHIPPING, "company_note", "status")


async def update(call: Call[UpdateOrder]) -> Done:
    order = (await get(call.client, f"orders/{key(call)}")).body
    for kind, names in (("billing", _BILLING), ("shipping", _SHIPPING)):
        given = {
            name.removeprefix(f"{kind}_"): getattr(call.data, name) for name in names if getattr(call.data, name) is not None
        }
        if given:
            await _address(
                call, kind, order.get("billing_address") if kind == "billing" else shipping(order).get("address"), given
            )
    status = call.data.status.known_as() if call.data.status else None
    if call.data.company_note or status:
        await orders.comment(call.client, key(call), call.data.company_note or "", status)
    return Done({"remote_id": key(call)})


async def _address(call: Call[UpdateOrder], kind: str, row: Json, given: dict[str, Json]) -> None:
    """An address is written whole."""
    if not isinstance(row, dict) or not row.get("entity_id"):
        raise CannotDo(f"{kind}_address_1", f"the order has no {kind} address")
    country = given.pop("country", None)
    found: dict[str, Json] = {_PLACE[name]: value for name, value in given.items() if name in _PLACE}
    if isinstance(country, NamedCountry):
        found["country_id"] = country.known_as()
    if "region" in found:
        found |= {"region_code": None, "region_id": None}
    if given.keys() & set(_STREET):
        lines = [*Raw(row).words("street"), "", ""][:2]
        found["street"] = [line for line in (given.get("address_1", lines[0]), given.get("address_2", lines[1])) if line]
    await change(call.client, "PUT", f"orders/{key(call)}", {"entity": {**row, **found, "parent_id": int(key(call))}})
