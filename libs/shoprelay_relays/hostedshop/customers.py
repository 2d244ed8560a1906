"""Customers: the shop's users, and the buyers that orders tell of."""

from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop import addresses, times
from shoprelay_relays.hostedshop.codes import language, learnt
from shoprelay_relays.people import account, aliases, by_email, normalized
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Customer


def customer(body: Json, shop: Shop) -> Mapped:
    """One user."""
    raw = Raw(body)
    key = raw.id("Id")
    if not any(name in raw for name in ("DateCreated", "Email", "Firstname")):
        return Mapped(reads=[("customers", key)])
    mapped = Mapped(version=times.version(raw, "DateUpdated", "DateCreated"))
    document = Customer(
        **_who(raw, shop),
        remote_id=key,
        accepts_marketing=raw.flag("Newsletter") or False,
        company_note=raw.text("Description"),
        confirmed=raw.flag("Approved"),
        created_at=times.moment(raw, "DateCreated"),
        currency=raw.text("Currency"),
        group=_group(raw, shop),
        language=language(raw, mapped.unknown),
    )
    mapped.drafts += [Draft(document, account(key), aliases=aliases(raw.text("Email"))), *addresses.countries(raw, shop)]
    return mapped


def of_order(order: Raw, shop: Shop) -> Draft | None:
    """The buyer: the user, else the e-mail. The Id inside of `Customer` is that of this order's copy, and of nobody."""
    raw, user = order.child("Customer"), order.reference("UserId")
    email = raw.text("Email")
    if user is None and email is None:
        return None
    document = Customer(**_who(raw, shop), remote_id=user or normalized(email or ""))
    if user is None:
        return Draft(document, by_email(email or ""), derived=True)
    return Draft(document, account(user), aliases=aliases(email), derived=True)


def _who(raw: Raw, shop: Shop) -> dict[str, Any]:
    return {
        "email": raw.text("Email"),
        "first_name": raw.text("Firstname"),
        "last_name": raw.text("Lastname"),
        "company": raw.text("Company"),
        "vat_number": raw.text("Cvr"),
        "personal_identifier": raw.text("Ean"),
        "addresses": addresses.entries(raw, shop),
    }


def _group(raw: Raw, shop: Shop) -> str | None:
    key = raw.reference("UserGroupId")
    return learnt(shop.config, "groups").get(key or "") or key
