"""Taking what a shop posts: each item is examined by itself, and told apart in the answer."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from pydantic import ValidationError

from shoprelay_relays.spec import Json, Taken
from shoprelay_relays.webhook_api.format import KINDS, Customer

BATCH = "batch"
MOST = 1000
_SHOWN = 20


def take(kind: str, body: bytes, received_at: datetime) -> Taken:
    """What of a post is accepted, and the answer to it.

    `kind`: orders, products, customers or stock (one item, or a list of them), or batch (lists of them by name). The answer is
    200 when every item is accepted, 422 when none is, 207 when some are; 404 and 400 where the whole post makes no sense.
    """
    if kind != BATCH and kind not in KINDS:
        return _refused(404, f"there is no {kind[:40]!r}; there are {', '.join(KINDS)} and {BATCH}")
    try:
        whole = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return _refused(400, f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}")
    if kind == BATCH and not (isinstance(whole, dict) and whole.keys() <= KINDS.keys()):
        return _refused(400, f"expected an object with some of {', '.join(KINDS)}")
    lists = whole if kind == BATCH else {kind: whole}
    items = [(name, index, item) for name, found in lists.items() for index, item in _items(found)]
    if not items or len(items) > MOST:
        return _refused(400, f"expected 1 to {MOST} items, got {len(items)}")
    return _answered(items, received_at)


def _items(found: Json) -> Iterator[tuple[int, Json]]:
    return enumerate(found if isinstance(found, list) else [found])


def _answered(items: list[tuple[str, int, Json]], received_at: datetime) -> Taken:
    kept: dict[str, list[Json]] = {}
    results = []
    for name, index, item in items:
        errors = _errors(name, item)
        results.append({"kind": name, "index": index, "accepted": not errors, **({"errors": errors} if errors else {})})
        if not errors:
            kept.setdefault(name, []).append(item)
    accepted = sum(len(found) for found in kept.values())
    status = 200 if accepted == len(items) else 207 if accepted else 422
    answer = orjson.dumps({"accepted": accepted, "refused": len(items) - accepted, "results": results})
    return Taken(status, answer, orjson.dumps({"received_at": received_at.isoformat(), **kept}) if kept else None)


def _errors(name: str, item: Json) -> list[dict[str, str]]:
    try:
        model = KINDS[name].model_validate_json(orjson.dumps(item))
    except ValidationError as error:
        # Never the input: it may be personal data, and the answer may end up in a log.
        found = error.errors(include_input=False, include_url=False, include_context=False)[:_SHOWN]
        return [{"field": ".".join(map(str, each["loc"])), "message": _words(each)} for each in found]
    if isinstance(model, Customer) and model.id is None and model.email is None:
        return [{"field": "id", "message": "expected an id or an email"}]
    return []


def _words(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such attribute"
    return str(error["msg"]).removeprefix("Value error, ")


def _refused(status: int, message: str) -> Taken:
    return Taken(status, orjson.dumps({"error": message}), None)
