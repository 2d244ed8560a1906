"""The access token of one shop, for every process that calls it: renewed by one of them, stored before any of them uses it."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import orjson
from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from shoprelay_relays.http.tokens import Obtain, Token
from shoprelay_relays.spec import Relay
from shoprelay_runtime.crypto import Cipher
from shoprelay_runtime.projects import Webshop
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.documents.base import Encryption

_RENEWAL: Final = timedelta(seconds=30)
_LOOK_AGAIN: Final = 0.1


@dataclass(slots=True)
class ShopTokens:
    """The `tokens` of a relay's Connection, in the control database, encrypted with the project's key.

    `credentials`: what tokens are obtained with. A token of other credentials is none: a merchant who connects the shop anew
    begins anew.
    """

    store: Store
    cipher: Cipher
    webshop: ObjectId
    credentials: Mapping[str, Any]

    async def held(self) -> Token | None:
        return self._token(await self.store.collection(Control.TOKENS).find_one({"_id": self.webshop}))

    async def renew(self, stale: Token | None, obtain: Obtain) -> Token:
        me = secrets.token_hex(8)
        while True:
            held = await self.held()
            if held is not None and held != stale:
                return held
            if await self._begin(me):
                break
            await asyncio.sleep(_LOOK_AGAIN)
        try:
            # Whoever held the renewal before may have stored a new one meanwhile.
            held = await self.held()
            if held is not None and held != stale:
                return held
            token = await obtain(held or stale)
            await self.keep(token)
            return token
        finally:
            await self._end(me)

    async def keep(self, token: Token) -> None:
        """Store a token that was obtained otherwise, such as while the shop was connected."""
        until = token.until.isoformat() if token.until else None
        plain = orjson.dumps([token.access, until, token.refresh])
        sealed = self.cipher.seal("tokens", "token", plain, Encryption.RANDOMIZED)
        change = {"$set": {"token": sealed, "of": self._of(), "project": ObjectId(self.cipher.project)}}
        await self.store.collection(Control.TOKENS).update_one({"_id": self.webshop}, change, upsert=True)

    async def _begin(self, me: str) -> bool:
        now = datetime.now(UTC)
        free = {"_id": self.webshop, "$or": [{"renewing": None}, {"until": {"$lte": now}}]}
        try:
            await self.store.collection(Control.TOKENS).update_one(
                free, {"$set": {"renewing": me, "until": now + _RENEWAL}}, upsert=True
            )
        except DuplicateKeyError:
            return False
        return True

    async def _end(self, me: str) -> None:
        mine = {"_id": self.webshop, "renewing": me}
        await self.store.collection(Control.TOKENS).update_one(mine, {"$set": {"renewing": None}})

    def _token(self, row: Bson | None) -> Token | None:
        if not row or "token" not in row or row["of"] != self._of():
            return None
        access, until, refresh = orjson.loads(self.cipher.open("tokens", "token", row["token"]))
        return Token(access, datetime.fromisoformat(until) if until else None, refresh)

    def _of(self) -> str:
        return sha256(orjson.dumps(sorted((name, str(value)) for name, value in self.credentials.items()))).hexdigest()


def tokens_of(store: Store, shop: Webshop, relay: Relay) -> ShopTokens:
    """The tokens of a webshop, which belong to its credentials."""
    credentials = {name: shop.config.get(name) for name in relay.credentials.model_fields}
    return ShopTokens(store, shop.project.cipher, shop.webshop_id, credentials)
