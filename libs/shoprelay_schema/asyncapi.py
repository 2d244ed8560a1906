"""The AsyncAPI 3.0 document of the bus: a channel per topic, a message per event, an operation per service and topic.

Messages are CloudEvents 1.0 in Kafka's binary content mode: attributes in `ce_` headers, the event's data as the value.
"""

from typing import Any, Final

from shoprelay_schema.examples import AT, COMPANY, DOCUMENT, ISO, PROJECT, WEBSHOP, examples
from shoprelay_schema.json_schemas import Schema, payload_names, payload_schemas
from shoprelay_schema.raw import RawKind, Via
from shoprelay_schema.topics import TOPICS, Topic

_RAW: Final = frozenset(kind.value for kind in RawKind)
_TEXT: Final = {"type": "string"}
_CLOUD_EVENT: Final[Schema] = {
    "ce_specversion": {"const": "1.0"},
    "ce_id": {"type": "string", "description": "Names the event; the same for the same event, however often it is sent."},
    "ce_source": {"type": "string", "format": "uri-reference", "description": "Whose data it is."},
    "ce_subject": {"type": "string", "description": "Which record or document it is about."},
    "ce_time": {"type": "string", "format": "date-time"},
    "project": {"type": "string", "description": "The operator's project, as hexadecimal digits."},
    "traceparent": {"type": "string", "description": "W3C Trace Context of the work that sent it, where it is traced."},
}
_RAW_HEADERS: Final[Schema] = {
    "webshop": {"type": "string", "description": "The webshop, as hexadecimal digits; also the key."},
    "relay": {"type": "string", "description": "The relay that reads the body."},
    "via": {"enum": [via.value for via in Via], "description": "How the observation arrived."},
    "request": {"type": "string", "description": "The poll and page, the direct read or the webhook that it came from."},
    "key": {"type": "string", "description": "The id of the data key that the value is encrypted with."},
}
_SEALED: Final[Schema] = {
    "type": "string",
    "format": "binary",
    "description": "Encrypted with the project's data key: one line with the kept headers as JSON (or empty), then the body.",
}
_KEYS: Final = {"webshop": WEBSHOP, "company": COMPANY, "project": PROJECT, "document _id": DOCUMENT}


def document() -> dict[str, Any]:
    """The whole document; every reference points into it."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Shoprelay", "version": "1.0.0", "description": "The events of the bus. " + (__doc__ or "").strip()},
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": dict(_operations()),
        "components": {
            "messages": {name: _message(topic, name) for topic in TOPICS for name in topic.events},
            "schemas": {_key(name): schema for name, schema in payload_schemas().items()},
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    retention = -1 if topic.retention is None else round(topic.retention.total_seconds() * 1000)
    settings = {"cleanup.policy": [topic.cleanup], "retention.ms": retention}
    kafka = {"topic": topic.name, "partitions": topic.partitions, "topicConfiguration": settings, "bindingVersion": "0.5.0"}
    return {
        "address": topic.name,
        "description": topic.description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in topic.events},
        "bindings": {"kafka": kafka},
        "x-key": topic.key,
        "x-partitions": topic.partitions,
        "x-retention-days": None if topic.retention is None else topic.retention.days,
        "x-cleanup-policy": topic.cleanup,
        "x-transactional": topic.transactional,
        "x-dead-letter": None if topic.consumers == ("subscribers",) else topic.dead_letter,
    }


def _operations() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{service}.{action}.{topic.name}", _operation(topic, service, action))
        for topic in TOPICS
        for action, services in (("send", topic.producers), ("receive", topic.consumers))
        for service in services
    ]


def _operation(topic: Topic, service: str, action: str) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{name}"} for name in topic.events],
        "x-service": service,
    }


def _message(topic: Topic, name: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{_key(payload_names()[name])}"}
    # A raw record's value is opaque; what it holds once decrypted is told beside it.
    content = {"payload": _SEALED, "x-body": schema, "x-body-example": examples()[name]} if name in _RAW else {"payload": schema}
    return {
        "name": name,
        "headers": _headers(name),
        **content,
        "bindings": {"kafka": {"key": {**_TEXT, "description": topic.key}, "bindingVersion": "0.5.0"}},
        "examples": [_example(topic, name)],
    }


def _key(schema: str) -> str:
    """A schema's key among the components, which may hold no angle brackets."""
    return schema.replace("<collection>", "document")


def _content_type(name: str) -> str:
    return "application/octet-stream" if name in _RAW else "application/json"


def _headers(name: str) -> Schema:
    properties = {"ce_type": {"const": name}, **_CLOUD_EVENT, **(_RAW_HEADERS if name in _RAW else {})}
    properties["content-type"] = {"const": _content_type(name)}
    required = [header for header in properties if header != "traceparent"]
    return {"type": "object", "properties": properties, "required": required}


def _example(topic: Topic, name: str) -> dict[str, Any]:
    headers = {
        "ce_type": name,
        "ce_specversion": "1.0",
        "ce_id": f"{topic.name}-3-1042",
        "ce_source": f"/projects/{PROJECT}",
        "ce_subject": _KEYS[topic.key],
        "ce_time": ISO,
        "content-type": _content_type(name),
        "project": PROJECT,
    }
    if name in _RAW:
        told = {"webshop": WEBSHOP, "relay": "woocommerce", "via": "webhook", "request": f"webhook-{AT:%Y%m%d}-1", "key": "k1"}
        return {"headers": {**headers, **told, "ce_subject": "orders/1001"}}
    return {"headers": headers, "payload": examples()[name]}
