"""Windows as filters, and rows that are not trusted."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shoprelay_relays.errors import PayloadInvalid, ShopTrouble
from shoprelay_relays.shopify import RELAY
from shoprelay_relays.shopify.ids import gid
from shoprelay_relays.shopify.listing import COLLECTIONS, CUSTOMERS, ORDERS, Listed, filters
from shoprelay_relays.spec import Connection, Gone, Mode, Window
from shoprelay_schema.raw import Evidence

SINCE, UNTIL = datetime(2026, 3, 29, 0, 59, 59, 900_000, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, 0, 100_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("listed", "mode", "since", "wanted"),
    [
        (ORDERS, Mode.UPDATED_SINCE_LAST_REQUEST, SINCE, "updated_at:>='2026-03-29T00:59:59Z'"),
        (
            ORDERS,
            Mode.CREATED_SINCE_LAST_REQUEST,
            SINCE,
            "created_at:>='2026-03-29T00:59:59Z' created_at:<='2026-03-29T01:00:01Z'",
        ),
        (
            CUSTOMERS,
            Mode.CREATED_SINCE_LAST_REQUEST,
            SINCE,
            "customer_date:>='2026-03-29T00:59:59Z' customer_date:<='2026-03-29T01:00:01Z'",
        ),
        (COLLECTIONS, Mode.CREATED_SINCE_LAST_REQUEST, SINCE, "updated_at:>='2026-03-29T00:59:59Z'"),
        (ORDERS, Mode.OPEN_SINCE_2X, None, "status:open"),
        (ORDERS, Mode.UPDATED_SINCE_CATCH_ALL_DATE, None, ""),
    ],
)
def test_a_window_is_whole_seconds_outwards(listed: Listed, mode: Mode, since: datetime | None, wanted: str):
    assert filters(listed, Window(mode, since, UNTIL)) == wanted


@pytest.mark.parametrize("ids", [[5, 6], [12, 11], [11, 11]])
async def test_rows_that_the_filter_by_id_should_have_left_out_are_not_trusted(ids: list[int]):
    with pytest.raises(ShopTrouble, match="did not list by id"):
        await _page(
            {"nodes": [{"id": gid("Collection", str(number))} for number in ids], "pageInfo": {"hasNextPage": False}}, "[10,50]"
        )


async def test_an_empty_page_ends_the_list_whatever_it_says():
    page = await _page({"nodes": [], "pageInfo": {"hasNextPage": True}}, "[10,50]")
    assert page.cursor is None


@pytest.mark.parametrize("wrong", ["", "7/8", "x", "²"])
async def test_a_number_that_is_none_is_not_asked_for(wrong: str):
    read = RELAY.resource("orders").read
    assert read is not None
    with pytest.raises(PayloadInvalid, match="expected the number"):
        await _with({}, lambda shop: read(shop, wrong, {}))


async def test_an_answer_about_another_record_is_trouble():
    read = RELAY.resource("products").read
    assert read is not None
    with pytest.raises(ShopTrouble, match="another one"):
        await _with({"product": {"id": gid("Product", "8")}}, lambda shop: read(shop, "7", {}))


async def test_a_null_is_the_evidence_of_a_deletion():
    read = RELAY.resource("customers").read
    assert read is not None
    assert await _with({"customer": None}, lambda shop: read(shop, "7", {})) == Gone("customers", "7", Evidence.NOT_FOUND)


async def _page(found: dict[str, Any], cursor: str) -> Any:
    pages = RELAY.resource("categories").pages
    assert pages is not None
    window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, SINCE, UNTIL)
    return await _with({"collections": found}, lambda shop: anext(pages(shop, window, cursor, {})))


async def _with(data: dict[str, Any], asking: Any) -> Any:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"data": data}))
    config = {"shop_url": "anholt-uld", "access_token": "t"}
    async with RELAY.client(config, Connection(transport)) as shop:
        return await asking(shop)
