"""Apps and their tokens. https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens

A refresh gives a new refresh token; the one before it stays good until the new one has been used.
"""

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from shoprelay_simulators.clock import Clock

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
SCOPES = (
    "read_orders", "read_all_orders", "read_products", "read_customers", "read_inventory", "read_locations", "read_fulfillments",
    "write_orders", "write_order_edits", "write_products", "write_customers", "write_inventory", "write_files",
    "write_merchant_managed_fulfillment_orders", "write_publications",
)  # fmt: skip


@dataclass
class Access:
    """The keys of an installed app. `lasts`: how long an access token of a public app does."""

    rng: random.Random
    clock: Clock
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    lasts: timedelta = HOUR
    refreshes: int = 0
    lose_answers: int = 0
    """So many coming refreshes are carried out, and their answers lost."""

    def __post_init__(self) -> None:
        self.client_id, self.client_secret = self._secret("", 32), self._secret("shpss_", 32)
        self.permanent = self._secret("shpat_", 32)
        self.code = self._secret("", 32)
        self.tokens: dict[str, datetime | None] = {self.permanent: None}
        self.refresh_tokens: dict[str, str | None] = {}
        self.first_refresh = self._refreshing(None)

    def _secret(self, prefix: str, digits: int) -> str:
        return f"{prefix}{self.rng.getrandbits(4 * digits):0{digits}x}"

    def knows(self, token: str) -> bool:
        """Whether an access token is good now."""
        until = self.tokens.get(token, self.clock() - DAY)
        return until is None or until > self.clock()

    def end_all(self) -> None:
        """Every access token that ends has ended."""
        self.tokens = {self.permanent: None}

    def _refreshing(self, replaced: str | None) -> str:
        made = self._secret("shprt_", 40)
        self.refresh_tokens[made] = replaced
        return made

    def grant(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint to one request: status and JSON."""
        asked = _read(body)
        if (asked.get("client_id"), asked.get("client_secret")) != (self.client_id, self.client_secret):
            return 401, {"error": "invalid_client", "error_description": "Unknown client, or its secret is wrong."}
        kind = asked.get("grant_type")
        if kind == "client_credentials":
            return 200, {"access_token": self._access(DAY), "scope": self._scope(), "expires_in": int(DAY.total_seconds()) - 1}
        if kind == "refresh_token":
            return self._refresh(str(asked.get("refresh_token")))
        if asked.get("code") == self.code:
            self.code = self._secret("", 32)
            expiring = str(asked.get("expiring")) == "1"
            return 200, self._pair(self._refreshing(None)) if expiring else {
                "access_token": self.permanent,
                "scope": self._scope(),
            }
        return 400, {"error": "invalid_request", "error_description": "The authorization code was not found or was already used"}

    def _refresh(self, given: str) -> tuple[int, dict[str, Any]]:
        if given not in self.refresh_tokens:
            return 400, {"error": "invalid_request", "error_description": "This request requires an active refresh_token"}
        # Its use proves that it arrived: the one before it ends now.
        self.refresh_tokens.pop(self.refresh_tokens[given] or "", None)
        self.refresh_tokens = {token: replaced for token, replaced in self.refresh_tokens.items() if replaced != given}
        self.refreshes += 1
        return 200, self._pair(self._refreshing(given))

    def _pair(self, refresh: str) -> dict[str, Any]:
        seconds = int(self.lasts.total_seconds())
        return {
            "access_token": self._access(self.lasts),
            "expires_in": seconds,
            "refresh_token": refresh,
            "refresh_token_expires_in": 7776000,
            "scope": self._scope(),
        }

    def _access(self, lasts: timedelta) -> str:
        made = self._secret("shpat_", 32)
        self.tokens[made] = self.clock() + lasts
        return made

    def _scope(self) -> str:
        return ",".join(sorted(self.scopes))


def _read(body: bytes) -> dict[str, Any]:
    """JSON or a form."""
    try:
        found = json.loads(body)
    except ValueError:
        return dict(parse_qsl(body.decode()))
    return found if isinstance(found, dict) else {}
