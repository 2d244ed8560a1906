"""Twenty ways in which programs that read shops have been seen to lose, double or spoil what they read, and the test of each.

SCENARIOS is the whole list. What is here goes the whole way, from a simulated shop over its API to documents
(tests/support/way.py); what needs servers is where it says.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from bson import ObjectId

from shoprelay_relays.errors import PayloadInvalid, ShopTrouble
from shoprelay_relays.spec import Mode, Window
from shoprelay_schema.documents import COLLECTIONS
from shoprelay_simulators import ManualClock, PrestaShop, WooShop
from shoprelay_simulators.prestashop import acts
from shoprelay_simulators.receiver import receiver
from shoprelay_simulators.shopify import living as shopify_living
from shoprelay_simulators.shopify.orders import new_order
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.woocommerce import changes
from tests.support.named import missing
from tests.support.way import NOW, SHOPS, Way, over, shopify, way
from tests.unit.normalizer.memory import Memory, project, pushed, record, webshop

_HERE = "tests/contract/test_rival_defects.py"
_CONDUCT = "tests/contract/relays/test_conduct.py"
_SHOPIFY = "tests/contract/relays/shopify/test_simulated_trouble.py"
_NOTIFIER, _CRASHES = "tests/integration/test_notifier.py", "tests/chaos/crash_points"
SCENARIOS: dict[int, tuple[str, list[str]]] = {
    1: ("more than 250 lines on one order", [f"{_HERE}::test_01_more_than_250_lines_on_one_order"]),
    2: ("1,000 records with one modified time", [f"{_CONDUCT}::test_a_thousand_orders_of_one_second_come_once_each"]),
    3: (
        "a row that is modified again while its list is paged",
        [f"{_CONDUCT}::test_nothing_is_missed_and_the_list_ends_while_the_shop_changes_at_every_request"],
    ),
    4: ("the hour that an autumn night has twice", [f"{_HERE}::test_04_both_hours_when_summer_time_ends"]),
    5: ("stock alone, a variant alone", [f"{_HERE}::test_05_a_change_of_stock_or_of_a_variant_alone"]),
    6: ("a quantity that is edited and moves no date", [f"{_HERE}::test_06_an_edited_quantity_that_moves_no_date"]),
    7: ("a webhook older than a poll, and the reverse", [f"{_HERE}::test_07_a_webhook_older_than_a_poll_and_the_reverse"]),
    8: (
        "a subscription that the shop lost, a receiver that was down",
        [f"{_HERE}::test_08_a_lost_subscription_and_a_receiver_that_was_down_for_five_hours"],
    ),
    9: ("one order number in two shops of a company", [f"{_HERE}::test_09_one_order_number_in_two_shops_of_a_company"]),
    10: ("two variants without a sku, or with the same", [f"{_HERE}::test_10_variants_without_a_sku_or_with_the_same"]),
    11: ("an order whose product is deleted", [f"{_HERE}::test_11_an_order_whose_product_was_deleted"]),
    12: ("a buyer's currency that is not the shop's, refunded", [f"{_HERE}::test_12_a_refund_in_the_buyers_currency"]),
    13: (
        "429 of an operator's endpoint; one endpoint that holds up no other",
        [
            f"{_NOTIFIER}::test_retry_after_holds_the_whole_endpoint_back",
            f"{_NOTIFIER}::test_a_hanging_endpoint_delays_no_other",
            f"{_NOTIFIER}::test_an_endpoint_that_fails_gets_one_call_at_a_time",
        ],
    ),
    14: (
        "a token that ends in mid-page under 50 callers; a refresh whose answer is lost",
        [
            f"{_CONDUCT}::test_a_token_that_ends_in_mid_page_is_renewed_once_for_fifty_callers",
            f"{_SHOPIFY}::test_a_refresh_whose_answer_was_lost_is_repeated_with_the_same_token",
            "tests/integration/test_shop_tokens.py::test_fifty_callers_in_two_processes_renew_once",
        ],
    ),
    15: (
        "a new code, a field of another type",
        [
            f"{_HERE}::test_15_a_new_code_is_kept_and_a_field_of_another_type_costs_its_record_alone",
            "tests/contract/relays/test_relays.py::test_a_payload_at_fault_is_said_to_be_and_nothing_else_happens",
            "tests/integration/test_dlq.py::test_a_retry_lands_in_order_and_only_once",
        ],
    ),
    16: (
        "kill -9 between the database and the broker",
        [f"{_CRASHES}/test_normalizer.py::test_killed", f"{_CRASHES}/test_relay_poller.py::test_killed"],
    ),
    17: (
        "a listing that is broken off deletes nothing",
        [
            f"{_HERE}::test_17_a_listing_that_is_broken_off_deletes_nothing",
            "tests/integration/test_poller_modes.py::test_a_sweep_lists_everything_goes_on_from_its_cursor_and_deletes_nothing",
        ],
    ),
    18: (
        "keys that are rotated under a poll; what was deleted, or erased of a buyer, does not come back by a replay",
        [
            "tests/integration/test_key_rotation.py::test_a_poll_goes_on_while_the_key_is_rotated",
            "tests/integration/test_erasure.py::test_what_a_shop_erased_does_not_come_back",
            "tests/integration/test_admin.py::test_after_a_rotation_old_and_new_can_be_read",
            "tests/integration/test_replay.py::test_deleted_stays_deleted_and_an_elder_does_not_win",
            "tests/integration/test_destroying.py::test_what_arrives_late_is_charged_and_resurrects_nothing",
        ],
    ),
    19: (
        "usage that is read again comes to the same bill",
        [
            "tests/integration/test_billing.py::test_any_order_split_and_repetition_gives_the_same_counters",
            f"{_CRASHES}/test_billing_meter.py::test_killed",
        ],
    ),
    20: (
        "more records than a platform lets one page through",
        [
            f"{_HERE}::test_20_more_orders_than_shopify_lets_one_page_through",
            f"{_HERE}::test_20_the_whole_history_of_a_shop_with_more_records_than_that",
        ],
    ),
}


def test_every_scenario_has_its_tests() -> None:
    assert sorted(SCENARIOS) == list(range(1, 21))
    assert not missing([one for _, tests in SCENARIOS.values() for one in tests])
    assert all(tests for _, tests in SCENARIOS.values())


async def test_01_more_than_250_lines_on_one_order() -> None:
    async with over("shopify") as side:
        row = new_order(side.shop, NOW - timedelta(minutes=1), lines=300)
        side.shop.changed(row, "create")
        await side.poll("orders")
        order = side.document("orders", number(row))
        lines = [line for line in side.memory.documents("order_lines") if line["order_id"] == order["_id"]]
        assert len(lines) == 300
        whole = sum(Decimal(str(line["price"])) * line["quantity"] for line in lines)
        whole += Decimal(str(order["delivery_price"])) - Decimal(str(order["discount_amount"]))
        assert abs(whole - Decimal(str(order["price"]))) < Decimal("0.01")


@pytest.mark.parametrize("name", ["woocommerce", "prestashop"])
async def test_04_both_hours_when_summer_time_ends(name: str) -> None:
    clock = ManualClock(datetime(2026, 10, 25, 0, 0, tzinfo=UTC))
    async with over(name, clock=clock) as side:
        one, other = _two_orders(side.shop)
        await side.poll("orders")
        for minutes, order, status in ((30, one, "first"), (45, other, "second"), (15, one, "second")):
            clock.advance(60 * minutes)  # 02:30, then 02:15 and 02:30 again
            _set_status(side.shop, order, status)
            await side.poll("orders")
        assert [_status(side, order) for order in (one, other)] == ["second", "second"]


def _two_orders(shop: Any) -> list[int]:
    rows = shop.tables["orders"] if isinstance(shop, PrestaShop) else shop.orders
    fitting = [key for key, row in rows.items() if isinstance(shop, PrestaShop) or row.status == "processing"]
    return fitting[:2]


_STATUSES = {"woocommerce": {"first": "on-hold", "second": "completed"}, "prestashop": {"first": "4", "second": "5"}}


def _set_status(shop: Any, order: int, which: str) -> None:
    status = _STATUSES[shop.platform][which]
    if isinstance(shop, PrestaShop):
        acts.set_state(shop, order, int(status))
    else:
        changes.set_status(shop, shop.orders[order], status)


def _status(side: Way, order: int) -> str:
    document = side.document("orders", order)
    words = {side.id("statuses", key): which for which, key in _STATUSES[side.shop.platform].items()}
    return words[document["status_id"]]


@pytest.mark.parametrize("name", ["woocommerce", "prestashop", "magento2"])
@pytest.mark.parametrize("what", ["stock", "price"])
async def test_05_a_change_of_stock_or_of_a_variant_alone(name: str, what: str) -> None:
    async with over(name) as side:
        await side.poll("products")
        side.clock.advance(3600)
        variant, parent = _change_variant(side.shop, what)
        await side.poll("products")
        await side.sweep("products")
        found = next(row for row in side.memory.documents("variants") if row["_id"] == side.id("variants", variant))
        assert found["stock" if what == "stock" else "price"] == 777
        assert found["product_id"] == side.id("products", parent)
        before = len(side.memory.changes)
        await side.sweep("products")
        assert len(side.memory.changes) == before, "a sweep that finds nothing new announces nothing"


def _change_variant(shop: Any, what: str) -> tuple[str, str]:
    """Sets the stock or the price of one variant to 777, as the platform does without dating its product; gives both keys."""
    if isinstance(shop, WooShop):
        row = next(row for row in shop.products.values() if row.parent_id)
        row.manage_stock, row.stock = True, 777
        row.regular_price, row.sale_price = "777.00", ""
        changes.change_product(shop, row)
        return str(row.id), str(row.parent_id)
    if isinstance(shop, PrestaShop):
        return _change_combination(shop, what)
    child = next(row for row in shop.products.values() if row["visibility"] == 1)
    parent = next(
        row["id"]
        for row in shop.products.values()
        if child["id"] in row["extension_attributes"].get("configurable_product_links", ())
    )
    child["price"] = 777.0
    for (sku, source), row in shop.stock.items():
        if sku == child["sku"]:
            row |= {"quantity": 777 if source == "default" else 0, "status": 1}
    return str(child["id"]), str(parent)


def _change_combination(shop: PrestaShop, what: str) -> tuple[str, str]:
    number, row = next(iter(shop.tables["combinations"].items()))
    product = int(str(row["id_product"]))
    if what == "price":
        net = Decimal(777) / acts.TAX - Decimal(str(shop.tables["products"][product]["price"]))
        shop.change("combinations", number, {"price": f"{net:.6f}"})
    for held in shop.where("stock_availables", id_product=product, id_product_attribute=number):
        shop.change("stock_availables", int(str(held["id"])), {"quantity": "777"})
    return f"{product}/{number}", str(product)


async def test_06_an_edited_quantity_that_moves_no_date() -> None:
    async with over("woocommerce", order_tables=False) as side:
        await side.poll("orders")
        order = max((row.created, row.id) for row in side.shop.orders.values() if row.status == "processing" and row.lines)[1]
        line = side.shop.orders[order].lines[0].id
        side.clock.advance(3600)
        await side.client.put(f"orders/{order}", json={"line_items": [{"id": line, "quantity": 7}]})
        await side.poll("orders")
        assert side.document("order_lines", line)["quantity"] != 7, "the platform dates no such change"
        side.watermarks.clear()
        await side.poll("orders", Mode.OPEN_SINCE_1X)
        assert side.document("order_lines", line)["quantity"] == 7
        side.memory.audit()


async def test_07_a_webhook_older_than_a_poll_and_the_reverse() -> None:
    async with over("woocommerce") as side:
        order = _two_orders(side.shop)[0]
        old = side.shop.read("orders", order)
        side.clock.advance(60)
        changes.set_status(side.shop, side.shop.orders[order], "completed")
        new = side.shop.read("orders", order)
        headers = {"x-wc-webhook-topic": "order.updated"}
        for first, then in ((new, old), (old, new)):
            for by_webhook in (True, False):
                memory = Memory(side.memory.shop, relay=side.relay)
                earlier, later = (
                    replace(pushed(body, at), headers=headers) if push else record(body, at)
                    for body, at, push in ((first, 5, by_webhook), (then, 6, not by_webhook))
                )
                memory.batch(earlier)
                memory.batch(later)
                memory.batch(later)
                (found,) = memory.documents("orders")
                assert found["state"] == "closed"
                memory.audit()


@pytest.mark.parametrize("name", ["woocommerce", "shopify"])
async def test_08_a_lost_subscription_and_a_receiver_that_was_down_for_five_hours(name: str) -> None:
    async with over(name, orders=12) as side, receiver() as inbox:
        webhook = side.relay.webhook
        assert webhook is not None
        assert webhook.subscribe is not None
        side.config |= webhook.prepare(side.config)
        await webhook.subscribe(side.client, side.config, f"{inbox.url}/hook")
        await side.shop.deliver_due()
        await side.poll("orders")
        held = side.shop.webhooks if name == "woocommerce" else side.shop.hooks.subscriptions
        before = {(row.topic if name == "woocommerce" else row["topic"]) for row in held.values()}
        inbox.status = 503
        await _five_hours(side)
        held.clear()  # an administrator removed them
        inbox.status = 200
        await webhook.subscribe(side.client, side.config, f"{inbox.url}/hook")
        assert {(row.topic if name == "woocommerce" else row["topic"]) for row in held.values()} == before
        await side.poll("orders")
        assert {row["remote_id"] for row in side.memory.documents("orders")} >= _orders(side.shop)
        inbox.calls.clear()
        side.clock.advance(60)
        _touch(side.shop)
        await side.shop.deliver_due()
        assert inbox.calls


async def _five_hours(side: Way) -> None:
    for _ in range(5):
        side.clock.advance(3600)
        for _ in range(4):
            side.shop.step()
        await side.shop.deliver_due()


def _orders(shop: Any) -> set[str]:
    if isinstance(shop, WooShop):
        return {str(row.id) for row in shop.orders.values() if row.status not in {"checkout-draft", "trash"}}
    return {str(number(row)) for row in shop.rows["Order"].values()}


def _touch(shop: Any) -> None:
    if isinstance(shop, WooShop):
        changes.change_order(shop, shop.orders[_two_orders(shop)[0]])
    else:
        shop.changed(next(iter(shop.rows["Order"].values())))


async def test_09_one_order_number_in_two_shops_of_a_company() -> None:
    operator, company = project(), ObjectId()
    async with over("woocommerce", orders=3) as side:
        first, second = (replace(webshop(operator), company_id=company, config=side.config) for _ in range(2))
        side.memory.shop = first
        await side.poll("orders")
        side.watermarks.clear()
        side.memory.shop = second
        await side.poll("orders")
        numbers = [row["order_number"] for row in side.memory.documents("orders")]
        assert sorted(numbers) == sorted([*set(numbers)] * 2)
        _hold_the_indexes(side.memory)


def _hold_the_indexes(memory: Memory) -> None:
    """No two documents collide in a unique index."""
    for collection in {name for _, name, _ in memory.known.documents}:
        for index in COLLECTIONS[collection].indexes:
            if index.unique:
                rows = [row for row in memory.documents(collection) if index.present is None or row.get(index.present)]
                keys = [tuple(row.get(name) for name, _ in index.keys) for row in rows]
                assert len(set(keys)) == len(keys), (collection, index.keys)


@pytest.mark.parametrize("sku", ["", "UKSM-01"])
async def test_10_variants_without_a_sku_or_with_the_same(sku: str) -> None:
    async with over("woocommerce") as side:
        children = [row for row in side.shop.products.values() if row.parent_id]
        assert len(children) > 1
        for child in children:
            child.sku = sku
        await side.poll("products")
        known = {row["_id"] for row in side.memory.documents("variants")}
        assert {side.id("variants", child.id) for child in children} <= known
        _hold_the_indexes(side.memory)


async def test_11_an_order_whose_product_was_deleted() -> None:
    async with over("woocommerce") as side:
        product = next(row for row in side.shop.products.values() if row.type == "simple" and row.sku)
        bought = {"status": "processing", "line_items": [{"product_id": product.id, "quantity": 2}]}
        order = (await side.client.post("orders", json=bought)).json()
        await side.poll("products")
        await side.poll("orders")
        line = order["line_items"][0]["id"]
        assert side.document("order_lines", line)["variant_id"] == side.id("variants", product.id)
        await side.client.delete(f"products/{product.id}", params={"force": "true"})
        side.second += 1
        hint = replace(pushed({"id": product.id}, side.second), headers={"x-wc-webhook-topic": "product.deleted"})
        side.memory.batch(hint)
        await side.read_what_is_asked()
        assert side.id("products", product.id) not in {row["_id"] for row in side.memory.documents("products")}
        side.clock.advance(3600)
        changes.set_status(side.shop, side.shop.orders[order["id"]], "completed")
        await side.poll("orders")
        kept = side.document("order_lines", line)
        assert (kept["product_name"], kept["quantity"]) == (product.name, 2)
        assert side.document("orders", order["id"])["state"] == "closed"
        late = (await side.client.post("orders", json=bought)).json()
        await side.poll("orders")
        assert side.document("order_lines", late["line_items"][0]["id"])["quantity"] == 2


async def test_12_a_refund_in_the_buyers_currency() -> None:
    async with over("shopify", orders=40) as side:
        foreign: list[Any] = []
        for number_of_steps in range(5000):  # which order is paid back is chance
            side.shop.step()
            shopify_living.refund(side.shop)
            orders = side.shop.rows["Order"].values()
            foreign = [row for row in orders if row["presentmentCurrencyCode"] != "DKK" and row["refunds"]]
            if foreign and number_of_steps >= 200:
                break
        await side.poll("orders")
        assert foreign
        for row in foreign:
            order = side.document("orders", number(row))
            assert order["currency"] == row["presentmentCurrencyCode"]
            assert order["price"] == float(row["totalPriceSet"]["presentmentMoney"]["amount"])
            notes = [note for note in side.memory.documents("credit_notes") if note["order_id"] == order["_id"]]
            told = sum(Decimal(refund["totalRefundedSet"]["presentmentMoney"]["amount"]) for refund in row["refunds"])
            assert sum(Decimal(str(note["amount"])) for note in notes) == told


async def test_15_a_new_code_is_kept_and_a_field_of_another_type_costs_its_record_alone() -> None:
    async with over("woocommerce") as side:
        known, new, broken = ({**side.shop.read("orders", key)} for key in list(side.shop.orders)[:3])
        known["status"], new["status"], broken["total"] = (
            "processing",
            "venter-paa-lager",
            {"amount": "100.00", "currency": "DKK"},
        )
        side.memory.batch(record(new, 1), record(known, 1))
        with pytest.raises(PayloadInvalid) as error:
            side.memory.batch(record(broken, 2))
        assert error.value.field == "total"
        assert {row["remote_id"] for row in side.memory.documents("orders")} == {str(known["id"]), str(new["id"])}
        assert side.document("orders", new["id"])["state"] == "open"
        assert side.document("statuses", "venter-paa-lager")["name"] == "venter-paa-lager"


@pytest.mark.parametrize("name", list(SHOPS))
async def test_17_a_listing_that_is_broken_off_deletes_nothing(name: str) -> None:
    async with over(name) as side:
        await side.poll("products")
        await side.poll("orders")
        kept = {collection: len(side.memory.documents(collection)) for collection in ("orders", "order_lines", "variants")}
        for resource in ("orders", "products"):
            for number in (1, await _requests(side, resource)):
                side.watermarks.clear()
                _drop_at(side, number)
                with pytest.raises(ShopTrouble):
                    await side.poll(resource)
        assert {collection: len(side.memory.documents(collection)) for collection in kept} == kept
        assert all(change.kind != "deleted" for change in side.memory.changes)
        assert all(count for collection, count in kept.items())


async def _requests(side: Way, resource: str) -> int:
    """How many requests a listing of everything takes."""
    side.watermarks.clear()
    asked: list[None] = []
    _before_each(side, lambda: asked.append(None))
    await side.poll(resource)
    return len(asked)


def _drop_at(side: Way, number: int) -> None:
    """The connection of the request of this number is closed in mid-answer."""
    left = iter(range(number - 1, -1, -1))
    _before_each(side, lambda: None if next(left, None) else side.shop.faults.drop())


def _before_each(side: Way, act: Callable[[], None]) -> None:
    async def hook(_request: httpx.Request) -> None:
        act()

    side.client.event_hooks = {"request": [hook]}


async def test_20_more_orders_than_shopify_lets_one_page_through() -> None:
    async with over("shopify", orders=90, reach=45) as side:
        await side.poll("orders")
        assert {row["remote_id"] for row in side.memory.documents("orders")} == _orders(side.shop)
        assert len(_orders(side.shop)) > side.shop.reach


async def test_20_the_whole_history_of_a_shop_with_more_records_than_that() -> None:
    """Customers: simulating as many orders takes four times as long, and they come the same way."""
    async with way(shopify(orders=0, products=0, customers=25_001), "shopify") as side:
        pages = side.relay.resource("customers").pages
        assert pages is not None
        window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, side.clock.now)
        # A page at a time, as the poller takes them: all of them as documents would only fill the test's memory.
        found = [one.remote_id async for page in pages(side.client, window, None, side.config) for one in page.records]
        assert len(found) == len(side.shop.rows["Customer"]) > side.shop.reach == 25_000
        assert set(found) == {str(number(row)) for row in side.shop.rows["Customer"].values()}
