"""A request as a dry run shows it: without credentials."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx
import orjson
from pydantic import SecretStr

from services.shop_api.shops import Chosen

_SHOWN: Final = ("content-type", "accept", "soapaction")
_SHORTEST: Final = 4  # shorter ones would blot out half the request
_SIGNS: Final = ("oauth_", "token", "key", "secret", "signature", "password")


def shown(chosen: Chosen, request: httpx.Request) -> dict[str, Any]:
    """{dry_run, request: {method, url, headers, body}}: what the shop would get first. Secrets of the shop are left out."""
    body = request.content.decode(errors="replace")
    for secret in _secrets(chosen):
        body = body.replace(secret, "***")
    return {
        "dry_run": True,
        "request": {
            "method": request.method,
            "url": _url(request, chosen),
            "headers": {name: request.headers[name] for name in _SHOWN if name in request.headers},
            "body": _json(body),
        },
    }


def _url(request: httpx.Request, chosen: Chosen) -> str:
    parts = urlsplit(str(request.url))
    kept = "&".join(
        f"{quote(name)}={'***' if any(sign in name.lower() for sign in _SIGNS) else quote(value)}"
        for name, value in request.url.params.multi_items()
    )
    text = parts._replace(
        netloc=parts.hostname + (f":{parts.port}" if parts.port else "") if parts.hostname else "", query=kept
    ).geturl()
    for secret in _secrets(chosen):
        text = text.replace(secret, "***")
    return text


def _secrets(chosen: Chosen) -> Iterator[str]:
    """What the platform's credentials hold in secret, and what of the shop's config is called so."""
    fields = chosen.relay.credentials.model_fields
    for name, value in chosen.webshop.config.items():
        secret = name in fields and (fields[name].annotation is SecretStr or "SecretStr" in str(fields[name].annotation))
        if isinstance(value, str) and len(value) >= _SHORTEST and (secret or any(sign in name for sign in _SIGNS)):
            yield value


def _json(body: str) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
