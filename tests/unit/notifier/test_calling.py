"""The request that an operator gets, and what is made of the answer."""

import asyncio
import base64
import hashlib
import hmac
import json
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from aiokafka import ConsumerRecord
from bson import ObjectId

from services.notifier.calling import Endpoint, Result, call, headers, retry_after
from services.notifier.deciding import SCHEDULE, decide
from services.notifier.handlers import Malformed, body_of, delivery_id, parse
from shoprelay_runtime.crypto import Cipher, new_key
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_schema.events import CompanyCreatedV1

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KEY = bytes(range(32))
ENDPOINT = Endpoint(
    ObjectId(),
    "https://operator.example/hook",
    "t0ken",
    ("whsec_" + base64.b64encode(KEY).decode(),),
    Cipher("p", {"k": new_key()}, "k"),
)
DELIVERY = ObjectId("65e5a1b2c3d4e5f601020304")
COMPANY = ObjectId("65e5a1b2c3d4e5f6aabbccdd")


def standard_webhooks_verify(secret: str, headers: dict[str, str], body: str, now: float) -> None:
    """The procedure of the Standard Webhooks specification, written from its text."""
    raw = secret.split("_", 1)[1]
    key = base64.b64decode(raw.encode("ascii"))
    assert abs(now - int(headers["webhook-timestamp"])) < 300
    content = headers["webhook-id"] + "." + headers["webhook-timestamp"] + "." + body
    expected = hmac.new(key, content.encode("utf-8"), hashlib.sha256).digest()
    for versioned in headers["webhook-signature"].split(" "):
        version, given = versioned.split(",", 1)
        if version == "v1" and base64.b64decode(given) == expected:
            return
    raise AssertionError("no signature matches")


def test_while_secrets_are_exchanged_each_of_them_verifies() -> None:
    both = (*ENDPOINT.secrets, "whsec_" + base64.b64encode(KEY[::-1]).decode())
    sent = headers(replace(ENDPOINT, secrets=both), DELIVERY, NOW, b"{}")
    for secret in both:
        standard_webhooks_verify(secret, sent, "{}", NOW.timestamp())
    with pytest.raises(AssertionError):
        standard_webhooks_verify("whsec_" + base64.b64encode(b"another key of 24 bytes!").decode(), sent, "{}", NOW.timestamp())


async def called(answer: Callable[[httpx.Request], httpx.Response], body: bytes = b"{}") -> tuple[Result, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(request)

    async with httpx.MockTransport(handle) as transport:
        return await call(transport, ENDPOINT, DELIVERY, body, NOW, 5), seen


async def test_the_contracts_request_with_a_signature_that_others_can_verify() -> None:
    activity = CompanyCreatedV1(
        project=ObjectId(), company_id=COMPANY, remote_id="r-7", details={"website": "bøger.example", "email": "a@b.example"}
    )
    result, (request,) = await called(lambda _: httpx.Response(200, text="thanks"), body_of(activity))
    assert result.delivered
    assert result.excerpt == "thanks"
    assert json.loads(request.content) == {
        "event": "created_company",
        "_id": str(COMPANY),
        "remote_id": "r-7",
        "details": {"website": "bøger.example", "email": "a@b.example"},
    }
    assert request.method == "POST"
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"t0ken").decode()
    assert request.headers["user-agent"].startswith("Shoprelay")
    standard_webhooks_verify(ENDPOINT.secrets[0], dict(request.headers), request.content.decode(), NOW.timestamp())
    tampered = request.content.decode().replace("r-7", "r-8")
    with pytest.raises(AssertionError):
        standard_webhooks_verify(ENDPOINT.secrets[0], dict(request.headers), tampered, NOW.timestamp())


async def test_a_redirect_is_not_followed() -> None:
    result, seen = await called(lambda _: httpx.Response(302, headers={"location": "https://elsewhere.example/"}))
    assert not result.delivered
    assert result.status == 302
    assert len(seen) == 1


async def test_no_cookie_is_kept() -> None:
    seen: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("cookie", ""))
        return httpx.Response(200, headers={"set-cookie": "a=b"})

    async with httpx.MockTransport(handle) as transport:
        for _ in range(2):
            await call(transport, ENDPOINT, DELIVERY, b"{}", NOW, 5)
    assert seen == ["", ""]


