"""Reading ShopGo orders as the text they come as. https://docs.shopgo.me/1.0.0/management-api/api-endpoints"""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import quote

import httpx

from shoprelay_relays.errors import PayloadInvalid, ShopTrouble
from shoprelay_relays.shopgo.http import Refused, check_status, payload, send
from shoprelay_relays.spec import Gone, Mode, Page, Record, Window
from shoprelay_relays.values import text, utc
from shoprelay_schema.raw import Evidence

PAGE = 500
_DECODER = json.JSONDecoder()
# Inside of a JSON text every quote is escaped, so this matches a key and never a value's words.
_ORDERS = re.compile(r'"orders"\s*:\s*(?=[\[{])')


async def pages(client: httpx.AsyncClient, window: Window, cursor: str | None, _config: Mapping[str, Any]) -> AsyncIterator[Page]:
    """The whole list, cut into pages: ShopGo has neither paging nor a filter.

    Memory holds the answer's text once (some 2 KB an order) and one page cut from it: that text is the limit.
    `cursor` is the number of the last order handed on; a resumed run asks for the list again and goes on after it.
    """
    asked_at = datetime.now(UTC)
    records = _wanted(await _text(client, "order/"), window, cursor)
    chunk, requests = list(islice(records, PAGE)), 1
    while True:
        following = list(islice(records, PAGE))
        yield Page(chunk, asked_at, chunk[-1].remote_id if following else None, requests)
        if not following:
            return
        chunk, requests = following, 0


async def read(client: httpx.AsyncClient, number: str, _config: Mapping[str, Any]) -> list[Record] | Gone:
    """One order by its number; a 404 is the evidence that it is gone."""
    try:
        answer = await _text(client, f"order/{quote(number, safe='')}")
    except Refused as refusal:
        if refusal.status == httpx.codes.NOT_FOUND:
            return Gone("orders", number, Evidence.NOT_FOUND)
        raise
    return [record for _, record in _orders(answer)]


async def _text(client: httpx.AsyncClient, path: str) -> str:
    response = await send(client, "GET", path)
    check_status(response)
    if response.is_error or not _ORDERS.search(response.text):
        # Failures, and the envelope of a store without orders.
        if "orders" not in payload(response):
            raise ShopTrouble("ShopGo's answer lacks payload.orders")
        return ""
    return response.text


def _orders(answer: str) -> Iterator[tuple[Any, Record]]:
    """Each order with its own text, one at a time. One order is an object under the same plural key as many."""
    found = _ORDERS.search(answer)
    if not found:
        return
    several = answer[found.end()] == "["
    at = found.end() + several
    while (at := _skip(answer, at)) < len(answer) and answer[at] != "]":
        try:
            order, end = _DECODER.raw_decode(answer, at)
        except ValueError:
            raise ShopTrouble("ShopGo's answer ends within an order") from None
        yield order, Record("orders", _number(order), answer[at:end].encode())
        if not several:
            return
        at = end


def _wanted(answer: str, window: Window, cursor: str | None) -> Iterator[Record]:
    """The orders of the window. Only the time of creation can be told; what changed cannot, so every order is handed on."""
    passed = cursor is None or all(record.remote_id != cursor for _, record in _orders(answer))
    newer = window.since if window.mode is Mode.CREATED_SINCE_LAST_REQUEST else None
    for order, record in _orders(answer):
        if passed and (newer is None or (_created(order) or newer) >= newer):
            yield record
        passed = passed or record.remote_id == cursor


def _skip(answer: str, at: int) -> int:
    """Past blanks and commas: the decoder starts at a value."""
    while at < len(answer) and answer[at] in " \t\r\n,":
        at += 1
    return at


def _number(order: Any) -> str:
    return (text(order.get("number")) if isinstance(order, dict) else None) or ""


def _created(order: Any) -> datetime | None:
    try:
        return utc(order.get("created"), "created") if isinstance(order, dict) else None
    except PayloadInvalid:
        return None
