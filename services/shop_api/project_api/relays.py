"""The relays: what can be connected, and what can be done in such shops."""

from typing import Any, Final

from bson import ObjectId
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel

from services.shop_api.envelopes import Filter, Options
from services.shop_api.project_api.calling import PREFIX, By, Caller, Id, Told, answered, answers, not_found, object_id
from services.shop_api.project_api.models import Documents, RelayDocument
from shoprelay_relays.describe import describe
from shoprelay_relays.describe_actions import Params, Surroundings, shop_api
from shoprelay_relays.registry import RELAYS, relay_id
from shoprelay_relays.spec import Relay
from shoprelay_runtime.admin.modes import polls

router = APIRouter(route_class=Told, tags=["relays"])
_SELLS: Final = frozenset({"orders", "products"})


@router.get("/relays", responses=answers(Documents[RelayDocument]), operation_id="relays__index")
async def index(by: By, request: Request) -> Response:
    """All relays, by name."""
    around = await _around(by, request)
    return answered({"documents": [_document(relay, around) for relay in sorted(RELAYS.values(), key=lambda each: each.name)]})


@router.get("/relays/{id}", responses=answers(RelayDocument), operation_id="relays__show")
async def show(by: By, id: Id, request: Request) -> Response:  # noqa: A002 - the contract's name
    """One relay."""
    wanted: ObjectId = object_id(id, "relay")
    found = next((relay for relay in RELAYS.values() if relay_id(relay.name) == wanted), None)
    if found is None:
        raise not_found("relay")
    return answered(_document(found, await _around(by, request)))


async def _around(by: Caller, request: Request) -> Surroundings:
    """The Shop API has the project's own host name where one is set."""
    host = by.project.settings.get("interface_host")
    base = f"https://{host}" if host else str(request.base_url).rstrip("/")
    return Surroundings(f"{base}/shop_api/v1", _params(Filter), _params(Options))


def _params(model: type[BaseModel]) -> Params:
    return {name: field.description or "" for name, field in model.model_fields.items()}


def _document(relay: Relay, around: Surroundings) -> dict[str, Any]:
    told = describe(relay)
    sells = any((each.collection or each.name) in _SELLS for each in relay.resources)
    return {
        "_id": told["_id"],
        "name": relay.label,
        "author": relay.author,
        "identifier": relay.name,
        "docs": relay.docs,
        "active": True,
        "published": True,
        "ecommerce_platform": sells,
        "adds_to_platforms": not sells,
        "identifiable_config_keys": told["identifiable_config_keys"],
        "requests": _requests(relay, told),
        "credentials": told["credentials"],
        "support_fees": "",
        "path__new_edit": f"{PREFIX}/webshops",
        "shop_api": shop_api(relay, around),
    }


def _requests(relay: Relay, told: dict[str, Any]) -> dict[str, Any]:
    modes: dict[str, list[str]] = {}
    for resource, mode in polls(relay):
        modes.setdefault(resource.name, []).append(mode.value)
    webhooks = ("set_by_us" if told["subscribes"] else "set_by_the_merchant") if told["webhooks"] else None
    return {"polls": modes, "reads": [each.name for each in relay.resources if each.read], "webhooks": webhooks}
