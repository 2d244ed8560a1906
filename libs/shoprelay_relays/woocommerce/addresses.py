"""Billing and shipping addresses, for orders, customers and shipments."""

import re
from dataclasses import dataclass, replace
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Shop

# VAT numbers are plug-ins' meta_data.
VAT_KEYS = ("billing_vat_number", "billing_vat", "billing_eu_vat_number", "eu_vat_number", "vat_number", "billing_vat_id")

# WooCommerce keeps a state as its code where it knows the country's states, else as the buyer typed it.
_CODE = re.compile(r"[A-Z0-9]{1,4}(-[A-Z0-9]{1,4})?")


@dataclass(frozen=True, slots=True)
class Address:
    first_name: str | None
    last_name: str | None
    company: str | None
    address_1: str | None
    address_2: str | None
    zip_code: str | None
    city: str | None
    state: str | None
    country: str | None
    phone: str | None
    vat_number: str | None = None

    @property
    def name(self) -> str | None:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or None

    @property
    def empty(self) -> bool:
        """A country alone, which some checkouts preset, is no address."""
        return not any((self.name, self.company, self.address_1, self.address_2, self.zip_code, self.city))

    def place(self, shop: Shop) -> dict[str, Any]:
        """The contract's attributes of an address, without a prefix."""
        code = self.state if self.state and _CODE.fullmatch(self.state) else None
        return {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "name": self.name,
            "company": self.company,
            "address_1": self.address_1,
            "address_2": self.address_2,
            "zip_code": self.zip_code,
            "city": self.city,
            "province": None if code else self.state,
            "province_code": code,
            "country_id": shop.id("countries", self.country) if self.country else None,
        }

    def prefixed(self, prefix: str, shop: Shop) -> dict[str, Any]:
        """The attributes of an order."""
        whole = self.place(shop) | {"phone": self.phone, "vat_number": self.vat_number}
        return {f"{prefix}_{name}": value for name, value in whole.items()}


def address(raw: Raw) -> Address:
    country = raw.text("country")
    return Address(
        first_name=raw.text("first_name"),
        last_name=raw.text("last_name"),
        company=raw.text("company"),
        address_1=raw.text("address_1"),
        address_2=raw.text("address_2"),
        zip_code=raw.text("postcode"),
        city=raw.text("city"),
        state=raw.text("state"),
        country=country.upper() if country else None,
        phone=raw.text("phone"),
    )


def entries(billing: Address, shipping: Address, shop: Shop) -> list[dict[str, Any]]:
    """A customer's `addresses`; one entry is both defaults when shipping goes where the bill goes."""
    if billing.empty and shipping.empty:
        return []
    if shipping.empty or replace(shipping, phone=None, vat_number=None) == replace(billing, phone=None, vat_number=None):
        return [_entry(billing, shop, bills=True, ships=True)]
    if billing.empty:
        return [_entry(shipping, shop, bills=False, ships=True)]
    return [_entry(billing, shop, bills=True, ships=False), _entry(shipping, shop, bills=False, ships=True)]


def _entry(where: Address, shop: Shop, *, bills: bool, ships: bool) -> dict[str, Any]:
    contact = {"phone": where.phone, "vat_number": where.vat_number}
    return where.place(shop) | contact | {"billing_default": bills, "shipping_default": ships}
