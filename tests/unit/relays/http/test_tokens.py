"""Tokens that end: asked for once by fifty callers, and once more when the shop refuses one that looked fresh."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from shoprelay_relays.http.tokens import MemoryTokens, Token, TokenAuth


def obtaining(asked: list[Token | None], *, ends: timedelta = timedelta(hours=1)) -> Callable[..., object]:
    async def obtain(stale: Token | None) -> Token:
        asked.append(stale)
        await asyncio.sleep(0)
        return Token(f"t{len(asked)}", datetime.now(UTC) + ends)

    return obtain


def shop(accepts: Callable[[str], bool]) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        token = request.headers["authorization"].removeprefix("Bearer ")
        return httpx.Response(200 if accepts(token) else 401, text=token)

    return httpx.MockTransport(answer)


async def test_fifty_callers_ask_for_one_token() -> None:
    asked: list[Token | None] = []
    auth = TokenAuth(MemoryTokens(), obtaining(asked))
    async with httpx.AsyncClient(transport=shop(lambda _: True), auth=auth) as client:
        answers = await asyncio.gather(*(client.get("https://shop.test/") for _ in range(50)))
    assert {answer.text for answer in answers} == {"t1"}
    assert asked == [None]


async def test_a_token_that_ends_in_the_middle_is_renewed_once_for_all() -> None:
    asked: list[Token | None] = []
    tokens = MemoryTokens()
    auth = TokenAuth(tokens, obtaining(asked))
    valid = {"t1"}
    async with httpx.AsyncClient(transport=shop(valid.__contains__), auth=auth) as client:
        await client.get("https://shop.test/")
        valid.clear()
        valid.add("t2")
        answers = await asyncio.gather(*(client.get("https://shop.test/") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(asked) == 2
    assert asked[1] is not None
    assert asked[1].access == "t1"


async def test_a_token_is_renewed_before_it_ends() -> None:
    asked: list[Token | None] = []
    auth = TokenAuth(MemoryTokens(), obtaining(asked, ends=timedelta(seconds=30)))
    async with httpx.AsyncClient(transport=shop(lambda _: True), auth=auth) as client:
        assert [(await client.get("https://shop.test/")).text for _ in range(2)] == ["t1", "t2"]


async def test_credentials_that_are_refused_are_not_asked_for_again_and_again() -> None:
    asked: list[Token | None] = []
    auth = TokenAuth(MemoryTokens(), obtaining(asked))
    async with httpx.AsyncClient(transport=shop(lambda _: False), auth=auth) as client:
        assert (await client.get("https://shop.test/")).status_code == 401
    assert len(asked) == 2


def test_a_token_is_in_no_text() -> None:
    assert "hush" not in repr(Token("hush-a", None, "hush-r"))
