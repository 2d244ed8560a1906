"""What calls of the Shop API and their answers are made of, whatever the endpoint."""

from datetime import datetime
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import Header, Path
from pydantic import BaseModel, ConfigDict, Field

from services.shop_api.problems import ProblemBody
from shoprelay_relays.actions.bodies.base import Body

D = TypeVar("D", bound=Body)
_EXAMPLE_ID: Final = "6651f0c2a7b4c0d1e2f30415"


class Envelope(BaseModel, Generic[D]):
    """A body: what to do stands in `data`; what is said of the call itself may stand here or in the query."""

    model_config = ConfigDict(extra="forbid")

    data: D
    webshop_id: str | None = Field(None, max_length=24)
    bypass_db: bool | None = None


class Result(BaseModel):
    """The body of a success."""

    result: Any = Field(description="What came of it, in the words of the document model. With dry_run: the request.")
    cursor: str | None = Field(None, description="Of an index: give it to get the next page; null at the end.")


class Options(BaseModel):
    """What is said of a call in the query."""

    webshop_id: str | None = Field(None, max_length=24, description="`_id` of the webshop to act in.")
    bypass_db: bool = Field(default=False, description="Take identifiers as the shop's own; look nothing up.")
    dry_run: bool = Field(default=False, description="Show the first request that would change the shop, and do not send it.")


class Filter(BaseModel):
    """What an index lists."""

    webshop_id: str = Field(max_length=24, description="`_id` of the webshop to ask.", examples=[_EXAMPLE_ID])
    created_since: datetime | None = Field(None, description="Created since then, ISO 8601: `2020-12-31T23:59:59+01:00`.")
    updated_since: datetime | None = Field(None, description="Changed since then, ISO 8601.")
    cursor: str | None = Field(None, max_length=4096, description="The `cursor` of the page before.")
    unfiltered_response: bool = Field(default=False, description="The shop's own words in place of the document model.")
    bypass_db: bool = Field(default=False, description="Makes no difference here.")


STATUSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemBody, "description": text}
    for status, text in {
        401: "No token, or one that opens nothing.",
        404: "Not in your database, or not in the shop.",
        409: "The Idempotency-Key came with another request, or its call is under way.",
        411: "The body has no length.",
        413: "The body is too large.",
        422: "The call is wrong, the platform cannot do it, or the shop refuses it; `type` says which.",
        502: "The shop refuses the credentials, or its address is not called.",
        503: "The shop, or this service, cannot answer now. Nothing is left undone half: see `done`.",
        504: "It is not known what became of a change: `result` is `unknown`. What it touched is read now.",
    }.items()
}


Id = Annotated[
    str,
    Path(
        max_length=512, description="`_id` of the document, or with bypass_db the shop's own identifier.", examples=[_EXAMPLE_ID]
    ),
]
KeyHeader = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=255, description="Kept 24 h: the same answer to the same key."),
]
