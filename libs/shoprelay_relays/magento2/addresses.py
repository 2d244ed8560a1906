"""Addresses of orders and customers."""

from shoprelay_relays.addresses import Address
from shoprelay_relays.fields import Raw


def address(raw: Raw, vat_number: str | None = None) -> Address:
    """An order writes the region as text with a code beside it; a customer as {region, region_code, region_id}."""
    street = raw.words("street")
    country = raw.text("country_id")
    region, code = _region(raw)
    return Address(
        first_name=first_name(raw),
        last_name=raw.text("lastname"),
        company=raw.text("company"),
        address_1=street[0] if street else None,
        address_2=", ".join(street[1:]) or None,
        zip_code=raw.text("postcode"),
        city=raw.text("city"),
        province=region,
        province_code=code,
        country=country.upper() if country else None,
        phone=raw.text("telephone"),
        vat_number=raw.text("vat_id") or vat_number,
    )


def first_name(raw: Raw, prefix: str = "") -> str | None:
    """The first name with the middle one, which the contract has no place for."""
    return " ".join(part for name in ("firstname", "middlename") if (part := raw.text(prefix + name))) or None


def _region(raw: Raw) -> tuple[str | None, str | None]:
    whole = raw.child("region") if raw.several("region") else raw
    return whole.text("region"), whole.text("region_code")
