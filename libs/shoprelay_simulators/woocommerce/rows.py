"""What the shop stores. Times are aware UTC with whole seconds, amounts Decimal and without tax."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class TaxRate:
    id: int
    country: str
    code: str
    label: str
    percent: Decimal
    priority: int = 1
    compound: bool = False
    """Charged on the amount and on the rates before it."""


@dataclass
class Meta:
    id: int
    key: str
    value: object


@dataclass
class Line:
    """A line of goods; in a refund quantity and amounts are negative."""

    id: int
    name: str
    product_id: int
    variation_id: int
    quantity: int
    subtotal: Decimal
    subtotal_tax: Decimal
    total: Decimal
    total_tax: Decimal
    parent_name: str | None = None
    meta: list[Meta] = field(default_factory=list)


@dataclass
class Charge:
    """A shipping line (with method_id) or a fee line."""

    id: int
    title: str
    total: Decimal
    tax: Decimal
    method_id: str = ""
    instance_id: str = ""
    meta: list[Meta] = field(default_factory=list)


@dataclass
class CouponLine:
    id: int
    code: str
    percent: int
    discount: Decimal
    discount_tax: Decimal


@dataclass
class Refund:
    id: int
    order_id: int
    created: datetime
    amount: Decimal
    reason: str
    by_gateway: bool
    lines: list[Line] = field(default_factory=list)
    shipping_lines: list[Charge] = field(default_factory=list)
    fees: list[Charge] = field(default_factory=list)

    @property
    def modified(self) -> datetime:
        """Not shown, but filtered by. Nothing changes a refund."""
        return self.created


@dataclass
class Note:
    id: int
    created: datetime
    text: str
    to_customer: bool


@dataclass
class Order:
    id: int
    status: str
    created: datetime
    modified: datetime
    currency: str
    key: str
    billing: dict[str, str]
    shipping: dict[str, str]
    customer_id: int = 0
    payment_method: str = ""
    payment_title: str = ""
    transaction_id: str = ""
    ip: str = ""
    agent: str = ""
    via: str = "checkout"
    note: str = ""
    paid: datetime | None = None
    completed: datetime | None = None
    taxes: tuple[TaxRate, ...] = ()
    tax_line_ids: list[int] = field(default_factory=list)
    meta: list[Meta] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    shipping_lines: list[Charge] = field(default_factory=list)
    fees: list[Charge] = field(default_factory=list)
    coupons: list[CouponLine] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    before_trash: str = ""


@dataclass
class Image:
    id: int
    created: datetime
    src: str
    name: str
    alt: str = ""


@dataclass
class Attribute:
    id: int
    name: str
    slug: str
    variation: bool
    options: list[str]


@dataclass
class Product:
    """A product, or with `parent_id` a variation; `choices` are then its attribute names and options.

    `priced`: when its price was last written, which a sale's beginning and end alone do not do.
    """

    id: int
    type: str
    name: str
    slug: str
    created: datetime
    modified: datetime
    status: str = "publish"
    sku: str = ""
    regular_price: str = ""
    sale_price: str = ""
    sale_from: datetime | None = None
    sale_to: datetime | None = None
    priced: datetime | None = None
    manage_stock: bool = False
    stock: int | None = None
    stock_status: str = "instock"
    backorders: str = "no"
    low_stock: int | None = None
    description: str = ""
    short_description: str = ""
    visibility: str = "visible"
    weight: str = ""
    gtin: str = ""
    categories: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    brands: list[int] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    parent_id: int = 0
    choices: list[tuple[str, str]] = field(default_factory=list)
    menu_order: int = 0
    sales: int = 0
    meta: list[Meta] = field(default_factory=list)
    before_trash: str = ""


@dataclass
class Term:
    """A category, a tag or a brand. The name is kept with HTML entities, as WordPress does."""

    id: int
    name: str
    slug: str
    parent: int = 0
    description: str = ""
    menu_order: int = 0
    image: Image | None = None


@dataclass
class Coupon:
    """Takes `amount` per cent off. Its code is kept in small letters."""

    id: int
    code: str
    amount: Decimal
    created: datetime
    modified: datetime
    description: str = ""
    status: str = "publish"
    before_trash: str = ""


@dataclass
class Customer:
    id: int
    created: datetime
    modified: datetime
    email: str
    first: str
    last: str
    username: str
    billing: dict[str, str]
    shipping: dict[str, str]
    role: str = "customer"
    paying: bool = False
    meta: list[Meta] = field(default_factory=list)


@dataclass
class Webhook:
    id: int
    name: str
    topic: str
    url: str
    secret: str
    created: datetime
    status: str = "active"
    modified: datetime | None = None
    failures: int = 0
    ping_owed: bool = True


@dataclass
class ApiKey:
    key: str
    secret: str
    permissions: str = "read_write"


Row = Order | Product | Customer | Term | Refund | Webhook | Coupon
