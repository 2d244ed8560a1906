"""Who ordered and where it goes. There are no customer records: an order tells of its buyer."""

from dataclasses import replace

from shoprelay_relays import values
from shoprelay_relays.addresses import Address, entries
from shoprelay_relays.fields import Raw
from shoprelay_relays.people import by_email, normalized
from shoprelay_relays.quickbutik.times import moment
from shoprelay_relays.spec import Draft, Shop
from shoprelay_schema.documents import Country, Customer


def addresses(customer: Raw) -> tuple[Address, Address]:
    """(billing, shipping). The buyer's own fields stand in where there are no details; goods go to the buyer unless told."""
    own = _address(customer)
    billing, shipping = (_address(customer.child(f"{side}_details")) for side in ("billing", "shipping"))
    billing = own if billing.empty else replace(billing, phone=billing.phone or own.phone)
    return billing, billing if shipping.empty else shipping


def customer(order: Raw, billing: Address, shipping: Address, shop: Shop) -> Draft | None:
    """The buyer by e-mail; None without one. The latest order of a buyer decides, however often older ones are listed."""
    raw = order.child("customer")
    email, made = raw.text("email"), moment(order.text("date_created"), "date_created")
    if email is None:
        return None
    document = Customer(
        remote_id=normalized(email),
        email=email,
        first_name=billing.first_name,
        last_name=billing.last_name,
        company=billing.company,
        group=raw.text("customer_type"),
        addresses=entries(billing, shipping, shop),
    )
    return Draft(document, by_email(email), derived=True, version=values.version(made) if made else None)


def countries(*places: Address) -> list[Draft]:
    """An address says the code alone."""
    codes = sorted({place.country for place in places if place.country})
    return [Draft(Country(remote_id=code, name=code), code, derived=True) for code in codes]


def _address(raw: Raw) -> Address:
    country = raw.text("country")
    return Address(
        first_name=raw.text("firstname"),
        last_name=raw.text("lastname"),
        full_name=raw.text("full_name"),
        company=raw.text("company_name"),
        address_1=raw.text("address"),
        address_2=raw.text("address2"),
        zip_code=raw.text("zipcode"),
        city=raw.text("city"),
        country=country.upper() if country else None,
        phone=raw.text("phone"),
    )
