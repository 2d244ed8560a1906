"""The Shop API as one relay serves it, as plain JSON: what operators' programs build their calls from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shoprelay_relays.actions import ENDPOINTS, Action, Endpoint
from shoprelay_relays.spec import Mode, Relay

Params = Mapping[str, str]
"""What each parameter of the query means, by its name."""
_SINCE: Final = {
    "created_since": Mode.CREATED_SINCE_LAST_REQUEST,
    "updated_since": Mode.UPDATED_SINCE_LAST_REQUEST,
}
_SINGULAR: Final = {"categories": "category", "countries": "country", "statuses": "status"}
_TYPES: Final = {"string": "Text.", "integer": "A whole number.", "number": "A number.", "boolean": "true or false."}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a relay does not know: the `base` address of the Shop API, the parameters of lists and those of all other calls."""

    base: str
    listing: Params
    acting: Params


def shop_api(relay: Relay, around: Surroundings) -> dict[str, Any]:
    """{v1: {endpoints: {resource: [endpoint]}}}: the endpoints that the relay serves, in the contract's order."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for endpoint in ENDPOINTS:
        action = relay.actions.get(endpoint.key)
        if action is not None or (endpoint.name == "index" and _listed(relay, endpoint)):
            found[endpoint.resource].append(_endpoint(relay, endpoint, action, around))
    return {"v1": {"endpoints": dict(found)}}


def _listed(relay: Relay, endpoint: Endpoint) -> bool:
    try:
        return relay.resource(endpoint.resource).pages is not None
    except KeyError:
        return False


def _endpoint(relay: Relay, endpoint: Endpoint, action: Action | None, around: Surroundings) -> dict[str, Any]:
    """`body_description` and `body_example` have what this relay takes and nothing else; null where there is no body."""
    described = _body(endpoint.body, action.takes) if action and action.takes else None
    example = _example(endpoint, action) if action and action.takes else None
    return {
        "name": endpoint.name,
        "method": endpoint.method.lower(),
        "description": endpoint.description,
        "url": around.base + endpoint.path.replace("{id}", f"{{{{ {_singular(endpoint.resource)}_id }}}}"),
        "params": _params(relay, endpoint, action, around),
        "body_description": {"data": described} if described else None,
        "body_example": {"data": example} if example else None,
        "comments": action.comments if action else "",
        "templates": [{"title": "Example", "body": {"data": example}}] if example else [],
    }


def _singular(resource: str) -> str:
    return _SINGULAR.get(resource, resource.removesuffix("s"))


def _params(relay: Relay, endpoint: Endpoint, action: Action | None, around: Surroundings) -> list[dict[str, str]]:
    """Of a list: what the platform can filter by."""
    if endpoint.name != "index":
        return _told(around.acting)
    modes = frozenset() if action else relay.resource(endpoint.resource).modes
    return _told({key: said for key, said in around.listing.items() if key not in _SINCE or _SINCE[key] in modes})


def _told(params: Params) -> list[dict[str, str]]:
    return [{"key": key, "description": said} for key, said in params.items()]


def _body(model: type[BaseModel], takes: frozenset[str]) -> dict[str, Any]:
    return {_key(name, field): _said(field) for name, field in model.model_fields.items() if name in takes}


def _example(endpoint: Endpoint, action: Action) -> dict[str, Any]:
    if action.example is not None:
        return dict(action.example)
    return {name: value for name, value in endpoint.example.items() if name in action.takes}


def _key(name: str, field: FieldInfo) -> str:
    return field.alias or name


def _said(field: FieldInfo) -> Any:
    """An attribute in words; of a list of objects, a list with the attributes of one."""
    inner = _model(field.annotation)
    if inner is not None:
        one = {_key(name, each): _said(each) for name, each in inner.model_fields.items()}
        return [one] if "list[" in str(field.annotation) else one
    return field.description or _TYPES.get(_kind(field.annotation), "Text.")


def _model(annotation: Any) -> type[BaseModel] | None:
    """The body inside an annotation such as `Annotated[list[Image], ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model(part)) is not None), None)


def _kind(annotation: Any) -> str:
    kinds: Sequence[tuple[type, str]] = ((bool, "boolean"), (int, "integer"), (float, "number"))
    inside = _parts(annotation)
    return next((name for kind, name in kinds if kind in inside), "string")


def _parts(annotation: Any) -> set[Any]:
    return {annotation} if isinstance(annotation, type) else {kind for part in get_args(annotation) for kind in _parts(part)}
