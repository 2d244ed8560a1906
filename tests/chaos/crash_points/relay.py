"""The tests' relay with lists: two orders a page, asked over HTTP, since the process that asks is another one."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
import orjson

from shoprelay_relays import registry
from shoprelay_relays.http import asking
from shoprelay_relays.spec import Connection, Mode, Page, Record, Relay, Window
from shoprelay_simulators.listening import Message, Receive, Send
from tests.support import plain_relay

PAGE = 2


@dataclass
class Shop:
    """A shop's orders by id. `asked`: the cursor of each request. `instead`: what it does in place of answering."""

    orders: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    page: int = PAGE
    instead: Callable[[Send], Awaitable[None]] | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if self.instead is not None:
            await self.instead(send)
            return
        asked = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        self.asked.append(asked["after"])
        listed = [(number, order) for number, order in sorted(self.orders.items()) if order["version"] >= asked["since"]]
        rest = [order for number, order in listed if number > asked["after"]]
        body = orjson.dumps({"orders": rest[: self.page], "more": len(rest) > self.page})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


def _client(config: Mapping[str, Any], connection: Connection) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=config["address"], transport=connection.transport, timeout=3)


async def _pages(
    client: httpx.AsyncClient, window: Window, cursor: str | None, _config: Mapping[str, Any]
) -> AsyncIterator[Page]:
    since = window.since.isoformat() if window.since else ""
    while True:
        asked_at = datetime.now(UTC)
        answer = (await asking.ask(client, "GET", "/orders", params={"after": cursor or "", "since": since})).body
        records = [Record("orders", each["id"], orjson.dumps(each)) for each in answer["orders"]]
        cursor = records[-1].remote_id if answer["more"] else None
        yield Page(records, asked_at, cursor)
        if cursor is None:
            return


_MODES = frozenset({Mode.UPDATED_SINCE_LAST_REQUEST})
RELAY: Relay = replace(
    plain_relay.RELAY,
    client=_client,
    resources=tuple(
        replace(each, pages=_pages, modes=_MODES) if each.name == "orders" else each for each in plain_relay.RELAY.resources
    ),
)


def register() -> None:
    """Let this process know the relay."""
    registry.RELAYS[RELAY.name] = RELAY
    registry._BY_ID[registry.relay_id(RELAY.name)] = RELAY
