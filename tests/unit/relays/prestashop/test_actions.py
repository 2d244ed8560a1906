"""What PrestaShop cannot do, or does not do, is said before or instead of a change; what it does by version."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from shoprelay_relays.actions import BY_KEY, Call, Done, Reference
from shoprelay_relays.errors import CannotDo, Refused, RelayError, ShopTrouble
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.http.pictures import fetched
from shoprelay_relays.http.tokens import MemoryTokens
from shoprelay_relays.prestashop import RELAY
from shoprelay_relays.prestashop.actions import asking, xml
from shoprelay_relays.prestashop.actions.writing import slug
from shoprelay_relays.prestashop.client import Missing
from shoprelay_relays.spec import Connection
from shoprelay_relays.xmltree import tree
from shoprelay_simulators import PrestaShop, serve
from shoprelay_simulators.prestashop import acts

Row = dict[str, Any]
Act = Callable[..., Any]
HEAD = {"access-time": "1767225600", "psws-version": "8.2.1"}


class Wire(httpx.AsyncHTTPTransport):
    """Notes what changes the shop."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            self.changes.append(f"{request.method} {request.url.path.removeprefix('/api/')}")
        return await super().handle_async_request(request)


@asynccontextmanager
async def acting(shop: PrestaShop, **config: str) -> AsyncIterator[tuple[Act, Wire]]:
    wire = Wire()
    async with wire, serve(shop) as url:
        known = {"shop_url": url, "key": shop.key}
        async with RELAY.client(known, Connection(wire, MemoryTokens())) as client:
            known |= {**await RELAY.settings(client, known), **config}

            async def act(key: str, target: str = "", data: Row | None = None, document: Row | None = None) -> Done:
                endpoint = BY_KEY[key]
                named = Reference(endpoint.resource, target, document or {})
                return await RELAY.actions[key].run(Call(client, known, named, endpoint.body.model_validate(data or {})))

            yield act, wire


@pytest.fixture
def shop() -> PrestaShop:
    return PrestaShop(7, orders=4, products=6, customers=3)


@pytest.mark.parametrize(
    ("key", "data", "error", "said"),
    [
        ("orders/update_status", {"status_id": "77"}, CannotDo, "no status 77"),
        ("orders/create_shipment", {"courier": "Rumpost"}, CannotDo, "it has Ekspres, Fjordpost, Kystbud, Øbud"),
        ("orders/cancel", {"refund": True}, CannotDo, "moves no money"),
        ("orders/refund", {"refund_amount": 1e6}, CannotDo, "at most"),
        ("orders/return", {"order_lines": [{"variant_sku": "NONE"}]}, CannotDo, "no line NONE"),
        ("orders/update", {"billing_city": "Ribe", "shipping_country": {"remote_id": "XX"}}, CannotDo, "no country XX"),
    ],
)
async def test_orders(shop: PrestaShop, key: str, data: Row, error: type[RelayError], said: str) -> None:
    async with acting(shop) as (act, wire):
        with pytest.raises(error, match=said):
            await act(key, "1", data)
    assert wire.changes == []


@pytest.mark.parametrize("target", ["99", "ABCDEFGHI"])
async def test_an_order_that_is_not_there(shop: PrestaShop, target: str) -> None:
    async with acting(shop) as (act, _):
        with pytest.raises(NotThere):
            await act("orders/close", target)


async def test_a_status_that_an_order_has_makes_no_more_history(shop: PrestaShop) -> None:
    acts.set_state(shop, 1, 3)
    async with acting(shop) as (act, wire):
        done = await act("orders/update_status", "1", {"status_id": "3"})
    assert (done.result, wire.changes) == ({"status_id": "3"}, [])


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("orders/refund", {}),
        ("orders/return", {}),
        ("orders/create_shipment", {"tracking_number": "SPOR1"}),
        ("orders/update", {"company_note": "Haster", "shipping_city": "Ribe"}),
    ],
)
async def test_a_status_that_the_shop_does_not_have_is_known_before_anything_is_changed(
    shop: PrestaShop, key: str, data: Row
) -> None:
    status = {"status": {"remote_id": "77"}} if key == "orders/update" else {"status_id": "77"}
    async with acting(shop) as (act, wire):
        with pytest.raises(CannotDo, match="no status 77"):
            await act(key, "1", {**data, **status})
    assert wire.changes == []


