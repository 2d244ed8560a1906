"""The people and places of a ShopGo order: its buyer as a customer, its addresses, its countries."""

import re
from typing import Any

from bson import ObjectId

from shoprelay_relays.shopgo.facts import Facts
from shoprelay_relays.spec import Draft, Shop
from shoprelay_relays.values import an_object, text
from shoprelay_schema.documents import Country, Customer


def email(facts: Facts) -> str | None:
    """The buyer's e-mail is often empty where an address carries one."""
    found = [_of(facts, part, "email") for part in ("buyer", "billing_address", "shipping_address")]
    return next(filter(None, found), None)


def phone(facts: Facts) -> str | None:
    found = [_of(facts, "buyer", "phone"), _of(facts, "billing_address", "telephone")]
    return next(filter(None, found), None)


def address(facts: Facts, side: str) -> dict[str, Any]:
    """The attributes of an order for `side` ("billing" or "shipping"); ShopGo keeps names in one piece."""
    raw = an_object(facts.body.get(f"{side}_address"), f"{side}_address")
    code = text(raw.get("country"))
    buyer_name, buyer_phone = _of(facts, "buyer", "name"), _of(facts, "buyer", "phone")
    return {
        f"{side}_name": text(raw.get("name")) or buyer_name,
        f"{side}_address_1": text(raw.get("line1")),
        f"{side}_address_2": text(raw.get("line2")),
        f"{side}_city": text(raw.get("city")),
        f"{side}_zip_code": text(raw.get("postcode")),
        f"{side}_phone": text(raw.get("telephone")) or buyer_phone,
        f"{side}_country_id": country_id(facts.shop, code),
    }


def country_id(shop: Shop, code: str | None) -> ObjectId | None:
    return shop.id("countries", code) if code else None


def countries(facts: Facts) -> list[Draft]:
    """Every country that the order names; the two-letter code is all ShopGo gives."""
    places = [facts.body.get("billing_address"), facts.body.get("shipping_address")]
    places += [shipment.get("destination") for shipment in facts.shipments]
    codes = {code for place in places if (code := text(an_object(place, "address").get("country")))}
    return [Draft(Country(remote_id=code, name=code), code, derived=True) for code in sorted(codes)]


def customer(facts: Facts) -> Draft | None:
    """The buyer. ShopGo has no customer records, so the e-mail is the key, else the phone number, else there is no customer.

    A phone number never becomes an alias of an e-mail: families and shops share one.
    The order's own time is the version, so that the latest order of a buyer decides, however often older ones are listed.
    """
    address_of, number = email(facts), _digits(phone(facts))
    if not address_of and not number:
        return None
    document = Customer(
        remote_id=address_of.lower() if address_of else number,
        email=address_of,
        addresses=_addresses(facts),
        currency=facts.currency,
        language=text(facts.body.get("source")),
    )
    key = f"email:{document.remote_id}" if address_of else f"phone:{number}"
    return Draft(document, key, derived=True, version=facts.version)


def _digits(number: str | None) -> str | None:
    # "+962 7 9000" and "0096279000" are one phone; without a country code it stays as local as it came.
    digits = re.sub(r"\D", "", number or "")
    if digits and (number or "").startswith("+"):
        return f"+{digits}"
    return (f"+{digits[2:]}" if digits.startswith("00") else digits) or None


def _addresses(facts: Facts) -> list[dict[str, Any]]:
    billing, shipping = (_plain(facts, side) for side in ("billing", "shipping"))
    if billing == shipping:
        return [{**billing, "billing_default": True, "shipping_default": True}]
    return [
        {**billing, "billing_default": True, "shipping_default": False},
        {**shipping, "billing_default": False, "shipping_default": True},
    ]


def _plain(facts: Facts, side: str) -> dict[str, Any]:
    return {name.removeprefix(f"{side}_"): value for name, value in address(facts, side).items() if value is not None}


def _of(facts: Facts, part: str, name: str) -> str | None:
    return text(an_object(facts.body.get(part), part).get(name))
