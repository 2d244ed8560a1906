"""What a shop holds, and how it is shown: nearly every value as text, times in Swedish local time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shoprelay_simulators.messages import Json
from shoprelay_simulators.world.goods import Goods
from shoprelay_simulators.world.people import Person

ZONE = ZoneInfo("Europe/Stockholm")
UNPAID, PAID, DONE, CANCELLED = "0", "1", "2", "3"
WORDS = {UNPAID: "unpaid", PAID: "paid", DONE: "done", CANCELLED: "cancelled"}
_VAT = Decimal("0.25")


@dataclass
class Variant:
    id: int
    sku: str
    option: tuple[str, str]
    qty: int
    hidden: bool = False


@dataclass
class Product:
    id: int
    goods: Goods
    category: str
    modified: datetime
    qty: int = 0
    visible: bool = True
    variants: list[Variant] = field(default_factory=list)


@dataclass
class Line:
    product: Product
    variant: Variant | None
    qty: int


@dataclass
class Order:
    """`status_at`: when the status changed last, which is filtered by and never shown. `refunds`: amounts."""

    id: int
    buyer: Person
    lines: list[Line]
    created: datetime
    status_at: datetime
    method: str
    status: str = UNPAID
    paid: datetime | None = None
    on_top: bool = False
    discount: Decimal = Decimal(0)
    notes: str = ""
    refunds: list[tuple[int, Decimal, datetime]] = field(default_factory=list)

    @property
    def items(self) -> Decimal:
        return sum((Decimal(line.product.goods.price) * line.qty for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.items + SHIPPING - self.discount


SHIPPING = Decimal(49)


def local(moment: datetime | None) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S") if moment else "0000-00-00 00:00:00"


def order_head(row: Order) -> Json:
    """What a list shows without `include_details`."""
    return {
        "order_id": str(row.id),
        "date_created": local(row.created),
        "total_amount": f"{row.total:.2f}",
        "status": row.status,
        "products": [_line(line) for line in row.lines],
    }


def order_json(row: Order) -> Json:
    tax = row.total * _VAT if row.on_top else row.total - row.total / (1 + _VAT)
    return order_head(row) | {
        "date_paid": local(row.paid),
        "shipping_amount": f"{SHIPPING:.2f}",
        "shipping_id": "3",
        "shipping_name": "PostNord MyPack",
        "discount_amount": f"{row.discount:.2f}",
        "total_pay_amount": f"{row.total:.2f}",
        "tax_amount": f"{tax:.2f}",
        "items_amount": f"{row.items:.2f}",
        "is_taxfree": False,
        "is_taxontop": row.on_top,
        "currency": "SEK",
        "notes": row.notes,
        "total_weight": "500",
        "refunds": [{"id": str(own), "amount": f"{amount:.2f}", "date_created": local(at)} for own, amount, at in row.refunds],
        "customer": _customer(row.buyer),
        "paymethod": {"method": row.method, "transaction_id": f"tr-{row.id}" if row.paid else ""},
    }


def _line(line: Line) -> Json:
    variant = line.variant
    return {
        "product_id": str(line.product.id),
        "variant_id": str(variant.id) if variant else "0",
        "title": line.product.goods.name,
        "price": line.product.goods.price,
        "qty": str(line.qty),
        "variant": variant.option[1] if variant else "",
        "sku": variant.sku if variant else line.product.goods.sku,
        "weight": "250",
        "status": "1",
        "image": "",
    }


def _customer(person: Person) -> Json:
    place = {
        "company_name": person.company,
        "address": person.street,
        "address2": person.extra,
        "city": person.city,
        "zipcode": person.postcode,
        "country": person.country,
    }
    return place | {
        "email": person.email,
        "phone": person.phone,
        "customer_type": "company" if person.company else "private",
        "full_name": person.name,
        "notes": "",
        "shipping_details": [],
        "billing_details": place | {"firstname": person.first, "lastname": person.last},
    }


def product_json(row: Product, *, details: bool) -> Json:
    shown: Json = {
        "id": str(row.id),
        "sku": row.goods.sku,
        "hasVariants": "1" if row.variants else "0",
        "title": row.goods.name,
        "qty": str(sum(one.qty for one in row.variants) or row.qty),
        "price": row.goods.price,
        "date_modified": local(row.modified),
        "visible": "1" if row.visible else "0",
        "headcategory_name": row.category,
    }
    if not details:
        return shown
    return shown | {
        "description": f"<p>{row.goods.name}</p>",
        "weight": "250",
        "tax_rate": "25",
        "purchase_price": "10",
        "before_price": "",
        "gtin": "",
        "disable_minusqty": "1",
        "supplier_name": "",
        "supplier_sku": "",
        "images": {"1": {"image": f"https://images.example.com/{row.id}.jpg", "alttext": None}},
        "variants": [_variant(row, one) for one in row.variants],
    }


def _variant(product: Product, row: Variant) -> Json:
    return {
        "id": str(row.id),
        "product_id": str(product.id),
        "sku": row.sku,
        "price": product.goods.price,
        "qty": str(row.qty),
        "weight": "",
        "before_price": "",
        "purchase_price": "",
        "gtin": "",
        "hidden": "1" if row.hidden else "0",
        "values": [{"ovalue_field": "1", "name": row.option[0], "val": row.option[1]}],
    }


def category_rows(names: Iterable[str]) -> list[Json]:
    """A top category and the others below it."""
    return [
        {"category_id": str(number), "name": name, "uri": name.lower(), "parent_id": "0" if number == 1 else "1"}
        for number, name in enumerate(names, start=1)
    ]
