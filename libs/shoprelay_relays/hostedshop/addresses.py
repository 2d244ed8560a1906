"""Addresses: an order's `Customer` holds both as they were then, a user the present ones. A country is the shop's own number."""

from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop.codes import learnt
from shoprelay_relays.spec import Draft, Shop
from shoprelay_schema.documents import Country

BILLING, SHIPPING = "", "Shipping"
_FILLED = ("Firstname", "Lastname", "Company", "Address", "Address2", "Zip", "City")


def delivery(raw: Raw) -> str:
    """Which of the two addresses it goes to: the first, unless the second has anything in it."""
    return SHIPPING if any(raw.text(f"{SHIPPING}{name}") for name in _FILLED) else BILLING


def place(raw: Raw, which: str, shop: Shop) -> dict[str, Any]:
    """The contract's attributes of an address, without a prefix."""
    first, last = raw.text(f"{which}Firstname"), raw.text(f"{which}Lastname")
    country = country_key(raw, which)
    return {
        "first_name": first,
        "last_name": last,
        "name": " ".join(part for part in (first, last) if part) or None,
        "company": raw.text(f"{which}Company"),
        "address_1": raw.text(f"{which}Address"),
        "address_2": raw.text(f"{which}Address2"),
        "zip_code": raw.text(f"{which}Zip"),
        "city": raw.text(f"{which}City"),
        "province": raw.text(f"{which}State"),
        "country_id": shop.id("countries", country) if country else None,
    }


def contact(raw: Raw, which: str) -> dict[str, Any]:
    """`Ean` is the number of a public body that invoices go to."""
    return {
        "phone": raw.text(f"{which}Phone") or raw.text(f"{which}Mobile"),
        "vat_number": raw.text(f"{which}Cvr"),
        "personal_identifier": raw.text(f"{which}Ean"),
    }


def prefixed(raw: Raw, which: str, prefix: str, shop: Shop) -> dict[str, Any]:
    """The attributes of an order."""
    whole = place(raw, which, shop) | contact(raw, which)
    return {f"{prefix}_{name}": value for name, value in whole.items()}


def entries(raw: Raw, shop: Shop) -> list[dict[str, Any]]:
    """A customer's `addresses`: one, or two where goods go elsewhere."""
    to = delivery(raw)
    kinds = [BILLING] if to == BILLING else [BILLING, SHIPPING]
    return [
        place(raw, which, shop) | contact(raw, which) | {"billing_default": which == BILLING, "shipping_default": which == to}
        for which in kinds
    ]


def countries(raw: Raw, shop: Shop) -> list[Draft]:
    """Each country that is named once, known to people by its code or name."""
    found: dict[str, Draft] = {}
    for which in (BILLING, SHIPPING):
        key = country_key(raw, which)
        if key and key not in found:
            known = learnt(shop.config, "countries").get(key, {})
            code = known.get("iso")
            name = raw.text(f"{which}Country") or code or key
            found[key] = Draft(Country(remote_id=code or key, name=name), key, derived=True)
    return list(found.values())


def country_key(raw: Raw, which: str) -> str | None:
    """The shop's number of the country; empty and 0 are none. One address without it is in the other's country."""
    key = raw.text(f"{which}CountryCode") or (raw.text("CountryCode") if which == SHIPPING else None)
    return None if key in {None, "0"} else key
