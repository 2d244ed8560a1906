"""The small lists around orders: statuses, countries, delivery and payment methods. Orders name them in passing; Magento lists
none but the countries.
"""

from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Country, DeliveryMethod, PaymentMethod, Status

# Offline methods write their title first of all into the payment's further information, which has no names there.
OFFLINE = {"checkmo", "banktransfer", "cashondelivery", "purchaseorder", "free", "companycredit"}


def status(code: str | None) -> Draft | None:
    """Merchants name statuses as they like; only the code is told."""
    return Draft(Status(remote_id=code, name=code), code, derived=True) if code else None


def country(code: str | None) -> Draft | None:
    """An address says the code alone; the shop's own name for it is read once."""
    if not code:
        return None
    return Draft(Country(remote_id=code, name=code), code, derived=True, follow_up=("countries", code))


def payment_method(order: Raw) -> Draft | None:
    payment = order.child("payment")
    code = payment.text("method")
    more = order.child("extension_attributes").items("payment_additional_info")
    title = next((item.text("value") for item in more if item.text("key") == "method_title"), None)
    if title is None and code in OFFLINE:
        title = next(iter(payment.words("additional_information")), None)
    return Draft(PaymentMethod(remote_id=code, name=title or code), code, derived=True) if code else None


def delivery_method(order: Raw, shipping: Raw) -> Draft | None:
    """carrier_method, such as tablerate_bestway; its description is "carrier - method" in the words of the shop."""
    code, title = shipping.text("method"), order.text("shipping_description")
    key = code or title
    return Draft(DeliveryMethod(remote_id=key, name=title or code), key, derived=True) if key else None


def map_status(body: Json, _shop: Shop) -> Mapped:
    """A status as modules list it: {status, label}."""
    raw = Raw(body)
    code = raw.text("status") or ""
    return Mapped([Draft(Status(remote_id=code, name=raw.text("label") or code), code)] if code else [])


def map_country(body: Json, _shop: Shop) -> Mapped:
    """One row of directory/countries."""
    raw = Raw(body)
    code = (raw.text("id") or raw.text("two_letter_abbreviation") or "").upper()
    name = raw.text("full_name_locale") or raw.text("full_name_english") or code
    return Mapped([Draft(Country(remote_id=code, name=name), code)] if code else [])


def map_payment_method(body: Json, _shop: Shop) -> Mapped:
    """One method of a cart: {code, title}."""
    raw = Raw(body)
    code = raw.text("code") or ""
    return Mapped([Draft(PaymentMethod(remote_id=code, name=raw.text("title") or code), code)] if code else [])


def map_delivery_method(body: Json, _shop: Shop) -> Mapped:
    """One method of a cart's estimate-shipping-methods: {carrier_code, method_code, carrier_title, method_title}."""
    raw = Raw(body)
    key = "_".join(part for name in ("carrier_code", "method_code") if (part := raw.text(name)))
    name = " - ".join(part for name in ("carrier_title", "method_title") if (part := raw.text(name)))
    return Mapped([Draft(DeliveryMethod(remote_id=key, name=name or key), key)] if key else [])
