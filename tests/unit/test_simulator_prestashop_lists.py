"""The simulated PrestaShop: filters, order, pages and fields of lists."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from shoprelay_simulators import ManualClock, PrestaShop
from shoprelay_simulators.messages import Request
from tests.unit.test_simulator_prestashop import ask, ids, rows
from tests.unit.test_simulator_prestashop_whole import full, write

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
ALL = list(range(1, 21))


@pytest.fixture
def shop() -> PrestaShop:
    return PrestaShop(3, orders=20, products=6, customers=4, clock=ManualClock(NOON))


def query(shop: PrestaShop, path: str, *pairs: tuple[str, str]) -> list[int]:
    """As a list of pairs, in which a name may come twice."""
    asked = (("ws_key", shop.key), ("output_format", "JSON"), ("sort", "[id_ASC]"), *pairs)
    body = json.loads(shop.answer(Request("GET", f"/api/{path}", asked, {}, b"")).body)
    return [row["id"] for row in body["orders"]] if body else []


def test_of_two_filters_on_one_field_the_last_one_counts(shop: PrestaShop):
    assert query(shop, "orders", ("filter[id]", ">[3]"), ("filter[id]", "<[6]")) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("[2026-03-01 11:00:00+01:00]", []),
        ("[2026-03-01 11:00:00.000]", []),
        ("[2026-03-01T11:00:00]", [4]),
        ("[2026-03-01 11:00:00,9999-12-31 00:00:00]", [4]),
        ("<[2026-03-01 11:00:00]", [one for one in ALL if one != 4]),
        ("<=[2026-03-01 11:00:00]", ALL),
        ("=[2026-03-01 11:00:00]", ALL),
    ],
)
def test_dates_are_bare_local_times_and_bounds_are_exclusive_outside_of_ranges(shop: PrestaShop, given: str, found: list[int]):
    for number, row in shop.tables["orders"].items():
        row["date_upd"] = "2026-03-01 11:00:00" if number == 4 else "2026-02-01 00:00:00"
    assert ids(shop, filter__date_upd=given, date="1") == found


BOTH = (
    "orders", "products", "customers", "addresses", "categories", "carts", "cart_rules", "manufacturers", "order_slip",
    "customer_threads", "customer_messages",
)  # fmt: skip
ADDED = ("order_carriers", "order_payments", "order_invoices", "order_histories", "messages", "stock_movements")
NONE = ("order_details", "stock_availables", "combinations", "specific_prices", "carriers")


@pytest.mark.parametrize(
    ("resource", "field", "works"),
    [
        *((name, field, True) for name in BOTH for field in ("date_add", "date_upd")),
        *((name, field, field == "date_add") for name in ADDED for field in ("date_add", "date_upd")),
        *((name, field, False) for name in NONE for field in ("date_add", "date_upd")),
    ],
)
def test_a_list_is_filtered_by_the_dates_that_it_has_and_dies_of_any_other(
    shop: PrestaShop, resource: str, field: str, works: bool
):
    asked = {f"filter__{field}": "[2020-01-01 00:00:00,9999-12-31 00:00:00]", "date": "1"}
    assert len(rows(shop, resource)) == len(shop.tables[resource])
    if works:
        assert len(rows(shop, resource, **asked)) == len(shop.tables[resource])
    else:
        response = ask(shop, resource, output_format="JSON", **asked)
        assert (response.status, response.body) == (500, b"")
        assert {name: value for name, value in response.headers if name != "Set-Cookie"} == {
            "Content-Type": "text/html; charset=utf-8"
        }


def test_orders_of_one_hour_and_of_the_same_hour_again_are_in_the_order_of_neither():
    clock = ManualClock(datetime(2026, 10, 25, 0, 30, 5, tzinfo=UTC))
    shop = PrestaShop(3, orders=2, products=6, customers=4, clock=clock)
    write(shop, "PATCH", "orders", "<id>2</id>", "2")
    clock.advance(3605)
    write(shop, "PATCH", "orders", "<id>1</id>", "1")
    found = rows(shop, "orders", display="[id,date_upd]", sort="[date_upd_ASC,id_ASC]", date="1")
    assert found == [{"id": 2, "date_upd": "2026-10-25 02:30:05"}, {"id": 1, "date_upd": "2026-10-25 02:30:10"}]


def test_spring_leaves_an_hour_out():
    clock = ManualClock(datetime(2026, 3, 29, 0, 59, 58, tzinfo=UTC))
    shop = PrestaShop(3, orders=2, products=6, customers=4, clock=clock)
    for order in ("1", "2"):
        write(shop, "PATCH", "orders", f"<id>{order}</id>", order)
        clock.advance(4)
    found = [row["date_upd"] for row in rows(shop, "orders", display="[id,date_upd]", sort="[id_ASC]")]
    assert found == ["2026-03-29 01:59:58", "2026-03-29 03:00:02"]


def test_the_clock_of_the_shop_stands_in_every_answer_of_the_webservice():
    shop = PrestaShop(3, orders=2, products=6, customers=4, clock=ManualClock(NOON), behind=timedelta(minutes=20))
    for path in ("orders", "orders/1", "orders/99", "bogus"):
        assert dict(ask(shop, path).headers)["Access-Time"] == str(int(NOON.timestamp()) - 1200)


def test_the_time_zone_is_read_where_the_key_has_configurations():
    shop = PrestaShop(3, orders=2, products=6, customers=4, clock=ManualClock(NOON), timezone="Europe/Helsinki")
    (row,) = rows(shop, "configurations", filter__name="[PS_TIMEZONE]", display="full")
    assert row["value"] == "Europe/Helsinki"


@pytest.mark.parametrize(("path", "count"), [("orders", 20), ("products", 6)])
def test_without_an_order_rows_come_in_any(shop: PrestaShop, path: str, count: int):
    found = [row["id"] for row in rows(shop, path)]
    assert sorted(found) == list(range(1, count + 1)) != found


def test_an_order_that_is_edited_between_two_pages_hides_another(shop: PrestaShop):
    clock = shop.clock
    assert isinstance(clock, ManualClock)

    def page(start: int) -> list[int]:
        found = rows(shop, "orders", sort="[date_upd_ASC,id_ASC]", date="1", limit=f"{start},5")
        return [row["id"] for row in found]

    first = page(0)
    clock.advance(60)
    write(shop, "PATCH", "orders", f"<id>{first[0]}</id>", str(first[0]))
    rest = [one for start in (5, 10, 15) for one in page(start)]
    assert set(ALL) - {*first, *rest} == {6}
    assert rest[-1] == first[0]


def test_parameters_that_nobody_knows_are_ignored_and_nothing_is_counted(shop: PrestaShop):
    assert len(rows(shop, "orders", id="[1,2]", page="2", per_page="3")) == 20
    headers = {name.lower() for name, _ in ask(shop, "orders", limit="5").headers}
    assert headers.isdisjoint({"link", "x-total-count", "etag", "content-encoding"})


@pytest.mark.parametrize(
    ("given", "found"),
    [("[haster]", [1]), ("[has]%", [1]), ("%[TER]", [1, 2]), ("%[aste]%", [1, 2]), ("[aste]%", []), ("%[haste]", [])],
)
def test_texts_are_compared_without_their_case(shop: PrestaShop, given: str, found: list[int]):
    write(shop, "PATCH", "orders", "<id>1</id><note>Haster</note>", "1")
    write(shop, "PATCH", "orders", "<id>2</id><note>Gaster</note>", "2")
    assert ids(shop, filter__note=given) == found


@pytest.mark.parametrize(("language", "found"), [("", [18]), ("1", []), ("2", [18])])
def test_a_translated_name_is_looked_for_in_all_languages_or_in_one(shop: PrestaShop, language: str, found: list[int]):
    asked = {"language": language} if language else {}
    assert ids(shop, "countries", filter__name="[sverige]", **asked) == found


@pytest.mark.parametrize(("resource", "field"), [("orders", "shipping_number"), ("products", "quantity")])
def test_what_is_reckoned_cannot_be_filtered_by(shop: PrestaShop, resource: str, field: str):
    response = ask(shop, resource, **{f"filter__{field}": "[1]"})
    assert response.status == 400
    assert b"<code><![CDATA[34]]>" in response.body


def test_associations_are_trimmed_to_what_is_asked_for(shop: PrestaShop):
    (row,) = rows(shop, "orders", filter__id="[3]", display="[id,date_upd,order_rows[id,product_id]]")
    whole = full(shop, "orders", 3)
    own = [{name: one[name] for name in ("id", "product_id")} for one in whole["associations"]["order_rows"]]
    assert row == {"id": 3, "date_upd": whole["date_upd"], "associations": {"order_rows": own}}


def test_associations_cannot_be_asked_for_by_that_name(shop: PrestaShop):
    response = ask(shop, "orders", display="[associations]")
    assert response.status == 400
    assert b"<code><![CDATA[35]]>" in response.body


def test_four_hundred_ids_may_be_asked_for_at_once(shop: PrestaShop):
    assert ids(shop, filter__id=f"[{'|'.join(map(str, range(1, 401)))}]") == ALL


def test_a_walk_by_id_goes_together_with_a_range_of_dates(shop: PrestaShop):
    last, found = 0, list[int]()
    asked = {"filter__date_upd": "[2020-01-01 00:00:00,9999-12-31 00:00:00]", "date": "1", "limit": "6"}
    while page := ids(shop, filter__id=f">[{last}]", **asked):
        found, last = found + page, page[-1]
    assert found == ALL
