"""Webshops: the shops that are connected."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import httpx
from bson import ObjectId
from fastapi import APIRouter, Body, Query
from fastapi.responses import Response

from services.shop_api.problems import Problem
from services.shop_api.project_api.calling import (
    PREFIX,
    By,
    Caller,
    Id,
    Limit,
    Skip,
    Told,
    answered,
    answers,
    object_id,
    problem_of,
)
from services.shop_api.project_api.models import (
    AddedWebshop,
    AddWebshop,
    Backfill,
    Begun,
    ChangeWebshop,
    Documents,
    Resources,
    ResourcesChanged,
    RotatedHook,
    RotateToken,
    Subscribed,
    Switched,
    WebshopDocument,
    WebshopShown,
)
from shoprelay_relays.errors import CredentialsRejected, RelayError
from shoprelay_runtime import admin
from shoprelay_runtime.admin.backfill import pause_backfill, resume_backfill, show_backfill_and_backlog
from shoprelay_runtime.admin.shops import known_relay, webhook_url
from shoprelay_runtime.bus import ensure_topics

router = APIRouter(route_class=Told, tags=["webshops"])
_SHORTEST = 4
_Company = Annotated[str | None, Query(max_length=512, description="Only those of this company: `_id`, your own id, or website.")]
_Imports = Annotated[Resources | None, Body()]


@router.get("/webshops", responses=answers(Documents[WebshopDocument]), operation_id="webshops__index")
async def index(by: By, company: _Company = None, limit: Limit = 100, skip: Skip = 0) -> Response:
    """Webshops without their credentials, the oldest first."""
    owner = await _owner(by, company) if company else None
    return answered({"documents": await admin.list_webshops(by.store, by.project, owner, limit, skip)})


@router.post(
    "/webshops",
    status_code=201,
    responses=answers(AddedWebshop, 201, s502="The shop could not be reached, or answers what its platform does not."),
    operation_id="webshops__create",
)
async def create(by: By, given: AddWebshop) -> Response:
    """Connect a shop: its credentials are tried first, and nothing is stored when it refuses them. Then its import begins."""
    owner = await _owner(by, given.company)
    with _told(given.relay, given.credentials):
        async with asyncio.timeout(by.settings.action_seconds):
            made = await admin.add_webshop(
                by.store,
                by.settings,
                by.projects,
                by.project,
                owner,
                given.relay,
                {name: value for name, value in given.credentials.items() if value is not None},
                webhook_base_url=by.settings.webhook_base_url,
                transport=by.transport,
            )
    shown = {"_id": made.id, "relay": given.relay, "company_id": owner, "webhook_token": made.webhook_token}
    return answered({**shown, "webhook_url": made.webhook_url, "webhook_trouble": made.webhook_trouble or None}, 201)


@router.get("/webshops/{id}", responses=answers(WebshopShown), operation_id="webshops__show")
async def show(by: By, id: Id) -> Response:  # noqa: A002 - the contract's name
    """One webshop without its credentials: how it stands (`health`), what of it was not read (`gaps`), its schedule."""
    return answered(await admin.show_webshop(by.store, by.project, object_id(id, "webshop")))


@router.patch(
    "/webshops/{id}",
    responses=answers(WebshopShown, s502="The shop could not be reached, or answers what its platform does not."),
    operation_id="webshops__change_credentials",
)
async def update(by: By, id: Id, given: ChangeWebshop) -> Response:  # noqa: A002
    """Give a shop other credentials, or another address: those that are named, null takes an optional one away.

    They are tried in the shop first, and nothing changes when it refuses them. What was learnt with the old ones is learnt anew.
    """
    webshop = object_id(id, "webshop")
    relay = await _relay(by, webshop)
    with _told(relay, given.credentials):
        async with asyncio.timeout(by.settings.action_seconds):
            await admin.change_credentials(by.store, by.settings, by.project, webshop, given.credentials, transport=by.transport)
    return answered(await admin.show_webshop(by.store, by.project, webshop))


@router.post(
    "/webshops/{id}/subscribe",
    responses=answers(Subscribed, s502="The shop could not be reached, or refuses its webhooks."),
    operation_id="webshops__subscribe",
)
async def subscribe(by: By, id: Id) -> Response:  # noqa: A002
    """Tell a shop where to send its webhooks: when that failed at first, or when webhook-ingest has moved."""
    webshop = object_id(id, "webshop")
    token = await admin.webhook_token(by.store, by.project, webshop)
    base = by.settings.webhook_base_url
    if base is None:
        raise Problem(422, "invalid", "this service does not know the public address of webhook-ingest; an administrator sets it")
    relay = await _relay(by, webshop)
    with _told(relay, {}):
        async with asyncio.timeout(by.settings.action_seconds):
            url = webhook_url(base, token)
            await admin.subscribe_webshop(by.store, by.settings, by.projects, by.project, webshop, url, transport=by.transport)
    return answered({"_id": webshop, "sends_to": base})


@router.post("/webshops/{id}/webhook/rotate", responses=answers(RotatedHook), operation_id="webshops__rotate_webhook")
async def rotate_webhook(by: By, id: Id, wanted: Annotated[RotateToken | None, Body()] = None) -> Response:  # noqa: A002
    """Give a shop another webhook address, shown this once. What is sent to the one before is taken for `overlap_hours` longer.

    A shop that takes its webhooks' address from us is told at once; in others the merchant enters it.
    """
    webshop, overlap = object_id(id, "webshop"), timedelta(hours=(wanted or RotateToken()).overlap_hours)
    base = by.settings.webhook_base_url
    made = await admin.rotate_hook(
        by.store, by.settings, by.projects, by.project, webshop, overlap, webhook_base_url=base, transport=by.transport
    )
    return answered({"_id": webshop, **asdict(made), "webhook_trouble": made.webhook_trouble or None})


@router.post("/webshops/{id}/pause", responses=answers(Switched), operation_id="webshops__pause")
async def pause(by: By, id: Id) -> Response:  # noqa: A002
    """Stop polling a shop. What it pushes is still taken."""
    webshop = object_id(id, "webshop")
    await admin.pause_webshop(by.store, by.project, webshop)
    return answered({"_id": webshop, "active": False})


@router.post("/webshops/{id}/resume", responses=answers(Switched), operation_id="webshops__resume")
async def resume(by: By, id: Id) -> Response:  # noqa: A002
    """Poll a paused shop again, from where it was left."""
    webshop = object_id(id, "webshop")
    await admin.resume_webshop(by.store, by.project, webshop)
    return answered({"_id": webshop, "active": True})


@router.post("/webshops/{id}/resync", status_code=202, responses=answers(Begun, 202), operation_id="webshops__resync")
async def resync(by: By, id: Id) -> Response:  # noqa: A002
    """Import everything of a shop again. Documents that turn out the same stay as they are and cause no event."""
    webshop = object_id(id, "webshop")
    await admin.resync_webshop(by.store, by.project, webshop)
    return answered({"see": f"{PREFIX}/webshops/{webshop}/backfill"}, 202)


@router.delete("/webshops/{id}", status_code=202, responses=answers(Begun, 202), operation_id="webshops__destroy")
async def destroy(by: By, id: Id) -> Response:  # noqa: A002
    """Disconnect a shop, and delete what was read from it; 404 is the sign that it is gone. It takes a running normalizer."""
    webshop = object_id(id, "webshop")
    await ensure_topics(by.settings)
    await admin.destroy_webshop(by.store, by.settings, by.project, webshop)
    return answered({"see": f"{PREFIX}/webshops/{webshop}"}, 202)


@router.get("/webshops/{id}/backfill", responses=answers(Documents[Backfill]), operation_id="webshops__backfill")
async def backfill(by: By, id: Id) -> Response:  # noqa: A002
    """How far the imports of a shop are, one by one."""
    wanted = [object_id(id, "webshop")]
    return answered({"documents": await show_backfill_and_backlog(by.store, by.settings, by.project, wanted)})


@router.get("/backfill", responses=answers(Documents[Backfill]), operation_id="backfill__index")
async def backfill_of_all(by: By) -> Response:
    """How far the imports of all your shops are, one by one."""
    return answered({"documents": await show_backfill_and_backlog(by.store, by.settings, by.project, [])})


@router.post("/webshops/{id}/backfill/pause", responses=answers(ResourcesChanged), operation_id="webshops__pause_backfill")
async def pause_imports(by: By, id: Id, given: _Imports = None) -> Response:  # noqa: A002
    """Have imports wait where they are. Polls of changes, direct reads and webhooks go on."""
    webshop, wanted = object_id(id, "webshop"), (given or Resources()).resources
    return answered({"resources": await pause_backfill(by.store, by.project, webshop, wanted)})


@router.post("/webshops/{id}/backfill/resume", responses=answers(ResourcesChanged), operation_id="webshops__resume_backfill")
async def resume_imports(by: By, id: Id, given: _Imports = None) -> Response:  # noqa: A002
    """Have paused imports go on from where they were."""
    webshop, wanted = object_id(id, "webshop"), (given or Resources()).resources
    return answered({"resources": await resume_backfill(by.store, by.project, webshop, wanted)})


async def _relay(by: Caller, webshop: ObjectId) -> str:
    name: str | None = (await admin.show_webshop(by.store, by.project, webshop))["relay"]
    if name is None:
        raise Problem(422, "unknown_relay", "this version does not have the webshop's platform")
    return name


async def _owner(by: Caller, company: str) -> ObjectId:
    """The company that a parameter or a body names: what is not there is wrong, not missing."""
    try:
        return ObjectId((await admin.find_company(by.store, by.project, company))["_id"])
    except admin.Missing as error:
        raise Problem(422, "invalid", f"company: {error}", field="company") from error


@contextmanager
def _told(relay: str, credentials: Mapping[str, Any]) -> Iterator[None]:
    """What the shop says to its credentials is the caller's to mend; that it says nothing is not."""
    try:
        yield
    except admin.AdminError as error:
        raise problem_of(error, "" if error.field in AddWebshop.model_fields else "credentials.") from error
    except CredentialsRejected as error:
        text = _clean(relay, credentials, f"credentials: {error}")
        raise Problem(422, "credentials_rejected", text, field="credentials") from error
    except (RelayError, httpx.HTTPError) as error:
        raise Problem(502, "shop_trouble", _clean(relay, credentials, str(error) or type(error).__name__)) from error
    except TimeoutError as error:
        raise Problem(502, "shop_trouble", "the shop did not answer in time") from error


def _clean(relay: str, credentials: Mapping[str, Any], text: str) -> str:
    """Without the secrets, should a shop repeat them."""
    fields = known_relay(relay).credentials.model_fields
    secrets: list[Any] = [credentials.get(name) for name, field in fields.items() if "SecretStr" in str(field.annotation)]
    for secret in secrets:
        if isinstance(secret, str) and len(secret) >= _SHORTEST:
            text = text.replace(secret, "***")
    return text
