"""The small lists around orders: statuses, countries, delivery and payment methods. Orders name them in passing."""

from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Country, DeliveryMethod, PaymentMethod, Status


def status(slug: str, name: str | None) -> Draft | None:
    """An order says the slug alone; the list of statuses has the shop's own name for it."""
    return Draft(Status(remote_id=slug, name=name or slug), slug, derived=name is None) if slug else None


def country(code: str | None) -> Draft | None:
    return Draft(Country(remote_id=code, name=code), code, derived=True) if code else None


def payment_method(order: Raw) -> Draft | None:
    code, title = order.text("payment_method"), order.text("payment_method_title")
    key = code or title
    return Draft(PaymentMethod(remote_id=key, name=title or code), key, derived=True) if key else None


def delivery_method(order: Raw) -> Draft | None:
    """The first shipping line's method in its zone: `flat_rate:3` is one row of the shop's shipping zones."""
    line = next(iter(order.items("shipping_lines")), None)
    if line is None:
        return None
    code, title = line.text("method_id"), line.text("method_title")
    instance = line.reference("instance_id") if (line.text("instance_id") or "").isdigit() else None
    key = f"{code}:{instance}" if code and instance else code or title
    return Draft(DeliveryMethod(remote_id=key, name=title or code), key, derived=True) if key else None


def map_status(body: Json, _shop: Shop) -> Mapped:
    """One row of /orders/statuses or /reports/orders/totals."""
    raw = Raw(body)
    draft = status((raw.text("slug") or "").removeprefix("wc-"), raw.text("name"))
    return Mapped([draft] if draft else [])


def map_country(body: Json, _shop: Shop) -> Mapped:
    """One row of /data/countries."""
    raw = Raw(body)
    code = (raw.text("code") or "").upper()
    return Mapped([Draft(Country(remote_id=code, name=raw.text("name") or code), code)] if code else [])


def map_payment_method(body: Json, _shop: Shop) -> Mapped:
    """One row of /payment_gateways, by the title that buyers see."""
    raw = Raw(body)
    key = raw.text("id")
    name = raw.text("title") or raw.text("method_title") or key
    return Mapped([Draft(PaymentMethod(remote_id=key, name=name), key)] if key else [])


def map_delivery_method(body: Json, _shop: Shop) -> Mapped:
    """One row of /shipping/zones/<id>/methods, or a kind of method from /shipping_methods."""
    raw = Raw(body)
    kind, instance = raw.text("method_id"), raw.text("instance_id")
    key = f"{kind}:{instance}" if kind and instance else raw.text("id")
    return Mapped([Draft(DeliveryMethod(remote_id=key, name=raw.text("title") or key), key)] if key else [])
