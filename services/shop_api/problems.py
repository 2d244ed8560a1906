"""What a caller is told when a call fails: `error` as the contract has it, beside RFC 9457's problem details."""

import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from shoprelay_runtime.codec import to_json
from shoprelay_runtime.logs import logger

_log = logger(__name__)
_NO_JSON = 400
"""What the framework says of a body that is no text at all; one that is text and no JSON comes as a validation error."""


class ProblemBody(BaseModel):
    """The body of every answer that is no success."""

    error: str = Field(description="What is wrong, in words.", examples=["data.quantity: expected a number"])
    type: str = Field(description="What kind of problem it is, for programs.", examples=["invalid"])
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    detail: str = Field(description="The same as `error`.")
    field: str | None = Field(None, description="The attribute at fault, where there is one.")
    platform: str | None = Field(None, description="The platform that cannot do it.", examples=["woocommerce"])
    supported: list[str] | None = Field(None, description="What the platform can do in its place.")
    done: list[str] | None = Field(None, description="Changes that the shop confirmed before the call failed.")


class Problem(Exception):
    """Ends a call with this answer. `more`: further attributes of the body."""

    def __init__(self, status: int, kind: str, text: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(text)
        self.status = status
        self.headers = dict(headers or {})
        self.body = {
            "error": text,
            "type": kind,
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": text,
            **{name: value for name, value in more.items() if value is not None},
        }


def answer(problem: Problem) -> Response:
    """The HTTP answer of a problem."""
    return Response(to_json(problem.body), problem.status, problem.headers, "application/problem+json")


async def on_problem(_request: Request, error: Exception) -> Response:
    """FastAPI's handler of Problem."""
    assert isinstance(error, Problem)
    return answer(error)


async def on_invalid(_request: Request, error: Exception) -> Response:
    """A body or parameter of the wrong shape: the first one is named, without its value."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = [str(part) for part in first["loc"] if part not in {"body", "query", "path", "header"}]
    field = ".".join(place) if first["type"] != "json_invalid" else ""
    said = first["msg"].removeprefix("Value error, ")
    text = f"{field}: {said}" if field else f"the body: {said}"
    return answer(Problem(422, "invalid", text, field=field or None))


async def on_http(_request: Request, error: Exception) -> Response:
    """What the framework itself refuses: an unknown path, a wrong verb."""
    assert isinstance(error, HTTPException)
    if error.status_code == _NO_JSON:
        return answer(Problem(422, "invalid", "the body: expected JSON in UTF-8"))
    kind = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "refused")
    return answer(Problem(error.status_code, kind, str(error.detail), headers=error.headers))


async def on_database(_request: Request, error: Exception) -> Response:
    """MongoDB is away before a shop was asked: what follows a change does not end a call."""
    _log.warning("the database does not answer", error=type(error).__name__)
    text = "the database does not answer; try again"
    return answer(Problem(503, "unavailable", text, headers={"retry-after": "5"}))


async def on_mistake(_request: Request, error: Exception) -> Response:
    """A mistake of ours; the log has where it happened, and not its text: that may quote an address with its key."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("a call could not be handled", error=type(error).__name__, where=where)
    return answer(Problem(500, "mistake", "a mistake of ours: the service's log has it"))
