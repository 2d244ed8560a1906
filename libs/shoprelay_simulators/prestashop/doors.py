"""Who comes in: the key, and what it may do where."""

import base64

from shoprelay_simulators.prestashop.calls import Call
from shoprelay_simulators.prestashop.errors import Refusal
from shoprelay_simulators.prestashop.kinds import KINDS

_KEY_LENGTH = 32
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
_PATCHES = 8


def enter(call: Call) -> None:
    if not call.shop.enabled:
        raise Refusal(503, (22, "The PrestaShop webservice is disabled. Please activate it in the PrestaShop Back Office"))
    _know(call)
    if call.resource and call.resource not in {*KINDS, "images"} - call.shop.absent:
        raise Refusal(400, (27, f'Resource of type "{call.resource}" does not exists. Did you mean: "orders"?'))
    if call.resource in call.shop.refused:
        raise Refusal(401, (26, f'Resource of type "{call.resource}" is not allowed with this authentication key'))
    _allow(call)


def _know(call: Call) -> None:
    key = _key(call)
    if key is None:
        raise Refusal(401, plain="401 Unauthorized", challenge=True)
    if not key:
        raise Refusal(401, (17, "Authentication key is empty"), challenge=True)
    if len(key) != _KEY_LENGTH:
        raise Refusal(401, (18, "Invalid authentication key format"), challenge=True)
    if key.lower() != call.shop.key.lower() or call.shop.faults.unauthorized:
        dead = (20, "Authentification key is not active"), (21, "No permission for this authentication key")
        raise Refusal(401, *dead, challenge=True)


def _key(call: Call) -> str | None:
    """Basic goes before ws_key, and its password is nothing; Bearer does not count."""
    basic = call.request.headers.get("authorization", "")
    if basic.startswith("Basic ") and not call.shop.drops_authorization:
        return base64.b64decode(basic.removeprefix("Basic ")).decode().partition(":")[0]
    return call.params.get("ws_key")


def _allow(call: Call) -> None:
    """Each method is a right of its own, HEAD and PATCH as well."""
    if call.method not in _METHODS and not (call.method == "PATCH" and call.shop.major >= _PATCHES):
        raise Refusal(405, (23, f"Method {call.method} is not valid"))
    if f"{call.method} {call.resource}" in call.shop.forbidden:
        named = f"Method {call.method} is not allowed for the resource {call.resource} with this authentication key"
        raise Refusal(405, (25, named))
