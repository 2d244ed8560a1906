"""Customers: accounts and guests alike have rows of their own; two of them may share an e-mail.

https://devdocs.prestashop-project.org/8/webservice/resources/customers/
"""

from shoprelay_relays.fields import Raw
from shoprelay_relays.people import account, aliases
from shoprelay_relays.prestashop import addresses, times, words
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Customer
from shoprelay_schema.raw import Evidence


def customer(body: Json, shop: Shop) -> Mapped:
    """One account or guest, with `addresses`, `language` and `group` beside its own fields."""
    raw = Raw(body)
    key = raw.id()
    if "email" not in raw:
        return Mapped(reads=[("customers", key)])  # a list of ids
    if raw.flag("deleted"):
        return Mapped(gone=[("customers", account(key), Evidence.TRASHED)], version=times.version(raw, times.zone(shop.config)))
    language, listed = shop.config.get("language_id"), raw.items("addresses")
    document = _document(raw, key, shop)
    if "addresses" in raw:
        document = document.model_copy(update=_where(listed, shop))
    where = times.zone(shop.config)
    drafts = [Draft(document, account(key), aliases=aliases(raw.text("email"))), *addresses.countries(listed, language)]
    return Mapped(drafts, version=times.version(raw, where))


def of_order(raw: Raw, invoice: Raw, delivery: Raw, shop: Shop) -> Draft | None:
    """The buyer as an order tells of them; None where the row is gone or may not be read."""
    key = raw.reference("id")
    if key is None:
        return None
    document = _document(raw, key, shop)
    known = [address for address in (invoice, delivery) if "id" in address]
    if known:
        document = document.model_copy(update=_where(known[:1], shop) | {"addresses": addresses.used(invoice, delivery, shop)})
    return Draft(document, account(key), aliases=aliases(raw.text("email")), derived=True)


def _document(raw: Raw, key: str, shop: Shop) -> Customer:
    document = Customer(
        remote_id=key,
        email=raw.text("email"),
        first_name=raw.text("firstname"),
        last_name=raw.text("lastname"),
        company=raw.text("company"),
        company_note=raw.html("note"),
        accepts_marketing=raw.flag("newsletter") or False,
        created_at=times.moment(raw, "date_add", times.zone(shop.config)),
        personal_identifier=raw.text("siret"),
    )
    said = {
        "group": words.text(raw.child("group"), "name", shop.config.get("language_id")),
        "language": raw.child("language").text("iso_code"),
    }
    return document.model_copy(update={name: value for name, value in said.items() if value})


def _where(listed: list[Raw], shop: Shop) -> dict[str, object]:
    """Addresses, and the numbers that are told by them alone."""
    numbers = (raw.text("vat_number") for raw in listed if not raw.flag("deleted"))
    return {"addresses": addresses.entries(listed, shop), "vat_number": next(filter(None, numbers), None)}
