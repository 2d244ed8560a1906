"""Addresses of orders and customers."""

from dataclasses import dataclass
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Shop


@dataclass(frozen=True, slots=True)
class Address:
    first_name: str | None
    last_name: str | None
    company: str | None
    address_1: str | None
    address_2: str | None
    zip_code: str | None
    city: str | None
    province: str | None
    province_code: str | None
    country: str | None
    phone: str | None
    vat_number: str | None

    @property
    def name(self) -> str | None:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or None

    @property
    def empty(self) -> bool:
        return not any((self.name, self.company, self.address_1, self.zip_code, self.city))

    def place(self, shop: Shop) -> dict[str, Any]:
        """The contract's attributes of an address, without a prefix."""
        return {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "name": self.name,
            "company": self.company,
            "address_1": self.address_1,
            "address_2": self.address_2,
            "zip_code": self.zip_code,
            "city": self.city,
            "province": self.province,
            "province_code": self.province_code,
            "country_id": shop.id("countries", self.country) if self.country else None,
        }

    def prefixed(self, prefix: str, shop: Shop) -> dict[str, Any]:
        """The attributes of an order."""
        whole = self.place(shop) | {"phone": self.phone, "vat_number": self.vat_number}
        return {f"{prefix}_{name}": value for name, value in whole.items()}


def address(raw: Raw, vat_number: str | None = None) -> Address:
    """An order writes the region as text with a code beside it; a customer as {region, region_code, region_id}."""
    street = raw.words("street")
    country = raw.text("country_id")
    region, code = _region(raw)
    return Address(
        first_name=" ".join(part for name in ("firstname", "middlename") if (part := raw.text(name))) or None,
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


def _region(raw: Raw) -> tuple[str | None, str | None]:
    whole = raw.child("region") if raw.several("region") else raw
    return whole.text("region"), whole.text("region_code")
