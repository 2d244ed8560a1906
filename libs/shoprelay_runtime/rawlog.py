"""The raw log's records on the wire: headers say what a record is, the value is its body, encrypted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple

import orjson

from shoprelay_runtime.bus import Header, Headers, encoded
from shoprelay_runtime.crypto import Cipher, DecryptionFailed
from shoprelay_schema.documents.base import iso
from shoprelay_schema.raw import RawKind, RawRecord, Via

REPLAY_OF: Final = "replay_of"
"""The header of a copy that a replay appended: the original's position. The value is bound to it, too."""
_SPECVERSION: Final = ("ce_specversion", b"1.0")
_BYTES: Final = ("content-type", b"application/octet-stream")
# What a record is cannot be changed without its key: the value is bound to these headers.
_bound: Final = itemgetter("ce_type", "ce_id", "ce_subject", "ce_time", "webshop", "relay", "via", "request")


class _Common(NamedTuple):
    """The headers that the records of one kind, shop and way share: put together once, and not for each of a page's 250."""

    kind: Header
    source: Header
    project: Header
    webshop: Header
    relay: Header
    via: Header
    key: Header


@lru_cache(maxsize=20_000)
def _common(kind: RawKind, project: str, webshop: str, relay: str, via: Via, key: str) -> _Common:
    named = {
        "ce_type": kind.value,
        "ce_source": f"/projects/{project}/webshops/{webshop}",
        "project": project,
        "webshop": webshop,
        "relay": relay,
        "via": via.value,
        "key": key,
    }
    return _Common(*encoded(named))


def encode(cipher: Cipher, record: RawRecord) -> tuple[bytes, bytes, Headers]:
    """(key, value, headers) of a raw record."""
    common = _common(record.kind, record.project, record.webshop, record.relay, record.via, cipher.current)
    subject, time = f"{record.resource}/{record.remote_id}", iso(record.observed_at)
    place = (
        f"replay|{record.replay_of}" if record.replay_of else "raw",
        record.kind.value, record.id, subject, time, record.webshop, record.relay, record.via.value, record.request,
    )  # fmt: skip
    headers: Headers = [
        _SPECVERSION,
        ("ce_id", record.id.encode()),
        common.kind,
        common.source,
        ("ce_subject", subject.encode()),
        ("ce_time", time.encode()),
        _BYTES,
        common.project,
        common.webshop,
        common.relay,
        common.via,
        ("request", record.request.encode()),
        common.key,
    ]
    if record.replay_of:
        headers.append((REPLAY_OF, record.replay_of.encode()))
    body = orjson.dumps(record.headers) + b"\n" + record.body if record.headers else b"\n" + record.body
    return common.webshop[1], cipher.seal_raw(body, "|".join(place)), headers


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
