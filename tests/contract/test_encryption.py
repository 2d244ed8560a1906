"""docs/encryption.md and its vectors against the implementation, and against a decryption written from the page alone."""

import base64
import hmac
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId, json_util
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shoprelay_runtime import codec, crypto, rawlog
from shoprelay_runtime.crypto import Cipher, DecryptionFailed
from shoprelay_schema.documents.base import Encryption
from shoprelay_schema.identity import document_id
from shoprelay_schema.raw import RawKind, RawRecord, Via

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "encryption.md").read_text()
VECTORS = json.loads((Path(__file__).parent / "encryption" / "vectors.json").read_text())
PROJECT = VECTORS["project"]
OTHER_PROJECT = "64b7f3a1c2d4e5f60718293b"
MASTER = bytes.fromhex(VECTORS["master_key"])
KEYS = {name: bytes.fromhex(key) for name, key in VECTORS["data_keys"].items()}
CIPHER = Cipher(PROJECT, KEYS, "k1")
ATTRIBUTES = VECTORS["attributes"]


def about(vector: dict[str, Any]) -> str:
    return str(vector.get("about") or vector.get("name") or vector)


def value_of(vector: dict[str, Any]) -> Any:
    """A vector's value; ObjectIds and times are written as MongoDB Extended JSON."""
    return json_util.loads(json.dumps(vector["value"]), json_options=json_util.JSONOptions(tz_aware=True))


