"""What real shops were seen to date and to tell of (WooCommerce 10.0, WordPress 6.8), and the tests of each."""

SEEN = {
    "an edit of an order moves its date and is sent, also when nothing of it changes": [
        "moves.test_an_edit_of_an_order_moves_its_date_and_is_sent",
        "bought.test_an_edit_of_an_order_is_told_and_is_in_the_next_poll",
    ],
    "an edit of a line moves the order's date, and its products'": [
        "stock.test_a_line_that_is_edited_dates_and_sends_the_order_and_its_product",
        "stock.test_a_line_of_goods_that_nobody_counts_sends_the_order_alone",
        "counted.test_an_edit_of_a_line_is_seen_in_the_order_and_in_the_stock",
    ],
    "an edit of amounts alone moves the order's date, and no product's": [
        "stock.test_amounts_alone_send_the_order_and_leave_the_product",
        "counted.test_an_edit_of_amounts_alone_is_told_of_the_order_alone",
    ],
    "a quantity alone does not touch the amounts; none, and no product, take the line away": [
        "writes.test_quantity_alone_leaves_the_amounts",
        "stock.test_a_quantity_moves_the_stock_and_the_amounts_only_when_they_are_sent_too",
        "stock.test_a_line_is_removed_by_no_pieces_or_by_no_product_and_its_goods_come_back",
        "hidden.test_a_line_edit_without_hpos_is_seen_by_polls_of_open_orders_the_sweep_and_the_webhook",
    ],
    "without HPOS edits of lines and meta move no date, statuses and refunds do": [
        "moves.test_the_older_storage_dates_no_edit_of_lines_or_meta_and_sends_it",
        "moves.test_the_older_storage_dates_a_status_and_a_refund",
        "hidden.test_a_line_edit_without_hpos_is_seen_by_polls_of_open_orders_the_sweep_and_the_webhook",
    ],
    "a note moves no date and sends nothing": [
        "moves.test_a_note_is_neither_dated_nor_sent_nor_is_its_end",
        "bought.test_a_note_is_no_news",
    ],
    "a refund moves its order's date; a deleted one does not and sends nothing": [
        "moves.test_a_refund_moves_the_order_when_it_is_made_and_not_when_it_is_deleted",
        "bought.test_a_refund_is_told_with_its_order_and_read_in_full",
        "hidden.test_a_deleted_refund_is_seen_by_the_sweep_alone",
    ],
    "the trash moves the date; a restoration by its status sends nothing, one in the admin pages does": [
        "moves.test_the_trash_and_the_way_out_of_it_are_dated_and_a_way_out_by_status_is_not_sent",
        "hidden.test_the_trash_and_the_way_back_are_seen_by_polls",
        "bought.test_an_order_that_is_restored_in_the_admin_pages_is_told_and_listed",
        "goods.test_what_comes_back_from_the_trash_is_told_and_listed",
    ],
    "a forced delete, a batch's and one out of the trash leave nothing and send nothing": [
        "moves.test_what_is_deleted_for_good_is_not_sent",
        "moves.test_a_batch_deletes_for_good_whatever_it_is_asked",
        "hidden.test_a_forced_delete_is_found_by_a_read_alone",
        "goods.test_what_a_batch_deletes_is_told_by_nobody_and_gone_when_it_is_read",
        "goods.test_a_variation_deleted_by_a_batch_is_told_by_nobody_and_found_by_the_sweep",
        "goods.test_a_variation_in_the_trash_is_told_and_no_longer_its_product_s",
        "bought.test_an_order_that_is_purged_from_the_trash_stays_gone",
    ],
    "a product that is written moves, also when nothing of it changes": [
        "stock.test_a_product_that_is_written_is_dated_and_sent_even_when_nothing_of_it_changes",
        "counted.test_a_product_that_changes_in_the_second_of_the_watermark_is_listed",
    ],
    "stock moves the date, by an order and a refund as well": [
        "stock.test_an_order_that_takes_stock_and_a_refund_that_brings_it_back_date_and_send_the_product",
        "polled.test_stock_is_seen_by_the_poll_however_it_moves",
    ],
    "a variation moves its product's date, and not its sibling's, and is sent alone": [
        "stock.test_a_variation_moves_its_product_and_no_sibling_and_is_sent_alone",
        "polled.test_a_variation_that_changes_is_listed_with_its_product",
    ],
    "stock that the product keeps moves no variation's date": [
        "stock.test_stock_that_the_product_keeps_is_shown_by_its_variations_and_moves_none_of_their_dates",
        "counted.test_stock_that_the_product_keeps_is_read_of_its_variations_whose_versions_stay",
        "polled.test_stock_that_the_product_keeps_reaches_its_variations",
    ],
    "a new variation moves its product, and is sent as a product that was created": [
        "stock.test_a_new_variation_moves_its_product_and_is_sent_as_a_created_product",
        "counted.test_a_new_variation_is_told_and_is_listed_with_its_product",
    ],
    "a renamed category moves no product and sends nothing": [
        "moves.test_a_category_s_new_name_moves_no_product",
        "polled.test_a_renamed_category_is_in_the_next_poll",
    ],
    "a sale is on when it begins, and in the price after the daily job, which moves the date": [
        "sales.test_a_sale_that_begins_is_on_at_once_and_in_the_price_only_after_the_daily_job",
        "sales.test_an_edit_after_the_beginning_brings_a_sale_into_the_price_only_when_it_is_one_of_prices",
        "counted.test_a_sale_is_in_the_price_as_soon_as_the_shop_has_it_there",
    ],
    "the amount of a coupon moves no date, its description does; relays pass over both": [
        "coupons.test_an_amount_moves_no_date_and_a_description_does_and_both_are_sent",
        "coupons.test_a_coupon_that_is_deleted_for_good_is_not_sent",
        "webhooks.test_other_topics_say_nothing",
    ],
    "a customer's edit moves the date, the customer's order does not": [
        "moves.test_a_customer_s_edit_is_dated_and_sent_and_the_customer_s_order_is_neither",
        "carts.test_a_customer_s_order_says_nothing_new_of_the_customer",
        "carts.test_a_customer_that_is_deleted_is_told_and_gone_when_it_is_read",
    ],
    "a cart dates the order that it becomes, and is sent as a change": [
        "orders.test_a_cart_is_sent_as_a_change_and_is_created_only_when_it_becomes_an_order",
        "hooks.test_a_checkout_sends_updated_before_created",
        "polled.test_an_old_cart_that_becomes_an_order_is_found_by_its_change",
        "carts.test_a_cart_is_no_order_until_it_is_placed",
    ],
}
