"""What the relay asks a shop for: nothing that a shop drops, misunderstands or answers with less than it has.

A filter or an operator that PrestaShop does not know is not refused but passed over, so that no answer tells of the mistake.
"""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from defusedxml.ElementTree import fromstring

from shoprelay_relays.actions import BY_KEY, Call, Reference
from shoprelay_relays.prestashop import RELAY
from shoprelay_relays.prestashop.reader import Reader
from shoprelay_relays.spec import Connection, Mode, Window
from shoprelay_simulators.prestashop import acts
from shoprelay_simulators.prestashop.kinds import KINDS
from tests.contract.relays.prestashop.side import Side

DAY = timedelta(days=1)
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
VALUE = re.compile(r"[<>]?\[[^\[\],]+\]")
RANGE = re.compile(rf"<\[{TIME}\]|\[{TIME},{TIME}\]")


class Wire(httpx.AsyncHTTPTransport):
    """Notes what is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked.append(request)
        return await super().handle_async_request(request)


def resource(request: httpx.Request) -> str:
    return request.url.path.removeprefix("/api/").partition("/")[0]


def dated(request: httpx.Request) -> dict[str, str]:
    return {name: value for name, value in request.url.params.items() if name.startswith("filter[date_")}


@pytest.fixture
async def wire(side: Side) -> AsyncIterator[Wire]:
    made = Wire()
    async with RELAY.client(side.config, Connection(made)) as client:
        side.client = client
        yield made


@pytest.fixture
async def reads(side: Side, wire: Wire) -> list[httpx.Request]:
    """All that is asked to learn a shop's settings, to list, to sweep, to count and to read."""
    for order in (1, 2):
        acts.write_message(side.shop, order, "Ring først")
    await RELAY.settings(side.client, side.config)
    for one in RELAY.resources:
        if one.pages is not None:
            for since in (None, side.clock.now - DAY):
                await side.listed(one.name, since)
        if one.count is not None:
            await one.count(side.client, side.config)
        if one.read is not None:
            await side.read(one.name, "1/0" if one.name == "combinations" else 1)
    for mode in Mode:
        await side.listed("orders", side.clock.now - DAY, mode=mode)
    sweep = RELAY.resource("orders").sweep_pages
    assert sweep is not None
    async for _ in sweep(side.client, Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, side.clock.now), None, side.config):
        pass
    assert len(wire.asked) > 100
    return wire.asked


def test_reads_are_gets_of_lists_and_records_and_never_of_the_root(reads: list[httpx.Request]):
    assert {request.method for request in reads} == {"GET"}
    assert {resource(request) for request in reads} <= KINDS.keys()


def test_of_stock_the_counts_are_read_and_no_movements(reads: list[httpx.Request]):
    asked = {resource(request) for request in reads}
    assert "stock_availables" in asked
    assert asked.isdisjoint({"stock_movements", "employees", "carts"})


def test_every_parameter_is_one_that_shops_know_and_given_once(reads: list[httpx.Request]):
    for request in reads:
        asked = [name for name, _ in request.url.params.multi_items()]
        assert len(asked) == len(set(asked))
        assert {name.partition("[")[0] for name in asked} <= {"output_format", "display", "filter", "sort", "limit", "date"}


def test_filters_are_of_the_kinds_that_shops_keep_to(reads: list[httpx.Request]):
    """Equal to one of these, beyond, or a range with both ends; never ">=", of which a shop makes no filter at all."""
    filters = [(name, value) for request in reads for name, value in request.url.params.items() if name.startswith("filter[")]
    assert all((RANGE if name.startswith("filter[date_") else VALUE).fullmatch(value) for name, value in filters)
    assert {name for name, _ in filters}.isdisjoint({"filter[shipping_number]", "filter[quantity]"})


def test_dates_are_asked_for_with_the_word_for_it_and_of_lists_that_have_them(reads: list[httpx.Request]):
    asked = [request for request in reads if dated(request)]
    assert {"orders", "customers", "products", "order_slip", "order_payments", "messages"} <= {resource(one) for one in asked}
    for request in asked:
        assert request.url.params["date"] == "1"
        assert {name.removeprefix("filter[").rstrip("]") for name in dated(request)} <= KINDS[resource(request)].dates


