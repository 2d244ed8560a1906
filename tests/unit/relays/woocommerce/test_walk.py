"""Lists that change while they are walked: every row that stays is returned, once."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.spec import Mode, Page, Window
from shoprelay_relays.woocommerce import RELAY
from tests.unit.relays.woocommerce.fake_shop import Fake, reply

NOON = datetime(2031, 3, 4, 12, 0, 0, tzinfo=UTC)
UPDATED = Window(Mode.UPDATED_SINCE_LAST_REQUEST, NOON, NOON + timedelta(minutes=5))
EVERYTHING = Window(Mode.CREATED_SINCE_LAST_REQUEST, None, NOON)


def order(number: int, second: int = 0, status: str = "processing") -> dict[str, object]:
    moment = (NOON + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S")
    return {"id": number, "status": status, "date_modified_gmt": moment, "date_created_gmt": moment}


async def pages(fake: Fake, window: Window, cursor: str | None = None, resource: str = "orders") -> list[Page]:
    listing = RELAY.resource(resource).pages
    assert listing is not None
    async with fake.client() as shop:
        return [page async for page in listing(shop, window, cursor, {})]


def ids(found: list[Page]) -> list[int]:
    return [int(record.remote_id) for page in found for record in page.records]


async def test_a_thousand_orders_of_one_second_come_once_each():
    fake = Fake({"orders": [order(number) for number in range(1, 1001)]})
    found = await pages(fake, UPDATED)
    assert ids(found) == list(range(1, 1001))
    assert sum(page.requests for page in found) == len(fake.asked)


async def test_the_window_is_sent_as_bare_gmt_times_one_second_outside_of_its_bounds():
    fake = Fake({"orders": [order(1, 0), order(2, -1)]})
    assert ids(await pages(fake, UPDATED)) == [1]
    _, query = fake.asked[0]
    assert query["modified_after"] == "2031-03-04T11:59:59"
    assert query["dates_are_gmt"] == "true"
    assert "modified_before" not in query


async def test_a_window_of_creations_includes_both_of_its_ends():
    window = Window(Mode.CREATED_SINCE_LAST_REQUEST, NOON, NOON + timedelta(seconds=10))
    fake = Fake({"orders": [order(1, -1), order(2, 0), order(3, 10), order(4, 12)]})
    assert ids(await pages(fake, window)) == [2, 3]


async def test_fractions_of_a_second_never_shrink_the_window():
    window = Window(Mode.CREATED_SINCE_LAST_REQUEST, NOON + timedelta(seconds=0.9), NOON + timedelta(seconds=9.1))
    fake = Fake({"orders": [order(1, 0), order(2, 9), order(3, 10)]})
    assert ids(await pages(fake, window)) == [1, 2, 3]


async def test_the_first_import_asks_for_everything():
    fake = Fake({"orders": [order(7)]})
    assert ids(await pages(fake, EVERYTHING)) == [7]
    assert set(fake.asked[0][1]) == {"orderby", "order", "per_page", "offset"}


@pytest.mark.parametrize("removed", [range(1, 2), range(50, 60), range(1, 101), range(1, 181), range(100, 102)])
@pytest.mark.parametrize("at_request", [2, 3])
async def test_rows_deleted_under_the_walk_take_no_others_with_them(removed: range, at_request: int):
    rows = [order(number) for number in range(1, 351)]

    def delete(number: int, _query: dict[str, str]) -> None:
        if number == at_request:
            rows[:] = [row for row in rows if row["id"] not in removed]

    fake = Fake({"orders": rows}, before=delete)
    found = ids(await pages(fake, EVERYTHING))
    assert set(range(1, 351)) - set(found) <= set(removed)
    assert len(found) == len(set(found))


async def test_all_rows_but_the_last_deleted_under_the_walk():
    rows = [order(number) for number in range(1, 202)]

    def delete(number: int, _query: dict[str, str]) -> None:
        if number == 2:
            rows[:] = rows[-1:]

    assert ids(await pages(Fake({"orders": rows}, before=delete), EVERYTHING))[-1] == 201


async def test_a_row_changed_under_the_walk_stays_in_it_and_is_found_by_the_next_poll():
    rows = [order(number) for number in range(1, 251)]

    def change(number: int, _query: dict[str, str]) -> None:
        if number == 2:
            rows[0]["date_modified_gmt"] = rows[249]["date_modified_gmt"] = "2031-03-04T12:06:00"

    assert ids(await pages(Fake({"orders": rows}, before=change), UPDATED)) == list(range(1, 251))
    later = Window(UPDATED.mode, UPDATED.until, UPDATED.until + timedelta(minutes=5))
    assert ids(await pages(Fake({"orders": rows}), later)) == [1, 250]


async def test_old_rows_that_enter_under_the_walk_repeat_nothing():
    rows = [order(number, 0 if number > 60 else -60) for number in range(1, 301)]

    def enter(number: int, _query: dict[str, str]) -> None:
        if number == 2:
            for row in rows[:60]:
                row["date_modified_gmt"] = "2031-03-04T12:06:00"

    found = ids(await pages(Fake({"orders": rows}, before=enter), UPDATED))
    assert found == list(range(61, 301))


async def test_rows_that_the_key_may_not_read_end_nothing_early():
    hidden = {40, 99, 100, 101, *range(150, 160)}
    fake = Fake({"orders": [order(number) for number in range(1, 301)]}, unreadable=hidden)
    assert ids(await pages(fake, EVERYTHING)) == [number for number in range(1, 301) if number not in hidden]


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 199, 200])
@pytest.mark.parametrize("forgets_total", [True, False])
async def test_a_walk_ends_whatever_the_count(count: int, forgets_total: bool):
    fake = Fake({"orders": [order(number) for number in range(1, count + 1)]}, forgets_total=forgets_total)
    found = await pages(fake, EVERYTHING)
    assert ids(found) == list(range(1, count + 1))
    assert found[-1].cursor is None


async def test_a_run_resumed_from_any_cursor_gives_the_rest():
    fake = Fake({"orders": [order(number) for number in range(1, 431)] + [order(500, status="trash")]})
    whole = await pages(fake, UPDATED)
    for position, page in enumerate(whole[:-1]):
        assert page.cursor is not None
        assert len(page.cursor) < 200
        assert ids(await pages(fake, UPDATED, page.cursor)) == ids(whole[position + 1 :])


async def test_orders_in_the_trash_are_listed_after_the_others():
    fake = Fake({"orders": [order(1), order(2, status="trash"), order(3)]})
    assert ids(await pages(fake, UPDATED)) == [1, 3, 2]


async def test_open_orders_are_asked_for_by_every_status_that_is_not_an_end():
    statuses = [{"slug": slug} for slug in ("pending", "processing", "packed", "completed", "refunded", "checkout-draft")]
    fake = Fake(
        {"orders": [order(1), order(2, status="completed"), order(3, status="packed")]}, {"reports/orders/totals": statuses}
    )
    found = await pages(fake, Window(Mode.OPEN_SINCE_1X, NOON, NOON + timedelta(days=1)))
    assert ids(found) == [1, 3]
    assert sum(page.requests for page in found) == len(fake.asked) == 2
    assert fake.asked[1][1]["status"] == "pending,processing,packed"


async def test_a_shop_that_runs_out_of_time_is_asked_for_less():
    def slow(_number: int, query: dict[str, str]):
        if int(query["per_page"]) > 30:
            raise httpx.ReadTimeout("too slow")

    fake = Fake({"orders": [order(number) for number in range(1, 61)]}, before=slow)
    found = await pages(fake, EVERYTHING)
    assert ids(found) == list(range(1, 61))
    assert found[0].requests == 3


async def test_a_shop_that_always_runs_out_of_time_is_in_trouble():
    fake = Fake({"orders": []}, before=lambda _number, _query: reply(b"<html>Gateway Timeout</html>", 504))
    with pytest.raises(ShopTrouble):
        await pages(fake, EVERYTHING)


async def test_a_variable_product_is_followed_by_all_of_its_variations():
    fake = Fake(
        {
            "products": [{"id": 1, "type": "simple"}, {"id": 2, "type": "variable"}, {"id": 9, "type": "variable"}],
            "products/2/variations": [{"id": number} for number in range(100, 250)],
        }
    )
    (page,) = await pages(fake, EVERYTHING, resource="products")
    assert [(record.resource, record.remote_id) for record in page.records] == [
        ("products", "1"),
        ("products", "2"),
        *(("variations", f"2/{number}") for number in range(100, 250)),
        ("products", "9"),  # deleted meanwhile: its variations answer 404
    ]
    assert page.requests == len(fake.asked)


async def test_statuses_of_carts_are_left_out():
    fake = Fake(one={"reports/orders/totals": [{"slug": "processing", "name": "P"}, {"slug": "checkout-draft", "name": "D"}]})
    (page,) = await pages(fake, EVERYTHING, resource="statuses")
    assert [record.remote_id for record in page.records] == ["processing"]
