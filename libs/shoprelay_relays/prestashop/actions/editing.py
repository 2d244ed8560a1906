"""What of an order can be written: the shop's own note, the addresses, the status.

https://devdocs.prestashop-project.org/8/webservice/resources/orders/: other orders and the buyer's address book may name the same
address, so that a corrected one is a new row, which is hidden from the book.
"""

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import UpdateOrder
from shoprelay_relays.prestashop.actions import asking, orders, places

_KINDS = {"billing": "id_address_invoice", "shipping": "id_address_delivery"}
_VAT = {"vat_number": "vat_number"}
ATTRIBUTES = (
    *(f"{kind}_{name}" for kind in _KINDS for name in (*places.FIELDS, "country")),
    "billing_vat_number",
    "company_note",
    "status",
)


async def update(call: Call[UpdateOrder]) -> Done:
    order = await asking.one(call.client, call.config, "orders", orders.key(call))
    if call.data.status:
        await orders.check(call, order, call.data.status.known_as())
    fields: dict[str, object] = {} if call.data.company_note is None else {"note": call.data.company_note}
    corrected = {field: await _given(call, kind) for kind, field in _KINDS.items()}
    for field, given in corrected.items():
        if given:
            row = await asking.one(call.client, call.config, "addresses", str(order[field]))
            kept = {name: value for name, value in row.items() if name not in {"id", "date_add", "date_upd"}}
            fields[field] = await places.create(call, {**kept, **given, "deleted": 1})
    if fields:
        await asking.edit(call.client, call.config, "orders", str(order["id"]), fields)
    if call.data.status:
        await orders.move(call, order, call.data.status.known_as())
    return Done({"remote_id": orders.key(call)})


async def _given(call: Call[UpdateOrder], kind: str) -> dict[str, object]:
    names = {**places.FIELDS, **(_VAT if kind == "billing" else {})}
    found = {ours: getattr(call.data, f"{kind}_{name}") for name, ours in names.items()}
    given: dict[str, object] = {ours: value for ours, value in found.items() if value is not None}
    country = getattr(call.data, f"{kind}_country")
    return given | ({"id_country": await places.country(call, f"{kind}_country", country)} if country else {})
