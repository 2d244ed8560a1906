"""The routes under /v1/, the envelope and the refusals."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json, Request, Response
from shoprelay_simulators.shopgo import orders_api, settings_api
from shoprelay_simulators.shopgo.access import Refusal

if TYPE_CHECKING:
    from shoprelay_simulators.shopgo.shop import ShopGoShop

Handler = Callable[["ShopGoShop", tuple[str, ...], Json], Json]
BASE = "/v1/management/"
# method, path, permission (None: any key will do), handler
_ROUTES: tuple[tuple[str, str, str | None, Handler], ...] = (
    ("GET", "auth/test", None, settings_api.show_key),
    ("GET", "order/available", "orders", settings_api.get_available),
    ("PATCH", "order/available", "orders", settings_api.set_available),
    ("GET", "order", "orders", orders_api.list_orders),
    ("GET", "order/ID", "orders", orders_api.get_order),
    ("PATCH", "order/ID", "orders", orders_api.update_order),
    ("POST", "order/ID/payment", "orders", orders_api.create_payment),
    ("PATCH", "order/ID/shipment/ID", "orders", orders_api.update_shipment),
    ("GET", "user/ID", None, settings_api.get_user),
    ("GET", "tenant", None, settings_api.get_tenant),
    ("GET", "settings/legal", "settings", settings_api.get_legal),
    ("GET", "settings/webhook/ID", "settings", settings_api.get_webhook),
    ("PATCH", "settings/webhook/ID", "settings", settings_api.set_webhook),
)
ROUTES = [
    (method, re.compile(path.replace("ID", "([^/]+)")), permission, handler) for method, path, permission, handler in _ROUTES
]


def answer(shop: "ShopGoShop", request: Request) -> Response:
    """Reads of orders answer {"payload"}, everything else {"result": "success", "payload"}."""
    try:
        payload = _payload(shop, request)
    except Refusal as refusal:
        return _json(refusal.status, {"result": "error", "description": refusal.description})
    bare = request.method == "GET" and "orders" in payload
    return _json(200, {"payload": payload} if bare else {"result": "success", "payload": payload})


def _payload(shop: "ShopGoShop", request: Request) -> Json:
    path = request.path.rstrip("/")
    body = _body(request)
    if shop.faults.unauthorized:
        raise Refusal(401, "invalid api key")
    if (request.method, path) == ("POST", f"{BASE}auth/key"):
        return settings_api.create_key(shop, (), body)
    if (request.method, path) == ("GET", "/v1/platform/auth/test"):
        if not shop.access.is_platform(request.headers):
            raise Refusal(401, "invalid api key")
        return {}
    for method, pattern, permission, handler in ROUTES:
        match = pattern.fullmatch(path.removeprefix(BASE))
        if match and path.startswith(BASE) and method == request.method:
            shop.access.enter(request.headers, permission)
            if not shop.subscribed:
                raise Refusal(402, "subscription expired")
            return handler(shop, match.groups(), body)
    raise Refusal(404, "not found")


def _body(request: Request) -> Json:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        raise Refusal(400, "invalid json") from None
    if not isinstance(body, dict):
        raise Refusal(400, "expected a json object")
    return body


def _json(status: int, value: Json) -> Response:
    return Response(status, json.dumps(value).encode(), [("Content-Type", "application/json")])
