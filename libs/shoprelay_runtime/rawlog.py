"""The raw log's records on the wire: headers say what a record is, the value is its body, encrypted."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import orjson

from shoprelay_runtime.bus import Headers, event_headers
from shoprelay_runtime.crypto import Cipher, DecryptionFailed
from shoprelay_schema.raw import RawKind, RawRecord, Via


def encode(cipher: Cipher, record: RawRecord) -> tuple[bytes, bytes, Headers]:
    """(key, value, headers) of a raw record."""
    body = orjson.dumps(record.headers) + b"\n" + record.body if record.headers else b"\n" + record.body
    headers = event_headers(
        record.kind.value,
        record.id,
        f"/projects/{record.project}/webshops/{record.webshop}",
        f"{record.resource}/{record.remote_id}",
        record.observed_at,
        record.project,
    )
    headers += [
        ("webshop", record.webshop.encode()),
        ("relay", record.relay.encode()),
        ("via", record.via.value.encode()),
        ("request", record.request.encode()),
        ("key", cipher.current.encode()),
    ]
    return record.webshop.encode(), cipher.seal_raw(body, _place(record.kind.value, record.id, record.webshop)), headers


def _place(kind: str, record_id: str, webshop: str) -> str:
    return f"raw|{kind}|{record_id}|{webshop}"


def project_of(headers: Iterable[tuple[str, bytes]]) -> str:
    """The project of a raw record, before it is decrypted."""
    return next((value.decode() for name, value in headers if name == "project"), "")


def decode(cipher: Cipher, headers: Sequence[tuple[str, bytes]], value: bytes, position: str) -> RawRecord:
    """Undo `encode`; DecryptionFailed when the value is not what its headers say, ValueError when a header is missing."""
    named = {name: text.decode() for name, text in headers}
    try:
        kind, record_id, webshop = named["ce_type"], named["ce_id"], named["webshop"]
        kept, _, body = cipher.open_raw(value, _place(kind, record_id, webshop), named["key"]).partition(b"\n")
        resource, _, remote_id = named["ce_subject"].partition("/")
        return RawRecord(
            kind=RawKind(kind),
            id=record_id,
            project=named["project"],
            webshop=webshop,
            relay=named["relay"],
            resource=resource,
            remote_id=remote_id,
            observed_at=datetime.fromisoformat(named["ce_time"]),
            via=Via(named["via"]),
            request=named["request"],
            body=body,
            headers=orjson.loads(kept) if kept else {},
            position=position,
        )
    except KeyError as error:
        raise DecryptionFailed(f"raw record {position} lacks the header {error}") from None
