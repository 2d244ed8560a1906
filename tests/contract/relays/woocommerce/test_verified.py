"""What a real shop was seen to do (WooCommerce 10.0, WordPress 6.8), and the relay through it; SEEN names the test of each.

The simulated shop does as the real one did; the tests in tests/unit/test_simulator_woo_*.py hold it to that.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.spec import Gone, Mode, Window
from shoprelay_relays.trial import DemoShop
from shoprelay_relays.woocommerce import RELAY
from shoprelay_schema.documents import CreditNote, Order, OrderLine, Variant
from shoprelay_schema.raw import Evidence
from shoprelay_simulators import ManualClock, WooShop, serve
from shoprelay_simulators.receiver import receiver
from shoprelay_simulators.woocommerce import changes
from tests.contract.relays.woocommerce.side import NOON, connected, documents, ids, one_of
from tests.support.loopback import loopback
from tests.support.named import missing

_LISTS, _HOOKS, _WRITES, _AUTH = (f"tests/unit/test_simulator_woo_{name}.py" for name in ("lists", "hooks", "writes", "auth"))
_WALK, _CLIENT, _SIGNED, _MAPPING, _PLACES = (
    f"tests/unit/relays/woocommerce/test_{name}.py" for name in ("walk", "client", "webhooks", "mapping", "permalinks")
)
_ACTIONS = "tests/unit/relays/woocommerce/test_actions.py"
_HERE = "tests/contract/relays/woocommerce/test_verified.py"
_CONDUCT = "tests/contract/relays/test_conduct.py"
SEEN = {
    "filters are exclusive, to the second": [
        f"{_LISTS}::test_modified_filters_are_exclusive_to_the_second",
        f"{_HERE}::test_a_change_in_the_second_of_the_watermark_is_listed",
    ],
    "a zone together with dates_are_gmt moves the filter by the shop's offset": [
        f"{_LISTS}::test_a_zone_together_with_gmt_moves_the_filter_by_the_offset",
        f"{_WALK}::test_the_window_is_sent_as_bare_gmt_times_one_second_outside_of_its_bounds",
    ],
    "local filters lose an hour when summer time ends": [
        f"{_LISTS}::test_the_doubled_hour_hides_from_local_filters",
        f"{_HERE}::test_both_hours_of_an_autumn_night_are_listed",
    ],
    "customers ignore date filters without an error": [
        f"{_LISTS}::test_customers_ignore_dates_and_know_no_modified",
        f"{_HERE}::test_customers_are_all_listed_whatever_the_window",
    ],
    "paging by date loses rows that share a second": [
        f"{_LISTS}::test_walking_by_modified_loses_ties_and_by_id_does_not",
        f"{_CONDUCT}::test_a_thousand_orders_of_one_second_come_once_each",
    ],
    "past its end a list of orders forgets its total": [
        f"{_LISTS}::test_past_the_end_orders_forget_their_total",
        f"{_WALK}::test_a_walk_ends_whatever_the_count",
    ],
    "carts are in the default list, the trash is not": [
        f"{_LISTS}::test_default_orders_include_drafts_and_not_trash",
        f"{_HERE}::test_what_the_shop_counts_is_what_is_listed",
        f"{_WALK}::test_orders_in_the_trash_are_listed_after_the_others",
    ],
    "variations are in no list, and answer under products by their id": [
        f"{_LISTS}::test_variations_are_in_no_list_but_readable",
        f"{_CLIENT}::test_the_id_of_a_variation_among_the_products_is_read_as_a_variation",
        f"{_WALK}::test_a_variable_product_is_followed_by_all_of_its_variations",
    ],
    "a quantity alone does not touch the amounts": [
        f"{_WRITES}::test_quantity_alone_leaves_the_amounts",
        f"{_HERE}::test_a_line_edit_without_hpos_is_seen_by_polls_of_open_orders_the_sweep_and_the_webhook",
    ],
    "without HPOS edits of lines and meta move no date": [
        f"{_HOOKS}::test_older_order_storage",
        f"{_HERE}::test_a_line_edit_without_hpos_is_seen_by_polls_of_open_orders_the_sweep_and_the_webhook",
    ],
    "a deleted refund moves no date and sends nothing": [
        f"{_WRITES}::test_a_refund_moves_the_order_and_its_delete_does_not",
        f"{_HERE}::test_a_deleted_refund_is_seen_by_the_sweep_alone",
    ],
    "the trash moves the date; a restoration by its status sends nothing": [
        f"{_WRITES}::test_trash_again_and_restore",
        f"{_HERE}::test_the_trash_and_the_way_back_are_seen_by_polls",
    ],
    "a forced delete leaves nothing and sends nothing": [
        f"{_WRITES}::test_a_forced_delete_leaves_nothing",
        f"{_HERE}::test_a_forced_delete_is_found_by_a_read_alone",
    ],
    "stock moves the date, by an order and a refund as well": [
        f"{_WRITES}::test_an_order_takes_its_goods_from_stock",
        f"{_HERE}::test_stock_is_seen_by_the_poll_however_it_moves",
    ],
    "a variation moves its product's date, and not its sibling's": [
        f"{_WRITES}::test_a_variation_moves_its_parent_and_not_its_sibling",
        f"{_HERE}::test_a_variation_that_changes_is_listed_with_its_product",
    ],
    "stock that the product keeps moves no variation's date": [
        f"{_LISTS}::test_a_variation_without_sku_and_stock_borrows_its_parents",
        f"{_HERE}::test_stock_that_the_product_keeps_reaches_its_variations",
    ],
    "a renamed category moves no product and sends nothing": [f"{_HERE}::test_a_renamed_category_is_in_the_next_poll"],
    "a cart dates the order that it becomes": [
        f"{_HOOKS}::test_a_checkout_sends_updated_before_created",
        f"{_HERE}::test_an_old_cart_that_becomes_an_order_is_found_by_its_change",
    ],
    "what is not there answers 404, the trash 200, a trash again 410": [
        f"{_WRITES}::test_missing_rows",
        f"{_CLIENT}::test_a_record_that_is_not_there_is_gone",
        f"{_CLIENT}::test_a_record_in_the_trash_is_gone",
    ],
    "a webhook's body is the record as REST gives it, signed": [
        f"{_HOOKS}::test_the_body_is_the_rest_body_and_signed",
        f"{_CONDUCT}::test_webhooks_of_the_shop_are_genuine_and_whatever_was_touched_is_forged",
    ],
    "entities in the secret are decoded before signing": [
        f"{_HOOKS}::test_entities_in_a_secret_are_decoded",
        f"{_SIGNED}::test_entities_in_a_secret_are_decoded_before_signing",
    ],
    "a secret that the shop chooses is never shown": [f"{_SIGNED}::test_a_secret_is_made_once"],
    "the body is made when it is sent; of a record that is gone it is a signed error": [
        f"{_HOOKS}::test_the_body_is_built_at_delivery",
        f"{_HOOKS}::test_a_row_that_is_gone_gives_a_signed_error",
        f"{_SIGNED}::test_an_error_under_a_good_signature_says_nothing",
    ],
    "a creation sends two webhooks with one body, and deliveries of one second share an id": [
        f"{_HOOKS}::test_created_and_updated_are_twins",
        f"{_HOOKS}::test_one_second_has_one_delivery_id",
        f"{_CONDUCT}::test_a_webhook_that_is_sent_again_says_the_same_again_and_reads_what_is_there_now",
    ],
    "a deletion is announced under topics that are not its own": [
        f"{_HOOKS}::test_deletes_cross_their_types",
        f"{_HERE}::test_a_coupon_in_the_trash_deletes_no_product",
    ],
    "a variation travels under the products' topics": [
        f"{_HOOKS}::test_a_variation_travels_as_a_product",
        f"{_SIGNED}::test_a_variation_under_a_products_topic",
    ],
    "the ping is an unsigned form, repeated until it is answered 200": [
        f"{_HOOKS}::test_the_ping_is_a_form_without_signature",
        f"{_HOOKS}::test_a_ping_not_answered_200_follows_every_delivery",
        f"{_SIGNED}::test_the_ping_is_unsigned",
    ],
    "one attempt; the seventh failure in a row disables, and a manual restart forgives nothing": [
        f"{_HOOKS}::test_what_counts_as_success",
        f"{_HOOKS}::test_the_seventh_failure_in_a_row_disables",
        f"{_HERE}::test_what_a_disabled_webhook_missed_is_polled_and_it_is_switched_on_again",
    ],
    "nothing is sent to private addresses, though the webhook is said to be active": [
        f"{_HOOKS}::test_private_addresses_fail_without_a_call"
    ],
    "https: Basic or keys in the query; http: OAuth 1.0a alone": [
        f"{_AUTH}::test_basic_and_query_keys_behind_tls",
        f"{_AUTH}::test_plain_http_wants_oauth",
        f"{_HERE}::test_a_shop_without_https_is_read",
    ],
    "a shop behind a proxy that hides https is as one without": [
        f"{_CLIENT}::test_a_shop_that_does_not_know_that_it_is_behind_https_is_signed_for_as_http",
    ],
    "a nonce works once, and clocks may differ by 15 minutes": [
        f"{_AUTH}::test_oauth_refusals",
        f"{_CLIENT}::test_oauth_never_uses_a_nonce_twice",
    ],
    "with plain permalinks the API is at rest_route, and keys count only with wp-json/wc/ in the address": [
        f"{_HERE}::test_a_shop_with_plain_permalinks_is_found_and_read",
        f"{_HERE}::test_the_simulated_shop_looks_at_keys_only_where_the_address_names_the_api",
        f"{_PLACES}::test_the_other_place_is_tried_once_and_remembered",
    ],
    "an unknown key, and a wrong secret": [f"{_HERE}::test_wrong_keys_say_what_to_do"],
    "statuses of the shop's own, and those of carts": [f"{_WALK}::test_statuses_of_carts_are_left_out"],
    "lines of deleted products keep a name and lose the rest; lines may be empty": [
        f"{_LISTS}::test_a_line_of_a_deleted_product",
        f"{_HERE}::test_lines_of_what_was_deleted_or_never_was_are_lines",
    ],
    "dates of images carry the offset twice": [f"{_LISTS}::test_image_times_carry_the_offset_twice"],
    "names come with entities": [
        f"{_LISTS}::test_term_names_come_with_entities",
        f"{_HERE}::test_a_renamed_category_is_in_the_next_poll",
    ],
    "a refund names its order in the global list alone, and its lines are negative": [
        f"{_LISTS}::test_refunds_name_their_order_in_the_global_list_only",
        f"{_CLIENT}::test_a_refund_is_read_with_its_orders_number",
    ],
    "a refund that the shop cannot make is a 500 with a number for data": [
        f"{_WRITES}::test_too_much_refund_is_a_500_with_a_number",
        f"{_ACTIONS}::test_a_method_that_cannot_pay_back_is_named",
        f"{_ACTIONS}::test_more_than_is_left_does_not_come_back",
    ],
    "errors of a batch are inside of a 200": [
        f"{_WRITES}::test_batches_carry_errors_inside",
        f"{_ACTIONS}::test_a_variation_that_is_refused_is_named_and_the_product_stays",
    ],
    "a sku that is taken is refused": [f"{_WRITES}::test_twins_are_refused", f"{_ACTIONS}::test_the_shop_s_own_words"],
    "an empty update moves the date, a note does not": [
        f"{_WRITES}::test_even_an_empty_update_moves_the_date",
        f"{_WRITES}::test_a_note_moves_nothing",
    ],
    "what is charged adds up": [
        f"{_LISTS}::test_amounts_add_up",
        f"{_MAPPING}::test_price_is_lines_and_delivery_and_payment_less_discount",
    ],
}
OUT_OF_SIGHT = {
    "how long the queue of webhooks waits for visitors": "a matter of the host; polls do not wait for it",
    "a scheduled sale is in `on_sale` before it is in `price`": "`price` is what a buyer pays, and its change moves the date",
    "coupons": "not in the documents",
}


def test_every_behaviour_that_was_seen_has_its_tests() -> None:
    assert not missing([one for tests in SEEN.values() for one in tests])
    assert all(SEEN.values())
    assert OUT_OF_SIGHT.keys().isdisjoint(SEEN)


async def test_a_change_in_the_second_of_the_watermark_is_listed() -> None:
    async with connected() as side:
        order = one_of(side.shop)
        changes.change_order(side.shop, side.shop.orders[order])
        for fraction in (0, 400, 999):
            since = side.clock.now + timedelta(milliseconds=fraction)
            assert ids(await side.listed("orders", since=since), "orders") == [order]
        assert await side.listed("orders", since=side.clock.now + timedelta(seconds=2)) == []


async def test_both_hours_of_an_autumn_night_are_listed() -> None:
    clock = ManualClock(datetime(2026, 10, 25, 0, 0, tzinfo=UTC))
    async with connected(clock) as side:
        first, second = sorted(side.shop.orders)[:2]
        before = side.clock.now - timedelta(seconds=1)
        changes.set_status(side.shop, side.shop.orders[first], "completed")
        side.clock.advance(3600)
        changes.set_status(side.shop, side.shop.orders[second], "completed")
        # 02:30 by the shop, both.
        assert ids(await side.listed("orders", since=before), "orders") == [first, second]
        assert ids(await side.listed("orders", since=side.clock.now - timedelta(minutes=30)), "orders") == [second]
        versions = [
            RELAY.resource("orders").map(json.loads(one.body), DemoShop()).version
            for one in await side.listed("orders", since=before)
        ]
        assert versions == sorted(set(versions))


async def test_customers_are_all_listed_whatever_the_window() -> None:
    async with connected() as side:
        assert ids(await side.listed("customers", since=side.clock.now), "customers") == sorted(side.shop.customers)


@pytest.mark.parametrize("resource", ["orders", "products", "customers", "categories"])
async def test_what_the_shop_counts_is_what_is_listed(resource: str) -> None:
    async with connected(orders=60) as side:
        changes.trash_order(side.shop, side.shop.orders[one_of(side.shop)])
        listing, count = RELAY.resource(resource).pages, RELAY.resource(resource).count
        assert listing is not None
        assert count is not None
        window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, side.clock.now)
        records = [record async for page in listing(side.client, window, None, side.config) for record in page.records]
        assert await count(side.client, side.config) == len(ids(records, resource)) > 0
        if resource == "orders":
            assert {row.status for row in side.shop.orders.values()} >= {"checkout-draft", "trash"}


async def test_a_line_edit_without_hpos_is_seen_by_polls_of_open_orders_the_sweep_and_the_webhook() -> None:
    async with connected(order_tables=False) as side, receiver() as inbox:
        await side.hear(inbox)
        order = one_of(side.shop)
        line = side.shop.orders[order].lines[0].id
        amounts = {"subtotal": "700.00", "total": "700.00"}
        await side.client.put(f"orders/{order}", json={"line_items": [{"id": line, "quantity": 7, **amounts}]})
        assert order not in ids(await side.listed("orders"), "orders")
        month_ago = side.clock.now - timedelta(days=60)
        for found in (await side.listed("orders", Mode.OPEN_SINCE_1X, month_ago), await side.swept("orders")):
            assert documents(found, OrderLine)[str(line)].quantity == 7
        assert ("orders", str(order)) in await side.told(inbox)


async def test_a_deleted_refund_is_seen_by_the_sweep_alone() -> None:
    async with connected() as side, receiver() as inbox:
        order = one_of(side.shop)
        made = (await side.client.post(f"orders/{order}/refunds", json={"amount": "1.00", "api_refund": False})).json()
        assert str(made["id"]) in documents(await side.swept("orders"), CreditNote)
        await side.hear(inbox)
        side.clock.advance(600)
        await side.client.delete(f"orders/{order}/refunds/{made['id']}", params={"force": "true"})
        assert await side.listed("orders", since=side.clock.now - timedelta(minutes=5)) == []
        assert await side.told(inbox) == []
        (record,) = (one for one in await side.swept("orders") if one.remote_id == str(order))
        mapped = RELAY.resource("orders").map(json.loads(record.body), DemoShop())
        owned = {collection: children for _, collection, children in mapped.owns}
        assert DemoShop().id("credit_notes", str(made["id"])) not in owned["credit_notes"]
        assert await side.read("refunds", f"{order}/{made['id']}") == Gone("refunds", f"{order}/{made['id']}", Evidence.NOT_FOUND)


async def test_the_trash_and_the_way_back_are_seen_by_polls() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = one_of(side.shop)
        await side.client.delete(f"orders/{order}")
        (record,) = await side.listed("orders")
        gone = RELAY.resource("orders").map(json.loads(record.body), DemoShop()).gone
        assert gone == [("orders", str(order), Evidence.TRASHED)]
        assert ("orders", str(order)) in await side.told(inbox)
        side.clock.advance(600)
        await side.client.put(f"orders/{order}", json={"status": "processing"})
        assert await side.told(inbox) == []
        assert list(documents(await side.listed("orders", since=side.clock.now), Order)) == [str(order)]


async def test_a_forced_delete_is_found_by_a_read_alone() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = one_of(side.shop)
        await side.client.delete(f"orders/{order}", params={"force": "true"})
        assert await side.told(inbox) == []
        assert order not in ids([*await side.listed("orders"), *await side.swept("orders")], "orders")
        assert await side.read("orders", order) == Gone("orders", str(order), Evidence.NOT_FOUND)


async def test_stock_is_seen_by_the_poll_however_it_moves() -> None:
    async with connected() as side:
        product = next(row for row in side.shop.products.values() if row.manage_stock and row.type == "simple")
        held = product.stock
        assert held is not None

        async def stock() -> int:
            side.clock.advance(60)
            found = await side.listed("products", since=side.clock.now - timedelta(seconds=60))
            return int(documents(found, Variant)[str(product.id)].stock)

        await side.client.put(f"products/{product.id}", json={"stock_quantity": held + 10})
        assert await stock() == held + 10
        bought = {"status": "processing", "line_items": [{"product_id": product.id, "quantity": 3}]}
        order = (await side.client.post("orders", json=bought)).json()
        assert await stock() == held + 7
        line = {"id": order["line_items"][0]["id"], "quantity": 2, "refund_total": 1}
        await side.client.post(
            f"orders/{order['id']}/refunds", json={"amount": "1.00", "line_items": [line], "api_refund": False}
        )
        assert await stock() == held + 9


async def test_a_variation_that_changes_is_listed_with_its_product() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        variation = next(row for row in side.shop.products.values() if row.parent_id and not row.manage_stock)
        await side.client.put(f"products/{variation.parent_id}/variations/{variation.id}", json={"regular_price": "777.00"})
        found = await side.listed("products")
        assert ids(found, "products") == [variation.parent_id]
        assert documents(found, Variant)[str(variation.id)].price == 777.0
        assert await side.told(inbox) == [("variations", f"{variation.parent_id}/{variation.id}")]


async def test_stock_that_the_product_keeps_reaches_its_variations() -> None:
    async with connected() as side:
        child = next(row for row in side.shop.products.values() if row.parent_id and not row.manage_stock)
        await side.client.put(f"products/{child.parent_id}", json={"manage_stock": True, "stock_quantity": 321})
        variants = documents(await side.listed("products"), Variant)
        assert variants[str(child.id)].stock == 321
        assert variants[str(child.id)].manage_stock


async def test_a_renamed_category_is_in_the_next_poll() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        term = next(iter(side.shop.categories.values()))
        await side.client.put(f"products/categories/{term.id}", json={"name": "Uld & silke"})
        found = {one.remote_id: one for one in await side.listed("categories")}
        mapped = RELAY.resource("categories").map(json.loads(found[str(term.id)].body), DemoShop())
        assert mapped.drafts[0].document.name == "Uld & silke"
        assert await side.listed("products") == []
        assert await side.told(inbox) == []


async def test_an_old_cart_that_becomes_an_order_is_found_by_its_change() -> None:
    async with connected() as side:
        cart = replace(side.shop.orders[one_of(side.shop)], id=side.shop.next_id(), status="checkout-draft")
        cart.created = cart.modified = NOON - timedelta(days=2)
        changes.start_draft(side.shop, cart)
        assert cart.id not in ids(await side.listed("orders", since=NOON - timedelta(days=3)), "orders")
        changes.place_draft(side.shop, cart)
        assert cart.id not in ids(await side.listed("orders", Mode.CREATED_SINCE_LAST_REQUEST), "orders")
        assert cart.id in ids(await side.listed("orders"), "orders")


async def test_a_coupon_in_the_trash_deletes_no_product() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        product = next(row.id for row in side.shop.products.values() if row.type == "simple" and row.status == "publish")
        side.shop.coupons[product] = "SOMMER"  # the ids of both are drawn from one sequence; here they are made to meet
        changes.trash_coupon(side.shop, product)
        assert await side.told(inbox) == [("products", str(product))]
        assert isinstance(await side.read("products", product), list)


async def test_what_a_disabled_webhook_missed_is_polled_and_it_is_switched_on_again() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order, inbox.status = one_of(side.shop), 500
        for _ in range(7):
            changes.change_order(side.shop, side.shop.orders[order])
            await side.shop.deliver_due()
        (hook,) = (row for row in side.shop.webhooks.values() if row.topic == "order.updated")
        assert hook.status == "disabled"
        assert ids(await side.listed("orders"), "orders") == [order]
        inbox.status = 200
        await side.hear(inbox)
        assert hook.status == "active"
        assert len(side.shop.webhooks) == len({row.topic for row in side.shop.webhooks.values()})
        changes.change_order(side.shop, side.shop.orders[order])
        assert await side.told(inbox) == [("orders", str(order))]


@pytest.mark.parametrize("permalinks", [True, False])
async def test_a_shop_without_https_is_read(permalinks: bool) -> None:
    shop = WooShop(7, clock=ManualClock(datetime.now(UTC)), orders=120, products=3, tls_terminated=False, permalinks=permalinks)
    async with serve(shop) as url:
        config = {"shop_url": url, **shop.credentials()}
        async with RELAY.client(config, loopback()) as client:
            assert (await RELAY.settings(client, config))["currency"] == "DKK"
            listing = RELAY.resource("orders").pages
            assert listing is not None
            window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, datetime.now(UTC))
            found = [record async for page in listing(client, window, None, config) for record in page.records]
        wrong = {**config, "auth": "basic"}
        async with RELAY.client(wrong, loopback()) as client:
            with pytest.raises(CredentialsRejected, match="woocommerce_rest_cannot_view"):
                await RELAY.settings(client, wrong)
    assert ids(found, "orders") == sorted(row.id for row in shop.orders.values() if row.status not in {"checkout-draft", "trash"})


@pytest.mark.parametrize("auth", ["basic", "query", "oauth1"])
async def test_a_shop_with_plain_permalinks_is_found_and_read(auth: str) -> None:
    shop = WooShop(7, clock=ManualClock(datetime.now(UTC)), orders=120, products=3, permalinks=False)
    async with serve(shop) as url:
        config = {"shop_url": f"{url}/", **shop.credentials(), "auth": auth}
        async with RELAY.client(config, loopback()) as client:
            learnt = await RELAY.settings(client, config)
        assert learnt["permalinks"] == "plain"
        assert (learnt["time_zone"], learnt["order_storage"]) == ("Europe/Copenhagen", "hpos")
        moved = shop.ledger.answers["GET", "/wp-json/wc/v3/orders", 301]
        config |= learnt
        async with RELAY.client(config, loopback()) as client:
            listing, read = RELAY.resource("orders").pages, RELAY.resource("orders").read
            assert listing is not None
            assert read is not None
            window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, datetime.now(UTC))
            found = [record async for page in listing(client, window, None, config) for record in page.records]
            assert await read(client, found[0].remote_id, config) == [found[0]]
            assert await read(client, "999999", config) == Gone("orders", "999999", Evidence.NOT_FOUND)
    assert ids(found, "orders") == sorted(row.id for row in shop.orders.values() if row.status not in {"checkout-draft", "trash"})
    assert shop.ledger.answers["GET", "/wp-json/wc/v3/orders", 301] == moved == 1


@pytest.mark.parametrize("permalinks", [True, False])
async def test_the_simulated_shop_looks_at_keys_only_where_the_address_names_the_api(permalinks: bool) -> None:
    shop = WooShop(7, orders=2, products=2, clock=ManualClock(NOON), permalinks=permalinks)
    auth = (shop.key.key, shop.key.secret)
    async with serve(shop) as url, httpx.AsyncClient(base_url=url, auth=auth) as client:
        pretty = await client.get("/wp-json/wc/v3/orders")
        assert pretty.status_code == (200 if permalinks else 301)
        assert (await client.get("/?rest_route=/wc/v3/orders")).status_code == 401
        assert (await client.get("/?rest_route=/wc/v3/orders&_x=wp-json%2Fwc%2F")).status_code == 401
        assert (await client.get("/?rest_route=/wc/v3/orders&_x=wp-json/wc/")).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "code"),
    [("consumer_key", "woocommerce_rest_cannot_view"), ("consumer_secret", "woocommerce_rest_authentication_error")],
)
async def test_wrong_keys_say_what_to_do(wrong: str, code: str) -> None:
    async with connected() as side:
        config = {**side.config, wrong: "xx_1"}
        async with RELAY.client(config, loopback()) as client:
            with pytest.raises(CredentialsRejected, match=f"{code}.*Make a new REST API key"):
                await RELAY.settings(client, config)


async def test_lines_of_what_was_deleted_or_never_was_are_lines() -> None:
    async with connected() as side:
        product = next(row for row in side.shop.products.values() if row.type == "simple" and row.sku)
        order = (await side.client.post("orders", json={"line_items": [{"product_id": product.id, "quantity": 2}]})).json()
        await side.client.delete(f"products/{product.id}", params={"force": "true"})
        never = (await side.client.post("orders", json={"line_items": [{"product_id": 999999, "quantity": 2}]})).json()
        records = [one for key in (order["id"], never["id"]) for one in await side.read("orders", key)]
        deleted, empty = documents(records, OrderLine).values()
        assert (deleted.product_name, deleted.quantity, deleted.variant_id, deleted.variant_sku) == (product.name, 2, None, None)
        assert (empty.quantity, empty.variant_id, empty.price) == (2, None, 0.0)
