"""Dead letters: records of your shops that could not be processed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from services.shop_api.problems import Problem
from services.shop_api.project_api.calling import By, Caller, Limit, Told, answered, answers
from services.shop_api.project_api.models import Documents
from services.shop_api.project_api.records import ChosenLetters, Discarded, Letter, LetterShown, Retried
from shoprelay_runtime import deadletters, settling
from shoprelay_runtime.admin import Missing, dead_letters
from shoprelay_runtime.admin.dead_letters import Filter
from shoprelay_schema.topics import RAW_LIVE

router = APIRouter(route_class=Told, tags=["dead letters"])
_Topic = Annotated[str, Query(max_length=100, description="Of this topic only.", examples=[RAW_LIVE.name])]
_Webshop = Annotated[str, Query(max_length=24, description="Of this webshop only.")]
_Reason = Annotated[str, Query(max_length=500, description="Only those whose reason or field contains this.")]
_Settled = Annotated[bool, Query(description="Those that were retried or discarded, in place of the open ones.")]
_Position = Annotated[str, Path(max_length=300, description="Its position, or where the record stood originally.")]


@router.get("/dead_letters", responses=answers(Documents[Letter]), operation_id="dead_letters__index")
async def index(
    by: By,
    topic: _Topic = "",
    webshop: _Webshop = "",
    reason: _Reason = "",
    settled: _Settled = False,
    limit: Limit = 50,
) -> Response:
    """Dead letters that are open, the newest first."""
    filter_ = Filter(topic, by.project, webshop, reason)
    with _filters():
        found = await dead_letters.list_letters(by.store, by.settings, filter_, done=settled)
    return answered({"documents": found[:limit]})


@router.get("/dead_letters/{position}", responses=answers(LetterShown), operation_id="dead_letters__show")
async def show(by: By, position: _Position) -> Response:
    """One dead letter: why, and the record itself, decrypted."""
    found = await dead_letters.show_letter(by.store, by.settings, by.projects, position, by.project)
    # The stack is about this program, not about the record: the command line shows it.
    return answered({name: value for name, value in found.items() if name != "stack"})


@router.post("/dead_letters/retry", responses=answers(Retried), operation_id="dead_letters__retry")
async def retry(by: By, given: ChosenLetters) -> Response:
    """Put dead letters back, in their original order, once what was wrong is mended. What fails again is one again."""
    back, left = await dead_letters.retry(by.store, by.settings, await _chosen(by, given))
    not_ = [{"position": str(letter.position), "why": why} for letter, why in left]
    return answered({"retried": [str(letter.position) for letter in back], "not_retried": not_})


@router.post("/dead_letters/discard", responses=answers(Discarded), operation_id="dead_letters__discard")
async def discard(by: By, given: ChosenLetters) -> Response:
    """Settle dead letters that nobody needs: they are listed no more, and cannot be retried. This cannot be undone."""
    letters = await _chosen(by, given)
    await settling.discard(by.store, letters)
    return answered({"discarded": [str(letter.position) for letter in letters]})


async def _chosen(by: Caller, given: ChosenLetters) -> list[deadletters.Letter]:
    filtered = bool(given.topic or given.webshop or given.reason)
    if bool(given.positions) == given.all or (given.positions and filtered):
        raise Problem(422, "invalid", "positions: expected positions, or all with or without filters", field="positions")
    filter_ = Filter(given.topic, by.project, given.webshop, given.reason)
    with _filters():
        return await dead_letters.choose(by.store, by.settings, given.positions, filter_)


@contextmanager
def _filters() -> Iterator[None]:
    """A filter that names what is not there is wrong, not missing; a position that is not there is missing."""
    try:
        yield
    except Missing as error:
        if error.field == "position":
            raise
        raise Problem(422, "invalid", f"{error.field}: {error}", field=error.field) from error
