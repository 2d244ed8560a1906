"""The tests' relay with lists: two orders a page, asked over HTTP, since the process that asks is another one."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson

from shoprelay_relays import registry
from shoprelay_relays.spec import Connection, Mode, Page, Record, Relay, Window
from shoprelay_simulators.listening import Message, Receive, Send
from tests.support import plain_relay

PAGE = 2


@dataclass
class Shop:
    """A shop's orders by id. `asked`: the cursor of each request."""

    orders: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        cursor = scope["query_string"].decode().removeprefix("after=")
        self.asked.append(cursor)
        rest = [order for number, order in sorted(self.orders.items()) if number > cursor]
        body = orjson.dumps({"orders": rest[:PAGE], "more": len(rest) > PAGE})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


def _client(config: Mapping[str, Any], connection: Connection) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=config["address"], transport=connection.transport)


async def _pages(
    client: httpx.AsyncClient, _window: Window, cursor: str | None, _config: Mapping[str, Any]
) -> AsyncIterator[Page]:
    while True:
        asked_at = datetime.now(UTC)
        answer = (await client.get("/orders", params={"after": cursor or ""})).json()
        records = [Record("orders", each["id"], orjson.dumps(each)) for each in answer["orders"]]
        cursor = records[-1].remote_id if answer["more"] else None
        yield Page(records, asked_at, cursor)
        if cursor is None:
            return
        await asyncio.sleep(0)


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
