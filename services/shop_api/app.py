"""The application: both APIs, their documentation, and the paths that every service has."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi_offline import FastAPIOffline
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException

from services.shop_api import project_api
from services.shop_api.documenting import document
from services.shop_api.gate import Gate
from services.shop_api.problems import Problem, on_database, on_http, on_invalid, on_mistake, on_problem
from services.shop_api.routes import Served, add_routes
from shoprelay_runtime.health import Health, answer

_ABOUT = """Act in any connected shop through one contract, and run your account.

The Shop API: authorize with `Authorization: Basic base64(token)`, the Shop API token of your project. References are `_id`s of
documents in your database; with `bypass_db` they are the shop's own identifiers.

The Project API: authorize with the project API token in the same way. All errors are problem details with an `error`."""


def described() -> FastAPI:
    """Both APIs with their documentation; nothing serves them yet, and no server is needed."""
    app = FastAPIOffline(title="Shoprelay Shop API and Project API", version="1", description=_ABOUT, redoc_url=None)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(PyMongoError, on_database)
    app.add_exception_handler(Exception, on_mistake)
    add_routes(app)
    app.include_router(project_api.router)
    return app


def build(served: Served, health: Health, most: int) -> Any:
    """The ASGI application."""
    app = described()
    app.state.served = served
    for path in ("/health/live", "/health/ready", "/metrics"):
        app.add_api_route(path, _health(health), include_in_schema=False)
    return Gate(app, served.openings, most)


def _health(health: Health) -> Any:
    async def told(request: Request) -> Response:
        status, kind, body = answer(health, request.url.path)
        return Response(body, status, media_type=kind)

    return told
