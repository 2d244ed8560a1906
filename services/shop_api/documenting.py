"""The OpenAPI document: which platforms serve an endpoint, with what in mind, and examples that work there."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shoprelay_relays.actions import Endpoint
from shoprelay_relays.actions.bodies.base import Nothing, outer
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Relay

_PROBLEM = "application/problem+json"
_TOKEN = "shop_api_token"  # noqa: S105 - its name
# No `http` scheme: with `basic` a generated client would encode a user, a colon and a password.
_SCHEME = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": "`Basic base64(token)`: the Shop API token alone is encoded, without user and colon.",
}


def served_by(endpoint: Endpoint) -> list[Relay]:
    """The relays that have the action, or, of an index, the list."""
    listed = endpoint.name == "index"
    return [
        relay
        for relay in RELAYS.values()
        if endpoint.key in relay.actions or (listed and any(r.pages and r.name == endpoint.resource for r in relay.resources))
    ]


def described(endpoint: Endpoint) -> str:
    """The description of an endpoint, in Markdown."""
    relays = served_by(endpoint)
    names = ", ".join(relay.label for relay in relays) or "no platform yet"
    lines = [endpoint.description, "", f"Served by: {names}."]
    for relay in relays:
        action = relay.actions.get(endpoint.key)
        if action and (action.takes or action.comments):
            takes = ", ".join(f"`{name}`" for name in sorted(map(outer, action.takes))) or "no data"
            lines.append(f"- **{relay.label}** takes {takes}. {action.comments}".rstrip())
    return "\n".join(lines)


def examples(endpoint: Endpoint) -> dict[str, Any] | None:
    """Its body's examples: one for all, and those of platforms that need another one."""
    if endpoint.body is Nothing:
        return None
    found = {"Any platform": {"value": {"data": dict(endpoint.example)}}}
    for relay in served_by(endpoint):
        action = relay.actions.get(endpoint.key)
        if action and action.example:
            found[relay.label] = {"value": {"data": dict(action.example)}}
    return {"requestBody": {"content": {"application/json": {"examples": found}}}}


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the application; problems have a media type of their own (RFC 9457)."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        for operation in (operation for path in made["paths"].values() for operation in path.values()):
            for status, response in operation["responses"].items():
                if int(status) >= 400 and "application/json" in response.get("content", {}):  # noqa: PLR2004
                    response["content"][_PROBLEM] = response["content"].pop("application/json")
        # Those of the Project API name their token themselves.
        made["components"]["securitySchemes"] |= {_TOKEN: _SCHEME}
        made["security"] = [{_TOKEN: []}]
        app.openapi_schema = made
    return app.openapi_schema
