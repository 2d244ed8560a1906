"""What was seen to move a date in a real shop and what not (PrestaShop 8.2.1), what outlives a deletion; the tests of each."""

_MOVES = "dates.test_what_is_done_to_an_order_moves_it_alone"
_RESTS = "dates.test_what_is_written_beside_a_record_changes_the_shop_and_moves_no_date"
_OWN = "dates.test_a_write_of_a_record_moves_that_one_even_if_nothing_is_in_it"
_EDITED = "office.test_an_order_that_is_edited_in_the_back_office_comes_with_the_next_poll_as_it_is"

ORDERS = {
    "a state, even the same again, moves the order and makes one more row": [
        "shop.test_a_state_moves_the_order_and_the_same_again_makes_one_more_row",
        _MOVES,
        "mapping.test_an_order_ended_when_the_last_stretch_of_its_state_began",
        "actions.test_a_status_that_an_order_has_makes_no_more_history",
    ],
    "a write of an order moves it, also when nothing of it changes": [
        _MOVES,
        "listed.test_an_order_that_changes_between_two_pages_lets_none_slide_past",
    ],
    "a tracking number that a program writes to the parcel does not move the order": [
        "shop.test_a_write_of_a_part_moves_no_date",
        _RESTS,
        "hidden.test_a_tracking_number_over_the_api_moves_nothing_and_the_sweep_sees_it",
        "hidden.test_a_second_parcel_is_found_by_its_own_date",
        "poller.test_prestashops_sweeps_find_what_moves_no_date",
    ],
    "a tracking number or a carrier of the back office moves the order, and so does one that is written to the order": [
        _MOVES,
        "orders.test_a_tracking_number_is_one_thing_in_the_parcel_and_in_the_order",
        "office.test_the_parcel_of_the_back_office_is_told_with_its_carrier",
    ],
    "lines, discounts, addresses and payments of the back office move the order": [_MOVES, _EDITED],
    "a refund, a return or a slip does not move the order": [
        _RESTS,
        "hidden.test_a_refund_is_found_by_its_own_date",
        "office.test_a_return_moves_nothing_and_is_found_by_its_slip",
    ],
    "a payment that a program books does not move the order": [
        _RESTS,
        "hidden.test_a_payment_is_found_by_the_reference_that_it_names",
    ],
    "lines that a program writes do not move the order": [
        _RESTS,
        "hidden.test_a_line_that_is_removed_over_the_api_is_gone_with_the_next_look",
        "office.test_lines_that_programs_change_are_seen_by_the_sweep_and_the_totals_when_they_are_added_up",
    ],
    "a message does not move the order": [
        _RESTS,
        "hidden.test_a_message_is_found",
        "hidden.test_what_is_found_beside_the_window_is_listed_once",
    ],
    "an address that is edited or deleted moves neither its orders nor its customer": [
        _RESTS,
        _OWN,
        "hidden.test_a_corrected_address_is_found_for_its_orders_and_its_customer",
        "hidden.test_an_address_that_is_added_or_deleted_is_found_for_its_customer",
    ],
    "a state that is renamed and a tax that changes move nothing": [
        _RESTS,
        "writes.test_a_tax_that_lines_name_stays_for_them_and_another_takes_its_place",
        "goods.test_a_state_that_is_renamed_moves_no_order_and_is_told_by_the_list_of_states",
        "goods.test_another_tax_rate_is_seen_by_the_sweep_and_old_orders_keep_theirs",
    ],
    "an order and a new address do not move the customer": [
        _RESTS,
        "hidden.test_an_order_says_nothing_new_of_its_customer",
        "hidden.test_an_address_that_is_added_or_deleted_is_found_for_its_customer",
    ],
}
GOODS = {
    "stock does not move the product, whoever changes it": [
        _RESTS,
        "hidden.test_stock_combinations_and_sale_prices_move_nothing_and_the_sweep_sees_them",
        "goods.test_a_sale_takes_from_the_stock_and_moves_no_product",
        "poller.test_prestashops_sweeps_find_what_moves_no_date",
    ],
    "the page of a product without combinations moves it": [
        _OWN,
        "goods.test_a_product_that_is_saved_on_its_page_comes_with_the_next_poll",
    ],
    "a combination does not move its product, by a program or on the page": [
        _RESTS,
        "goods.test_a_combination_that_is_saved_on_the_page_is_seen_by_the_sweep",
        "gone.test_lines_keep_what_a_deleted_combination_was_called",
        "rivals.test_05_a_change_of_stock_or_of_a_variant_alone",
    ],
    "a sale price that begins, changes or ends does not move the product": [
        _RESTS,
        "dates.test_a_sale_price_that_changes_or_ends_does_not_move_its_product",
        "goods.test_a_sale_price_that_changes_or_ends_is_seen_by_the_sweep",
    ],
    "images and names of manufacturers do not move the product": [
        _RESTS,
        "goods.test_an_image_that_is_added_is_seen_by_the_sweep",
        "goods.test_a_manufacturer_that_is_renamed_is_seen_by_the_sweep",
    ],
    "a write of a product moves it, even if nothing is in it": [
        _OWN,
        "listed.test_a_products_old_date_in_our_shop_does_not_hide_a_change_in_another",
    ],
    "a category moves for itself and not its products": [
        _OWN,
        "goods.test_a_category_that_is_renamed_comes_itself_and_its_products_do_not",
    ],
}
DELETES = {
    "a deleted record is a 404 with nothing to read": [
        "shop.test_refusals",
        "deletes.test_a_write_of_what_is_not_there_says_so_where_a_read_says_nothing",
        "gone.test_a_deleted_record_is_gone_by_a_direct_read",
        "gone.test_a_404_that_is_not_the_webservices_proves_nothing",
    ],
    "a write of what is not there says so": [
        "deletes.test_a_write_of_what_is_not_there_says_so_where_a_read_says_nothing",
        "doors.test_a_record_that_is_not_there_cannot_be_changed",
    ],
    "several are deleted at once, or none where one is missing": [
        "deletes.test_several_are_deleted_at_once_or_none_where_one_is_missing",
        "gone.test_several_that_are_deleted_at_once_are_gone_each_for_itself",
    ],
    "a product goes with its stock, and orders still name it": [
        "deletes.test_a_product_goes_with_its_stock_and_its_combinations_and_orders_still_name_it",
        "gone.test_an_order_outlives_its_product_and_its_customer",
        "counts.test_a_return_to_the_stock_of_what_is_deleted_is_refused_before_it_is_credited",
    ],
    "an order leaves its lines and its history behind": [
        "deletes.test_an_order_leaves_its_lines_and_its_history_behind",
        "gone.test_lines_and_history_of_a_deleted_order_are_nobodys",
    ],
    "a customer goes with the carts and leaves orders and addresses": [
        "deletes.test_a_customer_goes_with_the_carts_and_leaves_orders_and_addresses",
        "gone.test_an_order_outlives_its_product_and_its_customer",
        "gone.test_a_customer_who_is_deleted_leaves_addresses_that_are_nobodys",
    ],
    "a category takes all below it along, and products still name it": [
        "deletes.test_a_category_goes_with_all_that_is_below_it_and_products_still_name_it",
        "gone.test_a_category_that_takes_its_children_along_is_gone_with_them_and_products_name_it_still",
    ],
    "a carrier goes for good, and orders still name it": [
        "deletes.test_a_carrier_goes_for_good_and_orders_still_name_it",
        "gone.test_an_order_whose_carrier_is_gone_keeps_its_delivery_method_and_gives_it_no_other_name",
        "gone.test_an_order_keeps_the_carrier_whose_row_an_edit_replaced",
    ],
    "an address that an order needs is only hidden": [
        "shop.test_an_address_that_an_order_needs_is_only_hidden",
        "deletes.test_an_address_goes_unless_an_order_needs_it",
        "gone.test_an_order_keeps_an_address_that_its_customer_deleted",
    ],
    "an address that is edited is another one for old orders, too": [
        "deletes.test_an_address_that_orders_use_is_changed_for_them_as_well",
        "gone.test_an_old_order_shows_what_its_address_says_now",
        "acted.test_the_shop_is_changed_and_what_was_touched_says_so",
    ],
}
SEEN = {**ORDERS, **GOODS, **DELETES}
