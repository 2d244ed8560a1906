"""What a real shop was seen to do (PrestaShop 8.2.1), and the relay through it: SEEN names the tests of each.

The simulated shop does as the real one did; tests/unit/test_simulator_prestashop.py holds it to that.
"""

from tests.support.named import missing

_SIMULATOR = "tests/unit/test_simulator_prestashop.py"
_HERE = "tests/contract/relays/prestashop"
_MAPPING, _PAYLOAD, _SIGNING, _ACTIONS = (
    f"tests/unit/relays/prestashop/test_{name}.py" for name in ("mapping", "payload", "signing", "actions")
)
_CONDUCT = "tests/contract/relays/test_conduct.py"

SEEN = {
    ">= and other unknown operators are dropped, and all rows come back": [
        f"{_SIMULATOR}::test_filters",
        f"{_HERE}/test_lists.py::test_the_real_shop_drops_an_operator_that_it_does_not_know",
        f"{_HERE}/test_lists.py::test_a_shop_that_ignores_the_walk_is_trouble_and_no_endless_loop",
    ],
    "> and < are exclusive, to the second; ranges are inclusive": [
        f"{_SIMULATOR}::test_dates",
        f"{_HERE}/test_lists.py::test_both_ends_of_a_window_are_inclusive",
    ],
    "dates are bare local times, and date=1 is needed": [f"{_SIMULATOR}::test_dates", f"{_SIMULATOR}::test_refusals"],
    "a date filter on a list without dates is a 500 with an empty body": [
        f"{_SIMULATOR}::test_refusals",
        f"{_HERE}/test_simulated.py::test_a_500_with_an_empty_body_is_trouble",
    ],
    "the hour that an autumn night has twice cannot be told apart": [
        f"{_HERE}/test_times.py::test_nothing_of_a_double_hour_is_lost",
        f"{_HERE}/test_times.py::test_a_change_in_the_second_hour_is_not_older_than_one_in_the_first",
        f"{_MAPPING}::test_all_times_of_a_double_hour_are_one_version",
    ],
    "spring leaves an hour out": [f"{_HERE}/test_times.py::test_spring_has_no_surprise"],
    "Access-Time is the shop's clock": [f"{_HERE}/test_times.py::test_a_shop_whose_clock_is_behind_is_asked_for_more"],
    "the time zone is read with the right on configurations": [
        f"{_HERE}/test_doors.py::test_the_time_zone_is_read_from_the_shop",
        f"{_HERE}/test_doors.py::test_without_the_right_on_configurations_the_time_zone_must_be_given",
    ],
    "ties without id_ASC lose rows": [
        f"{_SIMULATOR}::test_pages_over_ties_lose_rows_unless_the_id_decides",
        f"{_HERE}/test_lists.py::test_ties_lose_nothing",
        f"{_CONDUCT}::test_a_thousand_orders_of_one_second_come_once_each",
    ],
    "rows that change slide past an offset": [
        f"{_HERE}/test_lists.py::test_an_order_that_changes_between_two_pages_lets_none_slide_past"
    ],
    "limits of nonsense give empty lists": [f"{_SIMULATOR}::test_limits"],
    "a tracking number over the API does not move the order": [
        f"{_SIMULATOR}::test_a_write_of_a_part_moves_no_date",
        f"{_HERE}/test_hidden.py::test_a_tracking_number_over_the_api_moves_nothing_and_the_sweep_sees_it",
        f"{_HERE}/test_hidden.py::test_a_second_parcel_is_found_by_its_own_date",
    ],
    "refunds do not move the order": [f"{_HERE}/test_hidden.py::test_a_refund_is_found_by_its_own_date"],
    "payments do not move the order": [f"{_HERE}/test_hidden.py::test_a_payment_is_found_by_the_reference_that_it_names"],
    "lines over the API do not move the order": [
        f"{_HERE}/test_hidden.py::test_a_line_that_is_removed_over_the_api_is_gone_with_the_next_look"
    ],
    "messages do not move the order": [f"{_HERE}/test_hidden.py::test_a_message_is_found"],
    "an address moves neither its orders nor its customer": [
        f"{_HERE}/test_hidden.py::test_a_corrected_address_is_found_for_its_orders_and_its_customer"
    ],
    "stock, combinations and prices do not move the product": [
        f"{_HERE}/test_hidden.py::test_stock_combinations_and_sale_prices_move_nothing_and_the_sweep_sees_them",
        "tests/integration/test_poller_parts.py::test_prestashops_sweeps_find_what_moves_no_date",
    ],
    "a state, even the same again, moves the order and makes one more row": [
        f"{_SIMULATOR}::test_a_state_moves_the_order_and_the_same_again_makes_one_more_row",
        f"{_MAPPING}::test_an_order_ended_when_the_last_stretch_of_its_state_began",
    ],
    "in several shops filter and value are of different tables": [
        f"{_HERE}/test_lists.py::test_a_products_old_date_in_our_shop_does_not_hide_a_change_in_another",
        f"{_HERE}/test_lists.py::test_only_the_orders_of_our_shop_are_ours",
    ],
    "an unknown shop number is a 302": [f"{_HERE}/test_lists.py::test_an_unknown_shop_number_is_said_to_be"],
    "a deleted record is a 404 with an empty body, and leaves no trace": [
        f"{_HERE}/test_deletes.py::test_a_deleted_record_is_gone_by_a_direct_read",
        f"{_HERE}/test_deletes.py::test_a_404_that_is_not_the_webservices_proves_nothing",
    ],
    "orders name products, customers and carriers that are gone": [
        f"{_HERE}/test_deletes.py::test_an_order_outlives_its_product_and_its_customer",
        f"{_HERE}/test_deletes.py::test_an_order_keeps_the_carrier_whose_row_an_edit_replaced",
    ],
    "an address that an order needs stays readable": [
        f"{_SIMULATOR}::test_an_address_that_an_order_needs_is_only_hidden",
        f"{_HERE}/test_deletes.py::test_an_order_keeps_an_address_that_its_customer_deleted",
    ],
    "JSON is asked for in upper case": [f"{_SIMULATOR}::test_only_upper_case_asks_for_json"],
    "a single JSON answer drops zeros unless display=full": [
        f"{_SIMULATOR}::test_a_single_json_answer_drops_what_php_counts_as_nothing",
        f"{_HERE}/test_forms.py::test_a_stock_of_zero_is_zero",
        f"{_HERE}/test_forms.py::test_what_is_switched_off_is_off_by_a_direct_read_as_well",
    ],
    "the list's name is not always the resource's": [
        f"{_SIMULATOR}::test_the_list_of_slips_has_another_name",
        f"{_PAYLOAD}::test_rows_of_an_answer",
    ],
    "an empty list is a bare []": [f"{_HERE}/test_forms.py::test_an_empty_list_is_empty_in_both_forms"],
    "a translated field is a list, or with one language a text": [
        f"{_MAPPING}::test_a_text_in_the_shops_own_language_or_in_another"
    ],
    "one control character or ]]> spoils a whole page of XML": [
        f"{_HERE}/test_forms.py::test_text_that_spoils_a_page_of_xml_is_mended",
        f"{_HERE}/test_forms.py::test_one_order_that_cannot_be_read_does_not_keep_the_others_back",
    ],
    "XML and JSON say the same": [f"{_HERE}/test_forms.py::test_xml_becomes_the_same_documents_as_json"],
    "401 code 26 is a missing right, and no dead key": [
        f"{_HERE}/test_doors.py::test_a_right_that_is_missing_is_not_a_dead_key",
        f"{_HERE}/test_doors.py::test_all_rights_that_are_missing_are_named_at_once",
        f"{_HERE}/test_doors.py::test_a_dead_key_is_refused",
    ],
    "Basic or ws_key; some hosts drop the header": [
        f"{_HERE}/test_doors.py::test_a_host_that_drops_the_authorization_header_gets_the_key_in_the_address",
        f"{_SIGNING}::test_the_key_is_the_user_name_of_basic",
    ],
    "another host name is redirected to a mangled address": [f"{_HERE}/test_doors.py::test_another_host_name_is_not_followed"],
    "503 code 22 is a webservice that is switched off": [
        f"{_HERE}/test_doors.py::test_a_webservice_that_is_switched_off_is_asked_again_later"
    ],
    "customers come with their password's hash": [f"{_HERE}/test_doors.py::test_hashes_and_keys_of_buyers_are_not_kept"],
    "totals are rounded by line, and may be a cent off their parts": [
        f"{_HERE}/test_amounts.py::test_the_amounts_of_every_order_add_up",
        f"{_MAPPING}::test_a_line_is_as_dear_as_the_shop_rounded_it",
        f"{_MAPPING}::test_a_total_that_is_a_cent_off_its_parts_is_the_total_all_the_same",
    ],
    "total_paid_real may be booked several times": [
        f"{_HERE}/test_amounts.py::test_a_payment_that_is_booked_four_times_is_paid_once",
        f"{_MAPPING}::test_what_is_received_is_no_price",
    ],
    "a split checkout is two orders with one reference and one payment": [
        f"{_HERE}/test_amounts.py::test_the_orders_of_a_split_checkout_share_their_number_and_their_payment"
    ],
    "customers may share an e-mail": [f"{_HERE}/test_lists.py::test_a_guest_and_an_account_may_share_an_email"],
    "a combination without a reference has its product's": [
        f"{_MAPPING}::test_a_combination_without_a_reference_has_its_products_as_order_rows_say"
    ],
    "the id of the body counts, and PUT empties what is left out": [
        f"{_SIMULATOR}::test_the_id_of_the_body_counts_and_put_empties_what_is_left_out",
        f"{_ACTIONS}::test_older_versions_get_a_record_back_whole",
    ],
    "PATCH replaces a translated field whole": [
        f"{_SIMULATOR}::test_a_translated_field_is_replaced_whole",
        "tests/contract/actions/test_actions.py::test_the_shop_is_changed_and_what_was_touched_says_so",
    ],
    "amounts are in the order's currency": [f"{_MAPPING}::test_amounts_are_in_the_orders_currency_whatever_the_shops_is"],
    "a voucher's value is what it was when it was added": [
        f"{_MAPPING}::test_what_vouchers_were_worth_when_they_were_added_is_not_what_they_took_off"
    ],
    "an e-mail that exists is accepted again": [f"{_ACTIONS}::test_an_address_that_has_a_customer_is_not_taken_twice"],
}
OUT_OF_SIGHT = {
    "orders of carts, and order_details, written over the API": "the relay does neither",
    "PUT of an order with another state": "the relay sets states by order_histories",
    "several entities in one write, and ps_method": "the relay writes one record by its own verb",
    "Content-Sha1 and session cookies": "not used",
}


def test_every_behaviour_that_was_seen_has_its_tests() -> None:
    assert not missing([one for tests in SEEN.values() for one in tests])
    assert all(SEEN.values())
    assert OUT_OF_SIGHT.keys().isdisjoint(SEEN)
