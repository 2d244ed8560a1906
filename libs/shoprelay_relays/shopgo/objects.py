"""The objects of ShopGo's Management API, typed. https://docs.shopgo.me/1.0.0/management-api/objects

All are tolerant: what is not documented is kept, what is missing is None. Amounts stay decimal text, never floats.
"""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, PlainSerializer

_DECIMAL = re.compile(r"-?\d+(\.\d+)?([Ee][+-]?\d+)?")


def _decimal_text(value: object) -> str:
    if isinstance(value, bool | float):
        message = "give an amount as decimal text, such as '24.00': a float is not exact"
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError
    if not _DECIMAL.fullmatch(str(value)):
        message = "expected decimal text, such as '24.00'"
        raise ValueError(message)
    return str(value)


def _bilingual(value: object) -> object:
    return {"en": value} if isinstance(value, str) else value


def _text(value: object) -> object:
    return str(value) if isinstance(value, int) else value


Amount = Annotated[str, BeforeValidator(_decimal_text)]
"""Decimal text as ShopGo writes it; the Jordanian dinar has three decimals, though its examples show two."""
Code = Annotated[str, BeforeValidator(_text)]
"""An identifier: some are documented as numbers and some as text."""
Moment = Annotated[AwareDatetime, PlainSerializer(lambda moment: moment.isoformat(), when_used="json")]


class ShopGoObject(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class Money(ShopGoObject):
    amount: Amount
    currency: str | None = None


class BilingualString(ShopGoObject):
    en: str | None = None
    ar: str | None = None


Bilingual = Annotated[BilingualString, BeforeValidator(_bilingual)]


class Address(ShopGoObject):
    name: str | None = None
    city: str | None = None
    email: str | None = None
    country: str | None = None
    postcode: str | None = None
    telephone: str | None = None
    line1: str | None = None
    line2: str | None = None
    lng: Decimal | None = None
    lat: Decimal | None = None


class Buyer(ShopGoObject):
    ip: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None


class Payment(ShopGoObject):
    """A payment or a refund. Sent with attributes left out, ShopGo fills them in: the balance, cash on delivery, now."""

    total: Money | None = None
    method: str | None = None
    created: Moment | None = None
    transaction_data: dict[str, Any] | None = None


class Shipment(ShopGoObject):
    id: Code | None = None
    state: str | None = None
    source: Address | None = None
    destination: Address | None = None
    created: Moment | None = None
    provider: str | None = None
    target_delivery: Moment | None = None


class Purchase(ShopGoObject):
    sku: str | None = None
    name: Bilingual | None = None
    total: Money | None = None
    image: str | None = None
    charges: list[Any] | None = None
    quantity: int | None = None
    unit_price: Money | None = None
    attributes: Any = None


class Adjustment(ShopGoObject):
    """Documented by name alone: whatever it holds is kept as it came."""


class Order(ShopGoObject):
    number: Code
    buyer: Buyer | None = None
    total: Money | None = None
    created: Moment | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    payments: list[Payment] | None = None
    shipments: list[Shipment] | None = None
    purchases: list[Purchase] | None = None
    adjustments: list[Adjustment] | None = None
    visible: bool | None = None
    viewed: bool | None = None
    cancelled: bool | None = None
    confirmed: bool | None = None
    authorized: bool | None = None
    source: str | None = None
    payment_method: str | None = None


class Tenant(ShopGoObject):
    """A store's account. `subscribed` is active or expired."""

    id: Code | None = None
    name: str | None = None
    owner: Any = None
    country: str | None = None
    store_host: str | None = None
    subscribed: str | None = None
    timezone: str | None = None
    permissions: Any = None


class DashboardUser(ShopGoObject):
    """Someone who signs in to the dashboard; documented by name alone."""

    id: Code | None = None
    name: str | None = None
    email: str | None = None


class Legal(ShopGoObject):
    city: str | None = None
    email: str | None = None
    country: str | None = None
    phone_no: str | None = None
    license_no: str | None = None
    tax_ref_no: str | None = None
    address_line1: Bilingual | None = None
    address_line2: Bilingual | None = None
    business_name: Bilingual | None = None


class Duration(ShopGoObject):
    """`unit` is days, hours or minutes."""

    value: Decimal
    unit: str


class ShippingRate(ShopGoObject):
    """What the calculate-shipping-rates webhook carries and is answered with."""

    id: Code | None = None
    price: Money | None = None
    duration: Duration | None = None
    name: Any = None
    description: Any = None
    provider: str | None = None
