"""An address as documents have it: of orders, customers and shipments."""

from dataclasses import dataclass, replace
from typing import Any

from shoprelay_relays.spec import Shop


@dataclass(frozen=True, slots=True)
class Address:
    """`full_name` where the platform keeps a name in one piece; `country` is the key of its document."""

    first_name: str | None = None
    last_name: str | None = None
    full_name: str | None = None
    company: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    zip_code: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    country: str | None = None
    phone: str | None = None
    vat_number: str | None = None

    @property
    def name(self) -> str | None:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.full_name

    @property
    def empty(self) -> bool:
        """A country alone, which some checkouts preset, is no address."""
        return not any((self.name, self.company, self.address_1, self.address_2, self.zip_code, self.city))

    def place(self, shop: Shop) -> dict[str, Any]:
        """The attributes of an address, without a prefix: those of a shipment."""
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
        """The attributes of an order; `prefix` is billing or shipping."""
        whole = self.place(shop) | {"phone": self.phone, "vat_number": self.vat_number}
        return {f"{prefix}_{name}": value for name, value in whole.items()}

    def entry(self, shop: Shop, *, bills: bool, ships: bool) -> dict[str, Any]:
        """One of a customer's `addresses`, and whether it is the default of bills and of what is sent."""
        contact = {"phone": self.phone, "vat_number": self.vat_number}
        return self.place(shop) | contact | {"billing_default": bills, "shipping_default": ships}


def entries(billing: Address, shipping: Address, shop: Shop) -> list[dict[str, Any]]:
    """A customer's `addresses`; one entry is both defaults when shipping goes where the bill goes."""
    if billing.empty and shipping.empty:
        return []
    if shipping.empty or replace(shipping, phone=None, vat_number=None) == replace(billing, phone=None, vat_number=None):
        return [billing.entry(shop, bills=True, ships=True)]
    if billing.empty:
        return [shipping.entry(shop, bills=False, ships=True)]
    return [billing.entry(shop, bills=True, ships=False), shipping.entry(shop, bills=False, ships=True)]
