"""Addresses: rows of their own, which orders and customers name. Rows are kept when they are deleted, as orders need them.

https://devdocs.prestashop-project.org/8/webservice/resources/addresses/
"""

from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import words
from shoprelay_relays.spec import Draft, Shop
from shoprelay_schema.documents import Country


def place(raw: Raw, shop: Shop) -> dict[str, Any]:
    """The contract's attributes of an address, without a prefix."""
    first, last, country = raw.text("firstname"), raw.text("lastname"), raw.reference("id_country")
    state = raw.child("state")
    return {
        "first_name": first,
        "last_name": last,
        "name": " ".join(part for part in (first, last) if part) or None,
        "company": raw.text("company"),
        "address_1": raw.text("address1"),
        "address_2": raw.text("address2"),
        "zip_code": raw.text("postcode"),
        "city": raw.text("city"),
        "province": state.text("name"),
        "province_code": state.text("iso_code"),
        "country_id": shop.id("countries", country) if country else None,
    }


def contact(raw: Raw) -> dict[str, Any]:
    return {
        "phone": raw.text("phone") or raw.text("phone_mobile"),
        "vat_number": raw.text("vat_number"),
        "personal_identifier": raw.text("dni"),
    }


def prefixed(raw: Raw, prefix: str, shop: Shop) -> dict[str, Any]:
    """The attributes of an order; none where the address is not known."""
    whole = place(raw, shop) | contact(raw) if "id" in raw else {}
    return {f"{prefix}_{name}": value for name, value in whole.items()}


def entries(raws: list[Raw], shop: Shop) -> list[dict[str, Any]]:
    """A customer's `addresses`. PrestaShop has no default: the first one serves for both."""
    living = [raw for raw in raws if not raw.flag("deleted")]
    return [
        place(raw, shop) | contact(raw) | {"billing_default": number == 0, "shipping_default": number == 0}
        for number, raw in enumerate(living)
    ]


def used(invoice: Raw, delivery: Raw, shop: Shop) -> list[dict[str, Any]]:
    """The `addresses` of a buyer as an order tells of them: one entry where it goes to where the bill goes."""
    billed, sent = invoice.reference("id"), delivery.reference("id")
    wanted = {billed: invoice, sent: delivery} if billed != sent else {billed: invoice}
    return [
        place(raw, shop) | contact(raw) | {"billing_default": key == billed, "shipping_default": key == (sent or billed)}
        for key, raw in wanted.items()
        if key and not raw.flag("deleted")
    ]


def country(raw: Raw, language: str | None, *, derived: bool = True) -> Draft | None:
    """A country by its id, known to buyers by its ISO code."""
    key = raw.reference("id")
    if key is None:
        return None
    code = raw.text("iso_code")
    return Draft(Country(remote_id=code or key, name=words.text(raw, "name", language) or code or key), key, derived=derived)


def countries(raws: list[Raw], language: str | None) -> list[Draft]:
    """Each country of these addresses once."""
    found = (country(raw.child("country"), language) for raw in raws)
    return list({draft.key: draft for draft in found if draft}.values())
