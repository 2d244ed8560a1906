"""The small lists around orders and products: statuses, countries, payment and delivery methods, times of delivery."""

from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Country, DeliveryMethod, PaymentMethod, Status, StockMessage


def map_status(body: Json, _shop: Shop) -> Mapped:
    """A row of OrderStatusCode_GetAll; 0 is a status like others."""
    raw = Raw(body)
    key = number(raw, "Id")
    return _one(status(key, raw.text("Title"), derived=False))


def status(key: str | None, name: str | None = None, *, derived: bool = True) -> Draft | None:
    return Draft(Status(remote_id=key, name=name or key), key, derived=derived) if key else None


def map_payment_method(body: Json, _shop: Shop) -> Mapped:
    raw = Raw(body)
    return _one(payment_method(raw.id("Id"), raw.text("Title"), derived=False))


def payment_method(key: str | None, name: str | None, *, derived: bool = True) -> Draft | None:
    return Draft(PaymentMethod(remote_id=key, name=name or key), key, derived=derived) if key else None


def map_delivery_method(body: Json, _shop: Shop) -> Mapped:
    raw = Raw(body)
    return _one(delivery_method(raw.id("Id"), raw.text("Title"), derived=False))


def delivery_method(key: str | None, name: str | None, *, derived: bool = True) -> Draft | None:
    return Draft(DeliveryMethod(remote_id=key, name=name or key), key, derived=derived) if key else None


def map_country(body: Json, _shop: Shop) -> Mapped:
    """A row of Product_GetDeliveryCountryAll. It tells no name, only codes; orders tell the name."""
    raw = Raw(body)
    key, code = raw.id("Id"), raw.text("Iso") or raw.text("Code")
    return _one(Draft(Country(remote_id=code or key, name=raw.text("Title") or code or key), key))


def map_stock_message(body: Json, _shop: Shop) -> Mapped:
    """A row of Product_GetDeliveryTimeAll: what is shown while there is stock, and what without."""
    raw = Raw(body)
    raw.id("Id")
    words = dict.fromkeys(filter(None, (raw.text("TitleInStock"), raw.text("TitleNoStock"))))
    return Mapped([Draft(StockMessage(remote_id=word), word) for word in words])


def number(raw: Raw, key: str) -> str | None:
    """A number that may be 0, as text."""
    found = raw.integer(key)
    return None if found is None else str(found)


def _one(draft: Draft | None) -> Mapped:
    return Mapped([draft] if draft else [])
