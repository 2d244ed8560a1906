"""The raw log's records on the wire: headers say what a record is, the value is its body, encrypted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Final

import orjson

from shoprelay_runtime.bus import Headers, attributes, encoded
from shoprelay_runtime.crypto import Cipher, DecryptionFailed
from shoprelay_schema.raw import RawKind, RawRecord, Via

REPLAY_OF: Final = "replay_of"
"""The header of a copy that a replay appended: the original's position. The value is bound to it, too."""
# What a record is cannot be changed without its key: the value is bound to these headers.
_bound: Final = itemgetter("ce_type", "ce_id", "ce_subject", "ce_time", "webshop", "relay", "via", "request")


def encode(cipher: Cipher, record: RawRecord) -> tuple[bytes, bytes, Headers]:
    """(key, value, headers) of a raw record."""
    body = orjson.dumps(record.headers) + b"\n" + record.body if record.headers else b"\n" + record.body
    named = attributes(
        record.kind.value,
        record.id,
        f"/projects/{record.project}/webshops/{record.webshop}",
        f"{record.resource}/{record.remote_id}",
        record.observed_at,
        record.project,
        "application/octet-stream",
    )
    named["webshop"] = record.webshop
    named["relay"] = record.relay
    named["via"] = record.via.value
    named["request"] = record.request
    named["key"] = cipher.current
    if record.replay_of:
        named[REPLAY_OF] = record.replay_of
    return record.webshop.encode(), cipher.seal_raw(body, _place(named)), encoded(named)


def _place(named: Mapping[str, str]) -> str:
    first = f"replay|{named[REPLAY_OF]}" if REPLAY_OF in named else "raw"
    return "|".join((first, *_bound(named)))


def project_of(headers: Iterable[tuple[str, bytes]]) -> str:
    """The project of a raw record, before it is decrypted."""
    return next((value.decode() for name, value in headers if name == "project"), "")


def decode(cipher: Cipher, headers: Sequence[tuple[str, bytes]], value: bytes, position: str) -> RawRecord:
    """Undo `encode`; DecryptionFailed when the value is not what its headers say, ValueError when a header is missing."""
    named = {name: text.decode() for name, text in headers}
    try:
        kept, _, body = cipher.open_raw(value, _place(named), named["key"]).partition(b"\n")
        resource, _, remote_id = named["ce_subject"].partition("/")
        return RawRecord(
            kind=RawKind(named["ce_type"]),
            id=named["ce_id"],
            project=named["project"],
            webshop=named["webshop"],
            relay=named["relay"],
            resource=resource,
            remote_id=remote_id,
            observed_at=datetime.fromisoformat(named["ce_time"]),
            via=Via(named["via"]),
            request=named["request"],
            body=body,
            headers=orjson.loads(kept) if kept else {},
            position=position,
            replay_of=named.get(REPLAY_OF, ""),
        )
    except KeyError as error:
        raise DecryptionFailed(f"raw record {position} lacks the header {error}") from None