def test_pages_are_walked_by_id_and_never_by_an_offset(reads: list[httpx.Request]):
    paged = [request.url.params for request in reads if "limit" in request.url.params]
    walked = [params for params in paged if params["display"] == "full"]
    assert walked
    for params in walked:
        assert params["sort"] == "[id_ASC]"
        assert re.fullmatch(r">\[\d+\]", params["filter[id]"])
        assert re.fullmatch(r"0,\d+", params["limit"])


def test_all_is_asked_for_in_json_by_upper_case_and_with_its_zeros(reads: list[httpx.Request]):
    """A single record without `display=full` lacks what PHP counts as nothing."""
    for request in reads:
        params = request.url.params
        assert params["output_format"] == "JSON"
        assert params["display"] == "full" or re.fullmatch(r"\[[a-z_,]+\]", params["display"])
        assert params["display"] == "full" or request.url.path.count("/") == len("//")


async def test_many_ids_are_asked_for_in_addresses_that_hosts_take(side: Side, wire: Wire):
    """Where shops have been seen to take 2.8 kB, and hosts cut off at 8."""
    rows = await Reader(side.client, side.config).rows("orders", "id", map(str, range(1, 451)))
    assert [row["id"] for row in rows] == sorted(side.shop.tables["orders"])
    assert len(wire.asked) == 3
    assert max(len(str(request.url)) for request in wire.asked) < 2800


CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("orders/update_status", "1", {"status_id": "3"}),
    ("orders/update", "1", {"company_note": "Haster", "shipping_city": "Ribe"}),
    ("orders/create_shipment", "2", {"tracking_number": "SPOR2"}),
    ("orders/refund", "3", {}),
    ("products/update", "1", {"name": "Nyt", "price": 99.95}),
    ("variants/change_stock", "1/0", {"stock": 7}),
    ("customers/create", "", {"email": "ny@kunde.example", "first_name": "A", "last_name": "B"}),
    ("categories/update", "4", {"name": "Stof"}),
]


@pytest.fixture
async def changes(side: Side, wire: Wire) -> list[httpx.Request]:
    config = {**side.config, **await RELAY.settings(side.client, side.config)}
    for key, target, data in CHANGES:
        endpoint = BY_KEY[key]
        body = endpoint.body.model_validate(data)
        await RELAY.actions[key].run(Call(side.client, config, Reference(endpoint.resource, target, {}), body))
    found = [request for request in wire.asked if request.method != "GET"]
    assert {resource(one) for one in found} >= {"order_histories", "order_carriers", "order_slip", "products", "stock_availables"}
    return found


def test_changes_are_xml_of_one_record_by_the_verb_itself(changes: list[httpx.Request]):
    for request in changes:
        assert request.headers["content-type"].startswith("text/xml")
        assert [*request.url.params] == []
        (record,) = fromstring(request.content)
        assert record.tag == KINDS[resource(request)].single


def test_the_id_in_the_body_is_that_of_the_address_and_what_is_new_has_none(changes: list[httpx.Request]):
    """The shop goes by the body alone."""
    for request in changes:
        (record,) = fromstring(request.content)
        number = request.url.path.removeprefix("/api/").partition("/")[2]
        assert (record.findtext("id") or "") == number
        assert bool(number) == (request.method == "PATCH")


def test_a_state_is_a_row_of_history_and_never_a_field_of_the_order(changes: list[httpx.Request]):
    assert len([one for one in changes if resource(one) == "order_histories"]) == 3
    orders = [fromstring(one.content)[0] for one in changes if resource(one) == "orders"]
    assert orders
    assert all(record.find("current_state") is None for record in orders)


def test_translated_texts_are_written_in_all_languages_and_amounts_with_a_point(changes: list[httpx.Request]):
    """A text that is sent in one language is empty in the others afterwards."""
    (product,) = (fromstring(one.content)[0] for one in changes if resource(one) == "products")
    languages = [one.attrib["id"] for one in product.findall("name/language")]
    assert languages == ["1", "2"]
    assert product.findtext("price") == "79.960000"


def test_a_new_customer_has_a_password_that_nobody_guesses(changes: list[httpx.Request]):
    """The shop would take one of a letter."""
    (customer,) = (fromstring(one.content)[0] for one in changes if resource(one) == "customers")
    assert len(customer.findtext("passwd") or "") > 20
