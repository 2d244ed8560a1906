"""The project: its settings and its tokens."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Body, Request
from fastapi.responses import Response

from services.shop_api.problems import Problem
from services.shop_api.project_api.calling import By, Caller, Id, Told, answered, answers, not_found, object_id
from services.shop_api.project_api.models import ProjectDocument, RotatedKeys, RotatedToken, RotatedWebhook, RotateToken
from shoprelay_runtime import admin
from shoprelay_runtime.access import TokenKind
from shoprelay_runtime.admin.project_settings import ProjectSettings, SettingsRefused

router = APIRouter(route_class=Told, tags=["projects"])
_READ_ONLY: Final = frozenset(ProjectDocument.model_fields) - frozenset(ProjectSettings.model_fields) | {"_id"}
_SETTINGS: Final = ProjectSettings.model_json_schema()
_BODY: Final = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "anyOf": [
                    _SETTINGS,
                    {"type": "object", "required": ["data"], "properties": {"data": _SETTINGS}, "additionalProperties": False},
                ]
            },
            "example": {"allowed_languages": ["en", "da"], "max_simultaneous_synchronizations": 8},
        }
    },
}


@router.get("/projects/{id}", responses=answers(ProjectDocument), operation_id="projects__show")
async def show(by: By, id: Id) -> Response:  # noqa: A002 - the contract's name
    """Your project with every setting; null where nothing is set."""
    _own(by, id)
    return answered(await _shown(by))


@router.patch(
    "/projects/{id}", responses=answers(ProjectDocument), operation_id="projects__update", openapi_extra={"requestBody": _BODY}
)
async def update(by: By, id: Id, request: Request) -> Response:  # noqa: A002
    """Set these settings, all or none; null takes one away. Services follow within 15 seconds.

    The settings stand in the root of the body, or in `data`.
    """
    _own(by, id)
    try:
        made = await admin.change_settings(by.store, by.project, _given(await request.body()))
    except SettingsRefused as refused:
        errors = [{"field": name, "error": said} for name, said in refused.errors]
        first = refused.errors[0]
        raise Problem(422, "invalid", f"{first[0]}: {first[1]}", field=first[0], errors=errors) from refused
    new = {"webhook_token": made.token, "webhook_secret": made.secret} if made and made.token else {}
    return answered({**await _shown(by), **new})


@router.post("/projects/{id}/tokens/{kind}/rotate", responses=answers(RotatedToken), operation_id="projects__rotate_token")
async def rotate(by: By, id: Id, kind: TokenKind, wanted: Annotated[RotateToken | None, Body()] = None) -> Response:  # noqa: A002
    """A new token, shown this once. The one before is valid for `overlap_hours` longer, so that no call fails meanwhile."""
    _own(by, id)
    hours = (wanted or RotateToken()).overlap_hours
    return answered(asdict(await admin.rotate_token(by.store, by.project.id, kind, timedelta(hours=hours))))


@router.post("/projects/{id}/webhook/rotate", responses=answers(RotatedWebhook), operation_id="projects__rotate_webhook")
async def rotate_webhook(by: By, id: Id, wanted: Annotated[RotateToken | None, Body()] = None) -> Response:  # noqa: A002
    """A new token and a new secret for your webhook, shown this once.

    For `overlap_hours` each call is signed with both secrets and comes with the token before; after that with the new ones alone.
    """
    _own(by, id)
    hours = (wanted or RotateToken()).overlap_hours
    return answered(asdict(await admin.rotate_webhook(by.store, by.project, timedelta(hours=hours))))


@router.post("/projects/{id}/keys/rotate", responses=answers(RotatedKeys), operation_id="projects__rotate_keys")
async def rotate_keys(by: By, id: Id) -> Response:  # noqa: A002
    """Encrypt what is new with a new key. What is old stays readable.

    The answer takes 20 seconds, in which every service learns the key. A call that was cut off may be repeated.
    """
    _own(by, id)
    return answered({"current_key": await admin.rotate_keys(by.store, by.settings, by.project.id)})


def _own(by: Caller, given: str) -> None:
    if object_id(given, "project") != by.project.id:
        raise not_found("project")


async def _shown(by: Caller) -> dict[str, Any]:
    found = await admin.show_project(by.store, by.project)
    kept = {name: found[name] for name in ("_id", "name", "time_zone", "created_at", "webhook_active", "webhook_disabled_reason")}
    settings = {name: found["settings"].get(name) for name in ProjectSettings.model_fields}
    return {**settings, **kept, "webhook_url": found["webhook_url"]}


def _given(body: bytes) -> Mapping[str, Any]:
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(422, "invalid", f"the body: expected JSON ({error})") from None
    if isinstance(given, dict) and set(given) == {"data"}:
        given = given["data"]
    if not isinstance(given, dict):
        raise Problem(422, "invalid", "the body: expected an object of settings, or {data: {...}}")
    if fixed := sorted(set(given) & _READ_ONLY):
        raise Problem(422, "invalid", f"{fixed[0]}: this cannot be changed", field=fixed[0])
    return given
