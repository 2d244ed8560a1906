"""The small lists around orders: statuses, countries, payment and delivery methods.

https://devdocs.prestashop-project.org/8/webservice/resources/order_states/, .../carriers/
"""

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import addresses, words
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import DeliveryMethod, PaymentMethod, Status


def status(raw: Raw, key: str | None, language: str | None, *, derived: bool = True) -> Draft | None:
    """A status by its id; named where its row is known."""
    return Draft(Status(remote_id=key, name=words.text(raw, "name", language) or key), key, derived=derived) if key else None


def delivery_method(raw: Raw, id_carrier: str | None, *, derived: bool = True) -> Draft | None:
    """A carrier. Each edit in the back office makes a new row with a new id; `id_reference` stays."""
    key = raw.reference("id_reference") or raw.reference("id") or id_carrier
    # A carrier without a name is the shop itself; PrestaShop writes "0".
    name = raw.text("name")
    return Draft(DeliveryMethod(remote_id=key, name=key if name in {None, "0"} else name), key, derived=derived) if key else None


def payment_method(order: Raw) -> Draft | None:
    """The module's own name, and what it calls itself to buyers."""
    module, said = order.text("module"), order.text("payment")
    key = module or said
    return Draft(PaymentMethod(remote_id=key, name=said or module), key, derived=True) if key else None


def map_status(body: Json, shop: Shop) -> Mapped:
    """One row of /order_states."""
    raw = Raw(body)
    key = raw.id()
    if "name" not in raw:
        return Mapped(reads=[("statuses", key)])
    return _one(status(raw, key, shop.config.get("language_id"), derived=False))


def map_country(body: Json, shop: Shop) -> Mapped:
    """One row of /countries."""
    raw = Raw(body)
    if "iso_code" not in raw:
        return Mapped(reads=[("countries", raw.id())])
    return _one(addresses.country(raw, shop.config.get("language_id"), derived=False))


def map_delivery_method(body: Json, _shop: Shop) -> Mapped:
    """One row of /carriers; a row that was replaced by an edit says nothing."""
    raw = Raw(body)
    key = raw.id()
    if "name" not in raw:
        return Mapped(reads=[("delivery_methods", key)])
    return Mapped() if raw.flag("deleted") else _one(delivery_method(raw, key, derived=False))


def map_payment_method(body: Json, _shop: Shop) -> Mapped:
    """What an order says of its payment: PrestaShop lists no payment methods."""
    return _one(payment_method(Raw(body)))


def _one(draft: Draft | None) -> Mapped:
    return Mapped([draft] if draft else [])
