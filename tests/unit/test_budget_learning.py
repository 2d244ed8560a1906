"""What an answer says of a shop's budget, and what is read of it for that."""

from collections.abc import AsyncIterator

import httpx

from shoprelay_relays.shopify import RELAY
from shoprelay_runtime.budgets import said


class Body(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self.body, self.taken = body, False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.taken = True
        yield self.body


def answer(kind: str) -> tuple[httpx.Response, Body]:
    body = Body(b'{"extensions":{"cost":{"throttleStatus":{"currentlyAvailable":90,"restoreRate":50.0}}}}')
    return httpx.Response(200, headers={"content-type": kind}, stream=body), body


async def test_points_are_learnt_from_json():
    response, _ = answer("application/json; charset=utf-8")
    told = await said(response, RELAY.limits, 0.1)
    assert told is not None
    assert (told.left, told.per_second) == (90, 50)


async def test_a_file_of_json_lines_is_left_to_who_asked_for_it():
    response, body = answer("application/jsonl")
    assert await said(response, RELAY.limits, 0.1) is None
    assert not body.taken
    await response.aclose()
