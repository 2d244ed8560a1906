"""Which webshop an address belongs to: looked up by the token's hash, remembered for a few seconds."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pymongo.errors import PyMongoError

from services.webhook_ingest.answers import NO_STORE, Refused
from shoprelay_relays.spec import Relay
from shoprelay_relays.spec import Webhook as RelayWebhook
from shoprelay_runtime.crypto import Cipher, token_hash
from shoprelay_runtime.projects import Projects, Unknown
from shoprelay_runtime.store import Control, Store

_LONGEST_TOKEN: Final = 128
_REMEMBERED: Final = 20_000
_LOOKUP_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Hook:
    """What a request to an address needs."""

    project: str
    webshop: str
    relay: str
    cipher: Cipher
    config: Mapping[str, Any]
    webhook: RelayWebhook


class Hooks:
    """Finds hooks. An inactive webshop keeps its hook: platforms switch a webhook off when it is refused a few times."""

    def __init__(self, store: Store, projects: Projects, relays: Mapping[str, Relay], seconds: float) -> None:
        self._store = store
        self._projects = projects
        self._relays = relays
        self._seconds = seconds
        self._known: OrderedDict[str, tuple[float, Hook | None]] = OrderedDict()

    async def find(self, token: str) -> Hook | None:
        """The hook of this address, None when there is none; Refused when it cannot be known now."""
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        hashed = token_hash(token)
        until, hook = self._known.get(hashed, (0.0, None))
        if until > time.monotonic():
            return hook
        if hook:  # one request asks anew, the others go on with what is known
            self._remember(hashed, hook)
        return await self._ask(hashed, hook)

    async def _ask(self, hashed: str, known: Hook | None) -> Hook | None:
        try:
            async with asyncio.timeout(_LOOKUP_SECONDS):
                found = await self._look_up(hashed)
        except (PyMongoError, TimeoutError):
            if known is None:
                raise Refused(NO_STORE) from None
            found = known  # the database is away: an address that was good a moment ago still is
        self._remember(hashed, found)
        return found

    async def _look_up(self, hashed: str) -> Hook | None:
        alive = {"$or": [{"until": None}, {"until": {"$gt": datetime.now(UTC)}}]}
        row = await self._store.collection(Control.HOOKS).find_one({"_id": hashed, **alive})
        relay = self._relays.get(row["relay"]) if row else None
        if row is None or relay is None or relay.webhook is None:
            return None
        try:
            project = await self._projects.get(row["project"])
            webshop = await self._projects.webshop(project, row["webshop"])
        except Unknown:
            return None
        return Hook(str(project.id), str(webshop.webshop_id), relay.name, project.cipher, webshop.config, relay.webhook)

    def _remember(self, hashed: str, hook: Hook | None) -> None:
        self._known[hashed] = (time.monotonic() + self._seconds, hook)
        self._known.move_to_end(hashed)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
