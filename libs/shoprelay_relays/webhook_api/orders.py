"""What a posted order becomes, with all that stands inside it."""

from collections.abc import Iterator
from typing import Any

from shoprelay_relays.people import by_email, normalized
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import version
from shoprelay_relays.webhook_api import format as posted
from shoprelay_relays.webhook_api.mapping import countries
from shoprelay_relays.webhook_api.values import addresses, given, opened, party, receiver
from shoprelay_schema.documents import (
    CreditNote,
    Customer,
    DeliveryMethod,
    Invoice,
    Order,
    OrderLine,
    PaymentMethod,
    Shipment,
    Status,
)
from shoprelay_schema.raw import Evidence


def order(body: Json, shop: Shop) -> Mapped:
    """One order; one that is deleted is gone with all that belongs to it."""
    item, received_at = opened(posted.Order, body)
    mapped, key = Mapped(version=version(item.updated_at or received_at)), item.id or item.order_number
    if item.deleted:
        mapped.gone.append(("orders", key, Evidence.WEBHOOK))
        return mapped
    named = dict(_named(item, shop))
    links = {attribute: shop.id(draft.document.collection, draft.key) for attribute, draft in named.items()}
    head = Draft(Order(remote_id=key, **given(item, Order), **_addresses(item, shop), **links), key)
    mapped.drafts += [head, *named.values(), *countries((item.billing, item.shipping))]
    for collection, drafts in _parts(item, key, shop).items():
        mapped.drafts += drafts
        mapped.owns.append((head, collection, [shop.id(collection, draft.key) for draft in drafts]))
    return mapped


def _addresses(item: posted.Order, shop: Shop) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for prefix, where in (("billing", item.billing), ("shipping", receiver(item.billing, item.shipping))):
        if where is not None:
            found |= {f"{prefix}_{name}": value for name, value in party(where, shop).items()}
    return found


def _named(item: posted.Order, shop: Shop) -> Iterator[tuple[str, Draft]]:
    """What the order names in passing, by the attribute that refers to it."""
    if item.status:
        yield "status_id", Draft(Status(remote_id=item.status, name=item.status), item.status, derived=True)
    if item.payment_method:
        method = PaymentMethod(remote_id=item.payment_method, name=item.payment_method)
        yield "payment_method_id", Draft(method, item.payment_method, derived=True)
    if item.delivery_method:
        way = DeliveryMethod(remote_id=item.delivery_method, name=item.delivery_method)
        yield "delivery_method_id", Draft(way, item.delivery_method, derived=True)
    if item.customer or item.email:
        yield "customer_id", _customer(item, shop)


def _customer(item: posted.Order, shop: Shop) -> Draft:
    who = item.billing or posted.Party()
    document = Customer(
        remote_id=item.customer or normalized(item.email or ""),
        email=item.email,
        first_name=who.first_name,
        last_name=who.last_name,
        company=who.company,
        vat_number=who.vat_number,
        personal_identifier=who.personal_identifier,
        **addresses(item.billing, item.shipping, shop),
    )
    email = by_email(item.email) if item.email else ""
    if item.customer is None:
        return Draft(document, email, derived=True)
    return Draft(document, f"id:{item.customer}", aliases=(email,) if email else (), derived=True)


def _parts(item: posted.Order, key: str, shop: Shop) -> dict[str, list[Draft]]:
    """The lists that were given: those are complete, the others stay as they are."""
    link = {"order_id": shop.id("orders", key), "order_number": item.order_number}
    found: dict[str, list[Draft]] = {}
    if item.lines is not None:
        found["order_lines"] = _unique(_line(line, place, key, link, shop) for place, line in enumerate(item.lines))
    if item.shipments is not None:
        found["shipments"] = _unique(_shipment(each, item, key, link, shop) for each in item.shipments)
    if item.invoices is not None:
        found["invoices"] = _unique(_paper(Invoice, each, key, link, shop) for each in item.invoices)
    if item.credit_notes is not None:
        found["credit_notes"] = _unique(_paper(CreditNote, each, key, link, shop) for each in item.credit_notes)
    return found


def _unique(drafts: Iterator[Draft]) -> list[Draft]:
    """Of two with one id the last one counts."""
    return list({draft.key: draft for draft in drafts}.values())


def _line(line: posted.Line, place: int, key: str, link: dict[str, Any], shop: Shop) -> Draft:
    own = line.id or f"#{place + 1}"
    document = OrderLine(
        **link,
        **given(line, OrderLine),
        remote_id=own,
        variant_sku=line.sku,
        variant_id=shop.id("variants", line.sku) if line.sku else None,
    )
    return Draft(document, f"{key}/{own}")


def _shipment(item: posted.Shipment, of: posted.Order, key: str, link: dict[str, Any], shop: Shop) -> Draft:
    where = receiver(of.billing, of.shipping)
    place = party(where, shop) if where else {}
    document = Shipment(
        **link,
        **given(item, Shipment),
        **{name: value for name, value in place.items() if name in Shipment.model_fields},
        remote_id=item.id,
        tracking_number_updated_at=item.created_at if item.tracking_number else None,
        order_lines=[_packed(line, shop) for line in item.lines],
    )
    return Draft(document, f"{key}/{item.id}")


def _paper(
    model: type[Invoice] | type[CreditNote],
    item: posted.Invoice | posted.CreditNote,
    key: str,
    link: dict[str, Any],
    shop: Shop,
) -> Draft:
    lines = [_packed(line, shop) | {"amount": None if line.amount is None else float(line.amount)} for line in item.lines]
    return Draft(model(**link, **given(item, model), remote_id=item.id, order_lines=lines), f"{key}/{item.id}")


def _packed(line: posted.Packed, shop: Shop) -> dict[str, Any]:
    return {"variant_sku": line.sku, "quantity": line.quantity, "variant_id": shop.id("variants", line.sku)}
