"""The door for the demo and the auditor, outside of any platform's API."""

import json
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from shoprelay_simulators.faults import HAPPENINGS, Fault, FaultKind, WebhookMode
from shoprelay_simulators.happenings import kinds
from shoprelay_simulators.messages import Json, Request, Response

if TYPE_CHECKING:
    from shoprelay_simulators.serving import Shop

PREFIX = "/_simulator/"


def control(shop: "Shop", request: Request) -> Response:
    """GET ledger; POST step {"count": 1}; POST pause {"paused": true} stops the changes, not the
    answers; POST faults plans misbehaviour.
    """
    action = request.path.removeprefix(PREFIX)
    body = json.loads(request.body) if request.body else {}
    if action == "ledger":
        return _json(shop.ledger.report(shop.final_state()))
    if action == "step":
        return _json({"changes": [shop.step() for _ in range(int(body.get("count", 1)))]})
    if action == "faults":
        return _plan(shop, body)
    if action == "pause":
        shop.paused = bool(body.get("paused", True))
        return _json({"paused": shop.paused})
    return Response(404, b'{"error":"no such action"}', [("Content-Type", "application/json")])


def _json(value: Json) -> Response:
    return Response(200, json.dumps(value, default=str).encode(), [("Content-Type", "application/json")])


class _Asked(BaseModel, extra="forbid"):
    """What is to go wrong: `kind` with the next `times` requests, `webhooks` from now on."""

    kind: FaultKind | None = None
    times: int = Field(1, ge=1)
    status: int = Field(503, ge=400, le=599)
    retry_after: int | None = None
    seconds: float = Field(0.0, ge=0)
    webhooks: WebhookMode | None = None
    late: float | None = Field(None, ge=0)


def _plan(shop: "Shop", body: Json) -> Response:
    try:
        asked = _Asked.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        return _refused(f"{'.'.join(map(str, first['loc'])) or 'body'}: {first['msg']}")
    if asked.kind in HAPPENINGS and asked.kind not in kinds(shop.platform):
        return _refused(f"{shop.platform} has no {asked.kind!r}; it has {', '.join(kinds(shop.platform))}")
    faults = shop.faults
    faults.webhooks = asked.webhooks or faults.webhooks
    faults.webhook_late_seconds = faults.webhook_late_seconds if asked.late is None else asked.late
    if asked.kind:
        faults.planned.extend([Fault(asked.kind, asked.status, asked.retry_after, asked.seconds)] * asked.times)
    return _json({"planned": len(faults.planned), "webhooks": faults.webhooks})


def _refused(why: str) -> Response:
    return Response(400, json.dumps({"error": why}).encode(), [("Content-Type", "application/json")])
