"""What is asked for, and answers that are not what was asked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.magento2.criteria import any_of, dates, portions, query
from shoprelay_relays.magento2.listing import ORDERS
from shoprelay_relays.magento2.walk import Place, Step, walk
from shoprelay_relays.spec import Mode, Window

NOON = datetime(2031, 3, 4, 12, tzinfo=UTC)


def test_fractions_of_a_second_never_shrink_the_window():
    window = Window(Mode.CREATED_SINCE_LAST_REQUEST, NOON + timedelta(seconds=0.9), NOON + timedelta(seconds=9.1))
    assert dates(window) == [[("created_at", "gteq", "2031-03-04 12:00:00")], [("created_at", "lteq", "2031-03-04 12:00:10")]]


def test_a_window_of_updates_has_no_end():
    window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, NOON, NOON + timedelta(hours=1))
    assert dates(window) == [[("updated_at", "gteq", "2031-03-04 12:00:00")]]


def test_the_first_import_asks_for_everything():
    assert dates(Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, NOON)) == []


def test_groups_all_hold_and_their_filters_are_alternatives():
    found = query([[("a", "eq", "1"), ("b", "in", "2,3")], [("c", "gt", "4")]], "entity_id", 50)
    assert found["searchCriteria[filter_groups][0][filters][1][field]"] == "b"
    assert found["searchCriteria[filter_groups][0][filters][1][condition_type]"] == "in"
    assert found["searchCriteria[filter_groups][1][filters][0][value]"] == "4"
    assert found["searchCriteria[sortOrders][0][direction]"] == "ASC"
    assert found["searchCriteria[pageSize]"] == 50


def test_a_value_with_a_comma_is_an_alternative_of_its_own():
    assert any_of("sku", ["A", "B,C", "D"]) == [("sku", "in", "A,D"), ("sku", "eq", "B,C")]
    assert any_of("sku", ["B,C"]) == [("sku", "eq", "B,C")]


def test_values_come_in_lots_that_an_address_can_hold():
    values = [f"{number:03d}-{'ø' * 30}" for number in range(200)]
    lots = portions([*values, *values])
    assert [value for lot in lots for value in lot] == values
    assert all(sum(len(value.encode()) + 1 for value in lot) <= 1500 for lot in lots)
    assert [len(lot) for lot in portions(map(str, range(250)))] == [100, 100, 50]


async def walked(*bodies: Any) -> list[Step]:
    answers = iter(bodies)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=next(answers)))
    async with httpx.AsyncClient(base_url="https://shop.test/rest/all/V1/", transport=transport) as shop:
        return [step async for step in walk(shop, ORDERS, [], Place(size=2))]


def rows(*ids: int) -> list[dict[str, int]]:
    return [{"entity_id": number} for number in ids]


NOT_WHAT_WAS_ASKED = [
    ({"message": "?"},),
    ({"items": rows(1), "total_count": "1"},),
    ({"items": [1], "total_count": 1},),
    ({"items": [{"id": 1}], "total_count": 1},),
    ({"items": rows(2, 1), "total_count": 2},),
    ({"items": rows(1, 1), "total_count": 2},),
    ({"items": rows(1, 2), "total_count": 4}, {"items": rows(1, 2), "total_count": 4}),
    ([],),
]


@pytest.mark.parametrize("bodies", NOT_WHAT_WAS_ASKED)
async def test_a_list_whose_query_was_lost_on_the_way_is_trouble(bodies: tuple[Any, ...]):
    with pytest.raises(ShopTrouble):
        await walked(*bodies)


@pytest.mark.parametrize("items", [[], None])
async def test_an_empty_list_ends(items: Any):
    (step,) = await walked({"items": items, "total_count": 0})
    assert (step.rows, step.cursor, step.requests) == ([], None, 1)


async def test_a_last_page_that_holds_all_that_is_left_is_the_last_request():
    steps = await walked({"items": rows(1, 2), "total_count": 4}, {"items": rows(5, 9), "total_count": 2})
    assert [step.cursor for step in steps] == ["[2,2]", None]


async def test_a_shop_that_always_runs_out_of_time_is_in_trouble():
    transport = httpx.MockTransport(lambda _: httpx.Response(504, text="<html>Gateway Timeout</html>"))
    async with httpx.AsyncClient(base_url="https://shop.test/", transport=transport) as shop:
        with pytest.raises(ShopTrouble):
            async for _ in walk(shop, ORDERS, [], Place()):
                pass
