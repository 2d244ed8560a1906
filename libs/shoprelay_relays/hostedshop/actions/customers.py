"""Customers: the shop's users. https://api.hostedshop.dk/doc/ (User_Create, User_Update, User_Delete)"""

import secrets
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.others import Address, CreateCustomer, CustomerAttributes, UpdateCustomer
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.hostedshop.actions import places
from shoprelay_relays.hostedshop.actions.asking import change, done, is_id, made, row, rows
from shoprelay_relays.hostedshop.actions.shop import language
from shoprelay_relays.http.asking import NotThere

_FIELDS = {
    "email": "Email",
    "first_name": "Firstname",
    "last_name": "Lastname",
    "company": "Company",
    "phone": "Phone",
    "vat_number": "Cvr",
    "accepts_marketing": "Newsletter",
    "company_note": "Description",
    "password": "Password",
}
ATTRIBUTES = (*_FIELDS, "group", "addresses")
_NEW: dict[str, Any] = {
    **dict.fromkeys((*places.FIELDS.values(), "Type", "Cvr", "Ean", "Mobile", "Fax", "Url", "Referer", "BirthDate"), ""),
    **dict.fromkeys(("DateCreated", "DateUpdated", "Description"), ""),
    "Sex": 0,
    "DiscountGroupId": 0,
    "Newsletter": False,
    "Approved": True,
}
"""What the documentation requires of a new user."""


async def create(call: Call[CreateCustomer]) -> Done:
    """A user logs in by the e-mail address. Without a password one is made up that nobody knows: it can be reset."""
    data = call.data
    told: dict[str, Any] = {**_NEW, **places.told(places.country(await places.countries(call), None, "addresses"))}
    told |= {"Username": data.email, "Password": secrets.token_urlsafe(24), "LanguageISO": await language(call)}
    told |= {"UserGroupId": await _group(call, data.group)} | await _told(call)
    key = await made(call.client, "User_Create", UserData=told)
    return Done({"remote_id": key}, [("customers", key)])


async def update(call: Call[UpdateCustomer]) -> Done:
    """The name to log in by stays."""
    key = _key(call)
    await row(call.client, "User_GetById", UserId=key)
    told = await _told(call)
    if call.data.group is not None:
        told["UserGroupId"] = await _group(call, call.data.group)
    if told:
        await change(call.client, "User_Update", UserData={"Id": key, **told})
    return Done({"remote_id": key})


async def destroy(call: Call[Body]) -> Done:
    key = _key(call)
    await row(call.client, "User_GetById", UserId=key)
    await done(call.client, "User_Delete", UserId=key)
    return Done({"remote_id": key})


def reads(call: Call[Any]) -> list[tuple[str, str]]:
    key = call.target.known_as("remote_id")
    return [("customers", key)] if is_id(key) else []


def _key(call: Call[Any]) -> str:
    """NotThere for a buyer without an account, who is known by an e-mail address."""
    key = call.target.known_as("remote_id")
    if not is_id(key):
        raise NotThere("404")
    return key


async def _told(call: Call[Any]) -> dict[str, Any]:
    data: CustomerAttributes = call.data
    given = data.given()
    own = {theirs: given[ours] for ours, theirs in _FIELDS.items() if given.get(ours) is not None}
    return await _addresses(call, data.addresses or []) | own


async def _addresses(call: Call[Any], given: list[Address]) -> dict[str, Any]:
    """A user has one address for bills, and one more where goods go elsewhere."""
    if not given:
        return {}
    billing = next((each for each in given if each.billing_default), given[0])
    others = [each for each in given if each is not billing]
    if len(others) > 1:
        raise CannotDo("addresses", "a user has two at most: for bills and for deliveries")
    known = await places.countries(call)
    told: dict[str, Any] = {}
    for prefix, each in zip(("", "Shipping"), (billing, *others), strict=False):
        if each.province is not None and not prefix:
            raise CannotDo("addresses.0.province", "a user's own address has none")
        told |= places.place(each.given(), prefix)
        if each.province is not None:
            told["ShippingState"] = each.province
        if each.country is not None:
            told |= places.told(places.country(known, each.country, "addresses"), prefix)
    return told


async def _group(call: Call[Any], wanted: str | None) -> str:
    """By its name or number; the shop's first one when none is given."""
    known = await rows(call.client, "User_GetGroupAll")
    for each in known:
        if wanted is None or wanted.lower() in {each.id("Id"), (each.text("Title") or "").lower()}:
            return each.id("Id")
    raise CannotDo("group", f"the shop has {', '.join(each.text('Title') or each.id('Id') for each in known)}")
