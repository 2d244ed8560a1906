"""Asking for a change: what Magento refuses is told in its own words."""

import httpx

from shoprelay_relays.errors import Refused, RelayError
from shoprelay_relays.http import asking
from shoprelay_relays.magento2.client import judge, words
from shoprelay_relays.spec import Json

_LONGEST = 200


async def change(shop: httpx.AsyncClient, method: str, path: str, json: Json = None) -> Json:
    """The answer: a row, an id, or true. Refused, CredentialsRejected, NotThere, ShopTrouble."""
    return (await asking.ask(shop, method, path, json=json, judge=_judge)).body


def _judge(response: httpx.Response, body: Json, said: str) -> RelayError | None:
    """400: {"message": "Shipment Document Validation Error(s): You can't create a shipment without products."}"""
    if response.status_code == httpx.codes.BAD_REQUEST and words(body):
        return Refused(_told(body)[:_LONGEST])
    return judge(response, body, said)


def _told(body: Json) -> str:
    """The message, and what it sums up: "One or more input exceptions have occurred." says nothing by itself."""
    more = body.get("errors") if isinstance(body, dict) else None
    parts = [words(body), *(words(error) for error in (more if isinstance(more, list) else []))]
    return " ".join(" ".join(part.split()) for part in parts if part)
