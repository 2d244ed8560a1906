"""Documents between their three forms: typed model, plain values, and what is stored and published (sealed)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from bson import ObjectId

from shoprelay_runtime.crypto import Cipher
from shoprelay_schema.documents import COLLECTIONS
from shoprelay_schema.documents.base import Document, Encryption, attributes, iso

Values = dict[str, Any]


def to_json(value: Any) -> bytes:
    """JSON text of plain or stored values: ObjectIds as hexadecimal digits, times as ISO 8601 with milliseconds."""
    return orjson.dumps(value, default=_json_default, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_SORT_KEYS)


def _json_default(value: Any) -> Any:
    if isinstance(value, ObjectId):
        return str(value)
    if isinstance(value, datetime):
        return iso(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


@cache
def encrypted(collection: str) -> dict[str, tuple[Encryption, bool]]:
    """The encrypted attributes of a collection: how, and whether they are text (else JSON)."""
    found = attributes(COLLECTIONS[collection]).values()
    return {a.name: (a.encryption, a.type == "String") for a in found if a.encryption is not None}


def plain(document: Document) -> Values:
    """The attributes that are set; None is a value: "the platform says there is none"."""
    fields = document.__dict__
    return {name: fields[name] for name in document.model_fields_set if name != "id_"}


def plain_bytes(value: Any, *, text: bool) -> bytes:
    """What is encrypted of a value: a text's UTF-8, anything else as JSON."""
    return str(value).encode() if text else to_json(value)


def seal(cipher: Cipher, collection: str, values: Mapping[str, Any]) -> Values:
    """Plain values to stored ones. None stays None: that a value is missing is no secret."""
    sealed = dict(values)
    for name, (encryption, text) in encrypted(collection).items():
        value = sealed.get(name)
        if value is None:
            continue
        if encryption is Encryption.VALUES:
            sealed[name] = _each_text(
                value, name, lambda place, v: cipher.seal(collection, place, v.encode(), Encryption.RANDOMIZED)
            )
        else:
            sealed[name] = cipher.seal(collection, name, plain_bytes(value, text=text), encryption)
    return sealed


def unseal(cipher: Cipher, collection: str, stored: Mapping[str, Any]) -> Values:
    """Stored values to plain ones; ObjectIds and times inside encrypted lists come back as text."""
    opened = dict(stored)
    for name in encrypted(collection):
        if opened.get(name) is not None:
            opened[name] = unseal_one(cipher, collection, name, opened[name])
    return opened


def unseal_one(cipher: Cipher, collection: str, name: str, value: Any) -> Any:
    """One stored attribute's plain value."""
    encryption, text = encrypted(collection)[name]
    if encryption is Encryption.VALUES:
        return _each_text(value, name, lambda place, v: cipher.open(collection, place, v).decode())
    opened = cipher.open(collection, name, value)
    return opened.decode() if text else orjson.loads(opened)


def equal(cipher: Cipher, collection: str, name: str, stored: Any, new: Any) -> bool:
    """Whether a stored attribute says the same as a new plain value."""
    if stored is None or new is None or name not in encrypted(collection):
        return bool(stored == new)
    encryption, text = encrypted(collection)[name]
    if encryption is Encryption.VALUES:
        return bool(unseal_one(cipher, collection, name, stored) == new)
    return cipher.open(collection, name, stored) == plain_bytes(new, text=text)


def _each_text(value: Any, place: str, change: Callable[[str, str], str]) -> Any:
    """Every text inside a hash, or under `value` in a list of {name, value}, changed; the place names the hash's key."""
    if isinstance(value, dict):
        return {k: change(f"{place}.{k}", v) if isinstance(v, str) else v for k, v in value.items()}
    return [{**item, "value": change(place, item["value"])} if isinstance(item.get("value"), str) else item for item in value]
