"""What orders of a real shop were seen to say and come to (PrestaShop 8.2.1; older ones by their source); the tests of each."""

LINES = {
    "a line of an order is named in its language, with what it was chosen by": [
        "amounts.test_an_order_tells_of_its_lines_what_was_bought_and_for_how_much",
        "amounts.test_a_line_is_named_in_the_orders_language_with_what_it_was_chosen_by",
        "gone.test_lines_keep_what_a_deleted_combination_was_called",
    ],
    "taxes, refunds, papers and people are not told by the order but by their own lists": [
        "amounts.test_an_order_does_not_tell_what_its_parts_do",
        "hidden.test_a_refund_is_found_by_its_own_date",
        "mapping.test_only_what_the_key_may_read_is_claimed_as_complete",
        "sums.test_a_key_that_may_not_read_the_parts_reads_the_orders_all_the_same",
    ],
    "a line of what is on sale is told at its price then, and before": [
        "amounts.test_what_is_on_sale_is_told_at_its_price_then_and_before",
        "goods.test_a_line_of_what_is_on_sale_costs_what_was_paid_for_it",
    ],
    "a combination without a reference has its product's": [
        "amounts.test_a_line_is_named_in_the_orders_language_with_what_it_was_chosen_by",
        "mapping.test_a_combination_without_a_reference_has_its_products_as_order_rows_say",
    ],
}
TOTALS = {
    "totals are the sums of lines that are rounded one by one": [
        "amounts.test_totals_are_the_sums_of_lines_that_are_rounded_one_by_one",
        "mapping.test_a_line_is_as_dear_as_the_shop_rounded_it",
        "sums.test_the_amounts_of_every_order_add_up",
    ],
    "what is paid may be a cent off its parts": [
        "amounts.test_what_is_paid_may_be_a_cent_less_than_its_parts",
        "sums.test_a_total_that_is_a_cent_less_than_its_parts_is_the_price",
        "mapping.test_a_total_that_is_a_cent_off_its_parts_is_the_total_all_the_same",
    ],
    "a voucher is cut to the goods, and keeps the value that it had when it was added": [
        "amounts.test_a_voucher_is_cut_to_the_goods_and_keeps_the_value_that_it_had",
        "sums.test_a_voucher_takes_off_what_the_order_says_and_not_what_it_is_worth",
        "mapping.test_what_vouchers_were_worth_when_they_were_added_is_not_what_they_took_off",
    ],
    "an order is in its own currency, at the rate that it was placed at": [
        "amounts.test_an_order_in_another_currency_keeps_the_rate_that_it_was_placed_at",
        "sums.test_all_amounts_of_an_order_are_in_its_own_currency",
        "mapping.test_amounts_are_in_the_orders_currency_whatever_the_shops_is",
    ],
    "paid states of one process book the payment again": [
        "orders.test_paid_states_of_one_process_book_the_payment_again",
        "office.test_paid_states_of_one_process_are_one_payment",
        "sums.test_a_payment_that_is_booked_four_times_is_paid_once",
        "mapping.test_what_is_received_is_no_price",
    ],
    "a split checkout is several orders with one reference and one payment, which one of them has all of": [
        "orders.test_a_split_checkout_is_paid_once_and_one_of_its_orders_has_it_all",
        "sums.test_a_split_checkout_is_paid_by_one_payment_whose_sum_no_order_has_twice",
        "sums.test_the_orders_of_a_split_checkout_share_their_number_and_their_payment",
    ],
    "a guest is a customer, and customers may share an e-mail": [
        "writes.test_an_email_that_exists_and_a_password_of_one_letter_are_taken",
        "listed.test_a_guest_and_an_account_may_share_an_email",
    ],
}
VERSIONS = {
    "vouchers of orders, and notes, came with version 1.7.8": [
        "writes.test_vouchers_of_orders_and_notes_came_with_version_1_7_8",
        "sums.test_every_version_tells_the_same_of_an_order_but_for_what_it_does_not_have",
    ],
    "single answers drop nothing before version 8": [
        "writes.test_single_json_answers_drop_nothing_before_version_8",
        "sums.test_every_version_tells_the_same_of_an_order_but_for_what_it_does_not_have",
    ],
}
SEEN = {**LINES, **TOTALS, **VERSIONS}
