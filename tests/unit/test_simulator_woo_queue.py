"""The queue of webhooks in the simulated WooCommerce shop: what a delivery says, when it is made, and where it goes."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from shoprelay_simulators import outgoing
from shoprelay_simulators.listening import Message, Receive, Send, listen, read_body
from tests.contract.relays.woocommerce.watched import Watched, watched


@pytest.fixture
async def side() -> AsyncIterator[Watched]:
    async with watched() as made:
        yield made


async def subscribed(side: Watched, topic: str, url: str, **more: str) -> int:
    """The id of one more webhook, whose ping is over."""
    made = await side.api.post("webhooks", json={"topic": topic, "delivery_url": url, **more})
    assert (made.status_code, made.json()["status"]) == (201, "active")
    await side.told()
    return int(made.json()["id"])


@asynccontextmanager
async def answering(each: Callable[[str, bytes], Awaitable[Any]]) -> AsyncIterator[str]:
    """A receiver that does something with each path and body before it answers: 200, or a redirect to what it gives."""

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        place = await each(scope["path"], await read_body(receive))
        headers = [(b"content-length", b"0"), *([(b"location", place.encode())] if place else [])]
        await send({"type": "http.response.start", "status": 302 if place else 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async with listen(app) as url:
        yield url


async def test_a_change_during_the_delivery_of_the_same_order_is_delivered_next(side: Watched) -> None:
    order, notes = side.order().id, []

    async def each(_path: str, body: bytes) -> None:
        if body.startswith(b"{"):
            notes.append(json.loads(body)["customer_note"])
            if len(notes) == 1:
                await side.ask("PUT", f"orders/{order}", {"customer_note": "anden"})

    async with answering(each) as url:
        await subscribed(side, "order.updated", url)
        await side.ask("PUT", f"orders/{order}", {"customer_note": "første"})
        await side.told()
        assert notes == ["første"]
        await side.told()
        assert notes == ["første", "anden"]


async def test_deliveries_are_made_one_after_the_other(side: Watched) -> None:
    inside: list[int] = [0, 0]

    async def each(_path: str, body: bytes) -> None:
        inside[0] += 1
        assert inside[0] == 1
        await asyncio.sleep(0.02)
        inside[0] -= 1
        inside[1] += body.startswith(b"{")

    async with answering(each) as url:
        await subscribed(side, "order.updated", url)
        for row in list(side.shop.orders.values())[:3]:
            await side.ask("PUT", f"orders/{row.id}", {})
        await side.told()
    assert inside == [0, 3]


async def test_a_creation_that_is_delivered_late_says_what_the_order_has_become(side: Watched) -> None:
    made = await side.ask("POST", "orders", {"status": "processing"})
    await side.ask("PUT", f"orders/{made['id']}", {"status": "completed"})
    await side.told()
    said = {call.header("X-WC-Webhook-Topic"): json.loads(call.body)["status"] for call in side.inbox.calls}
    assert said == {"order.created": "completed", "order.updated": "completed"}


async def test_an_update_that_is_followed_by_the_trash_says_trash(side: Watched) -> None:
    row = side.simple()
    await side.ask("PUT", f"products/{row.id}", {"regular_price": "7"})
    await side.ask("DELETE", f"products/{row.id}")
    assert await side.told() == [("product.deleted", row.id), ("product.updated", row.id)]
    (update,) = (call for call in side.inbox.calls if call.header("X-WC-Webhook-Event") == "updated")
    assert json.loads(update.body)["status"] == "trash"


@pytest.mark.parametrize("kind", ["product", "variation", "customer"])
async def test_the_body_is_what_the_api_answers_byte_for_byte(side: Watched, kind: str) -> None:
    parent = side.variable().id
    child = side.shop.variations_of(parent)[0].id
    written, read = {
        "product": (f"products/{parent}", f"products/{parent}"),
        "variation": (f"products/{parent}/variations/{child}", f"products/{child}"),
        "customer": (f"customers/{min(side.shop.customers)}",) * 2,
    }[kind]
    await side.ask("PUT", written, {})
    await side.told()
    (call,) = side.inbox.calls
    assert call.body == (await side.api.get(read)).content
    assert b'"_links"' in call.body


async def test_what_failed_is_not_sent_again(side: Watched) -> None:
    side.inbox.status = 500
    await side.ask("PUT", f"orders/{side.order().id}", {})
    assert len(await side.told()) == 1
    side.inbox.status = 200
    side.clock.advance(3600)
    assert await side.told() == []


@pytest.mark.parametrize("answered", [202, 302, 404, 500])
async def test_a_ping_that_is_not_answered_200_changes_nothing_and_follows_every_delivery(side: Watched, answered: int) -> None:
    side.inbox.statuses["/other"] = answered
    await subscribed(side, "order.updated", f"{side.inbox.url}/other")
    for _ in range(2):
        await side.ask("PUT", f"orders/{side.order().id}", {})
        side.inbox.calls.clear()
        await side.shop.deliver_due()
        to_it = [call.body[:11] == b"webhook_id=" for call in side.inbox.calls if call.path == "/other"]
        assert to_it == [False, True]


async def test_a_ping_follows_redirects(side: Watched) -> None:
    asked: list[str] = []

    async def each(path: str, _body: bytes) -> str:
        asked.append(path)
        return "" if path == "/there" else "/there"

    async with answering(each) as url:
        await subscribed(side, "order.updated", f"{url}/here")
    assert asked == ["/here", "/there"]


@pytest.mark.parametrize("secret", ["a & b", "<hemmelig>", "\"citat\" og 'andet'"])
async def test_a_secret_with_special_characters_signs_as_it_is(side: Watched, secret: str) -> None:
    await subscribed(side, "order.updated", f"{side.inbox.url}/own", secret=secret)
    await side.ask("PUT", f"orders/{side.order().id}", {})
    await side.told()
    (call,) = (call for call in side.inbox.calls if call.path == "/own")
    digest = hmac.new(secret.encode(), call.body, hashlib.sha256).digest()
    assert call.header("X-WC-Webhook-Signature") == base64.b64encode(digest).decode()


async def test_a_secret_that_the_shop_chooses_signs_and_is_never_shown(side: Watched) -> None:
    (hook,) = (row for row in await side.read("webhooks?per_page=100") if row["topic"] == "order.updated")
    await side.ask("PUT", f"orders/{side.order().id}", {})
    await side.told()
    (call,) = side.inbox.calls
    nothing = base64.b64encode(hmac.new(b"", call.body, hashlib.sha256).digest()).decode()
    assert call.header("X-WC-Webhook-Signature") not in {"", nothing}
    assert not {"secret", "failure_count"} & (set(hook) | set(await side.read(f"webhooks/{hook['id']}")))


@pytest.mark.parametrize(
    ("url", "reached"),
    [
        ("https://hooks.example/x", True),
        ("http://hooks.example:8080/x", True),
        ("http://hooks.example:9000/x", False),
        ("http://10.0.0.7/x", False),
        ("http://localhost/x", False),
        ("{site}/x", True),
        ("http://127.0.0.1:8080/x", True),
    ],
)
async def test_only_public_addresses_at_three_ports_and_the_shop_s_own_are_reached_and_the_shop_never_says_so(
    side: Watched, monkeypatch: pytest.MonkeyPatch, url: str, reached: bool
) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200)

    monkeypatch.setattr(outgoing, "client", lambda _timeout: httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    side.shop.hooks.refuse_private = True
    place = url.format(site=side.shop.site_url)
    key = await subscribed(side, "order.updated", place)
    for _ in range(7):
        await side.ask("PUT", f"orders/{side.order().id}", {})
        await side.told()
    assert (place in asked) == reached
    assert (await side.read(f"webhooks/{key}"))["status"] == ("active" if reached else "disabled")
