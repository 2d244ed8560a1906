"""Customers: the shop's own, and those that orders tell of."""

from typing import Any

from shoprelay_relays import values
from shoprelay_relays.addresses import Address, entries
from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2 import known
from shoprelay_relays.magento2.addresses import address, first_name
from shoprelay_relays.magento2.lists import country
from shoprelay_relays.people import account, aliases, by_email, normalized
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Customer


def customer(body: Json, shop: Shop) -> Mapped:
    """One account."""
    raw = Raw(body)
    key, email, listed = raw.id(), raw.text("email"), raw.items("addresses")
    places = [address(entry, raw.text("taxvat")) for entry in listed]
    document = Customer(
        remote_id=key,
        email=email,
        first_name=first_name(raw),
        last_name=raw.text("lastname"),
        company=next((place.company for place in places if place.company), None),
        addresses=[_entry(place, entry, raw, shop) for place, entry in zip(places, listed, strict=True)],
        vat_number=raw.text("taxvat"),
        created_at=raw.time("created_at"),
        # The key of a confirmation that is still awaited.
        confirmed=raw.text("confirmation") is None,
        group=_group(raw.text("group_id"), shop),
        language=known.table(shop.config, "languages").get(raw.text("store_id") or ""),
        accepts_marketing=raw.child("extension_attributes").flag("is_subscribed"),
    )
    draft = Draft(document, account(key), aliases=aliases(email))
    countries = [item for code in sorted({place.country or "" for place in places}) if (item := country(code))]
    moment = raw.time("updated_at") or raw.time("created_at")
    return Mapped([draft, *countries], version=values.version(moment) if moment else "")


def _entry(place: Address, entry: Raw, raw: Raw, shop: Shop) -> dict[str, Any]:
    """An address; the defaults are flags on it, or its id on the customer."""
    own = entry.reference("id")
    bills, ships = (
        bool(entry.flag(f"default_{kind}")) or (own is not None and raw.reference(f"default_{kind}") == own)
        for kind in ("billing", "shipping")
    )
    return place.entry(shop, bills=bills, ships=ships)


def of_order(raw: Raw, billing: Address, shipping: Address, shop: Shop) -> Draft | None:
    """The buyer: the shop's account when there is one, else the e-mail; None without either."""
    key, email = raw.reference("customer_id"), raw.text("customer_email")
    if key is None and email is None:
        return None
    document = Customer(
        remote_id=key or normalized(email or ""),
        email=email,
        first_name=first_name(raw, "customer_") or billing.first_name,
        last_name=raw.text("customer_lastname") or billing.last_name,
        # Parcels to a parcel shop have that shop's name in the company of the delivery.
        company=(shipping if billing.empty else billing).company,
        addresses=entries(billing, shipping, shop),
        vat_number=billing.vat_number,
        group=_group(raw.text("customer_group_id"), shop) if key else None,
    )
    if key is None:
        return Draft(document, by_email(email or ""), derived=True)
    return Draft(document, account(key), aliases=aliases(email), derived=True)


def _group(key: str | None, shop: Shop) -> str | None:
    """The group's name, else its id."""
    return known.table(shop.config, "customer_groups").get(key or "") or key