async def test_what_is_credited_is_not_credited_again(shop: PrestaShop) -> None:
    async with acting(shop) as (act, _):
        await act("orders/refund", "1")
        with pytest.raises(CannotDo, match="credited already"):
            await act("orders/refund", "1")
        with pytest.raises(CannotDo, match="credited already"):
            await act("orders/return", "1")


async def test_the_rest_is_credited_after_a_part_of_it(shop: PrestaShop) -> None:
    detail = next(shop.where("order_details", id_order=1))
    line = {"variant_sku": detail["product_reference"], "quantity": 1}
    async with acting(shop) as (act, _):
        await act("orders/return", "1", {"order_lines": [line], "include_shipping": True})
        await act("orders/refund", "1")
    slips: list[Any] = list(shop.where("order_slip", id_order=1))
    details = [entry for slip in slips for entry in slip["associations"]["order_slip_details"]]
    pieces = sum(int(one["product_quantity"]) for one in details)
    ordered = sum(int(str(row["product_quantity"])) for row in shop.where("order_details", id_order=1))
    assert pieces == ordered
    assert [slip["shipping_cost"] for slip in slips] == ["1", "0"]


async def test_what_is_not_a_whole_piece(shop: PrestaShop) -> None:
    detail = next(shop.where("order_details", id_order=1))
    async with acting(shop) as (act, _):
        with pytest.raises(CannotDo, match="whole pieces"):
            await act("orders/return", "1", {"order_lines": [{"variant_sku": detail["product_reference"], "quantity": 0.5}]})


@pytest.mark.parametrize(("version", "verb"), [("8.2.1", "PATCH"), ("9.0.0", "PATCH"), ("1.7.8.11", "PUT"), ("", "PUT")])
async def test_older_versions_get_a_record_back_whole(shop: PrestaShop, version: str, verb: str) -> None:
    before = dict(shop.tables["products"][1])
    async with acting(shop, version=version) as (act, wire):
        await act("products/update", "1", {"sku": "NY"})
    assert wire.changes == [f"{verb} products/1"]
    after = {name: value for name, value in shop.tables["products"][1].items() if name != "date_upd"}
    assert after == {**{name: value for name, value in before.items() if name != "date_upd"}, "reference": "NY"}


async def test_ids_of_products_and_combinations_may_be_the_same_number(shop: PrestaShop) -> None:
    own = next(row for row in shop.tables["combinations"].values() if row["id_product"] != str(row["id"]))
    number = str(own["id"])
    async with acting(shop) as (act, wire):
        if int(number) in shop.tables["products"] and not list(shop.where("combinations", id_product=number)):
            with pytest.raises(CannotDo, match="several things"):
                await act("variants/destroy", number)
            assert wire.changes == []
        await act("variants/destroy", document={"sku_2": number, "sku_3": own["id_product"]})
    assert own["id"] not in shop.tables["combinations"]


async def test_a_reference_is_found_in_any_case_and_never_as_a_filter_of_another_kind(shop: PrestaShop) -> None:
    """Commas, bars and brackets would make a range, a list or no filter of it."""
    shop.change("products", 1, {"reference": "Krus-1"})
    async with acting(shop) as (act, wire):
        assert (await act("products/update", "KRUS-1", {"sku": "Krus-2"})).result["sku_2"] == "1"
        for given in ("1,6", "Krus-2|Krus-3", "Krus[2]", "Krus%"):
            with pytest.raises(NotThere):
                await act("products/update", given, {"sku": "NY"})
    assert wire.changes == ["PATCH products/1"]


async def test_a_product_has_a_name_whatever_the_shop_would_take(shop: PrestaShop) -> None:
    async with acting(shop) as (act, wire):
        with pytest.raises(CannotDo, match="a product has a name"):
            await act("products/create", data={"price": 8.0})
    assert wire.changes == []


