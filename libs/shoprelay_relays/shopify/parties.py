"""Addresses, and the customers whose they are. https://shopify.dev/docs/api/admin-graphql/latest/objects/Customer"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shoprelay_relays import values
from shoprelay_relays.fields import Raw
from shoprelay_relays.people import account, aliases, by_email, normalized
from shoprelay_relays.shopify.ids import key, reference
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Country, Customer

_SUBSCRIBED = {"SUBSCRIBED"}
_VAT_NUMBERS = ("vat_number", "vat number", "vat-number", "vat id", "cvr", "tax id")
_IDENTIFIERS = ("personal_identifier", "personal identifier", "ssn", "cpr")


@dataclass(frozen=True, slots=True)
class Address:
    first_name: str | None
    last_name: str | None
    name: str | None
    company: str | None
    address_1: str | None
    address_2: str | None
    zip_code: str | None
    city: str | None
    province: str | None
    province_code: str | None
    country: str | None
    country_name: str | None
    phone: str | None

    @property
    def empty(self) -> bool:
        return not any((self.name, self.company, self.address_1, self.address_2, self.zip_code, self.city, self.country))

    def place(self, shop: Shop) -> dict[str, Any]:
        """The contract's attributes of an address, without a prefix."""
        names = ("first_name", "last_name", "name", "company", "address_1", "address_2", "zip_code", "city", "province")
        return {
            **{name: getattr(self, name) for name in names},
            "province_code": self.province_code,
            "country_id": shop.id("countries", self.country) if self.country else None,
        }

    def prefixed(self, prefix: str, shop: Shop) -> dict[str, Any]:
        """The attributes of an order."""
        return {f"{prefix}_{name}": value for name, value in (self.place(shop) | {"phone": self.phone}).items()}

    def entry(self, shop: Shop, *, default: bool) -> dict[str, Any]:
        """One of a customer's `addresses`."""
        return self.place(shop) | {"phone": self.phone, "billing_default": default, "shipping_default": default}

    def land(self) -> Draft | None:
        return country(self.country, self.country_name)


def address(raw: Raw) -> Address:
    first, last = raw.text("firstName"), raw.text("lastName")
    code, land = raw.text("countryCodeV2"), raw.text("country")
    return Address(
        first_name=first,
        last_name=last,
        name=raw.text("name") or " ".join(filter(None, (first, last))) or None,
        company=raw.text("company"),
        address_1=raw.text("address1"),
        address_2=raw.text("address2"),
        zip_code=raw.text("zip"),
        city=raw.text("city"),
        province=raw.text("province"),
        province_code=raw.text("provinceCode"),
        # Without a code (partial answers) the name is all there is to know the country by.
        country=code.upper() if code else land,
        country_name=land,
        phone=raw.text("phone"),
    )


def country(code: str | None, name: str | None) -> Draft | None:
    return Draft(Country(remote_id=code, name=name or code), code, derived=True) if code else None


def map_country(body: Json, _shop: Shop) -> Mapped:
    """One country of a shipping zone."""
    raw = Raw(body)
    code = (raw.text("code") or "").upper()
    return Mapped([Draft(Country(remote_id=code, name=raw.text("name") or code), code)] if code else [])


def customer(body: Json, shop: Shop) -> Mapped:
    """One customer of the shop, also those that only gave an e-mail address. The body of a webhook is only a hint: it is read."""
    raw = Raw(body)
    if "updated_at" in raw:
        return Mapped(reads=[("customers", key(raw))])
    own, mail = key(raw), raw.child("defaultEmailAddress")
    email = mail.text("emailAddress") or raw.text("email")
    entries = _entries(raw)
    document = Customer(
        **_who(own, email, raw.text("firstName"), raw.text("lastName")),
        accepts_marketing=(mail.text("marketingState") in _SUBSCRIBED) if "marketingState" in mail else None,
        addresses=[where.entry(shop, default=default) for where, default in entries],
        company=next((where.company for where, _ in entries if where.company), None),
        company_note=raw.text("note"),
        confirmed=raw.flag("verifiedEmail"),
        invited=raw.text("state") == "INVITED" if "state" in raw else None,
        created_at=raw.time("createdAt"),
        language=raw.text("locale"),
        tags=raw.words("tags"),
        vat_class="exempt" if raw.flag("taxExempt") else None,
    )
    lands = {where.country or "": where.land() for where, _ in entries}
    drafts = [Draft(document, account(own), aliases=aliases(email)), *(lands[code] for code in sorted(lands))]
    return Mapped([draft for draft in drafts if draft], version=modified(raw))


def of_order(order: Raw, billing: Address, shipping: Address, shop: Shop) -> Draft | None:
    """The buyer: the shop's customer, else the e-mail; None without either, as with most sales over the counter."""
    raw = order.child("customer")
    own, email = reference(raw), order.text("email") or raw.child("defaultEmailAddress").text("emailAddress") or raw.text("email")
    if own is None and email is None:
        return None
    places = [where for where in dict.fromkeys((billing, shipping)) if not where.empty]
    document = Customer(
        **_who(
            own or normalized(email or ""),
            email,
            raw.text("firstName") or billing.first_name or shipping.first_name,
            raw.text("lastName") or billing.last_name or shipping.last_name,
        ),
        # Parcels to a parcel shop have that shop's name in the company of the delivery.
        company=(shipping if billing.empty else billing).company,
        addresses=[_of_order(where, billing, shipping, shop) for where in places],
        language=raw.text("locale"),
        **numbers(order),
    )
    if own is None:
        return Draft(document, by_email(email or ""), derived=True)
    return Draft(document, account(own), aliases=aliases(email), derived=True)


def numbers(order: Raw) -> dict[str, str | None]:
    """The buyer's numbers, which checkouts ask for in fields of their own."""
    told = {(item.text("key") or "").lower(): item.text("value") for item in order.items("customAttributes")}
    return {
        "vat_number": next((told[name] for name in _VAT_NUMBERS if told.get(name)), None),
        "personal_identifier": next((told[name] for name in _IDENTIFIERS if told.get(name)), None),
    }


def modified(raw: Raw) -> str:
    """A record's version: when it was last changed, else made."""
    moment: datetime | None = raw.time("updatedAt") or raw.time("createdAt")
    return values.version(moment) if moment else ""


def _who(own: str, email: str | None, first: str | None, last: str | None) -> dict[str, Any]:
    return {"remote_id": own, "email": email, "first_name": first, "last_name": last}


def _entries(raw: Raw) -> list[tuple[Address, bool]]:
    """The addresses with whether each is the default; a payload without the list still has the default one."""
    default = raw.child("defaultAddress")
    listed = raw.child("addressesV2").items("nodes")
    if not listed:
        alone = address(default)
        return [] if alone.empty else [(alone, True)]
    chosen = default.text("id")
    return [(address(item), chosen is not None and item.text("id") == chosen) for item in listed]


def _of_order(where: Address, billing: Address, shipping: Address, shop: Shop) -> dict[str, Any]:
    return where.entry(shop, default=False) | {"billing_default": where == billing, "shipping_default": where == shipping}
