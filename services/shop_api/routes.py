"""The 43 endpoints of the Shop API over HTTP."""

import contextlib
from dataclasses import dataclass, field
from typing import Annotated, Any

from bson import ObjectId
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response
from pymongo.errors import PyMongoError

from services.shop_api.acting import Acting, told
from services.shop_api.documenting import described, examples
from services.shop_api.envelopes import STATUSES, Envelope, Filter, Id, KeyHeader, Options, Result
from services.shop_api.keys import Key, Said, key_of
from services.shop_api.later import Later
from services.shop_api.listing import Wish, listed, page
from services.shop_api.problems import Problem
from services.shop_api.shops import Chosen, Shops
from shoprelay_relays.actions import ENDPOINTS, Endpoint
from shoprelay_relays.actions.bodies.base import Nothing
from shoprelay_runtime.access import Openings
from shoprelay_runtime.codec import to_json
from shoprelay_runtime.projects import Project, Projects, Unknown


@dataclass(frozen=True, slots=True)
class Served:
    """What every call needs."""

    projects: Projects
    shops: Shops
    acting: Acting
    openings: Openings
    later: Later = field(default_factory=Later)

    async def project(self, request: Request) -> Project:
        """The caller's own."""
        try:
            return await self.projects.get(request.state.project)
        except Unknown:
            raise Problem(401, "unauthorized", "the project exists no more") from None

    def forget(self, project: ObjectId) -> None:
        """Something of the account was changed here: the next call reads tokens, project and webshops anew."""
        self.openings.forget()
        self.projects.forget(project)
        self.shops.forget()


def add_routes(app: FastAPI) -> None:
    """A route for each endpoint. What serves them stands in the application's state: the routes are described without it."""
    for endpoint in ENDPOINTS:
        if endpoint.name == "index":
            handler: Any = _index(endpoint)
        else:
            handler = _act(endpoint) if endpoint.targets else _create(endpoint)
        # To the application itself: an included router looks for its route twice, which is felt.
        app.add_api_route(
            f"/shop_api/v1{endpoint.path}",
            handler,
            methods=[endpoint.method],
            name=endpoint.key,
            operation_id=endpoint.key.replace("/", "__"),
            summary=endpoint.description,
            description=described(endpoint),
            tags=[endpoint.resource],
            response_model=Result,
            responses=STATUSES,
            openapi_extra=examples(endpoint),
        )


def _envelope(endpoint: Endpoint) -> Any:
    return Envelope[endpoint.body]  # type: ignore[name-defined]


def _act(endpoint: Endpoint) -> Any:
    envelope = _envelope(endpoint)
    if endpoint.body is Nothing:

        async def bare(
            request: Request,
            id: Id,  # noqa: A002 - the contract's name
            options: Annotated[Options, Query()],
            key: KeyHeader = None,
            body: envelope | None = None,  # type: ignore[valid-type]
        ) -> Response:
            return await _answered(endpoint, request, id, options, key, body)

        return bare

    async def act(
        request: Request,
        id: Id,  # noqa: A002
        options: Annotated[Options, Query()],
        body: envelope,  # type: ignore[valid-type]
        key: KeyHeader = None,
    ) -> Response:
        return await _answered(endpoint, request, id, options, key, body)

    return act


def _create(endpoint: Endpoint) -> Any:
    envelope = _envelope(endpoint)

    async def create(
        request: Request,
        options: Annotated[Options, Query()],
        body: envelope,  # type: ignore[valid-type]
        key: KeyHeader = None,
    ) -> Response:
        return await _answered(endpoint, request, "", options, key, body)

    return create


async def _answered(endpoint: Endpoint, request: Request, given: str, options: Options, key: str | None, body: Any) -> Response:
    """One call, with its key when it has one."""
    served: Served = request.app.state.served
    project = await served.project(request)
    envelope = body or Envelope(data=Nothing())
    held = None
    if key is not None and not options.dry_run:
        query, raw = str(request.url.query), await request.body()
        held = key_of(served.acting.store, project, key, request.method, request.url.path, query, raw)
        if (said := await held.begin()) is not None:
            return _response(said, replayed=True)
    try:
        said = Said(200, {"result": await _done(served, endpoint, project, given, options, envelope, held)})
    except Problem as problem:
        await _settle(held, problem)
        raise
    # An error that this process does not understand leaves the key as it is: its time runs out, and the answer is "unknown".
    await _keep(held, said)
    return _response(said)


async def _done(
    served: Served, endpoint: Endpoint, project: Project, given: str, options: Options, envelope: Envelope[Any], held: Key | None
) -> Any:
    webshop_id = options.webshop_id or envelope.webshop_id
    bypass = options.bypass_db or bool(envelope.bypass_db)
    chosen = await served.shops.choose(project, endpoint, given, webshop_id, envelope.data, bypass=bypass)

    async def noted() -> None:
        if held is not None:
            await held.changing()

    return await served.acting.act(chosen, endpoint, envelope.data, noted, dry=options.dry_run)


async def _settle(held: Key | None, problem: Problem) -> None:
    """A key keeps its problem where the shop may be another one now. Where nothing was done, the same call may succeed later."""
    if held is None:
        return
    if problem.body["type"] == "unknown" or "done" in problem.body:
        await _keep(held, Said(problem.status, problem.body))
    else:
        with contextlib.suppress(PyMongoError):  # then its time runs out
            await held.forget()


async def _keep(held: Key | None, said: Said) -> None:
    """What was done in the shop is told even while the database is away; a repeat is then told that nobody knows."""
    if held is not None:
        with contextlib.suppress(PyMongoError):
            await held.keep(said)


def _response(said: Said, *, replayed: bool = False) -> Response:
    kind = "application/json" if said.status < 400 else "application/problem+json"  # noqa: PLR2004
    return Response(to_json(said.body), said.status, {"idempotent-replayed": "true"} if replayed else None, kind)


def _index(endpoint: Endpoint) -> Any:
    async def index(request: Request, wanted: Annotated[Filter, Query()]) -> Response:
        served: Served = request.app.state.served
        project = await served.project(request)
        chosen = await served.shops.choose(project, endpoint, "", wanted.webshop_id, Nothing(), bypass=True)
        return Response(to_json(await _listed(served, endpoint, chosen, wanted)), media_type="application/json")

    return index


async def _listed(served: Served, endpoint: Endpoint, chosen: Chosen, wanted: Filter) -> dict[str, Any]:
    async def never() -> None:
        raise Problem(422, "unsupported", "the shop cannot list this without being changed")

    if endpoint.key in chosen.relay.actions:
        return {"result": await served.acting.act(chosen, endpoint, Nothing(), never, dry=False)}
    resource = listed(chosen, endpoint)
    careful = served.acting.careful(chosen, never)
    wish = Wish(wanted.created_since, wanted.updated_since, wanted.cursor, wanted.unfiltered_response)
    try:
        async with served.acting.client(chosen, careful) as client, told(careful.trail, chosen):
            return await page(chosen, client, resource, wish)
    finally:
        served.acting.following.begin(served.acting.following.charge(chosen, endpoint, careful.trail.requests))
