"""Customers: the shop's users, and the buyers that orders tell of."""

from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop import addresses, times
from shoprelay_relays.hostedshop.codes import language, learnt
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
        personal_identifier=raw.text("Ean"),
    )
    mapped.drafts += [Draft(document, account(key), aliases=_aliases(raw)), *addresses.countries(raw, shop)]
    return mapped


def of_order(order: Raw, shop: Shop) -> Draft | None:
    """The buyer: the user, else the e-mail. The Id inside of `Customer` is that of this order's copy, and of nobody."""
    raw, user = order.child("Customer"), order.reference("UserId")
    aliases = _aliases(raw)
    if user is None and not aliases:
        return None
    document = Customer(**_who(raw, shop), remote_id=user or aliases[0].partition(":")[2])
    if user is None:
        return Draft(document, aliases[0], derived=True)
    return Draft(document, account(user), aliases=aliases, derived=True)


def account(remote_id: str) -> str:
    """The natural key of a shop's own customer."""
    return f"id:{remote_id}"


def _who(raw: Raw, shop: Shop) -> dict[str, Any]:
    return {
        "email": raw.text("Email"),
        "first_name": raw.text("Firstname"),
        "last_name": raw.text("Lastname"),
        "company": raw.text("Company"),
        "vat_number": raw.text("Cvr"),
        "addresses": addresses.entries(raw, shop),
    }


def _group(raw: Raw, shop: Shop) -> str | None:
    key = raw.reference("UserGroupId")
    return learnt(shop.config, "groups").get(key or "") or key


def _aliases(raw: Raw) -> tuple[str, ...]:
    email = raw.text("Email")
    return (f"email:{email.lower()}",) if email else ()