async def test_a_product_without_combinations_is_its_own_variant(shop: PrestaShop) -> None:
    row = next(row for row in shop.tables["products"].values() if not list(shop.where("combinations", id_product=row["id"])))
    both = {"sku_2": str(row["id"]), "sku_3": str(row["id"])}
    async with acting(shop) as (act, wire):
        with pytest.raises(CannotDo, match="delete the product"):
            await act("variants/destroy", document=both)
        assert wire.changes == []
        done = await act("variants/change_stock", document=both, data={"stock": 7})
    assert done.result == {"stock": 7}


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        ({"sku": "A"}, "chosen by its variations"),
        ({"variations": [{"type": "Size", "value": "S"}], "description_1": "x"}, "description_1: PrestaShop keeps this"),
    ],
)
async def test_what_a_combination_cannot_have(shop: PrestaShop, variant: Row, said: str) -> None:
    async with acting(shop) as (act, wire):
        with pytest.raises(CannotDo, match=said):
            await act("products/create", data={"name": "Krus", "variants": [variant]})
    assert wire.changes == []


async def test_an_offer_takes_the_place_of_the_one_before(shop: PrestaShop) -> None:
    async with acting(shop) as (act, _):
        for offer in (80.0, 75.0):
            await act("products/update", "1", {"price": 100.0, "offer_price": offer})
        with pytest.raises(CannotDo, match="not dearer"):
            await act("products/update", "1", {"offer_price": 101.0})
        with pytest.raises(CannotDo, match="with its times"):
            await act("products/update", "1", {"offer_finished_at": "2031-03-08T00:00:00Z"})
    assert [row["reduction"] for row in shop.tables["specific_prices"].values()] == ["25.00"]


async def test_prices_are_not_written_while_the_taxes_are_not_known(shop: PrestaShop) -> None:
    shop.refused = {"tax_rules"}
    async with acting(shop) as (act, wire):
        with pytest.raises(CannotDo, match="tax_rules"):
            await act("products/update", "1", {"price": 10})
    assert wire.changes == []


async def test_an_address_that_has_a_customer_is_not_taken_twice(shop: PrestaShop) -> None:
    email = shop.tables["customers"][1]["email"]
    async with acting(shop) as (act, wire):
        with pytest.raises(CannotDo, match="has a customer of this address: 1"):
            await act("customers/create", data={"email": email, "first_name": "A", "last_name": "B"})
    assert wire.changes == []


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(400, 85, Refused), (405, 25, Missing), (401, 26, Missing), (404, 92, NotThere), (500, 134, ShopTrouble)],
)
async def test_refusals_are_told_in_the_shop_s_words(status: int, code: int, error: type[RelayError]) -> None:
    said = {"errors": [{"code": code, "message": "Validation error: Product->price"}]}
    wire = httpx.MockTransport(lambda _: httpx.Response(status, json=said, headers=HEAD))
    config = {"shop_url": "https://shop.test", "key": "K" * 32, "version": "8.2.1"}
    async with RELAY.client(config, Connection(wire)) as client:
        with pytest.raises(error) as caught:
            await asking.edit(client, config, "products", "1", {"price": 1})
    if error is Missing:
        assert "the right to PATCH on products" in str(caught.value)


async def test_the_key_goes_to_the_shop_alone() -> None:
    seen: list[httpx.Request] = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(404)

    for way in ("basic", "query"):
        config = {"shop_url": "https://shop.test/butik/", "key": "K" * 32, "auth": way}
        async with RELAY.client(config, Connection(httpx.MockTransport(elsewhere))) as client:
            with pytest.raises(CannotDo, match="answers 404"):
                await fetched(client, "https://elsewhere.test/x.jpg")
    assert all("authorization" not in one.headers and "ws_key" not in one.url.params for one in seen)


def test_text_goes_into_xml_whole() -> None:
    members = xml.Members("category", [{"id": "3"}, {"id": "4"}])
    body = xml.record("product", {"name": [{"id": "1", "value": "a ]]> & <b>\x0b"}], "active": True, "categories": members})
    product = tree(body)["prestashop"]["product"]
    assert product["name"] == [{"id": "1", "value": "a ]]> & <b>"}]
    assert product["active"] == "1"
    assert product["associations"] == {"categories": {"category": [{"id": "3"}, {"id": "4"}]}}


@pytest.mark.parametrize(("name", "end"), [("Blå Krus!", "blaa-krus"), ("Éclair & Co", "eclair-co"), ("日本", "x")])
def test_addresses_of_pages(name: str, end: str) -> None:
    assert slug(name) == end


async def test_the_shops_of_one_installation(shop: PrestaShop) -> None:
    async with acting(shop) as (act, _):
        assert (await act("shop_ids/index")).result == [{"remote_id": "1", "name": "Kystlageret"}]
