"""What a real shop was seen to do (WooCommerce 10.0, WordPress 6.8), and the relay through it; SEEN names the test of each.

The simulated shop does as the real one did; the tests in tests/unit/test_simulator_woo_*.py hold it to that.
"""

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
