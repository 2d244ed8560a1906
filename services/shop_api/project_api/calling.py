"""What every call of the Project API has: its project, its errors as problems, its documented answers."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

import httpx
from aiokafka.errors import KafkaError
from bson import ObjectId
from fastapi import Depends, Path, Query, Request, Security
from fastapi.responses import Response
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader
from pydantic import BaseModel
from pymongo.errors import PyMongoError

from services.shop_api.problems import Problem, ProblemBody
from services.shop_api.routes import Served
from services.shop_api.settings import ShopApiSettings
from shoprelay_runtime.admin import AdminError, Missing
from shoprelay_runtime.codec import to_json
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.store import Store

T = TypeVar("T")
PREFIX: Final = "/project_api/v1"
_SCHEME: Final = APIKeyHeader(
    name="Authorization",
    scheme_name="project_api_token",
    description="`Basic base64(token)`: the project API token alone is encoded, without user and colon.",
    auto_error=False,
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what the call works with."""

    project: Project
    served: Served

    @property
    def store(self) -> Store:
        """The database."""
        return self.served.acting.store

    @property
    def settings(self) -> ShopApiSettings:
        """The service's settings."""
        return self.served.acting.settings

    @property
    def projects(self) -> Projects:
        """The projects that this process has read."""
        return self.served.projects

    @property
    def transport(self) -> httpx.AsyncBaseTransport:
        """The guarded way to shops."""
        return self.served.acting.transport


async def _caller(request: Request, _token: Annotated[str | None, Security(_SCHEME)]) -> Caller:
    # The gate has read the token before: here it is only documented.
    served: Served = request.app.state.served
    return Caller(await served.project(request), served)


By = Annotated[Caller, Depends(_caller)]
Id = Annotated[str, Path(max_length=512, description="Its `_id`.", examples=["6651f0c2a7b4c0d1e2f30415"])]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many.")]
Skip = Annotated[int, Query(ge=0, le=1_000_000_000, description="Leave out so many before.")]


class Told(APIRoute):
    """Tells what administration refuses, and servers that do not answer, as problems. What may be changed is read anew."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except AdminError as error:
                raise problem_of(error) from error
            except (PyMongoError, KafkaError) as error:
                server = "the database" if isinstance(error, PyMongoError) else "the bus"
                again = {"retry-after": "5"}
                raise Problem(503, "unavailable", f"{server} does not answer; try again", headers=again) from error
            finally:
                if request.method != "GET":
                    request.app.state.served.forget(request.state.project)

        return told


def problem_of(error: AdminError, within: str = "") -> Problem:
    """404 for what does not exist, else 422 with the field; `within`: where in the body the field stands."""
    if isinstance(error, Missing):
        return Problem(404, "not_found", str(error))
    if not error.field:
        return Problem(422, "invalid", str(error))
    return Problem(422, "invalid", f"{within}{error}", field=within + error.field)


def not_found(what: str) -> Problem:
    """Also for what another project has: the two cannot be told apart."""
    return Problem(404, "not_found", f"{what}: there is none with this _id in your project")


def object_id(given: str, what: str) -> ObjectId:
    """The id in a path; 404 for what can be none."""
    if not ObjectId.is_valid(given):
        raise not_found(what)
    return ObjectId(given)


def answered(value: Any, status: int = 200) -> Response:
    """A success."""
    return Response(to_json(value), status, media_type="application/json")


def answers(ok: type[BaseModel] | Any, status: int = 200, **more: str) -> dict[int | str, dict[str, Any]]:
    """The documented answers of a call: its success, what every call may answer, and `more` as s404="..."."""
    texts = {
        401: "No token, or one that opens nothing.",
        404: "There is no such thing in your project.",
        411: "The body has no length.",
        413: "The body is too large.",
        422: "The call is wrong; `field` says where.",
        503: "This service cannot answer now: try again.",
        **{int(name.removeprefix("s")): text for name, text in more.items()},
    }
    problems: dict[int | str, dict[str, Any]] = {code: _problem(text) for code, text in texts.items()}
    return {status: {"model": ok, "description": "Done." if status < 202 else "Begun."}, **problems}  # noqa: PLR2004


def _problem(text: str) -> dict[str, Any]:
    # The Shop API's routes have put the schema there.
    schema = {"$ref": f"#/components/schemas/{ProblemBody.__name__}"}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}
