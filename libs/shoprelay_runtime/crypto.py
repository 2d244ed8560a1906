"""Keys and ciphers: what is encrypted, with which key, bound to which place. The formats stand in docs/encryption.md."""

import base64
import hmac
import os
import secrets
from binascii import b2a_base64
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shoprelay_schema.documents.base import Encryption

PREFIX: Final = "sr1"
_NONCE: Final = 12
_LETTERS: Final = {Encryption.RANDOMIZED: "r", Encryption.VALUES: "r", Encryption.DETERMINISTIC: "d"}
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_nonces: list[bytes] = []  # drawn from the system many at a time: a system call for each takes as long as to encrypt a value
os.register_at_fork(after_in_child=_nonces.clear)  # no nonce is used twice: not by a process and its child either


class DecryptionFailed(Exception):
    """The text is not ours, was changed, stands in another place, or its key is gone."""


def new_key() -> bytes:
    """256 random bits."""
    return secrets.token_bytes(32)


def new_token() -> str:
    """An unguessable token (256 bits) for URLs and headers."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token that only needs to be verified. 256 random bits need no salt and no slow hash."""
    return sha256(token.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def _nonce() -> bytes:
    while True:
        try:
            return _nonces.pop()  # atomic: no two threads get the same
        except IndexError:
            drawn = os.urandom(_NONCE * 256)
            _nonces.extend(drawn[at : at + _NONCE] for at in range(0, len(drawn), _NONCE))


def wrap(master_key: bytes, key: bytes, name: str) -> bytes:
    """Encrypt a key under the master key, bound to its name."""
    nonce = _nonce()
    return nonce + AESGCM(_derive(master_key, "wrap", 32)).encrypt(nonce, key, name.encode())


def unwrap(master_key: bytes, wrapped: bytes, name: str) -> bytes:
    """Undo `wrap`; DecryptionFailed when the master key is another one."""
    try:
        return AESGCM(_derive(master_key, "wrap", 32)).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], name.encode())
    except InvalidTag:
        raise DecryptionFailed(f"{name} cannot be unwrapped: SHOPRELAY_MASTER_KEY is not the key it was wrapped with") from None


def _derive(key: bytes, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, None, f"shoprelay/{purpose}".encode()).derive(key)


def _parse(text: str) -> tuple[str, str, bytes]:
    prefix, letter, key, encoded = text.split(":")
    if prefix != PREFIX or letter not in {"r", "d"}:
        raise ValueError(prefix)
    return letter, key, base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)


@dataclass(slots=True)
class _DataKey:
    """The ciphers derived from one data key."""

    attribute: AESGCM
    lookup: AESSIV
    raw: AESGCM

    @classmethod
    def of(cls, key: bytes) -> "_DataKey":
        return cls(
            AESGCM(_derive(key, "attribute", 32)),
            AESSIV(_derive(key, "lookup", 64)),
            AESGCM(_derive(key, "raw", 32)),
        )


@dataclass(slots=True)
class Cipher:
    """Encrypts and decrypts for one project. `keys`: data keys by id, `current` is used for what is new."""

    project: str
    keys: dict[str, bytes] = field(repr=False)
    current: str
    _ciphers: dict[str, _DataKey] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._ciphers = {name: _DataKey.of(key) for name, key in self.keys.items()}

    def seal(self, collection: str, attribute: str, plain: bytes, encryption: Encryption) -> str:
        """The text form of an attribute's value, bound to project, collection and attribute."""
        place = f"{self.project}|{collection}|{attribute}".encode()
        letter, ciphers = _LETTERS[encryption], self._ciphers[self.current]
        if letter == "d":
            sealed = ciphers.lookup.encrypt(plain, [place])
        else:
            nonce = _nonce()
            sealed = nonce + ciphers.attribute.encrypt(nonce, plain, place)
        text = b2a_base64(sealed, newline=False).translate(_URL_SAFE).rstrip(b"=").decode()
        return f"{PREFIX}:{letter}:{self.current}:{text}"

    def open(self, collection: str, attribute: str, text: str) -> bytes:
        """The plain bytes of a text form; DecryptionFailed names the place and never the content."""
        place = f"{self.project}|{collection}|{attribute}".encode()
        try:
            letter, key, sealed = _parse(text)
            ciphers = self._ciphers[key]
            if letter == "d":
                return ciphers.lookup.decrypt(sealed, [place])
            return ciphers.attribute.decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
        except (ValueError, KeyError, InvalidTag):
            raise DecryptionFailed(
                f"{collection}.{attribute} cannot be decrypted with the keys of project {self.project}"
            ) from None

    def seal_raw(self, plain: bytes, place: str) -> bytes:
        """A raw record's value: nonce, ciphertext, tag; bound to the record's own headers through `place`."""
        nonce = _nonce()
        return nonce + self._ciphers[self.current].raw.encrypt(nonce, plain, f"{self.project}|{place}".encode())

    def open_raw(self, sealed: bytes, place: str, key: str) -> bytes:
        """Undo `seal_raw` with the key of this id."""
        try:
            return self._ciphers[key].raw.decrypt(sealed[:_NONCE], sealed[_NONCE:], f"{self.project}|{place}".encode())
        except (KeyError, InvalidTag, ValueError):
            raise DecryptionFailed(
                f"a raw record of project {self.project} cannot be decrypted: changed, or its key is gone"
            ) from None
