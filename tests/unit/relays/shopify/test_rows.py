"""Rows as the bytes that Shopify wrote: the same records as from reading them, and answers that are no list."""

import json
from typing import Any

import httpx
import orjson
import pytest

from shoprelay_relays.errors import CredentialsRejected, ShopTrouble
from shoprelay_relays.shopify import RELAY
from shoprelay_relays.shopify.ids import gid
from shoprelay_relays.spec import Connection, Mode, Page, Window
from tests.unit.relays.shopify.test_listing import SINCE, UNTIL

ENDS = {"hasNextPage": False, "endCursor": None}
GOES_ON = {"hasNextPage": True, "endCursor": "c"}


def order(number: int, lines: dict[str, Any] | None = None, note: str = "") -> dict[str, Any]:
    return {"id": gid("Order", str(number)), "note": note, "lineItems": lines or {"nodes": [], "pageInfo": ENDS}}


def answer(*rows: Any, info: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"data": {"orders": {"nodes": list(rows), "pageInfo": info or ENDS}}}


async def page(*answers: bytes) -> Page:
    """The first page of orders, from a shop that gives these answers."""
    given = iter(answers)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=next(given)))
    listing = RELAY.resource("orders").pages
    assert listing is not None
    async with RELAY.client({"shop_url": "anholt-uld", "access_token": "t"}, Connection(transport)) as shop:
        return await anext(listing(shop, Window(Mode.UPDATED_SINCE_LAST_REQUEST, SINCE, UNTIL), None, {}))


async def test_a_row_is_kept_as_it_was_written():
    written = b'{"id":"gid://shopify/Order/7","note":"R\\u0026D \\"quoted\\" \xc3\xa9","total":10.10}'
    found = await page(b'{"data":{"orders":{"nodes":[' + written + b'],"pageInfo":{"hasNextPage":false}}}}')
    assert [(row.remote_id, row.body) for row in found.records] == [("7", written)]


@pytest.mark.parametrize("indent", [None, 2])
async def test_a_nested_list_that_goes_on_is_completed_however_the_answer_is_written(indent: int | None):
    partial = order(7, {"nodes": [{"id": "1"}], "pageInfo": GOES_ON})
    more = {"data": {"node": {"lineItems": {"nodes": [{"id": "2"}], "pageInfo": ENDS}}}}
    found = await page(json.dumps(answer(order(6), partial), indent=indent).encode(), orjson.dumps(more))
    bodies = {row.remote_id: orjson.loads(row.body) for row in found.records}
    assert [line["id"] for line in bodies["7"]["lineItems"]["nodes"]] == ["1", "2"]
    assert bodies["6"] == order(6)


async def test_a_note_that_looks_like_the_end_of_a_list_changes_nothing():
    found = await page(orjson.dumps(answer(order(7, note='"hasNextPage":true'))))
    assert orjson.loads(found.records[0].body) == order(7, note='"hasNextPage":true')


async def test_the_mark_before_an_answer_is_passed_over():
    found = await page(b"\xef\xbb\xbf" + orjson.dumps(answer(order(7))))
    assert [row.remote_id for row in found.records] == ["7"]


@pytest.mark.parametrize("row", [None, 7, {}, {"id": None}, {"id": 7}])
async def test_a_row_without_an_id_is_trouble(row: Any):
    with pytest.raises(ShopTrouble, match="orders: a row without an id"):
        await page(orjson.dumps(answer(row)))


@pytest.mark.parametrize(
    "body",
    [
        b'{"data":{"orders":{"nodes":[{"id":"gid://shopify/Order/7"}',
        b'{"data":{"orders":{"nodes":[{"id":"gid://shopify/Order/7","note":"\xff"}]}}}',
        b'{"data":{"orders":{"nodes":7}}}',
        b'{"data":{"orders":null}}',
        b'{"data":{}}',
        b'{"data":null}',
        b"[]",
        b"",
        b"<html>",
    ],
)
async def test_an_answer_that_is_no_list_is_trouble(body: bytes):
    with pytest.raises(ShopTrouble):
        await page(body)


async def test_a_list_with_an_error_in_it_is_refused_as_a_whole():
    denied = {"message": "Access denied for customer", "extensions": {"code": "ACCESS_DENIED"}}
    with pytest.raises(CredentialsRejected):
        await page(orjson.dumps({**answer(order(7)), "errors": [denied]}))
