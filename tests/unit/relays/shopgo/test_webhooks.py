"""The confirm-order webhook: a hint and never more."""

import json
from typing import Any

import httpx
import pytest

from shoprelay_relays.shopgo import webhooks
from shoprelay_relays.spec import Routed, Verdict


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b'{"number": "R17"}', "R17"),
        (b'{"order_number": 17}', "17"),
        (b'{"order": "R17"}', "R17"),
        (b'{"order": {"number": "R17"}}', "R17"),
        (b'{"payload": {"orders": {"number": "R17"}}}', "R17"),
        (b'{"payload": {"orders": [{"number": "R17"}]}}', "R17"),
        (b'{"payload": {"orders": [{"number": "R17"}, {"number": "R18"}]}}', "*"),
        (b'{"event": "confirmed"}', "*"),
        (b'{"number": true}', "*"),
        (b'{"number": "' + b"9" * 65 + b'"}', "*"),
        (b"[]", "*"),
        (b"", "*"),
        (b"number=R17", "*"),
        (b"\xff\xfe", "*"),
        (b"[" * 100_000, "*"),
        (b'{"order":' * 900 + b"1" + b"}" * 900, "*"),
    ],
)
def test_it_causes_a_read_of_the_order_it_names_or_else_of_the_list(body: bytes, number: str) -> None:
    assert webhooks.route({}, body) == Routed("orders", reads=[("orders", number)])


def test_there_is_no_signature_to_check() -> None:
    assert webhooks.check({}, {}, b"{}") is Verdict.GENUINE


def api(url: str) -> tuple[httpx.AsyncClient, list[Any]]:
    asked: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.path, json.loads(request.content or b"null")))
        return httpx.Response(200, json={"result": "success", "payload": {"url": url}})

    return httpx.AsyncClient(base_url="https://shop.test/v1/", transport=httpx.MockTransport(handler)), asked


async def test_subscribing_remembers_the_address_it_replaces() -> None:
    client, asked = api("https://elsewhere.test/hook")
    learnt = await webhooks.subscribe(client, {}, "https://here.test/hook")
    assert asked[-1] == ("PATCH", "/v1/settings/webhook/confirm-order", {"url": "https://here.test/hook"})
    assert learnt == {"replaced_webhook_url": "https://elsewhere.test/hook"}


async def test_subscribing_twice_changes_nothing() -> None:
    client, asked = api("https://here.test/hook")
    assert await webhooks.subscribe(client, {}, "https://here.test/hook") == {}
    assert [method for method, _, _ in asked] == ["GET"]