@pytest.fixture
def nonces(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The nonces that the implementation takes next."""
    given: list[bytes] = []
    monkeypatch.setattr(crypto, "_nonce", lambda: given.pop(0))
    return given


# The implementation and the vectors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", ATTRIBUTES, ids=about)
def test_the_implementation_reads_every_attribute(vector: dict[str, Any]) -> None:
    assert CIPHER.open(vector["collection"], vector["attribute"], vector["text"]) == vector["plain"].encode()


@pytest.mark.parametrize("vector", ATTRIBUTES, ids=about)
def test_the_implementation_writes_every_attribute(vector: dict[str, Any], nonces: list[bytes]) -> None:
    nonces += [bytes.fromhex(vector["nonce"])] if "nonce" in vector else []
    cipher = Cipher(PROJECT, KEYS, vector["key"])
    sealed = codec.seal(cipher, vector["collection"], {vector["attribute"]: value_of(vector)})
    assert sealed[vector["attribute"]] == vector["text"]
    assert codec.encrypted(vector["collection"])[vector["attribute"]][0] is Encryption(vector["encryption"])


@pytest.mark.parametrize("vector", VECTORS["values"], ids=about)
def test_values_of_a_hash_or_a_list_are_encrypted_one_by_one(vector: dict[str, Any], nonces: list[bytes]) -> None:
    nonces += [bytes.fromhex(nonce) for nonce in vector["nonces"]]
    name, collection = vector["attribute"], vector["collection"]
    assert codec.encrypted(collection)[name][0] is Encryption.VALUES
    assert codec.seal(CIPHER, collection, {name: value_of(vector)})[name] == vector["stored"]
    assert codec.unseal(CIPHER, collection, {name: vector["stored"]})[name] == vector["value"]


@pytest.mark.parametrize("vector", VECTORS["raw_records"], ids=about)
def test_raw_records(vector: dict[str, Any], nonces: list[bytes]) -> None:
    headers = vector["headers"]
    nonces.append(bytes.fromhex(vector["nonce"]))
    record = RawRecord(
        kind=RawKind(headers["ce_type"]),
        id=headers["ce_id"],
        project=headers["project"],
        webshop=headers["webshop"],
        relay=headers["relay"],
        resource=headers["ce_subject"].partition("/")[0],
        remote_id=headers["ce_subject"].partition("/")[2],
        observed_at=datetime.fromisoformat(headers["ce_time"]),
        via=Via(headers["via"]),
        request=headers["request"],
        body=vector["body"].encode(),
        headers=vector["kept_headers"],
    )
    key, value, written = rawlog.encode(CIPHER, record)
    assert key == headers["webshop"].encode()
    assert {name: text.decode() for name, text in written} == headers
    assert value == base64.b64decode(vector["value"])
    assert rawlog.decode(CIPHER, written, value, "") == record


@pytest.mark.parametrize("vector", VECTORS["wrapped_keys"], ids=about)
def test_wrapped_keys(vector: dict[str, Any], nonces: list[bytes]) -> None:
    nonces.append(bytes.fromhex(vector["nonce"]))
    key, wrapped = bytes.fromhex(vector["key"]), bytes.fromhex(vector["wrapped"])
    assert crypto.wrap(MASTER, key, vector["name"]) == wrapped
    assert crypto.unwrap(MASTER, wrapped, vector["name"]) == key


@pytest.mark.parametrize("vector", VECTORS["ids"], ids=lambda vector: f"{vector['collection']} {vector['key']}")
def test_document_ids(vector: dict[str, Any]) -> None:
    identity = bytes.fromhex(VECTORS["identity_key"])
    found = document_id(identity, vector["collection"], ObjectId(vector["webshop"]), vector["key"])
    assert str(found) == vector["_id"]
    assert hmac.digest(identity, bytes.fromhex(vector["message"]), "sha256")[:12].hex() == vector["_id"]


# A reader written from the page alone -------------------------------------------------------------------------------------


def derived(key: bytes, label: str, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=label.encode()).derive(key)


def read(place: str, text: str) -> bytes:
    """The plain bytes of a text form at a place (project|collection|attribute)."""
    prefix, letter, key_id, encoded = text.split(":")
    sealed = base64.b64decode(encoded.replace("-", "+").replace("_", "/") + "=" * (-len(encoded) % 4))
    assert prefix == "sr1"
    if letter == "d":
        return AESSIV(derived(KEYS[key_id], "shoprelay/lookup", 64)).decrypt(sealed, [place.encode()])
    return AESGCM(derived(KEYS[key_id], "shoprelay/attribute", 32)).decrypt(sealed[:12], sealed[12:], place.encode())


def test_the_derived_keys() -> None:
    roots = {"master_key": MASTER, **KEYS}
    for vector in VECTORS["derived"]:
        key = bytes.fromhex(vector["key"])
        assert derived(roots[vector["from"]], vector["label"], len(key)) == key


@pytest.mark.parametrize("vector", ATTRIBUTES, ids=about)
def test_a_reader_of_its_own_agrees(vector: dict[str, Any]) -> None:
    assert vector["place"] == f"{PROJECT}|{vector['collection']}|{vector['attribute']}"
    assert read(vector["place"], vector["text"]).decode() == vector["plain"]


def test_a_reader_of_its_own_reads_what_the_implementation_writes_now() -> None:
    for name, value in (("billing_name", "Ada"), ("email", "ada@example.com"), ("events", [{"text": "sent", "n": 1}])):
        text = codec.seal(CIPHER, "orders", {name: value})[name]
        plain = read(f"{PROJECT}|orders|{name}", text).decode()
        assert (plain if isinstance(value, str) else json.loads(plain)) == value


def test_a_reader_of_its_own_reads_raw_records() -> None:
    for vector in VECTORS["raw_records"]:
        head = vector["headers"]
        bound = ("ce_type", "ce_id", "ce_subject", "ce_time", "webshop", "relay", "via", "request")
        place = "|".join((head["project"], "raw", *(head[name] for name in bound)))
        value = base64.b64decode(vector["value"])
        plain = AESGCM(derived(KEYS[head["key"]], "shoprelay/raw", 32)).decrypt(value[:12], value[12:], place.encode())
        kept, _, body = plain.decode().partition("\n")
        assert (json.loads(kept) if kept else {}, body) == (vector["kept_headers"], vector["body"])


def test_a_reader_of_its_own_unwraps_keys() -> None:
    for vector in VECTORS["wrapped_keys"]:
        wrapped = bytes.fromhex(vector["wrapped"])
        wrapping = AESGCM(derived(MASTER, "shoprelay/wrap", 32))
        assert wrapping.decrypt(wrapped[:12], wrapped[12:], vector["name"].encode()).hex() == vector["key"]


# What is refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", ATTRIBUTES, ids=about)
def test_a_change_of_any_byte_is_refused(vector: dict[str, Any]) -> None:
    start, _, encoded = vector["text"].rpartition(":")
    sealed = base64.urlsafe_b64decode(encoded + "==")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        text = f"{start}:{base64.urlsafe_b64encode(changed).rstrip(b'=').decode()}"
        with pytest.raises(DecryptionFailed):
            CIPHER.open(vector["collection"], vector["attribute"], text)


@pytest.mark.parametrize("vector", ATTRIBUTES, ids=about)
def test_a_change_of_the_start_or_the_length_is_refused(vector: dict[str, Any]) -> None:
    text = vector["text"]
    _, letter, key, encoded = text.split(":")
    other_letter, other_key = "r" if letter == "d" else "d", "k2" if key == "k1" else "k1"
    for changed in (
        f"sr2:{letter}:{key}:{encoded}",
        f"sr1:{other_letter}:{key}:{encoded}",
        f"sr1:x:{key}:{encoded}",
        f"sr1:{letter}:{other_key}:{encoded}",
        f"sr1:{letter}:k9:{encoded}",
        f"sr1:{letter}:{key}:{encoded[:-4]}",
        f"sr1:{letter}:{key}:{encoded}AAAA",
        f"sr1:{letter}:{key}:",
        f"sr1:{letter}:{key}:!{encoded[1:]}",
        encoded,
        "",
    ):
        with pytest.raises(DecryptionFailed):
            CIPHER.open(vector["collection"], vector["attribute"], changed)


@pytest.mark.parametrize("vector", ATTRIBUTES, ids=about)
def test_a_value_moved_to_another_place_is_refused(vector: dict[str, Any]) -> None:
    collection, attribute, text = vector["collection"], vector["attribute"], vector["text"]
    for cipher, other_collection, other_attribute in (
        (CIPHER, collection, "browser_ip"),
        (CIPHER, "shipments", attribute),
        (Cipher(OTHER_PROJECT, KEYS, "k1"), collection, attribute),
    ):
        with pytest.raises(DecryptionFailed) as refused:
            cipher.open(other_collection, other_attribute, text)
        assert not vector["plain"] or vector["plain"] not in str(refused.value)


def test_a_value_of_a_hash_moved_to_another_key_is_refused() -> None:
    stored = dict(next(v for v in VECTORS["values"] if v["attribute"] == "config")["stored"])
    stored["address"], stored["consumer_secret"] = stored["consumer_secret"], stored["address"]
    with pytest.raises(DecryptionFailed):
        codec.unseal(CIPHER, "webshops", {"config": stored})


@pytest.mark.parametrize("vector", ATTRIBUTES, ids=about)
def test_one_project_cannot_read_another(vector: dict[str, Any]) -> None:
    """Neither with its own name nor, as an attacker would, under the other one's."""
    keys = {name: crypto.new_key() for name in KEYS}
    for name in (OTHER_PROJECT, PROJECT):
        with pytest.raises(DecryptionFailed):
            Cipher(name, keys, "k1").open(vector["collection"], vector["attribute"], vector["text"])


@pytest.mark.parametrize("vector", VECTORS["raw_records"], ids=about)
def test_a_raw_record_is_bound_to_its_headers(vector: dict[str, Any]) -> None:
    value = base64.b64decode(vector["value"])
    others = {
        "ce_type": "shoprelay.raw.record_gone.v1",
        "ce_id": "another",
        "ce_subject": "orders/18",
        "ce_time": "2026-03-02T10:15:30.000Z",
        "webshop": "64b7f3a1c2d4e5f607182941",
        "relay": "shopgo",
        "via": "read",
        "request": "another",
        "key": "k2",
    }
    for name, other in others.items():
        headers = [(n, (other if n == name else text).encode()) for n, text in vector["headers"].items()]
        with pytest.raises(DecryptionFailed):
            rawlog.decode(CIPHER, headers, value, "raw.live.v1-0-0")
    headers = [(name, text.encode()) for name, text in vector["headers"].items()]
    for place in range(len(value)):
        changed = bytearray(value)
        changed[place] ^= 1
        with pytest.raises(DecryptionFailed):
            rawlog.decode(CIPHER, headers, bytes(changed), "raw.live.v1-0-0")


def test_a_wrapped_key_is_bound_to_its_name_and_its_master_key() -> None:
    first = VECTORS["wrapped_keys"][0]
    wrapped = bytes.fromhex(first["wrapped"])
    for master, name in ((MASTER, f"{PROJECT}/k2"), (MASTER, f"{OTHER_PROJECT}/k1"), (crypto.new_key(), first["name"])):
        with pytest.raises(DecryptionFailed):
            crypto.unwrap(master, wrapped, name)


def test_equal_texts_look_equal_only_where_they_are_looked_up() -> None:
    looks = [CIPHER.seal("orders", "email", b"ada@example.com", Encryption.DETERMINISTIC) for _ in range(2)]
    hidden = [CIPHER.seal("orders", "billing_name", b"Ada Lovelace", Encryption.RANDOMIZED) for _ in range(2)]
    assert looks[0] == looks[1]
    assert hidden[0] != hidden[1]


# The page -----------------------------------------------------------------------------------------------------------------


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_example_runs_as_printed(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = blocks()
    names: dict[str, Any] = {}
    exec(compile(example, "docs/encryption.md", "exec"), names)
    assert capsys.readouterr().out.splitlines() == re.findall(r"# prints (.*)$", example, re.MULTILINE) != []
    for vector in ATTRIBUTES:
        plain = names["decrypt"](KEYS, PROJECT, vector["collection"], vector["attribute"], vector["text"])
        assert plain.decode() == vector["plain"]
    first = VECTORS["wrapped_keys"][0]
    assert names["unwrap"](MASTER, bytes.fromhex(first["wrapped"]), first["name"]).hex() == first["key"]
    with pytest.raises(InvalidTag):
        names["decrypt"](KEYS, PROJECT, "orders", "browser_ip", ATTRIBUTES[0]["text"])


def test_the_vectors_on_the_page_are_vectors_of_the_file() -> None:
    shown = set(re.findall(r"sr1:[rd]:k\d:[\w-]+", PAGE))
    assert len(shown) >= 3
    assert shown <= {vector["text"] for vector in ATTRIBUTES}
    for label in {vector["label"] for vector in VECTORS["derived"]}:
        assert f"`{label}`" in PAGE


def test_no_nonce_comes_twice_also_among_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        drawn = [nonce for some in pool.map(lambda _: [crypto._nonce() for _ in range(2000)], range(8)) for nonce in some]
    assert {len(nonce) for nonce in drawn} == {12}
    assert len(set(drawn)) == len(drawn) == 16_000


FORKS = """
import os
from shoprelay_runtime import crypto
crypto._nonce()
child = os.fork()
drawn = [crypto._nonce().hex() for _ in range(1000)]
if child:
    os.waitpid(child, 0)
print(*drawn, sep="\\n", flush=True)
"""


def test_a_process_and_its_child_do_not_share_nonces() -> None:
    told = subprocess.run([sys.executable, "-c", FORKS], check=True, capture_output=True, text=True, timeout=60)
    assert len(set(told.stdout.split())) == 2000
