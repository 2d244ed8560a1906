"""The door for the demo and the auditor, outside of any platform's API."""

import json
from typing import TYPE_CHECKING, cast, get_args

from shoprelay_simulators.faults import HAPPENINGS, Fault, WebhookMode
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
        return _json(_plan(shop, body))
    if action == "pause":
        shop.paused = bool(body.get("paused", True))
        return _json({"paused": shop.paused})
    return Response(404, b'{"error":"no such action"}', [("Content-Type", "application/json")])


def _json(value: Json) -> Response:
    return Response(200, json.dumps(value, default=str).encode(), [("Content-Type", "application/json")])


def _plan(shop: "Shop", body: Json) -> Json:
    """{"kind", "times", "status", "retry_after", "seconds"} for the next requests, "webhooks" ("late": seconds) from now on."""
    times = body.pop("times", 1)
    mode = body.pop("webhooks", None)
    if mode in get_args(WebhookMode):
        shop.faults.webhooks = cast("WebhookMode", mode)
        shop.faults.webhook_late_seconds = float(str(body.pop("late", shop.faults.webhook_late_seconds)))
    if body:
        fault = Fault(**{"kind": "status", **body})  # type: ignore[arg-type]
        if fault.kind in HAPPENINGS and fault.kind not in kinds(shop.platform):
            return {"error": f"{shop.platform} has no {fault.kind!r}; it has {', '.join(kinds(shop.platform))}"}
        shop.faults.planned.extend([fault] * int(str(times)))
    return {"planned": len(shop.faults.planned), "webhooks": shop.faults.webhooks}
