"""What a real shop was seen to make of writes (PrestaShop 8.2.1), and the tests of each."""

RECORDS = {
    "the id of the body counts, not that of the address": [
        "shop.test_the_id_of_the_body_counts_and_put_empties_what_is_left_out",
        "writes.test_the_id_of_the_body_is_changed_and_not_that_of_the_address",
        "asked.test_the_id_in_the_body_is_that_of_the_address_and_what_is_new_has_none",
    ],
    "a body of several records changes them all": [
        "writes.test_a_body_of_several_records_changes_them_all_and_so_is_the_answer",
        "asked.test_changes_are_xml_of_one_record_by_the_verb_itself",
    ],
    "what is new has no id, what is changed has one": [
        "writes.test_ids_are_for_changes_and_not_for_what_is_new",
        "asked.test_the_id_in_the_body_is_that_of_the_address_and_what_is_new_has_none",
    ],
    "PUT empties what is left out, and is refused where that is required": [
        "whole.test_what_a_put_leaves_out_is_empty_afterwards",
        "writes.test_a_put_of_a_part_is_refused_where_more_is_required",
        "goods.test_a_product_that_a_program_emptied_by_writing_a_part_of_it_is_told_as_it_is",
        "shop.test_writes_that_are_refused",
        "actions.test_older_versions_get_a_record_back_whole",
        "doors.test_an_older_version_gets_a_record_back_as_it_was_but_for_what_is_changed",
    ],
    "what is only shown cannot be put back": [
        "whole.test_what_is_only_shown_cannot_be_put_back",
        "shop.test_writes_that_are_refused",
        "actions.test_older_versions_get_a_record_back_whole",
    ],
    "most records go back as they were read, a combination but for its threshold": [
        "whole.test_a_record_that_is_put_back_as_it_was_read_stays_as_it_was",
        "whole.test_a_combination_that_is_put_back_has_a_threshold_of_zero_where_it_had_none",
        "doors.test_an_older_version_gets_a_record_back_as_it_was_but_for_what_is_changed",
    ],
    "a product that is put back without associations keeps them": [
        "whole.test_a_product_that_is_put_back_without_associations_keeps_them",
        "actions.test_older_versions_get_a_record_back_whole",
    ],
    "a product whose default category is deleted cannot be put back": [
        "whole.test_a_product_whose_default_category_is_deleted_can_be_patched_and_not_put",
        "doors.test_a_product_whose_category_is_gone_is_edited_by_patch_and_older_versions_say_why_not",
    ],
    "PATCH came with version 8 and changes what is sent": [
        "writes.test_patch_came_with_version_8",
        "writes.test_a_patch_changes_what_is_sent_alone",
        "actions.test_older_versions_get_a_record_back_whole",
    ],
    "a translated field and an association are replaced whole": [
        "shop.test_a_translated_field_is_replaced_whole",
        "writes.test_an_association_that_is_sent_replaces_all_of_its_members",
        "asked.test_translated_texts_are_written_in_all_languages_and_amounts_with_a_point",
        "acted.test_the_shop_is_changed_and_what_was_touched_says_so",
    ],
    "JSON is not taken, and neither is what is no XML": [
        "writes.test_json_is_not_taken_and_neither_is_what_is_no_xml",
        "asked.test_changes_are_xml_of_one_record_by_the_verb_itself",
        "actions.test_text_goes_into_xml_whole",
    ],
    "an email that exists and a password of one letter are taken": [
        "writes.test_an_email_that_exists_and_a_password_of_one_letter_are_taken",
        "actions.test_an_address_that_has_a_customer_is_not_taken_twice",
        "asked.test_a_new_customer_has_a_password_that_nobody_guesses",
    ],
    "a product without a name is taken, a price with a comma is not": [
        "writes.test_a_product_without_a_name_is_taken",
        "shop.test_writes_that_are_refused",
        "actions.test_a_product_has_a_name_whatever_the_shop_would_take",
        "asked.test_translated_texts_are_written_in_all_languages_and_amounts_with_a_point",
        "actions.test_refusals_are_told_in_the_shop_s_words",
    ],
}
ORDERS = {
    "an order that is put back in another state forgets its invoice and what was paid": [
        "whole.test_an_order_that_is_put_back_in_another_state_forgets_its_invoice_and_what_was_paid",
        "sums.test_an_order_that_a_program_put_into_another_state_has_its_invoice_and_its_payment",
        "asked.test_a_state_is_a_row_of_history_and_never_a_field_of_the_order",
    ],
    "a state that is set alone keeps them": [
        "whole.test_a_state_that_is_set_alone_keeps_its_invoice_and_what_was_paid",
        "whole.test_an_order_that_is_put_back_in_its_own_state_has_no_more_history",
        "asked.test_a_state_is_a_row_of_history_and_never_a_field_of_the_order",
        "acted.test_the_shop_is_changed_and_what_was_touched_says_so",
    ],
    "a state or an order that is not there is a 500 with nothing to read": [
        "shop.test_a_state_moves_the_order_and_the_same_again_makes_one_more_row",
        "orders.test_a_state_that_is_not_there_is_a_500_with_nothing_to_read",
        "actions.test_a_status_that_the_shop_does_not_have_is_known_before_anything_is_changed",
        "actions.test_an_order_that_is_not_there",
    ],
    "a paid state books the full sum, whatever was booked by hand before": [
        "orders.test_paid_makes_the_invoice_and_books_the_full_sum_whatever_was_booked_by_hand_before",
        "orders.test_a_second_paid_state_books_nothing_more",
        "office.test_the_sum_that_a_paid_state_books_on_top_of_a_payment_by_hand_is_not_paid_twice",
    ],
    "a state with a delivery slip dates the delivery, before anything is on its way": [
        "orders.test_a_state_with_a_delivery_slip_dates_the_delivery",
        "office.test_an_order_that_is_only_prepared_has_no_parcel_though_its_delivery_is_dated",
        "office.test_a_parcel_left_when_the_order_was_shipped_and_stays_when_it_is_refunded",
    ],
    "what is cancelled goes back on the shelf, and is taken again when it is paid": [
        "stock.test_what_is_cancelled_goes_back_on_the_shelf_once_and_is_taken_again_when_it_is_paid",
        "acted.test_the_shop_is_changed_and_what_was_touched_says_so",
    ],
    "a tracking number is one thing in the parcel and in the order": [
        "orders.test_a_tracking_number_is_one_thing_in_the_parcel_and_in_the_order",
        "acted.test_the_shop_is_changed_and_what_was_touched_says_so",
    ],
    "a slip over the API is a paper and nothing more": [
        "orders.test_a_slip_over_the_api_is_a_paper_and_nothing_more",
        "actions.test_what_is_credited_is_not_credited_again",
        "actions.test_the_rest_is_credited_after_a_part_of_it",
    ],
    "a refund of the back office is counted on the line, a return for itself; the amount is without the shipping": [
        "orders.test_a_refund_in_the_back_office_is_counted_on_the_line_and_told_without_its_shipping",
        "orders.test_a_return_in_the_back_office_is_counted_for_itself_and_back_on_the_shelf",
        "hidden.test_a_refund_is_found_by_its_own_date",
        "office.test_a_return_moves_nothing_and_is_found_by_its_slip",
    ],
    "a payment over the API is not counted as received": [
        "orders.test_a_payment_over_the_api_is_not_counted_as_received",
        "hidden.test_a_payment_is_found_by_the_reference_that_it_names",
        "mapping.test_what_is_received_is_no_price",
    ],
    "lines over the API leave the totals until the back office adds them up": [
        "orders.test_lines_over_the_api_leave_the_totals_until_the_back_office_adds_them_up",
        "amounts.test_lines_that_are_edited_in_the_back_office_come_to_another_total",
        "office.test_lines_that_programs_change_are_seen_by_the_sweep_and_the_totals_when_they_are_added_up",
    ],
    "an order that is said to be paid otherwise than its cart is worth has a payment error": [
        "amounts.test_an_order_that_is_said_to_be_paid_otherwise_than_its_cart_is_worth_has_a_payment_error",
        "sums.test_a_payment_that_is_not_what_the_cart_was_worth_does_not_change_the_price",
    ],
}
STOCK = {
    "a stock is what is written, in whole pieces and even less than none": [
        "writes.test_a_stock_is_what_is_written_even_less_than_none",
        "shop.test_writes_that_are_refused",
        "counts.test_a_stock_below_zero_is_changed_as_any_other",
        "actions.test_what_is_not_a_whole_piece",
    ],
    "rows of stock come and go with their goods alone": [
        "shop.test_stock_rows_come_with_products_and_combinations",
        "writes.test_rows_of_stock_come_and_go_with_their_goods_alone",
        "acted.test_the_shop_is_changed_and_what_was_touched_says_so",
    ],
    "what is written to combination zero is overwritten by the sum": [
        "stock.test_combination_zero_is_overwritten_by_the_sum_at_the_next_write_of_a_combination",
        "stock.test_combination_zero_is_the_sum_after_a_sale_and_after_a_deletion",
        "goods.test_what_is_written_to_combination_zero_is_no_stock_of_any_variant",
        "counts.test_the_sum_of_a_products_combinations_is_not_written",
    ],
    "movements of stock are written by the back office alone, and name no product": [
        "stock.test_movements_of_stock_are_written_by_the_back_office_alone_and_name_no_product",
        "asked.test_of_stock_the_counts_are_read_and_no_movements",
    ],
}
SEEN = {**RECORDS, **ORDERS, **STOCK}
