"""The way to a shop for what changes it: what is sent again, what is not, and what is known afterwards."""

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


@pytest.mark.parametrize("answer", [200, 500])
async def test_what_the_shop_refuses_in_words_is_no_change(answer: int) -> None:
    careful, _ = await asked(Scripted(answer), "POST")
    careful.trail.refused()
    assert not careful.trail.touched
