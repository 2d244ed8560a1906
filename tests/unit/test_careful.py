"""The way to a shop for what changes it: what is sent again, what is not, and what is known afterwards."""

import asyncio
import contextlib
from collections.abc import Iterator

import httpx
import pytest

from services.shop_api.careful import Careful, Dry
from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import SAFE


class Scripted(httpx.AsyncBaseTransport):
    """Answers as it is told, in order: a status, or an error to raise."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers: Iterator[int | Exception] = iter(answers)
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.method)
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer, request=request)


async def asked(
    wire: Scripted, method: str, *, dry: bool = False, extensions: dict[str, bool] | None = None
) -> tuple[Careful, list[str]]:
    noted: list[str] = []

    async def before() -> None:
        noted.append("before")

    careful = Careful(wire, before, dry=dry)
    async with httpx.AsyncClient(transport=careful, base_url="https://shop.test") as client:
        with contextlib.suppress(httpx.TransportError, ShopTrouble):
            await client.request(method, "/orders/7", extensions=extensions or {})
    return careful, noted


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.shop_api.careful._PAUSES", (0.0, 0.0))


LOST = httpx.ReadTimeout("no answer")
CLOSED = httpx.ConnectError("nobody listens")


async def test_a_change_that_was_confirmed_is_known() -> None:
    careful, noted = await asked(Scripted(201), "POST")
    assert (careful.trail.changed, careful.trail.unsure, noted) == (["POST /orders/7"], "", ["before"])


@pytest.mark.parametrize("answer", [LOST, httpx.RemoteProtocolError("cut"), httpx.WriteError("cut"), 500, 502, 504])
async def test_a_change_whose_fate_is_not_known_is_sent_once(answer: int | Exception) -> None:
    wire = Scripted(answer, 200)
    careful, _ = await asked(wire, "PUT")
    assert (wire.asked, careful.trail.unsure, careful.trail.changed) == (["PUT"], "PUT /orders/7", [])


async def test_what_did_not_leave_is_sent_again() -> None:
    wire = Scripted(CLOSED, CLOSED, 200)
    careful, _ = await asked(wire, "PUT")
    assert (len(wire.asked), careful.trail.changed) == (3, ["PUT /orders/7"])
    never, _ = await asked(Scripted(CLOSED, CLOSED, CLOSED), "PUT")
    assert not never.trail.touched


@pytest.mark.parametrize("answer", [400, 404, 422, 429, 503])
async def test_a_refusal_changes_nothing(answer: int) -> None:
    wire = Scripted(answer)
    careful, _ = await asked(wire, "DELETE")
    assert (len(wire.asked), careful.trail.touched) == (1, False)


async def test_a_budget_that_is_used_up_is_no_change() -> None:
    careful, _ = await asked(Scripted(ShopTrouble("later", 3)), "POST")
    assert not careful.trail.touched


async def test_what_only_reads_is_asked_again_and_marked_where_its_verb_does_not_say_so() -> None:
    for method, extensions in (("GET", None), ("POST", {SAFE: True})):
        wire = Scripted(LOST, 502, 200)
        careful, noted = await asked(wire, method, extensions=extensions)
        assert (len(wire.asked), careful.trail.touched, noted) == (3, False, [])


async def test_a_dry_run_stops_before_the_first_change() -> None:
    wire = Scripted(200)
    with pytest.raises(Dry) as found:
        await asked(wire, "POST", dry=True)
    assert (wire.asked, found.value.request.url.path) == ([], "/orders/7")


class Turn(httpx.AsyncBaseTransport):
    """A turn that comes when it is given, and may be refused."""

    def __init__(self, way: httpx.AsyncBaseTransport) -> None:
        self.way = way
        self.waiting, self.given = asyncio.Event(), asyncio.Event()
        self.refusal: Exception | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.waiting.set()
        await self.given.wait()
        if self.refusal:
            raise self.refusal
        return await self.way.handle_async_request(request)


class Noting:
    """Notes when it is let; `error`: what goes wrong with it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.begun, self.may, self.ended = asyncio.Event(), asyncio.Event(), False
        self.error = error

    async def __call__(self) -> None:
        self.begun.set()
        await self.may.wait()
        if self.error:
            raise self.error
        self.ended = True


async def changing(wire: Scripted, noting: Noting) -> tuple[Careful, Turn, asyncio.Task[httpx.Response]]:
    """A change that waits for its turn and is noted meanwhile."""
    turns: list[Turn] = []

    def turn(way: httpx.AsyncBaseTransport) -> Turn:
        turns.append(Turn(way))
        return turns[0]

    careful = Careful(wire, noting, turns=turn)
    task = asyncio.create_task(httpx.AsyncClient(transport=careful).put("https://shop.test/orders/7"))
    await asyncio.gather(turns[0].waiting.wait(), noting.begun.wait())
    return careful, turns[0], task


async def test_a_change_is_noted_while_it_waits_for_its_turn_and_leaves_when_it_is() -> None:
    wire, noting = Scripted(200), Noting()
    careful, turn, task = await changing(wire, noting)
    turn.given.set()
    await asyncio.sleep(0.01)
    assert wire.asked == []
    noting.may.set()
    await task
    assert (wire.asked, noting.ended, careful.trail.changed) == (["PUT"], True, ["PUT /orders/7"])


async def test_what_cannot_be_noted_does_not_leave() -> None:
    wire, noting = Scripted(200), Noting(KeyError("gone"))
    careful, turn, task = await changing(wire, noting)
    turn.given.set()
    noting.may.set()
    with pytest.raises(KeyError):
        await task
    assert (wire.asked, careful.trail.touched) == ([], False)


@pytest.mark.parametrize("cancelled", [True, False])
async def test_who_never_has_a_turn_changed_nothing_and_notes_no_more(cancelled: bool) -> None:
    wire, noting = Scripted(200), Noting()
    careful, turn, task = await changing(wire, noting)
    turn.refusal = ShopTrouble("later", 3)
    _ = task.cancel() if cancelled else turn.given.set()
    with pytest.raises(asyncio.CancelledError if cancelled else ShopTrouble):
        await task
    assert (wire.asked, careful.trail.touched, noting.ended) == ([], False, False)


@pytest.mark.parametrize("answer", [200, 500])
async def test_what_the_shop_refuses_in_words_is_no_change(answer: int) -> None:
    careful, _ = await asked(Scripted(answer), "POST")
    careful.trail.refused()
    assert not careful.trail.touched
