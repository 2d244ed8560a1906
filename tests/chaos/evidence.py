"""What the auditor reads: topics, databases, and the files that a storm leaves. Its reader for encrypted values is its
own, written after docs/encryption.md: none of the services' code has a say in what is true.
"""

import base64
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from bson import ObjectId
from bson.codec_options import CodecOptions
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pymongo import MongoClient
from pymongo.database import Database

from shoprelay_schema.documents import COLLECTIONS
from shoprelay_schema.documents.base import Encryption, attributes, iso

_BOUND = ("ce_type", "ce_id", "ce_subject", "ce_time", "webshop", "relay", "via", "request")


@dataclass(frozen=True)
class Run:
    """Where a storm took place. `shops`: webshop id -> {"platform", "ledger": file name}; `utc_offset`: in seconds."""

    kafka: str
    mongo: str
    prefix: str
    database: str
    master_key: str = field(repr=False)
    project: str
    utc_offset: float
    shops: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, folder: Path) -> "Run":
        return cls(**json.loads((folder / "run.json").read_text()))


@dataclass(frozen=True)
class Told:
    """One record of a topic, as a read_committed subscriber sees it. `topic` without the prefix; `timestamp`: epoch seconds."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: Mapping[str, str]
    value: bytes | None
    timestamp: float = 0.0

    @property
    def place(self) -> str:
        return f"{self.topic}-{self.partition}-{self.offset}"


@dataclass(frozen=True)
class Raw:
    """One record of the raw log, decrypted. `kept`: the webhook's headers."""

    told: Told
    kept: Mapping[str, str]
    body: bytes

    def __getattr__(self, name: str) -> str:
        return self.told.headers[name]


@cache
def _derived(key: bytes, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, None, f"shoprelay/{purpose}".encode()).derive(key)


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Keys:
    """Opens what one project's keys sealed."""

    def __init__(self, project: str, data_keys: Mapping[str, bytes]) -> None:
        self.project, self._keys = project, data_keys

    @classmethod
    def of(cls, row: Mapping[str, Any], master_key: str) -> "Keys":
        project, wrapping = str(row["_id"]), AESGCM(_derived(_bytes(master_key), "wrap", 32))
        return cls(
            project,
            {
                k["id"]: wrapping.decrypt(k["wrapped"][:12], k["wrapped"][12:], f"{project}/{k['id']}".encode())
                for k in row["data_keys"]
            },
        )

    def raw(self, told: Told) -> Raw:
        named, value = told.headers, told.value or b""
        place = "|".join((self.project, "raw", *(named[name] for name in _BOUND)))
        cipher = AESGCM(_derived(self._keys[named["key"]], "raw", 32))
        kept, _, body = cipher.decrypt(value[:12], value[12:], place.encode()).partition(b"\n")
        return Raw(told, orjson.loads(kept) if kept else {}, body)

    def document(self, collection: str, stored: Mapping[str, Any]) -> dict[str, Any]:
        """A stored or published document, decrypted."""
        opened = dict(stored)
        for name, about in attributes(COLLECTIONS[collection]).items():
            if about.encryption is not None and opened.get(name) is not None:
                opened[name] = self._attribute(collection, name, about.encryption, about.type == "String", opened[name])
        return opened

    def _attribute(self, collection: str, name: str, encryption: Encryption, text: bool, value: Any) -> Any:
        if encryption is not Encryption.VALUES:
            plain = self._open(collection, name, value)
            return plain.decode() if text else orjson.loads(plain)
        if isinstance(value, dict):
            return {k: self._open(collection, f"{name}.{k}", v).decode() if isinstance(v, str) else v for k, v in value.items()}
        return [
            {**one, "value": self._open(collection, name, one["value"]).decode()} if isinstance(one["value"], str) else one
            for one in value
        ]

    def _open(self, collection: str, attribute: str, text: str) -> bytes:
        _, letter, key, encoded = text.split(":")
        sealed, place = _bytes(encoded), f"{self.project}|{collection}|{attribute}".encode()
        if letter == "d":
            return AESSIV(_derived(self._keys[key], "lookup", 64)).decrypt(sealed, [place])
        return AESGCM(_derived(self._keys[key], "attribute", 32)).decrypt(sealed[:12], sealed[12:], place)


def as_json(stored: Any) -> Any:
    """A stored document as the topics show it."""
    if isinstance(stored, dict):
        return {name: as_json(value) for name, value in stored.items()}
    if isinstance(stored, list):
        return [as_json(value) for value in stored]
    if isinstance(stored, datetime):
        return iso(stored)
    return str(stored) if isinstance(stored, ObjectId) else stored


def database(client: MongoClient[dict[str, Any]], name: str) -> Database[dict[str, Any]]:
    return client.get_database(name, codec_options=CodecOptions(tz_aware=True))


def stored_changes(client: MongoClient[dict[str, Any]], name: str) -> tuple[Counter[tuple[str, str]], bool]:
    """How often each document (collection, _id) of a database was changed, by MongoDB's own oplog; whether that reaches back to
    its beginning.
    """
    oplog, found, whole = client["local"]["oplog.rs"], Counter[tuple[str, str]](), False
    for entry in oplog.find():
        whole = whole or (entry["o"] or {}).get("msg") == "initiating set"
        # A transaction is one entry, or several in a row, of many operations; one that was aborted is not there.
        for operation in entry["o"].get("applyOps", [entry]) if entry["op"] == "c" else [entry]:
            place, _, collection = operation["ns"].partition(".")
            if place == name and operation["op"] in {"i", "u", "d"}:
                # A document that ends and begins anew in one transaction is replaced: that is two changes.
                changes = 2 if operation["op"] == "u" and "$v" not in operation["o"] else 1
                found[collection, str((operation.get("o2") or operation["o"])["_id"])] += changes
    return found, whole


async def read(run: Run, *topics: str) -> AsyncIterator[Told]:
    """Everything that is committed on these topics, each partition in its order."""
    names = [run.prefix + topic for topic in topics]
    ends = await _ends(run, names)
    consumer = AIOKafkaConsumer(
        *names,
        bootstrap_servers=run.kafka,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=5 * 1024 * 1024,
    )
    await consumer.start()
    try:
        while [part for part, end in ends.items() if await consumer.position(part) < end]:
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                for record in batch:
                    yield _told(run, record)
    finally:
        await consumer.stop()


async def _ends(run: Run, names: list[str]) -> dict[TopicPartition, int]:
    """All that is appended: for readers of what is committed a topic ends before a transaction whose marks are on their way."""
    consumer = AIOKafkaConsumer(*names, bootstrap_servers=run.kafka)
    await consumer.start()
    try:
        return dict(await consumer.end_offsets(sorted(consumer.assignment(), key=str)))
    finally:
        await consumer.stop()


def _told(run: Run, record: Any) -> Told:
    headers = {name: value.decode() for name, value in record.headers}
    key = (record.key or b"").decode()
    topic = record.topic.removeprefix(run.prefix)
    return Told(topic, record.partition, record.offset, key, headers, record.value, record.timestamp / 1000)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]
