"""What an answer says of a shop's budget, and what is read of it for that."""

import time
from collections.abc import AsyncIterator

import httpx
import pytest

from shoprelay_relays.shopify import RELAY
from shoprelay_relays.spec import Limits, Told
from shoprelay_runtime.budgeted import said


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


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"X-RateLimit-Remaining": "7", "X-RateLimit-Reset": "30"}, Told(left=7)),
        ({"RateLimit-Remaining": "0", "RateLimit-Reset": "30"}, Told(wait=30, left=0)),
        ({"X-Rate-Limit-Remaining": "0"}, Told(left=0)),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "90000"}, Told(wait=3600, left=0)),
        ({"X-RateLimit-Remaining": "-1", "X-RateLimit-Reset": "30"}, None),
        ({"X-RateLimit-Remaining": "99, 5;w=1", "X-RateLimit-Reset": "soon"}, None),
        ({}, None),
    ],
)
async def test_what_headers_say_is_learnt_of_any_shop(headers: dict[str, str], told: Told | None):
    assert await said(httpx.Response(200, headers=headers), Limits(), 0.1) == told


async def test_a_reset_may_be_a_time():
    found = await said(
        httpx.Response(200, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{time.time() + 20:.0f}"}), Limits(), 0.1
    )
    assert found is not None
    assert found.wait == pytest.approx(20, abs=2)


async def test_a_gentle_shop_that_counts_is_left_alone_when_it_is_slow_all_the_same():
    answer = httpx.Response(200, headers={"X-RateLimit-Remaining": "7"})
    assert await said(answer, Limits(gentle=True), 1.5) == Told(wait=1.5, left=7)
