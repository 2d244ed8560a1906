"""Customers: the shop's own, and those that orders tell of.

https://woocommerce.github.io/woocommerce-rest-api-docs/#customer-properties
"""

from dataclasses import replace
from typing import Any

from shoprelay_relays.addresses import Address, entries
from shoprelay_relays.fields import Raw
from shoprelay_relays.people import account, aliases, by_email, normalized
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.woocommerce.addresses import VAT_KEYS, address
from shoprelay_relays.woocommerce.lists import country
from shoprelay_relays.woocommerce.meta import Meta, modified
from shoprelay_schema.documents import Customer


def customer(body: Json, shop: Shop) -> Mapped:
    """One account of the shop, whatever its role."""
    raw = Raw(body)
    meta, key, email = Meta(raw), raw.id(), raw.text("email")
    vat_number = meta.text(*VAT_KEYS)
    billing, shipping = replace(address(raw.child("billing")), vat_number=vat_number), address(raw.child("shipping"))
    document = Customer(
        **_who(key, email, raw.text("first_name"), raw.text("last_name")),
        **_where(billing, shipping, shop),
        vat_number=vat_number,
        created_at=raw.time("date_created_gmt"),
        group=raw.text("role"),
        language=meta.text("locale", "wpml_language"),
    )
    draft = Draft(document, account(key), aliases=aliases(email))
    countries = {where.country for where in (billing, shipping)}
    found = [item for code in sorted(filter(None, countries)) if (item := country(code))]
    return Mapped([draft, *found], version=modified(raw))


def of_order(raw: Raw, billing: Address, shipping: Address, shop: Shop) -> Draft | None:
    """The buyer: the shop's account when there is one, else the e-mail; None without either."""
    key, email = raw.reference("customer_id"), raw.child("billing").text("email")
    if key is None and email is None:
        return None
    document = Customer(
        **_who(key or normalized(email or ""), email, billing.first_name, billing.last_name),
        **_where(billing, shipping, shop),
        vat_number=billing.vat_number,
    )
    if key is None:
        return Draft(document, by_email(email or ""), derived=True)
    return Draft(document, account(key), aliases=aliases(email), derived=True)


def _who(key: str | None, email: str | None, first: str | None, last: str | None) -> dict[str, Any]:
    return {"remote_id": key, "email": email, "first_name": first, "last_name": last}


def _where(billing: Address, shipping: Address, shop: Shop) -> dict[str, Any]:
    # Parcels to a parcel shop have that shop's name in the company of the delivery.
    return {"company": (shipping if billing.empty else billing).company, "addresses": entries(billing, shipping, shop)}
