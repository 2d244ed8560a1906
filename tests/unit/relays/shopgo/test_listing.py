"""Listing and reading orders as the text they come as."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shoprelay_relays.errors import CredentialsRejected, ShopTrouble
from shoprelay_relays.shopgo import RELAY, listing
from shoprelay_relays.spec import Gone, Mode, Page, Record, Window

UNTIL = datetime(2024, 6, 1, tzinfo=UTC)
UPDATED = Window(Mode.UPDATED_SINCE_LAST_REQUEST, datetime(2024, 5, 1, tzinfo=UTC), UNTIL)
CREATED = Window(Mode.CREATED_SINCE_LAST_REQUEST, datetime(2024, 5, 1, tzinfo=UTC), UNTIL)


def many(count: int) -> list[dict[str, Any]]:
    return [{"number": f"R{i}", "created": f"2024-{i % 5 + 1:02}-02T00:00:00+00:00", "note": '"orders": ['} for i in range(count)]


async def pages(client: Any, window: Window = UPDATED, cursor: str | None = None) -> list[Page]:
    return [page async for page in listing.pages(client, window, cursor, {})]


def numbers(found: list[Page]) -> list[str]:
    return [record.remote_id for page in found for record in page.records]


async def test_one_request_becomes_many_pages(answering: Any) -> None:
    client, asked = answering({"payload": {"orders": many(1001)}})
    found = await pages(client)
    assert [len(page.records) for page in found] == [500, 500, 1]
    assert [page.requests for page in found] == [1, 0, 0]
    assert [page.cursor for page in found] == ["R499", "R999", None]
    assert len(asked) == 1
    assert numbers(found) == [f"R{i}" for i in range(1001)]


async def test_an_order_keeps_its_own_text(answering: Any) -> None:
    client, _ = answering('{"payload": {"orders": [ {"number":"R1", "total": {"amount": 21.10}} , {"number":2}\n]}}')
    (page,) = await pages(client)
    assert page.records == [
        Record("orders", "R1", b'{"number":"R1", "total": {"amount": 21.10}}'),
        Record("orders", "2", b'{"number":2}'),
    ]


async def test_a_resumed_listing_goes_on_after_its_cursor(answering: Any) -> None:
    client, _ = answering({"payload": {"orders": many(1001)}})
    assert numbers(await pages(client, cursor="R499")) == [f"R{i}" for i in range(500, 1001)]


async def test_a_cursor_whose_order_is_gone_starts_over(answering: Any) -> None:
    client, _ = answering({"payload": {"orders": many(3)}})
    assert numbers(await pages(client, cursor="R77")) == ["R0", "R1", "R2"]


async def test_created_orders_are_told_apart_and_changed_ones_are_not(answering: Any) -> None:
    client, _ = answering({"payload": {"orders": [*many(5), {"number": "R5", "created": "?"}]}})
    assert numbers(await pages(client, CREATED)) == ["R4", "R5"]
    assert len(numbers(await pages(client, UPDATED))) == 6


@pytest.mark.parametrize("body", [{"payload": {"orders": []}}, {"result": "success", "payload": {"orders": None}}])
async def test_a_store_without_orders_is_one_empty_page_that_cost_a_request(answering: Any, body: Any) -> None:
    client, _ = answering(body)
    (page,) = await pages(client)
    assert (list(page.records), page.cursor, page.requests) == ([], None, 1)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, '{"payload": {"orders": [{"number": "R1"}, {"numb', ShopTrouble),
        (200, '{"payload": {}}', ShopTrouble),
        (200, "<html></html>", ShopTrouble),
        (502, '{"payload": {"orders": []}}', ShopTrouble),
        (402, "{}", CredentialsRejected),
    ],
)
async def test_an_answer_that_is_no_list_is_an_error_and_never_an_empty_store(
    answering: Any, status: int, body: Any, error: Any
) -> None:
    client, _ = answering(body, status)
    with pytest.raises(error):
        await pages(client)


async def test_reading_one_order(answering: Any) -> None:
    client, asked = answering({"payload": {"orders": {"number": "R/1", "total": {"amount": "1.000"}}}})
    (record,) = await listing.read(client, "R/1", {})
    assert json.loads(record.body)["total"] == {"amount": "1.000"}
    assert asked[0].url.raw_path == b"/v1/order/R%2F1"


async def test_an_order_that_is_gone(answering: Any) -> None:
    client, _ = answering({"result": "error", "description": "unknown"}, 404)
    assert await listing.read(client, "R1", {}) == Gone("orders", "R1", "404")


def test_both_modes_are_served() -> None:
    assert RELAY.resource("orders").modes == {Mode.CREATED_SINCE_LAST_REQUEST, Mode.UPDATED_SINCE_LAST_REQUEST}
