"""From posted values to documents' values."""

from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.spec import Json, Shop
from shoprelay_relays.webhook_api.format import Party, Posted
from shoprelay_schema.documents.base import Document

P = TypeVar("P", bound=Posted)
# `updated_at` is the shop's there and the store's in a document; images are put into place by themselves.
_OWN_RULES = frozenset({"updated_at", "images"})


def opened(model: type[P], body: Json) -> tuple[P, datetime]:
    """The item and when it was received; PayloadInvalid names the field that is wrong."""
    if not isinstance(body, dict):
        raise PayloadInvalid("", "expected an object")
    said = {name: value for name, value in body.items() if name != "received_at"}
    try:
        # As JSON: there a time is text and a list is a tuple.
        return model.model_validate_json(orjson.dumps(said)), _moment(body.get("received_at"))
    except (ValidationError, orjson.JSONEncodeError) as error:
        wrong = error.errors(include_input=False)[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
        raise PayloadInvalid(".".join(map(str, wrong["loc"])), str(wrong["msg"])) from None


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise PayloadInvalid("received_at", "expected a time") from None
    if moment.tzinfo is None:
        raise PayloadInvalid("received_at", "expected a time with its offset")
    return moment


def given(item: Posted, model: type[Document]) -> dict[str, Any]:
    """What was posted under names that the document has, too: what was not posted is left as it is."""
    names = (item.model_fields_set & model.model_fields.keys()) - _OWN_RULES
    return {name: plain(getattr(item, name)) for name in sorted(names) if getattr(item, name) is not None}


def plain(value: Any) -> Any:
    """A posted value as documents have it."""
    if isinstance(value, Decimal):
        return float(value)
    return list(value) if isinstance(value, tuple) else value


def party(where: Party, shop: Shop) -> dict[str, Any]:
    """The attributes of an address; a name is made of its two parts where it is not given."""
    said = {name: getattr(where, name) for name in Party.model_fields if name != "country"}
    said["name"] = where.name or " ".join(part for part in (where.first_name, where.last_name) if part) or None
    return said | {"country_id": shop.id("countries", where.country) if where.country else None}


def receiver(billing: Party | None, shipping: Party | None) -> Party | None:
    """Who receives: whoever the shipping address names, else who is billed."""
    return _filled(shipping) or _filled(billing)


def addresses(billing: Party | None, shipping: Party | None, shop: Shop) -> dict[str, Any]:
    """A customer's `addresses`, if any are posted: one that is both defaults where goods go to who is billed, else two."""
    bills, ships = _filled(billing), receiver(billing, shipping)
    found = [
        party(where, shop) | {"billing_default": where == bills, "shipping_default": where == ships}
        for where in dict.fromkeys((bills, ships))
        if where
    ]
    return {"addresses": found} if found else {}


def _filled(where: Party | None) -> Party | None:
    """An address without anything in it is none."""
    return where if where and any(where.model_dump().values()) else None
