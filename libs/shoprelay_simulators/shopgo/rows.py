"""What the shop stores. Amounts are Decimal in the shop's currency, times aware UTC with microseconds."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from shoprelay_simulators.messages import Json

STATES = ("ready", "shipped", "delivered")


@dataclass
class Payment:
    """`total` is negative in a refund."""

    total: Decimal
    method: str
    created: datetime
    data: Json = field(default_factory=dict)


@dataclass
class Shipment:
    id: str
    state: str
    created: datetime
    provider: str
    target: datetime


@dataclass
class Purchase:
    sku: str
    name: Json
    image: str
    quantity: int
    price: Decimal


@dataclass
class Order:
    number: str
    created: datetime
    buyer: Json
    billing: Json
    shipping: Json
    payment_method: str
    source: str
    purchases: list[Purchase]
    shipping_price: Decimal
    discount: Decimal = Decimal(0)
    payments: list[Payment] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    visible: bool = True
    viewed: bool = False
    cancelled: bool = False
    confirmed: bool = False
    authorized: bool = False

    @property
    def total(self) -> Decimal:
        goods = sum((item.price * item.quantity for item in self.purchases), Decimal(0))
        return goods + self.shipping_price - self.discount

    @property
    def balance(self) -> Decimal:
        """What is still to be paid; refunds count as negative payments."""
        return self.total - sum((payment.total for payment in self.payments), Decimal(0))
