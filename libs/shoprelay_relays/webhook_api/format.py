"""What a shop posts to us: our own format, which docs/reference/openapi.json describes.

Attributes have the names that they have in the documents; what belongs to a record stands inside it. A list that is given is
complete: a line that is not in it any more is removed.
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
LongText = Annotated[str, StringConstraints(max_length=200_000)]


def _key(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Key = Annotated[Text, BeforeValidator(_key)]
"""An id of the shop's own: text, or a whole number."""
Email = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite() or abs(value) >= Decimal(10) ** 12:
        raise ValueError("expected an amount below 10^12")
    return value


Money = Annotated[Decimal, AfterValidator(_finite), Field(description="An amount, as a number or as text.", examples=["79.95"])]
Fraction = Annotated[Decimal, Field(ge=0, le=1, description="0.25 is 25 %.", examples=["0.25"])]
Pieces = Annotated[int, Field(ge=-(10**9), le=10**9)]
Time = AwareDatetime


class Posted(BaseModel):
    """Unknown attributes are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Party(Posted):
    """Who is billed, or who receives."""

    name: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    company: Text | None = None
    address_1: Text | None = None
    address_2: Text | None = None
    zip_code: Text | None = None
    city: Text | None = None
    province: Text | None = None
    province_code: Text | None = None
    country: Country | None = Field(None, description="ISO 3166 code of two letters.", examples=["DK"])
    phone: Text | None = None
    vat_number: Text | None = None
    personal_identifier: Text | None = None


class Line(Posted):
    """One line of an order. `price` is one piece, with all taxes."""

    id: Key | None = Field(None, description="The shop's own id of the line; without it, its place in the list.")
    sku: Key | None = Field(None, description="The variant that was bought.")
    product_name: Text | None = None
    quantity: Pieces
    price: Money
    vat_pct: Fraction | None = None


class Packed(Posted):
    """How much of a variant is in a shipment."""

    sku: Key
    quantity: Pieces


class Charged(Packed):
    """How much of a variant is in an invoice or credit note, and for how much in all."""

    amount: Money | None = None


class Shipment(Posted):
    """One parcel."""

    id: Key
    created_at: Time | None = None
    courier: Text | None = None
    tracking_number: Text | None = None
    lines: tuple[Packed, ...] = ()


class Invoice(Posted):
    """One invoice."""

    id: Key
    created_at: Time | None = None
    amount: Money
    captured_amount: Money | None = None
    paid_amount: Money | None = None
    shipping_amount: Money | None = None
    payment_amount: Money | None = None
    lines: tuple[Charged, ...] = ()


class CreditNote(Posted):
    """One credit note."""

    id: Key
    created_at: Time | None = None
    amount: Money
    refunded_amount: Money | None = None
    returned_amount: Money | None = None
    shipping_amount: Money | None = None
    payment_amount: Money | None = None
    lines: tuple[Charged, ...] = ()


class Order(Posted):
    """An order, whole. Of two posts with `updated_at` the newer one counts; without it, the one that arrived last."""

    order_number: Key
    id: Key | None = Field(None, description="The shop's own id where it is not the number.")
    deleted: Literal[True] | None = Field(None, description="The order exists no more; nothing else need be said then.")
    updated_at: Time | None = None
    initialized_at: Time | None = Field(None, description="When it was placed.")
    created_at: Time | None = Field(None, description="When it was paid, or placed on account.")
    closed_at: Time | None = None
    cancelled_at: Time | None = None
    refunded_at: Time | None = None
    status: Text | None = Field(None, description="The shop's own word for the order's status.", examples=["processing"])
    state: Literal["open", "closed", "cancelled", "refunded"] | None = None
    currency: Currency | None = None
    price: Money | None = Field(None, description="The total with all taxes: lines, delivery and payment less the discount.")
    delivery_price: Money | None = None
    payment_price: Money | None = None
    discount_amount: Annotated[Decimal, AfterValidator(_finite), Field(ge=0)] | None = None
    discount_codes: tuple[Text, ...] | None = None
    vat_pct: Fraction | None = None
    delivery_method: Text | None = None
    payment_method: Text | None = None
    customer: Key | None = Field(None, description="The customer's id, where there is an account.")
    email: Email | None = None
    language: Text | None = None
    accepts_marketing: bool | None = None
    billing: Party | None = None
    shipping: Party | None = None
    customer_note: LongText | None = None
    company_note: LongText | None = None
    reference: Text | None = None
    tags: tuple[Text, ...] | None = None
    lines: tuple[Line, ...] | None = Field(None, max_length=2000)
    shipments: tuple[Shipment, ...] | None = None
    invoices: tuple[Invoice, ...] | None = None
    credit_notes: tuple[CreditNote, ...] | None = None


class Image(Posted):
    """A picture of a product."""

    url: Text
    id: Key | None = None
    title: Text | None = None


class Option(Posted):
    """What sets a variant apart: {"type": "Size", "value": "M"}."""

    type: Text
    value: Text


class _Goods(Posted):
    """What products and variants have in common. Prices are with all taxes."""

    name: Text | None = None
    price: Money | None = None
    before_price: Money | None = None
    offer_price: Money | None = None
    offer_started_at: Time | None = None
    offer_finished_at: Time | None = None
    cost_price: Money | None = Field(None, description="What it costs the shop, without taxes.")
    currency: Currency | None = None
    vat_pct: Fraction | None = None
    published: bool | None = None
    url: Text | None = None
    images: tuple[Image, ...] | None = None
    manage_stock: bool | None = None
    allow_backorders: bool | None = None
    weight: Annotated[int, Field(ge=0)] | None = None
    weight_unit: Literal["g", "kg"] | None = None


class Variant(_Goods):
    """An article that can be bought, known by its sku."""

    sku: Key
    barcode: Text | None = None
    stock: Pieces | None = None
    variations: tuple[Option, ...] | None = None


class Product(_Goods):
    """A product, whole, with its variants. Without `variants` it is its own only one, which `stock` and `barcode` belong to."""

    sku: Key
    deleted: Literal[True] | None = Field(None, description="The product exists no more; nothing else need be said then.")
    description: LongText | None = None
    manufacturer: Text | None = None
    categories: tuple[Text, ...] | None = None
    tags: tuple[Text, ...] | None = None
    barcode: Text | None = None
    stock: Pieces | None = None
    variants: Annotated[tuple[Variant, ...], Field(min_length=1, max_length=2000)] | None = None


class Customer(Posted):
    """A customer, known by its id, else by its e-mail."""

    id: Key | None = None
    email: Email | None = None
    deleted: Literal[True] | None = None
    updated_at: Time | None = None
    created_at: Time | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    company: Text | None = None
    language: Text | None = None
    group: Text | None = None
    accepts_marketing: bool | None = None
    vat_number: Text | None = None
    company_note: LongText | None = None
    billing: Party | None = None
    shipping: Party | None = None


class Stock(Posted):
    """How many pieces of a variant there are now; nothing else of it changes."""

    sku: Key
    stock: Pieces
    stock_message: Text | None = Field(None, description="What the shop says about its availability.")


KINDS: dict[str, type[Posted]] = {"orders": Order, "products": Product, "customers": Customer, "stock": Stock}
"""What can be posted: the name in the address and in a batch -> its model."""
