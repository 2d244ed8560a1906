"""What was posted, from the raw log: one record per item."""

from collections.abc import Mapping
from typing import Any

import orjson

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.spec import Record, Routed, Verdict
from shoprelay_relays.webhook_api.format import KINDS

_NAMES = {"orders": ("id", "order_number"), "products": ("sku",), "customers": ("id", "email"), "stock": ("sku",)}
_CLASS = {"stock": "products"}


def check(_config: Mapping[str, Any], _headers: Mapping[str, str], _body: bytes) -> Verdict:
    """Whoever knows the token is the shop."""
    return Verdict.GENUINE


def route(_headers: Mapping[str, str], body: bytes) -> Routed:
    """Every item with the time at which it was received: it is the version of what has none."""
    try:
        posted = orjson.loads(body)
        received_at = posted["received_at"]
        items = [(kind, item) for kind in KINDS for item in posted.get(kind, [])]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise PayloadInvalid("", "expected what the push endpoint accepted") from None
    records = [Record.of(kind, _id(kind, item), {**item, "received_at": received_at}) for kind, item in items]
    klass = items[0][0] if items else "orders"
    return Routed(_CLASS.get(klass, klass), records)


def _id(kind: str, item: Mapping[str, Any]) -> str:
    return str(next((item[name] for name in _NAMES[kind] if item.get(name)), ""))
