"""What a payload becomes, with no server at all: for writing a relay, and for finding out what one makes of a shop's answer."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from bson import ObjectId
from pydantic import ValidationError

from shoprelay_relays.coverage import Watched, unread
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.phones import add_phones
from shoprelay_relays.registry import by_name
from shoprelay_relays.spec import Draft, Json, Mapped, Relay, Resource
from shoprelay_relays.xmltree import mended, tree
from shoprelay_schema.documents.base import iso
from shoprelay_schema.identity import document_id

DEMO_KEY = b"shoprelay-relay-try-identity-key"
"""Not a secret: it makes the ids of a trial the same on every machine."""


WEBSHOP_ID = ObjectId("5eed00000000000000000001")
COMPANY_ID = ObjectId("5eed00000000000000000002")


@dataclass(slots=True)
class DemoShop:
    """A shop that exists nowhere. Its ids are fixed."""

    webshop_id: ObjectId = WEBSHOP_ID
    company_id: ObjectId = COMPANY_ID
    config: Mapping[str, Any] = field(default_factory=dict)

    def id(self, collection: str, key: str) -> ObjectId:
        return document_id(DEMO_KEY, collection, self.webshop_id, key)


def try_payload(relay: Relay | str, resource: str, payload: bytes, where: str | None = None) -> dict[str, Any]:
    """{"documents": {collection: [document]}, "unread": [pointer]}: plain values, ready for JSON.

    `payload` is one record or a list of them, as JSON or XML; `where` says where in it they are, as a JSON pointer in which `*`
    stands for each element ("" and "/" are the whole payload), or as the path of the elements (/orders/order). Unread paths are
    relative to a record. Raises KeyError for an unknown relay or resource (its text names the known ones) and PayloadInvalid,
    whose `field` begins with the record's position in a list.
    """
    known = by_name(relay) if isinstance(relay, str) else relay
    rule = known.resource(resource)
    shop = DemoShop()
    watched, drafts = [], []
    for name, record in records(payload, where):
        watch = Watched(record)
        watched.append(watch)
        mapped = _map(rule, watch.body, shop, name)
        for draft in mapped.drafts:
            watch.keep(draft.document.__dict__)
        drafts += mapped.drafts
    return {"documents": _documents(drafts, shop), "unread": unread(watched)}


def _map(rule: Resource, record: Json, shop: DemoShop, name: str) -> Mapped:
    try:
        return rule.map(record, shop)
    except PayloadInvalid as error:
        raise PayloadInvalid(_join(name, error.field), error.reason) from error
    except ValidationError as error:
        wrong = error.errors()[0]
        field = ".".join(map(str, wrong["loc"]))
        raise PayloadInvalid(name, f"becomes {error.title}.{field}: {wrong['msg']}") from error


def records(payload: bytes, where: str | None) -> list[tuple[str, dict[str, Any]]]:
    """(position, record): the objects at `where`; a list there stands for its elements."""
    whole = _parse(payload)
    found: list[tuple[str, Json]] = []
    for name, value in _at(whole, _steps(where, whole), ""):
        found += [(_join(name, i), item) for i, item in enumerate(value)] if isinstance(value, list) else [(name, value)]
    for name, record in found:
        if not isinstance(record, dict):
            raise PayloadInvalid(name, f"expected a record (an object), got {json.dumps(record)[:40]}")
    return found


def _parse(payload: bytes) -> Json:
    if payload.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        return _parse_xml(payload.removeprefix(b"\xef\xbb\xbf").strip())
    try:
        payload.decode()
        # As the services read it: without NaN, half characters (a lone \ud83d) and endless nesting.
        return orjson.loads(payload.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise PayloadInvalid("", f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except UnicodeDecodeError as error:
        raise PayloadInvalid("", f"not JSON: byte {error.start} is not UTF-8") from None


def _parse_xml(payload: bytes) -> Json:
    """XML as the tree that JSON would give. What shops copy raw into it is mended, as the relays do."""
    try:
        return tree(payload)
    except PayloadInvalid:
        try:
            return tree(mended(payload))
        except PayloadInvalid:
            pass
        raise


def elsewhere(payload: bytes) -> str:
    """Where else the records of a payload may be: what to say to who gave no `where` and whose payload is no record."""
    whole = _parse(payload)
    below = [name for name, value in whole.items() if isinstance(value, dict | list)] if isinstance(whole, dict) else []
    return f"; if the records are further in, say where, such as --where /{below[0]}" if below else ""


def _steps(where: str | None, whole: Json) -> list[str]:
    if not where or (where == "/" and not (isinstance(whole, dict) and "" in whole)):
        return []
    if not where.startswith("/"):
        raise PayloadInvalid("where", f"expected a JSON pointer that begins with /, got {where!r}")
    return [step.replace("~1", "/").replace("~0", "~") for step in where[1:].split("/")]


def _at(value: Json, steps: list[str], name: str) -> Iterator[tuple[str, Json]]:
    if not steps:
        yield name, value
        return
    if value == "":
        return  # an empty element, which XML has for an empty list
    step, rest = steps[0], steps[1:]
    children = dict(enumerate(value)) if isinstance(value, list) else value if isinstance(value, dict) else {}
    named = {str(key): child for key, child in children.items()}
    if step != "*" and step not in named:
        raise PayloadInvalid(name, f"has no {step!r}; it has {', '.join(list(named)[:12]) or 'nothing below it'}")
    for key in named if step == "*" else [step]:
        yield from _at(named[key], rest, _join(name, key))


def _join(name: str, key: object) -> str:
    return ".".join(part for part in (name, str(key)) if part)


def _documents(drafts: list[Draft], shop: DemoShop) -> dict[str, list[dict[str, Any]]]:
    """One document per `_id`, as a store would end up with: what was observed itself goes before what was learnt in passing."""
    kept: dict[tuple[str, ObjectId], Draft] = {}
    for draft in drafts:
        place = draft.document.collection, shop.id(draft.document.collection, draft.key)
        present = kept.get(place)
        if present is None or (present.derived, draft.version or "") >= (draft.derived, present.version or ""):
            kept[place] = draft
    documents: dict[str, list[dict[str, Any]]] = {}
    for (collection, identity), draft in kept.items():
        document = draft.document.model_copy(
            update={"id_": identity, "webshop_id": shop.webshop_id, "company_id": shop.company_id}
        )
        values = document.model_dump(by_alias=True, exclude_none=True)
        if collection == "orders":
            add_phones(values)
        documents.setdefault(collection, []).append(_plain(values))
    return documents


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return iso(value)
    return str(value) if isinstance(value, ObjectId) else value
