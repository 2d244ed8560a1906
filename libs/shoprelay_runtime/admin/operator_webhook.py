"""The operator's webhook: where it is, and the token and the secret by which the operator knows our calls."""

import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bson import ObjectId

from shoprelay_runtime.admin.errors import AdminError
from shoprelay_runtime.crypto import Cipher, new_token
from shoprelay_runtime.projects import Project
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.documents.base import Encryption


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The operator's webhook. `token` (sent as Basic) and `secret` (Standard Webhooks) are given when they are new, else None."""

    id: ObjectId
    url: str
    token: str | None
    secret: str | None


@dataclass(frozen=True, slots=True)
class RotatedWebhook:
    """A new token and a new secret. Until `old_until` calls come with the token before, and are signed with both secrets."""

    token: str = field(repr=False)
    secret: str = field(repr=False)
    created_at: datetime
    old_until: datetime


def made_endpoint(project: ObjectId, cipher: Cipher, url: str) -> tuple[Endpoint, Bson]:
    """A new endpoint and its row. AdminError when `url` is none."""
    token, secret, sealed = _made(cipher)
    made = Endpoint(ObjectId(), checked_url(url), token, secret)
    row = {"_id": made.id, "project": project, "url": made.url, **sealed, "active": True, "created_at": datetime.now(UTC)}
    return made, row


def _made(cipher: Cipher) -> tuple[str, str, Bson]:
    """A token, a secret, and both encrypted. Standard Webhooks: 24 to 64 random bytes as base64 after this prefix."""
    token, secret = new_token(), "whsec_" + b64encode(secrets.token_bytes(32)).decode()
    named = (("token", token), ("secret", secret))
    return token, secret, {name: cipher.seal("endpoints", name, text.encode(), Encryption.RANDOMIZED) for name, text in named}


def checked_url(url: str) -> str:
    """An address of the operator's; AdminError when it is none."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.fragment and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise AdminError(f"webhook_url: expected http(s)://HOST/PATH, got {url!r}")
    return url


async def set_webhook(store: Store, project: Project, url: str) -> Endpoint:
    """Point the operator's webhook at `url` and switch it on. The first time makes its token and secret, which are then kept."""
    checked = checked_url(url)
    rows = store.collection(Control.ENDPOINTS)
    change = {"$set": {"url": checked, "active": True}, "$unset": {"disabled_reason": ""}}
    found = await rows.find_one_and_update({"project": project.id}, change)
    if found is not None:
        return Endpoint(found["_id"], checked, None, None)
    made, row = made_endpoint(project.id, project.cipher, checked)
    await rows.insert_one(row)
    return made


async def clear_webhook(store: Store, project: Project) -> None:
    """Switch the operator's webhook off. Its token and secret are kept for the next address."""
    change = {"$set": {"active": False, "url": None, "disabled_reason": "switched off by the operator"}}
    await store.collection(Control.ENDPOINTS).update_one({"project": project.id}, change)


async def rotate_webhook(store: Store, project: Project, overlap: timedelta) -> RotatedWebhook:
    """Give the operator's webhook a new token and a new secret; those before are used for `overlap` longer, beside the new ones.

    One write: of two rotations at a time the later one is in force, and the earlier one is among those before. AdminError
    when there is no webhook.
    """
    token, secret, sealed = _made(project.cipher)
    now = datetime.now(UTC)
    until = now + overlap
    alive = {"$filter": {"input": {"$ifNull": ["$old", []]}, "cond": {"$gt": ["$$this.until", now]}}}
    shortened = {"$map": {"input": alive, "in": {"$mergeObjects": ["$$this", {"until": {"$min": ["$$this.until", until]}}]}}}
    before = [{"token": "$token", "secret": "$secret", "until": until}]
    change = [
        {"$set": {**{name: {"$literal": value} for name, value in sealed.items()}, "old": {"$concatArrays": [shortened, before]}}}
    ]
    found = await store.collection(Control.ENDPOINTS).update_one({"project": project.id}, change)
    if not found.matched_count:
        raise AdminError("webhook_url: there is no webhook yet; set its address first")
    return RotatedWebhook(token, secret, now, until)
