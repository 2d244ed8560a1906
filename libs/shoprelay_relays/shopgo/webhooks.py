"""ShopGo's confirm-order webhook. https://docs.shopgo.me/1.0.0/management-api/api-endpoints (Change Webhook URL)

calculate-shipping-rates asks the store's carrier for prices while a buyer waits: its address is never touched.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import orjson

from shoprelay_relays.shopgo.api import Management
from shoprelay_relays.spec import Json, Routed, Verdict
from shoprelay_relays.values import text

_NUMBERS = ("number", "order_number", "order")
_WRAPPERS = ("order", "orders", "payload", "data")
_LONGEST_NUMBER = 64


def check(_config: Mapping[str, Any], _headers: Mapping[str, str], _body: bytes) -> Verdict:
    """ShopGo signs nothing: who knows the secret address is believed, and no more than told where to look."""
    return Verdict.GENUINE


def route(_headers: Mapping[str, str], body: bytes) -> Routed:
    """ShopGo does not describe this body, so it is a hint: read the order it names, or else the list."""
    try:
        number = next(_numbers(orjson.loads(body)), "*")
    except orjson.JSONDecodeError:
        number = "*"
    return Routed("orders", reads=[("orders", number)])


async def subscribe(client: httpx.AsyncClient, _config: Mapping[str, Any], url: str) -> dict[str, str]:
    """Points confirm-order at `url`. ShopGo knows one address: the one it replaces is returned, to be given back some day."""
    api = Management(client)
    before = await api.webhook_url("confirm-order")
    if before == url:
        return {}
    await api.set_webhook_url("confirm-order", url)
    return {"replaced_webhook_url": before or ""}


def _numbers(body: Json, depth: int = 4) -> Iterator[str]:
    """Whatever stands where an order number may stand, outermost first, within so many wrappers: the body is a stranger's."""
    if isinstance(body, list):
        body = body[0] if len(body) == 1 else None
    if not isinstance(body, dict) or not depth:
        return
    for name in _NUMBERS:
        value = body.get(name)
        number = text(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        if number and len(number) <= _LONGEST_NUMBER:
            yield number
    for name in _WRAPPERS:
        yield from _numbers(body.get(name), depth - 1)
