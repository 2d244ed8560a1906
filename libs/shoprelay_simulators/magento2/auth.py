"""Who may ask: an integration by OAuth 1.0a (or its token alone, where the shop allows it), an administrator by a login."""

import base64
import hmac
import random
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import quote, unquote

from shoprelay_simulators.magento2.errors import Refusal
from shoprelay_simulators.messages import Request

TOKEN_LASTS = timedelta(hours=4)
_OPEN = ("V1/directory/", "V1/integration/")


@dataclass
class Access:
    """`bearer`: whether integrations may use their token alone (off since 2.4.4). `denied`: resources the role lacks."""

    consumer_key: str
    consumer_secret: str
    access_token: str
    access_token_secret: str
    password: str
    bearer: bool = False
    two_factor: bool = False
    username: str = "lager"
    denied: set[str] = field(default_factory=set)
    nonces: set[str] = field(default_factory=set)
    logins: dict[str, datetime] = field(default_factory=dict)

    def login(self, given: dict[str, object], now: datetime, rng: random.Random) -> str:
        """A token for four hours."""
        if self.two_factor or (given.get("username"), given.get("password")) != (self.username, self.password):
            raise Refusal(
                401,
                "The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.",
            )
        token = f"{rng.getrandbits(160):040x}"
        self.logins[token] = now + TOKEN_LASTS
        return token

    def enter(self, request: Request, path: str, resource: str, url: str, now: datetime) -> None:
        """Nothing where the caller may go on; else the refusal."""
        if path.startswith(_OPEN):
            return
        header = request.headers.get("authorization", "")
        if header.startswith("OAuth "):
            self._signed(request, header, url)
        elif not (header.startswith("Bearer ") and self._known(header.removeprefix("Bearer "), now)):
            raise unauthorized(resource)
        if resource in self.denied:
            raise unauthorized(resource)

    def _known(self, token: str, now: datetime) -> bool:
        if self.bearer and hmac.compare_digest(token.encode(), self.access_token.encode()):
            return True
        return token in self.logins and self.logins[token] > now

    def _signed(self, request: Request, header: str, url: str) -> None:
        given = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', header)}
        if given.get("oauth_consumer_key") != self.consumer_key or given.get("oauth_token") != self.access_token:
            raise Refusal(401, "The consumer key or the token is not valid.")
        if given.get("oauth_signature_method") != "HMAC-SHA256":
            raise Refusal(400, "Signature method %1 is not supported", [given.get("oauth_signature_method")])
        if given["oauth_nonce"] in self.nonces:
            raise Refusal(401, "The nonce is already being used by the consumer with ID %1", [1])
        self.nonces.add(given["oauth_nonce"])
        if not hmac.compare_digest(given.pop("oauth_signature", ""), self._signature(request, given, url)):
            raise Refusal(401, "The signature is invalid. Verify and try again.")

    def _signature(self, request: Request, given: dict[str, str], url: str) -> str:
        pairs = sorted((_enc(name), _enc(value)) for name, value in [*request.query, *given.items()])
        joined = "&".join(f"{name}={value}" for name, value in pairs)
        base = "&".join(_enc(part) for part in (request.method, url, joined))
        key = f"{_enc(self.consumer_secret)}&{_enc(self.access_token_secret)}"
        return base64.b64encode(hmac.digest(key.encode(), base.encode(), sha256)).decode()


def unauthorized(resource: str) -> Refusal:
    return Refusal(401, "The consumer isn't authorized to access %resources.", {"resources": resource})


def _enc(text: str) -> str:
    return quote(text, safe="-._~")
