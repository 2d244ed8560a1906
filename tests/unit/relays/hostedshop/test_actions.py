"""What a shop refuses, what the platform cannot do, and what is known of a change afterwards."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from services.shop_api.careful import Careful
from shoprelay_relays.actions import BY_KEY, Call, Done, Reference
from shoprelay_relays.errors import CannotDo, Refused, RelayError, ShopTrouble
from shoprelay_relays.hostedshop import BRANDS, DANDOMAIN
from shoprelay_relays.hostedshop.actions import ACTIONS
from shoprelay_relays.hostedshop.changes import CHANGES
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.http.tokens import MemoryTokens
from shoprelay_relays.spec import Connection
from shoprelay_simulators import HostedShop, serve
from tests.contract.actions.dandomain import ADDRESS

SIMPLE = {"delivery_method": {"remote_id": "1"}, "payment_method": {"remote_id": "1"}}


@dataclass
class Side:
    """A shop, and the service's careful way to it."""

    shop: HostedShop
    config: dict[str, Any]
    client: httpx.AsyncClient
    careful: Careful

    async def act(self, key: str, target: str = "", data: dict[str, Any] | None = None, **document: Any) -> Done:
        endpoint = BY_KEY[key]
        named = Reference(endpoint.resource, target, document)
        return await ACTIONS[key].run(Call(self.client, self.config, named, endpoint.body.model_validate(data or {})))

    async def ends(self, error: type[RelayError], key: str, target: str = "", data: dict[str, Any] | None = None) -> str:
        with pytest.raises(error) as caught:
            await self.act(key, target, data)
        assert type(caught.value) is error
        return str(caught.value)


@asynccontextmanager
async def connected() -> AsyncIterator[Side]:
    async def before() -> None:
        return None

    shop = HostedShop(7, orders=3, products=9, customers=2)
    async with httpx.AsyncHTTPTransport() as wire, serve(shop) as url:
        config = {**shop.credentials(), "shop_url": url, "api_url": url}
        careful = Careful(wire, before)
        async with DANDOMAIN.client(config, Connection(careful, MemoryTokens())) as client:
            yield Side(shop, {**config, **await DANDOMAIN.settings(client, config)}, client, careful)


@pytest.fixture
async def side() -> AsyncIterator[Side]:
    async with connected() as one:
        yield one


def transaction(number: int, status: int = 0) -> dict[str, Any]:
    return {"Id": number, "OrderId": 1, "Status": status, "TransactionNumber": number, "Amount": 10000, "AmountFull": 100}


async def test_a_refusal_is_in_the_shop_s_words_and_nothing_is_in_doubt_after_it(side: Side) -> None:
    side.shop.tables["Category"][44] = {**side.shop.tables["Category"][4], "Id": 44}
    side.shop.tables["Product"][1]["CategoryId"] = 44
    assert await side.ends(Refused, "categories/destroy", "44") == "Category 44 is not empty (PARAM)"
    assert side.careful.trail.unsure == "POST /service.php"
    side.careful.trail.refused()
    assert not side.careful.trail.touched


async def test_what_the_shop_answers_under_500_without_saying_what_became_of_it_stays_in_doubt(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_shop: HostedShop, _call: Any) -> bool:
        from shoprelay_simulators.hostedshop.soap import Fault

        raise Fault("INTERNAL", "An internal error in the service occured")

    monkeypatch.setitem(_writes(), "Order_UpdateStatus", broken)
    await side.act("orders/update", "1", {"company_note": "one"})
    with pytest.raises(ShopTrouble):
        await side.act("orders/update_status", "1", {"status_id": "2"})
    assert side.careful.trail.unsure
    assert side.careful.trail.changed == ["POST /service.php"]


