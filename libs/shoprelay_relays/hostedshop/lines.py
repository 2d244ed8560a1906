"""Lines of an order."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop import money
from shoprelay_relays.hostedshop.codes import listed
from shoprelay_relays.spec import Draft, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import OrderLine


@dataclass(frozen=True, slots=True)
class Line:
    """`price`: of one piece, after the line's own discount, including VAT. Of goods by the metre or kilogram, which are sold in
    fractions, the whole is one piece.
    """

    raw: Raw
    quantity: int
    price: Decimal
    net: Decimal
    rate: Decimal | None

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity


def lines(order: Raw, rate: Decimal | None) -> list[Line]:
    return [_line(raw, order, rate) for raw in listed(order, "OrderLines")]


def draft(line: Line, link: dict[str, Any], shop: Shop) -> Draft:
    raw = line.raw
    titles = (raw.text(name) for name in ("ProductTitle", "VariantTitle", "AdditionalTitle"))
    document = OrderLine(
        **link,
        remote_id=raw.id("Id"),
        price=as_float(line.price),
        product_name=", ".join(title for title in titles if title) or raw.text("PacketTitle"),
        quantity=line.quantity,
        variant_id=variant_id(raw, shop),
        variant_sku=raw.text("ItemNumber"),
        vat_pct=as_float(line.rate),
    )
    return Draft(document, raw.id("Id"))


def packed(line: Line, shop: Shop) -> dict[str, Any]:
    """A line as shipments, invoices and credit notes list it."""
    return {"variant_sku": line.raw.text("ItemNumber"), "quantity": abs(line.quantity), "variant_id": variant_id(line.raw, shop)}


def variant_id(raw: Raw, shop: Shop) -> Any:
    product = raw.reference("ProductId")
    return shop.id("variants", variant_key(product, raw.reference("VariantId"))) if product else None


def variant_key(product: str, variant: str | None) -> str:
    """The natural key of a variant: 0 is the product that has none."""
    return f"{product}/{variant or 0}"


def _line(raw: Raw, order: Raw, default: Decimal | None) -> Line:
    """`Amount` is a quantity; `Discount` is of one piece."""
    amount = raw.number("Amount") or Decimal(0)
    net = (raw.number("Price") or raw.amount("PriceRounded")) - (raw.number("Discount") or raw.amount("DiscountRounded"))
    rate = money.line_rate(raw, order, default)
    if amount != amount.to_integral_value():
        return Line(raw, 1, money.gross(net * amount, rate), net * amount, rate)
    return Line(raw, int(amount), money.gross(net, rate), net, rate)