async def test_only_the_beginning_of_an_answer_is_read() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"x" * 500

    result, _ = await called(lambda _: httpx.Response(200, content=endless()))
    assert result.delivered
    assert result.excerpt == "x" * 1024
    assert read < 10


async def test_a_hanging_endpoint_is_given_up() -> None:
    class Hanging(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

    async with Hanging() as transport:
        result = await call(transport, ENDPOINT, DELIVERY, b"{}", NOW, 0.01)
    assert result.status is None
    assert "no answer within" in result.error


async def test_a_private_address_is_refused_and_says_so() -> None:
    private = Endpoint(ENDPOINT.id, "http://127.0.0.1:9/hook", "t0ken", ENDPOINT.secrets, ENDPOINT.cipher)
    async with guarded_transport(allow_private=False) as transport:
        result = await call(transport, private, DELIVERY, b"{}", NOW, 5)
    assert result.refused
    assert "127.0.0.1" in result.error
    assert "t0ken" not in result.error


async def test_a_network_error_is_a_result() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    result, _ = await called(broken)
    assert (result.status, result.error) == (None, "ConnectError: connection refused")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        ("Sun Nov  6 08:49:37 1994", 0),
        ("soon", 0),
        ("-5", 0),
        ("", 0),
        ("999999999999", 86400),
    ],
)
def test_retry_after(text: str, seconds: float) -> None:
    assert retry_after(text, NOW) == seconds


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_heard_where_it_means_something(status: int) -> None:
    result, _ = await called(lambda _: httpx.Response(status, headers={"retry-after": "600"}))
    assert result.wait == 600
    settled = decide({"tries": 0, "since": NOW}, result, NOW, jitter=lambda low, high: low)
    assert settled["due_at"] == NOW + timedelta(seconds=600)


def test_pauses_grow_with_full_jitter() -> None:
    failed = Result(500, "", 0.1)
    most = [decide({"tries": n, "since": NOW}, failed, NOW, lambda _low, high: high)["due_at"] - NOW for n in range(12)]
    assert [pause.total_seconds() for pause in most] == [*SCHEDULE, SCHEDULE[-1], SCHEDULE[-1]]
    least = decide({"tries": 3, "since": NOW}, failed, NOW, lambda low, _high: low)
    assert least["due_at"] == NOW


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_given_up_within_a_day_whatever_the_jitter(seed: int) -> None:
    row = {"tries": 0, "since": NOW, "state": "pending", "due_at": NOW}
    jitter = random.Random(seed).uniform
    for _ in range(1000):
        now = row["due_at"]
        row |= decide(row, Result(None, "down", 1.0), now, jitter)
        if row["state"] != "pending":
            break
    assert row["state"] == "failed"
    assert now - NOW >= timedelta(hours=24)
    assert row["tries"] > len(SCHEDULE)


def record(value: bytes | None, kind: str = CompanyCreatedV1.type, event: str = "e-1") -> ConsumerRecord:
    headers = [("ce_type", kind.encode()), ("ce_id", event.encode())]
    return ConsumerRecord("activity.v1", 0, 7, 0, 0, None, value, None, 0, 0, headers)


def test_an_activity_is_read_back() -> None:
    activity = CompanyCreatedV1(project=ObjectId(), company_id=COMPANY, details={"website": "a.example"})
    heard = parse(record(activity.model_dump_json().encode()))
    assert (heard.id, heard.activity) == ("e-1", activity)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (record(b"{}", "shoprelay.activity.unheard_of.v1"), "ce_type: expected one of"),
        (record(b"{}", event=""), "ce_id"),
        (record(b"not json"), "value: Invalid JSON"),
        (record(None), "value: Invalid JSON"),
        (record(b'{"project": "65e5a1b2c3d4e5f6aabbccdd", "company_id": "x"}'), "company_id"),
    ],
)
def test_what_cannot_be_read_says_why(given: ConsumerRecord, text: str) -> None:
    with pytest.raises(Malformed, match=text):
        parse(given)


def test_a_delivery_keeps_its_id() -> None:
    endpoint = ObjectId()
    assert delivery_id("e", endpoint) == delivery_id("e", endpoint)
    assert len({delivery_id("e", endpoint), delivery_id("f", endpoint), delivery_id("e", ObjectId())}) == 3
