"""Who asks: Basic and query keys behind TLS; over plain http one-legged OAuth 1.0a alone."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from shoprelay_simulators.messages import Request
from shoprelay_simulators.woocommerce.errors import WpError
from shoprelay_simulators.woocommerce.rows import ApiKey

WINDOW_SECONDS = 15 * 60
DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
REQUIRED = ("oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method")
READING = {"GET", "HEAD", "OPTIONS"}


@dataclass
class Gate:
    """Finds the key of a request. `nonces` are used up: each works once."""

    keys: list[ApiKey]
    tls_terminated: bool = True
    nonces: set[tuple[str, str]] = field(default_factory=set)

    def enter(self, request: Request, site_url: str, now: float) -> ApiKey | None:
        """The key, or None when nobody known asks; raises 401 when a known key is used wrongly.

        Keys are looked at only where the address as written has "wp-json/wc/" somewhere.
        """
        if "wp-json/wc/" not in f"{request.path}?{request.query_text}":
            return None
        oauth = _oauth_params(request)
        key: ApiKey | None
        if "oauth_consumer_key" in oauth:
            key = self._oauth(request, oauth, site_url, now)
        elif self.tls_terminated:
            key = self._plain(request)
        else:
            return None  # over plain http the shop does not even look at these
        if key and request.method not in READING and "write" not in key.permissions:
            raise _refused("The API key provided does not have write permissions.")
        if key and request.method in READING and "read" not in key.permissions:
            raise _refused("The API key provided does not have read permissions.")
        return key

    def _plain(self, request: Request) -> ApiKey | None:
        query = dict(request.query)
        name, secret = query.get("consumer_key", ""), query.get("consumer_secret", "")
        if not name:
            name, secret = _basic(request.headers.get("authorization", ""))
        key = self._find(name)
        if key is not None and not hmac.compare_digest(key.secret.encode(), secret.encode()):
            raise _refused("Consumer secret is invalid.")
        return key

    def _find(self, name: str) -> ApiKey | None:
        return next((key for key in self.keys if hmac.compare_digest(key.key.encode(), name.encode())), None)

    def _oauth(self, request: Request, oauth: dict[str, str], site_url: str, now: float) -> ApiKey:
        missing = [name for name in REQUIRED if not oauth.get(name)]
        if missing:
            names = ", ".join(missing)
            raise WpError(
                401, "woocommerce_rest_authentication_missing_parameter", f"Missing OAuth parameter {names}", allow=False
            )
        key = self._find(oauth["oauth_consumer_key"])
        if key is None:
            raise _refused("Consumer key is invalid.")
        if oauth["oauth_signature_method"] not in DIGESTS:
            raise _refused("Invalid signature - signature method is invalid.")
        expected = signature(request, oauth, site_url, key.secret)
        if not hmac.compare_digest(expected.encode(), oauth["oauth_signature"].encode()):
            raise _refused("Invalid signature - provided signature does not match.")
        stamp = oauth["oauth_timestamp"]
        if not stamp.isdigit() or abs(now - int(stamp)) > WINDOW_SECONDS:
            raise _refused("Invalid timestamp.")
        nonce = (key.key, oauth["oauth_nonce"])
        if nonce in self.nonces:
            raise _refused("Invalid nonce - nonce has already been used.")
        self.nonces.add(nonce)
        return key


def signature(request: Request, oauth: dict[str, str], site_url: str, secret: str) -> str:
    """RFC 5849 section 3.4, with an empty token secret and the shop's own address in the base string."""
    params = {**dict(request.query), **oauth}
    params.pop("oauth_signature", None)
    pairs = "&".join(f"{_escape(name)}={_escape(value)}" for name, value in sorted(params.items()))
    base = "&".join((request.method, _escape(f"{site_url}{request.path}".rstrip("/")), _escape(pairs)))
    digest = DIGESTS[oauth["oauth_signature_method"]]
    return base64.b64encode(hmac.new(f"{secret}&".encode(), base.encode(), digest).digest()).decode()


def _escape(text: str) -> str:
    return quote(text, safe="~")


def _oauth_params(request: Request) -> dict[str, str]:
    header = request.headers.get("authorization", "")
    if header.lower().startswith("oauth "):
        parts = [part.strip().partition("=") for part in header[6:].split(",")]
        return {name: unquote(value.strip('"')) for name, _, value in parts if name.startswith("oauth_")}
    return {name: value for name, value in request.query if name.startswith("oauth_")}


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _refused(text: str) -> WpError:
    return WpError(401, "woocommerce_rest_authentication_error", text, allow=False)