async def test_a_change_is_not_sent_again_in_a_new_session(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session ends between the read of the order and its change."""
    asked = _ending(side.shop, monkeypatch)
    told = await side.ends(Refused, "orders/update", "1", {"company_note": "one"})
    assert "Nothing was done" in told
    assert asked == ["Order_UpdateComment"]
    monkeypatch.undo()
    assert (await side.act("orders/update", "1", {"company_note": "two"})).result["remote_id"] == "1"
    assert side.shop.tables["Order"][1]["OrderComment"] == "two"


async def test_a_read_is_sent_again_in_a_new_session(side: Side) -> None:
    await side.act("orders/update", "1", {"company_note": "one"})
    side.shop.sessions.end_all()
    await side.act("orders/update", "1", {"company_note": "two"})
    assert side.shop.sessions.opened == 2


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("orders/update_status", {"status_id": "2"}),
        ("orders/capture", {}),
        ("shipments/update", {"tracking_number": "X"}),
        ("products/update", {"name": "X"}),
        ("variants/change_stock", {"stock": 1}),
        ("customers/update", {"first_name": "X"}),
        ("categories/update", {"name": "X"}),
    ],
)
@pytest.mark.parametrize("missing", ["empty", "fault"])
@pytest.mark.parametrize("given", ["999999", "no-such-thing"])
async def test_what_the_shop_does_not_have_is_not_there(key: str, data: dict[str, Any], missing: Any, given: str) -> None:
    async with connected() as side:
        side.shop.missing = missing
        await side.ends(NotThere, key, given, data)
        assert not side.careful.trail.touched


@pytest.mark.parametrize(
    ("key", "target", "data", "said"),
    [
        ("orders/update_status", "1", {"status_id": "42"}, "the shop has no status 42; it has 0 Ikke modtaget"),
        ("orders/update", "1", {"status": {}}, "status: expected _id or remote_id"),
        ("orders/capture", "1", {}, "no payment that is reserved"),
        ("orders/close", "1", {"capture_amount": 5.0}, "expected capture"),
        ("orders/cancel", "1", {"refund": True}, "no payment that is reserved"),
        ("orders/create_shipment", "1", {}, "a shipment is a tracking code here"),
        (
            *("orders/create_shipment", "1"),
            {"status_id": "7", "order_lines": [{"variant_sku": "X"}]},
            "lines are sent by their tracking code",
        ),
        ("orders/create", "", {**ADDRESS, **SIMPLE, "status": {}, "variants": []}, "status: expected _id or remote_id"),
        (
            *("orders/create_shipment", "1"),
            {"tracking_number": "X", "order_lines": [{"variant_sku": "NONE"}]},
            "order_lines.0: the order has no such line",
        ),
        ("orders/create", "", {**ADDRESS, "variants": []}, "delivery_method: the platform makes no order without one"),
        (
            *("orders/create", ""),
            {**ADDRESS, **SIMPLE, "billing_country": {"remote_id": "US"}, "variants": []},
            "billing_country: the shop delivers to DK, SE, DE, NO",
        ),
        (
            "orders/create",
            "",
            {**ADDRESS, **SIMPLE, "variants": [{"sku": "NONE"}]},
            "variants.0: the shop sells nothing under NONE",
        ),
        ("orders/create", "", {**ADDRESS, **SIMPLE, "currency": "USD", "variants": []}, "currency: the shop has EUR, DKK"),
        ("products/create", "", {"name": "X"}, "category_ids: the platform makes no product without one"),
        ("products/update", "1", {"offer_price": 1e6}, "offer_price: expected less"),
        ("products/update", "1", {"before_price": 5.0}, "before_price: expected price or offer_price"),
        ("products/create_variant", "1", {"sku": "X"}, "variations: expected what sets it apart"),
        ("products/add_image", "1", {"url": "https://example.com/mug.jpg"}, "the platform fetches no files"),
        ("products/remove_image", "1", {"remote_id": "31337"}, "remote_id: the product has no such image"),
        ("customers/update", "1", {"group": "Nobody"}, "group: the shop has Kunder, Kunder B2B-login"),
    ],
)
async def test_what_the_platform_cannot_do_is_said_before_anything_is_changed(
    side: Side, key: str, target: str, data: dict[str, Any], said: str
) -> None:
    assert said in await side.ends(CannotDo, key, target, data)
    assert not side.careful.trail.touched


async def test_a_payment_that_was_taken_is_neither_taken_again_nor_paid_back(side: Side) -> None:
    side.shop.tables["Order"][1]["Transactions"] = [transaction(77, status=1)]
    assert "no payment that is reserved" in await side.ends(CannotDo, "orders/capture", "1")
    assert "cannot pay back" in await side.ends(CannotDo, "orders/cancel", "1", {"refund": True})


async def test_several_payments_are_taken_together_or_not_at_all(side: Side) -> None:
    side.shop.tables["Order"][1]["Transactions"] = [transaction(77), transaction(78)]
    assert "several payments" in await side.ends(CannotDo, "orders/capture", "1", {"capture_amount": 5.0})
    assert (await side.act("orders/capture", "1")).result["captured_amount"] == 200.0


async def test_what_the_payment_service_says_no_to_is_refused_in_its_words(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    side.shop.tables["Order"][1]["Transactions"] = [transaction(77)]
    monkeypatch.setitem(_writes(), "Order_CompleteTransaction", lambda _shop, _call: "Card expired")
    said = await side.ends(Refused, "orders/close", "1", {"capture": True})
    assert said == "the payment service says: Card expired"
    assert side.shop.tables["Order"][1]["Status"] == 1


async def test_a_status_that_the_order_has_is_not_set_again(side: Side) -> None:
    """Status 1 sends the buyer an e-mail each time."""
    await side.act("orders/update_status", "1", {"status_id": "1"})
    assert not side.careful.trail.touched


async def test_an_order_that_lacks_a_line_is_told_of_and_not_made_twice(side: Side) -> None:
    one, two = list(side.shop.tables["Product"].values())[:2]
    for row, stock in ((one, 5), (two, 0)):
        row.update({"Variants": [], "Stock": stock, "OutOfStockBuy": "0"})
    lines = [{"sku_3": f"{row['Id']}/0"} for row in (one, two)]
    done = await side.act("orders/create", "", {**ADDRESS, **SIMPLE, "variants": lines})
    assert done.result["remote_id"] == str(max(side.shop.tables["Order"]))
    assert f"Product: {two['Id']}" in done.result["left_out"]
    assert len(side.shop.tables["Order"]) == 4
    assert done.reads == [("orders", "4")]


async def test_a_number_that_is_a_product_s_and_a_variant_s_is_told_apart_by_its_document(side: Side) -> None:
    alone = next(row for row in side.shop.tables["Product"].values() if not row["Variants"])
    varied = next(row for row in side.shop.tables["Product"].values() if row["Variants"])
    varied["Variants"][0]["Id"] = alone["Id"]
    for row in side.shop.tables["Product"].values():
        row["Variants"] = [one for one in row["Variants"] if one is varied["Variants"][0] or one["Id"] != alone["Id"]]
    key = str(alone["Id"])
    several = await side.ends(CannotDo, "variants/change_stock", key, {"stock": 1})
    assert f"{varied['Id']}/{key}, {key}/0" in several
    own = {"sku": alone["ItemNumber"], "product_sku": alone["ItemNumber"], "variations": []}
    await side.act("variants/change_stock", "5f", {"stock": 41}, sku_3=key, **own)
    other = {"sku": varied["ItemNumber"], "product_sku": varied["ItemNumber"], "variations": [{"type": "x", "value": "y"}]}
    await side.act("variants/change_stock", "5e", {"stock": 42}, sku_3=key, **other)
    assert (alone["Stock"], varied["Variants"][0]["Stock"]) == (41, 42)


async def test_an_item_number_that_is_a_number_is_not_taken_for_another_product_s(side: Side) -> None:
    alone = next(row for row in side.shop.tables["Product"].values() if not row["Variants"])
    other = next(key for key in side.shop.tables["Product"] if key != alone["Id"])
    alone.update({"ItemNumber": str(other), "Stock": 5, "Online": True})
    await side.act("orders/create", "", {**ADDRESS, **SIMPLE, "variants": [{"sku": str(other)}]})
    assert side.shop.tables["Order"][4]["OrderLines"][0]["ProductId"] == alone["Id"]
    told = await side.ends(CannotDo, "orders/create", "", {**ADDRESS, **SIMPLE, "variants": [{"sku_2": "L-1"}]})
    assert told.startswith("variants.0.sku_2")


async def test_a_document_of_what_is_gone_does_not_name_what_has_its_number_as_item_number(side: Side) -> None:
    alone = next(row for row in side.shop.tables["Product"].values() if not row["Variants"])
    alone["ItemNumber"] = "31337"
    for key, data in (("variants/change_stock", {"stock": 1}), ("products/update", {"name": "X"})):
        with pytest.raises(NotThere):
            await side.act(key, "5f", data, sku_3="31337", sku="gone")
    assert not side.careful.trail.touched


async def test_stock_at_several_places_is_left_alone(side: Side) -> None:
    row = next(row for row in side.shop.tables["Product"].values() if row["Variants"])
    row["Variants"][0]["StockLocations"] *= 2
    told = await side.ends(CannotDo, "variants/change_stock", f"{row['Id']}/{row['Variants'][0]['Id']}", {"stock": 1})
    assert "several places" in told


async def test_a_variant_is_not_told_what_its_product_keeps(side: Side) -> None:
    row = next(row for row in side.shop.tables["Product"].values() if row["Variants"])
    told = await side.ends(CannotDo, "variants/update", f"{row['Id']}/{row['Variants'][0]['Id']}", {"name": "X"})
    assert told.startswith("name: the platform keeps it on the product")


async def test_prices_are_entered_as_the_shop_does(side: Side) -> None:
    side.config["prices_with_vat"] = "false"
    await side.act("products/update", "1", {"price": 125.0})
    row = side.shop.tables["Product"][1]
    assert (row["Price"], row["Discount"]) == ("100", "0")


async def test_the_sites_of_a_shop_are_told(side: Side) -> None:
    done = await side.act("shop_ids/index")
    assert done.result == [{"remote_id": "1", "name": "Anholt Uld"}, {"remote_id": "2", "name": "Anholt Ull"}]
    assert not side.careful.trail.touched


def test_all_brands_do_the_same() -> None:
    assert all(brand.actions is ACTIONS for brand in BRANDS)


def test_what_is_a_change_says_so_in_its_name() -> None:
    verbs = ("Create", "Update", "Delete", "Complete", "Lower", "Cancel")
    assert all(name.partition("_")[2].startswith(verbs) for name in CHANGES)


def _writes() -> dict[str, Callable[[HostedShop, Any], object]]:
    from shoprelay_simulators.hostedshop.writes import WRITES

    return WRITES


def _ending(shop: HostedShop, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The session ends as a change arrives; the changes that arrived."""
    from shoprelay_simulators.hostedshop import soap

    asked: list[str] = []
    read = soap.read

    def reading(request: Any) -> soap.Call:
        call = read(request)
        if call.operation in CHANGES:
            asked.append(call.operation)
            shop.sessions.end_all()
        return call

    monkeypatch.setattr(soap, "read", reading)
    return asked
