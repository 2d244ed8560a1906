"""An invented example of every event's value, for the reference. Encrypted values have the right form and no meaning."""

from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from bson import ObjectId

from shoprelay_schema.documents import SHOP_COLLECTIONS
from shoprelay_schema.documents.base import Attribute, Encryption, Source, attributes
from shoprelay_schema.events import (
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
from shoprelay_schema.raw import RawKind
from shoprelay_schema.topics import RAW_LIVE

PROJECT: Final = "65f0c0ffee0000000000000a"
COMPANY: Final = "65f0c0ffee0000000000000c"
WEBSHOP: Final = "65f0c0ffee00000000000005"
DOCUMENT: Final = "65f0c0ffee0000000000000d"
AT: Final = datetime(2026, 3, 1, 12, 15, tzinfo=UTC)
ISO: Final = "2026-03-01T12:15:00.000Z"

_SEALED: Final = {
    Encryption.RANDOMIZED: "sr1:r:k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw",
    Encryption.DETERMINISTIC: "sr1:d:k1:EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkq",
}
_VALUES: Final[dict[str, Any]] = {"Float": 149.99, "Integer": 2, "Boolean": True, "Time": ISO, "Hash": {}, "Array": []}
_IDS: Final = {"_id": DOCUMENT, "company_id": COMPANY, "webshop_id": WEBSHOP}
_KNOWN: Final[dict[str, Any]] = {
    "courier": "DHL express",
    "created_by": "shop_api",
    "currency": "EUR",
    "group": "default",
    "in_stock_message": "In stock",
    "landing_page": "https://shop.example/boots",
    "language": "nl-BE",
    "name": "Standard",
    "no_stock_message": "Not in stock",
    "order_number": "1001",
    "ordering_method": "web",
    "processing_location": "warehouse 1",
    "processing_method": "manual",
    "published_scope": "web",
    "reference": "spring",
    "referer_page": "https://search.example/?q=boots",
    "remote_id": "17",
    "searchable": "true",
    "size_unit": "cm",
    "sort_order": "manual",
    "state": "open",
    "status": "active",
    "type": "simple",
    "vat_class": "default",
    "vat_pct": 0.25,
    "weight_unit": "g",
}
_SOURCE: Final = Source(version="2026-03-01T12:14:58.000000Z", observed_at=AT, via="poll", raw=f"{RAW_LIVE.name}-3-1042")
_STATS: Final = {"orders": {"created": 1, "updated": 0}, "order_lines": {"created": 2, "updated": 0}}
_OWNER: Final[dict[str, Any]] = {
    "project": PROJECT,
    "company_id": COMPANY,
    "remote_id": "customer-42",
}


def document(collection: str) -> dict[str, Any]:
    """A document of a shop with every attribute set, as it stands on its topic."""
    return {name: _value(told) for name, told in attributes(SHOP_COLLECTIONS[collection]).items()}


def _value(told: Attribute) -> Any:
    if told.name == "source":
        return _SOURCE.model_dump(mode="json", exclude_none=True)
    if told.encryption:
        return _SEALED[told.encryption]
    if told.type == "ObjectId":
        return _IDS.get(told.name, str(ObjectId(told.name.encode().ljust(12)[:12])))
    known = told.type in {"String", "Float"} and told.name in _KNOWN
    return _KNOWN[told.name] if known else _VALUES[told.type]


def _written(event: Event) -> Any:
    return event.model_dump(mode="json", by_alias=True, exclude_none=True)


def _usage() -> Any:
    told = {"outgoing_requests": 3, "incoming_requests": 1, "incoming_product_requests": 0, "pieces": 12}
    return _written(
        UsageRecordedV1.model_validate({"project": PROJECT, "company_id": COMPANY, "webshop_id": WEBSHOP, "at": AT} | told)
    )


def _statement() -> Any:
    used = {"outgoing_requests": 288, "incoming_requests": 40, "incoming_product_requests": 5, "pieces": 120}
    line = {"company_id": COMPANY, **used, "account_fee": "0.0965", "traffic_fee": "0.0431", "total": "0.1396"}
    told = {"project": PROJECT, "day": "2026-02-28", "time_zone": "Europe/Copenhagen", "number": 0, "prices_since": "2026-01-01"}
    return _written(StatementIssuedV1.model_validate({**told, "lines": [line], "total": "0.1396", "issued_at": AT}))


def _page() -> Any:
    told = {"job": f"{WEBSHOP}-orders-updated_since_last_request", "seq": 4, "klass": "orders", "requests": 1, "pieces": 12}
    mode = {"mode": "updated_since_last_request", "finished": True, "started_at": AT, "total": 12}
    return _written(PageReadV1.model_validate(told | mode))


def _activity() -> dict[str, Any]:
    fetched = {"webshop_id": WEBSHOP, "resource": "orders", "mode": "updated_since_last_request", "stats": _STATS}
    received = {"webshop_id": WEBSHOP, "stats": _STATS}
    created = {"website": "shop.example", "email": "owner@shop.example"}
    return {
        event.type: _written(event.model_validate({**_OWNER, "details": details}))
        for event, details in ((CompanyCreatedV1, created), (DataFetchedV1, fetched), (DataReceivedV1, received))
    }


def _documents() -> dict[str, Any]:
    found: dict[str, Any] = {}
    gone = DocumentDeletedV1.model_validate({"_id": DOCUMENT, "webshop_id": WEBSHOP, "evidence": "404", "source": _SOURCE})
    for collection in SHOP_COLLECTIONS:
        found[document_event(collection, "created")] = document(collection)
        found[document_event(collection, "updated")] = document(collection)
        found[document_event(collection, "restored")] = document(collection)
        found[document_event(collection, "deleted")] = _written(gone)
    return found


@cache
def examples() -> dict[str, Any]:
    """By event type, one value as it stands on its topic; of the raw log the body, once decrypted."""
    raw: dict[RawKind, Any] = {
        RawKind.WEBHOOK_RECEIVED: {"id": 1001, "status": "processing"},
        RawKind.RECORD_READ: {"id": 1001, "number": "1001", "total": "149.99"},
        RawKind.RECORD_GONE: {"evidence": "404"},
        RawKind.PAGE_READ: _page(),
        RawKind.STATUS_LISTS_CHANGED: {},
        RawKind.WEBSHOP_DESTROYED: {},
    }
    named = {kind.value: value for kind, value in raw.items()}
    return {**named, UsageRecordedV1.type: _usage(), StatementIssuedV1.type: _statement(), **_activity(), **_documents()}
