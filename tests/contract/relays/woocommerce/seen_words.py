"""What real shops were seen to say, take and refuse (WooCommerce 10.0, WordPress 6.8), and the tests of each."""

HOOKS = {
    "a webhook's body is the record as REST gives it, signed": [
        "hooks.test_the_body_is_the_rest_body_and_signed",
        "queue.test_the_body_is_what_the_api_answers_byte_for_byte",
        "conduct.test_webhooks_of_the_shop_are_genuine_and_whatever_was_touched_is_forged",
    ],
    "entities in the secret are decoded before signing, and nothing else is done to it": [
        "hooks.test_entities_in_a_secret_are_decoded",
        "queue.test_a_secret_with_special_characters_signs_as_it_is",
        "words.test_whatever_the_secret_is_its_signatures_are_genuine",
        "webhooks.test_entities_in_a_secret_are_decoded_before_signing",
    ],
    "a secret that the shop chooses is never shown": [
        "queue.test_a_secret_that_the_shop_chooses_signs_and_is_never_shown",
        "webhooks.test_a_secret_is_made_once",
    ],
    "the body is made when it is sent": [
        "hooks.test_the_body_is_built_at_delivery",
        "queue.test_a_creation_that_is_delivered_late_says_what_the_order_has_become",
        "queue.test_an_update_that_is_followed_by_the_trash_says_trash",
        "words.test_a_late_word_of_a_creation_is_the_order_of_today",
        "goods.test_an_update_that_comes_with_the_trash_says_that_the_product_is_gone",
    ],
    "of a record that is gone the body is a signed error": [
        "hooks.test_a_row_that_is_gone_gives_a_signed_error",
        "orders.test_the_error_of_what_is_gone_is_sent_under_the_topics_of_its_creation",
        "words.test_word_of_what_is_gone_by_then_is_genuine_and_says_nothing",
        "webhooks.test_an_error_under_a_good_signature_says_nothing",
    ],
    "a creation sends two webhooks with one body, and deliveries of one second share an id": [
        "hooks.test_created_and_updated_are_twins",
        "hooks.test_one_second_has_one_delivery_id",
        "goods.test_two_products_whose_deliveries_share_an_id_are_both_told",
        "conduct.test_a_webhook_that_is_sent_again_says_the_same_again_and_reads_what_is_there_now",
    ],
    "a deletion is announced under topics that are not its own": [
        "hooks.test_deletes_cross_their_types",
        "hooks.test_older_order_storage",
        "hidden.test_a_coupon_in_the_trash_deletes_no_product",
        "bought.test_the_trash_of_the_older_storage_takes_no_product_with_it",
    ],
    "a restoration is announced under topics that are not its own, as an error": [
        "coupons.test_the_trash_and_the_way_out_of_it_are_told_under_products_as_well_and_there_as_an_error",
        "hooks.test_deletes_cross_their_types",
        "hidden.test_a_coupon_out_of_the_trash_says_nothing_of_products",
    ],
    "the trash of a variable product is announced for each of its variations": [
        "hooks.test_a_trashed_variable_product_tells_of_each_variation",
        "goods.test_the_trash_takes_a_variable_product_and_each_of_its_variations",
    ],
    "a variation travels under the products' topics": [
        "hooks.test_a_variation_travels_as_a_product",
        "webhooks.test_a_variation_under_a_products_topic",
    ],
    "the ping is an unsigned form that follows redirects, repeated until it is answered 200": [
        "failures.test_the_ping_is_a_form_without_signature",
        "failures.test_a_ping_not_answered_200_follows_every_delivery",
        "queue.test_a_ping_that_is_not_answered_200_changes_nothing_and_follows_every_delivery",
        "queue.test_a_ping_follows_redirects",
        "webhooks.test_the_ping_is_unsigned",
    ],
    "one attempt; the seventh failure in a row disables, and a manual restart forgives nothing": [
        "queue.test_what_failed_is_not_sent_again",
        "failures.test_what_counts_as_success",
        "failures.test_the_seventh_failure_in_a_row_disables",
        "failures.test_a_success_forgives",
        "hidden.test_what_a_disabled_webhook_missed_is_polled_and_it_is_switched_on_again",
        "hidden.test_a_webhook_that_was_switched_on_again_falls_at_its_next_failure_and_polls_go_on",
    ],
    "only public addresses at three ports are sent to, and the shop's own; the webhook is said to be active": [
        "queue.test_only_public_addresses_at_three_ports_and_the_shop_s_own_are_reached_and_the_shop_never_says_so",
        "failures.test_private_addresses_fail_without_a_call",
        "hidden.test_what_a_disabled_webhook_missed_is_polled_and_it_is_switched_on_again",
    ],
    "the queue waits for visitors, and runs once a minute at most": [
        "cron.test_nothing_is_sent_before_somebody_visits_the_shop_after_the_change",
        "cron.test_the_queue_runs_at_most_once_a_minute",
        "hidden.test_a_shop_without_visitors_is_polled_and_its_queue_is_woken_by_the_poll",
    ],
    "a delivery whose process is killed is lost, and all others wait five minutes": [
        "cron.test_a_delivery_whose_process_is_killed_is_lost_and_all_others_wait_five_minutes",
        "hidden.test_what_a_killed_delivery_was_about_is_in_the_next_poll",
    ],
    "a delivery may come late, or be lost": [
        "failures.test_faulty_deliveries",
        "hidden.test_an_order_whose_delivery_is_lost_or_late_is_in_the_next_poll",
    ],
    "deliveries wait for each other": ["queue.test_deliveries_are_made_one_after_the_other"],
    "a change during a delivery of the same record is delivered after it": [
        "queue.test_a_change_during_the_delivery_of_the_same_order_is_delivered_next",
        "words.test_a_change_during_a_delivery_is_told_after_it",
    ],
}
CALLS = {
    "https: Basic or keys in the query; http: OAuth 1.0a alone": [
        "auth.test_basic_and_query_keys_behind_tls",
        "auth.test_plain_http_wants_oauth",
        "places.test_a_shop_without_https_is_read",
        "simulated.test_a_key_is_proven_by_what_is_learnt_with_it",
    ],
    "a shop behind a proxy that hides https is as one without": [
        "client.test_a_shop_that_does_not_know_that_it_is_behind_https_is_signed_for_as_http",
    ],
    "a nonce works once, and clocks may differ by 15 minutes": [
        "auth.test_oauth_refusals",
        "client.test_oauth_never_uses_a_nonce_twice",
    ],
    "with plain permalinks the API is at rest_route, and keys count only with wp-json/wc/ in the address": [
        "places.test_a_shop_with_plain_permalinks_is_found_and_read",
        "places.test_the_simulated_shop_looks_at_keys_only_where_the_address_names_the_api",
        "permalinks.test_the_other_place_is_tried_once_and_remembered",
    ],
    "with plain permalinks what is not GET is answered by the front page, which names where the API is": [
        "places.test_a_shop_whose_permalinks_became_plain_is_changed_once_and_nothing_else_is_said_of_it",
        "permalinks.test_a_change_that_the_front_page_answers_is_made_where_the_page_says_that_the_api_is",
    ],
    "an unknown key, a wrong secret, and a key that may only read": [
        "auth.test_basic_and_query_keys_behind_tls",
        "auth.test_a_read_key_may_not_write",
        "places.test_wrong_keys_say_what_to_do",
    ],
    "the version before answers too": ["filters.test_the_version_before_answers_too_and_the_place_without_rewriting"],
    "the API before REST (/wc-api/v3) is switched off; nothing of ours asks it": [
        "auth.test_the_api_before_rest_is_switched_off_for_everybody",
    ],
    "an unknown product makes an empty line": [
        "writes.test_an_unknown_product_makes_an_empty_line",
        "hidden.test_lines_of_what_was_deleted_or_never_was_are_lines",
        "actions.test_what_the_shop_does_not_have",
    ],
    "an unknown coupon is refused and leaves a draft": [
        "orders.test_an_unknown_coupon_is_refused_and_leaves_a_draft_that_is_sent_as_a_created_order",
        "carts.test_the_draft_that_an_unknown_coupon_leaves_behind_is_no_order",
    ],
    "what is read-only or unknown is passed over": ["orders.test_what_is_read_only_or_unknown_is_passed_over_without_a_word"],
    "a refund that the shop cannot make is a 500 with a number for data; one of nothing is made": [
        "writes.test_too_much_refund_is_a_500_with_a_number",
        "acts.test_a_gateway_that_pays_nothing_back_answers_500",
        "orders.test_a_gateway_that_declines_a_refund_is_a_500_with_a_number",
        "orders.test_a_refund_that_is_asked_for_twice_is_made_twice",
        "refusals.test_a_refund_that_the_gateway_declines_is_refused_and_nothing_is_booked",
        "bought.test_a_refund_is_told_with_its_order_and_read_in_full",
        "actions.test_a_method_that_cannot_pay_back_is_named",
        "actions.test_more_than_is_left_does_not_come_back",
    ],
    "errors of a batch are inside of a 200, more than a hundred are refused": [
        "writes.test_batches_carry_errors_inside",
        "shapes.test_what_was_deleted_is_a_404_to_read_and_a_400_to_write",
        "actions.test_a_variation_that_is_refused_is_named_and_the_product_stays",
    ],
    "what is refused is told with entities": [
        "orders.test_an_unknown_coupon_is_refused_and_leaves_a_draft_that_is_sent_as_a_created_order",
        "refusals.test_entities_in_what_a_shop_says_are_letters_to_the_caller",
    ],
    "what is taken is refused, and who has it is named": [
        "writes.test_twins_are_refused",
        "shapes.test_what_is_taken_names_who_has_it_and_what_is_free",
        "actions.test_the_shop_s_own_words",
    ],
}
