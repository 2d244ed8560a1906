"""A small shop behind httpx.ASGITransport: lists cut by offset, filters by exclusive dates, answers to order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import orjson

from shoprelay_relays.spec import Connection
from shoprelay_relays.woocommerce.client import client

CONFIG = {"shop_url": "https://gearfjord.example", "consumer_key": "ck_1", "consumer_secret": "cs_1"}
BASE = "/wp-json/wc/v3/"

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


@dataclass
class Fake:
    """`rows` by path; `unreadable` ids take up a position but are left out; `before` runs ahead of each answer."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    one: dict[str, Any] = field(default_factory=dict)
    unreadable: set[int] = field(default_factory=set)
    before: Callable[[int, dict[str, str]], Answer | None] = lambda _number, _query: None
    forgets_total: bool = False
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def client(self) -> httpx.AsyncClient:
        return client(CONFIG, Connection(httpx.ASGITransport(self)))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        self.asked.append((scope["path"].removeprefix(BASE), query))
        status, headers, body = self.before(len(self.asked), query) or self.answer(scope["path"].removeprefix(BASE), query)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path in self.one:
            return reply(self.one[path])
        if path not in self.rows:
            return reply({"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."}, 404)
        assert query["orderby"] == "id"
        assert query["order"] == "asc"
        found = sorted((row for row in self.rows[path] if _matches(row, query)), key=lambda row: row["id"])
        start, size = int(query.get("offset", 0)), int(query["per_page"])
        page = [row for row in found[start : start + size] if row["id"] not in self.unreadable]
        total = b"0" if start >= len(found) else str(len(found)).encode()
        return reply(page, headers=[] if self.forgets_total else [(b"x-wp-total", total)])


def _matches(row: dict[str, Any], query: dict[str, str]) -> bool:
    wanted = query.get("status", "any").split(",")
    status = row.get("status", "processing")
    return (
        (status in wanted or (wanted == ["any"] and status != "trash"))
        and row.get("date_modified_gmt", "~") > query.get("modified_after", "")
        and row.get("date_created_gmt", "~") > query.get("after", "")
        and row.get("date_created_gmt", "") < query.get("before", "~")
    )


def reply(body: Any, status: int = 200, headers: list[tuple[bytes, bytes]] | None = None) -> Answer:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return status, [(b"content-type", b"application/json"), *(headers or [])], content
