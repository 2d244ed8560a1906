"""Addresses: https://shopify.dev/docs/api/admin-graphql/latest/input-objects/MailingAddressInput"""

from typing import Any

from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw

_SAME = {
    "first_name": "firstName",
    "last_name": "lastName",
    "company": "company",
    "address_1": "address1",
    "address_2": "address2",
    "city": "city",
    "zip_code": "zip",
    "phone": "phone",
}
NAMES = (*_SAME, "province", "country")
FIELDS = f"{' '.join(_SAME.values())} provinceCode countryCodeV2"
_ALPHA2, _LONGEST = 2, 6


def given(data: Body, prefix: str = "") -> dict[str, Any]:
    """What a body tells of an address, in Shopify's words. CannotDo for a country or a province that is no code."""
    told = {theirs: getattr(data, f"{prefix}{ours}") for ours, theirs in _SAME.items()}
    country, province = getattr(data, f"{prefix}country"), getattr(data, f"{prefix}province")
    if country is not None:
        told["countryCode"] = _code(country.known_as(), f"{prefix}country", _ALPHA2, "the country's code, such as DK")
    if province is not None:
        told["provinceCode"] = (
            _code(province, f"{prefix}province", _LONGEST, "the province's code, such as QC") if province else ""
        )
    return {name: value for name, value in told.items() if value is not None}


def held(raw: Raw) -> dict[str, Any]:
    """An address as it stands, as it is written."""
    told: dict[str, Any] = {name: raw.text(name) for name in _SAME.values()}
    told |= {"provinceCode": raw.text("provinceCode"), "countryCode": raw.text("countryCodeV2")}
    return {name: value for name, value in told.items() if value is not None}


def _code(value: str, field: str, longest: int, expected: str) -> str:
    if not (value.isascii() and value.replace("-", "").isalnum() and len(value) <= longest):
        raise CannotDo(field, f"Shopify takes {expected}")
    return value.upper()
