"""JSON Schemas (2020-12) of documents as they stand on a topic, and of the events' values. No references: each stands alone."""

from typing import Any, Final

from pydantic import BaseModel

from shoprelay_schema.documents import COLLECTIONS, SHOP_COLLECTIONS
from shoprelay_schema.documents.base import HEX_ID, TIME, Attribute, Document, Encryption, Source, attributes
from shoprelay_schema.events import (
    CHANGES,
    CompanyCreatedV1,
    DataFetchedV1,
    DataReceivedV1,
    DocumentDeletedV1,
    Event,
    PageReadV1,
    StatementIssuedV1,
    UsageRecordedV1,
    document_event,
)
from shoprelay_schema.raw import Evidence, RawKind

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_TYPES: Final[dict[str, Schema]] = {
    "ObjectId": HEX_ID,
    "Time": TIME,
    "String": {"type": "string"},
    "Float": {"type": "number"},
    "Integer": {"type": "integer"},
    "Boolean": {"type": "boolean"},
    "Array": {"type": "array"},
    "Hash": {"type": "object"},
}
_EVENTS: Final[tuple[type[Event], ...]] = (
    UsageRecordedV1,
    StatementIssuedV1,
    CompanyCreatedV1,
    DataFetchedV1,
    DataReceivedV1,
    PageReadV1,
)
_RAW: Final = {
    RawKind.WEBHOOK_RECEIVED: "A webhook's body, as the shop sent it.",
    RawKind.RECORD_READ: "One record, as the platform gave it.",
    RawKind.RECORD_GONE: "The evidence, from a direct read or the platform's list of deletions, that a record exists no more.",
    RawKind.STATUS_LISTS_CHANGED: "Says that the orders of this shop are to be evaluated again.",
    RawKind.WEBSHOP_DESTROYED: "Says that everything of this shop is to be deleted.",
}


def sealed(letter: str) -> Schema:
    """The text form of an encrypted value: r is randomized, d deterministic."""
    return {"type": "string", "pattern": f"^sr1:{letter}:[^:]+:[A-Za-z0-9_-]+$"}


def _nullable(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _sealed_values(kind: str) -> Schema:
    """A hash, or a list of {name, value}, whose string values are encrypted one by one."""
    value = {"if": {"type": "string"}, "then": sealed("r")}
    if kind == "Hash":
        return {"type": "object", "additionalProperties": value}
    return {"type": "array", "items": {"type": "object", "properties": {"value": value}}}


def _attribute(told: Attribute) -> Schema:
    match told.encryption:
        case None:
            shape = _TYPES[told.type]
        case Encryption.VALUES:
            shape = _sealed_values(told.type)
        case Encryption.DETERMINISTIC:
            shape = sealed("d")
        case Encryption.RANDOMIZED:
            shape = sealed("r")
    schema = _nullable(shape)
    if told.encryption:
        schema |= {"x-type": told.type, "x-encryption": told.encryption.value}
    return schema | ({"description": told.description} if told.description else {})


def document_schema(model: type[Document]) -> Schema:
    """A document as it is stored and published. An operator's own attributes may stand beside ours."""
    properties = {name: _attribute(told) for name, told in attributes(model).items()}
    properties["_id"] = dict(HEX_ID)
    if "source" in properties:
        properties["source"] = {**model_schema(Source), "description": attributes(model)["source"].description}
    return {
        "title": model.__name__,
        "description": (model.__doc__ or "").strip(),
        "type": "object",
        "properties": properties,
        "required": ["_id"],
        "additionalProperties": True,
    }


def model_schema(model: type[BaseModel]) -> Schema:
    """A pydantic model as it is written as JSON, with what it refers to put in place."""
    schema = model.model_json_schema(by_alias=True, mode="serialization")
    definitions = schema.pop("$defs", {})
    return {"title": model.__name__, **_inline(schema, definitions)}


def _inline(value: Any, definitions: Schema) -> Any:
    """References put in place; pydantic's titles, which only repeat the names, left out."""
    if isinstance(value, list):
        return [_inline(item, definitions) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        target = definitions[value["$ref"].removeprefix("#/$defs/")]
        return _inline(target, definitions) | {k: v for k, v in value.items() if k != "$ref"}
    titled = isinstance(value.get("title"), str)
    return {key: _inline(item, definitions) for key, item in value.items() if not (titled and key == "title")}


def document_schemas() -> dict[str, Schema]:
    """Of every collection, by its name."""
    return {name: document_schema(model) for name, model in COLLECTIONS.items()}


def payload_schemas() -> dict[str, Schema]:
    """What events carry, by name: a collection's document, a document's end, or the event's own value.

    Of the raw log it is the body, once decrypted; what shops say has no schema of ours.
    """
    raw: dict[str, Schema] = {kind.value: {"title": kind.name, "description": text} for kind, text in _RAW.items()}
    evidence = {"type": "string", "enum": list(Evidence)}
    version = {"type": "string", "description": "The platform's own time or revision of the deletion, where it tells one."}
    properties = {"evidence": evidence, "version": version}
    raw[RawKind.RECORD_GONE.value] |= {"type": "object", "properties": properties, "required": ["evidence"]}
    documents = {collection: document_schema(model) for collection, model in SHOP_COLLECTIONS.items()}
    values: tuple[type[Event], ...] = (*_EVENTS, DocumentDeletedV1)
    return {**raw, **{event.type: model_schema(event) for event in values}, **documents}


def payload_names() -> dict[str, str]:
    """By event type, the name of its schema in `payload_schemas`."""
    own = {name: name for name in (*_RAW, *(event.type for event in _EVENTS))}
    changed = {
        document_event(collection, change): collection if change != "deleted" else DocumentDeletedV1.type
        for collection in SHOP_COLLECTIONS
        for change in CHANGES
    }
    return {str(name): str(schema) for name, schema in (own | changed).items()}


def event_schemas() -> dict[str, Schema]:
    """By event type: what its value is."""
    schemas = payload_schemas()
    return {name: schemas[schema] for name, schema in payload_names().items()}
