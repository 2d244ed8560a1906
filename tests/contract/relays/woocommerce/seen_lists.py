"""What lists and records of real shops were seen to do (WooCommerce 10.0, WordPress 6.8), and the tests of each."""

SEEN = {
    "filters are exclusive, to the second, for orders, products, variations and refunds": [
        "dates.test_modified_filters_are_exclusive_to_the_second",
        "filters.test_date_filters_are_exclusive_to_the_second_in_every_list_that_takes_them",
        "polled.test_a_change_in_the_second_of_the_watermark_is_listed",
        "counted.test_a_product_that_changes_in_the_second_of_the_watermark_is_listed",
    ],
    "a zone alone is understood, a bare time is the shop's": [
        "filters.test_a_zone_alone_is_understood",
        "dates.test_a_zone_together_with_gmt_moves_the_filter_by_the_offset",
    ],
    "a zone together with dates_are_gmt moves the filter by the shop's offset": [
        "dates.test_a_zone_together_with_gmt_moves_the_filter_by_the_offset",
        "walk.test_the_window_is_sent_as_bare_gmt_times_one_second_outside_of_its_bounds",
    ],
    "local filters lose an hour when summer time ends": [
        "dates.test_the_doubled_hour_hides_from_local_filters",
        "polled.test_both_hours_of_an_autumn_night_are_listed",
    ],
    "a space and fractions are taken, other dates are not": [
        "filters.test_a_space_and_fractions_are_taken_in_dates_and_fractions_do_not_count",
        "dates.test_other_dates_are_refused",
        "walk.test_fractions_of_a_second_never_shrink_the_window",
    ],
    "customers and terms ignore date filters without an error": [
        "dates.test_customers_ignore_dates_and_know_no_modified",
        "filters.test_terms_ignore_dates_without_a_word",
        "polled.test_customers_are_all_listed_whatever_the_window",
    ],
    "each list has its own ways to be sorted, and its own first one": [
        "sorting.test_every_list_has_its_own_ways_to_be_sorted",
        "sorting.test_the_newest_come_first_but_customers_and_terms_come_by_name",
        "sorting.test_tax_rates_are_listed_in_their_order_or_by_id",
        "simulated.test_all_that_is_listed_can_be_mapped",
        "simulated.test_the_tax_rate_of_the_shop_s_own_country_is_learnt",
    ],
    "paging by date loses rows that share a second, by id it does not": [
        "pages.test_walking_by_modified_loses_ties_and_by_id_does_not",
        "sorting.test_products_of_one_second_are_lost_in_pages_by_date_and_not_by_id",
        "conduct.test_a_thousand_orders_of_one_second_come_once_each",
        "counted.test_products_and_variations_of_one_second_are_all_listed_across_pages",
    ],
    "pages have limits, and name their neighbours alone": [
        "pages.test_pages_have_limits",
        "pages.test_links_name_neighbours_only",
        "walk.test_the_first_import_asks_for_everything",
    ],
    "past its end a list of orders forgets its total, other lists and the older storage do not": [
        "pages.test_past_the_end_orders_forget_their_total",
        "filters.test_past_the_end_every_other_list_keeps_its_total",
        "hooks.test_older_order_storage",
        "walk.test_a_walk_ends_whatever_the_count",
    ],
    "nothing may be kept, and HEAD counts": [
        "filters.test_nothing_may_be_kept_and_nothing_tells_whether_it_changed",
        "pages.test_head_counts",
    ],
    "carts are in the default list, the trash is not": [
        "lists.test_default_orders_include_drafts_and_not_trash",
        "filters.test_several_statuses_come_as_one_text_or_as_a_list",
        "filters.test_products_of_every_status_but_the_trash_are_listed",
        "polled.test_what_the_shop_counts_is_what_is_listed",
        "walk.test_orders_in_the_trash_are_listed_after_the_others",
    ],
    "a search for orders finds more than it should; several skus are found at once, in variations too": [
        "lists.test_search_finds_more_than_it_should",
        "filters.test_skus_are_found_several_at_once_and_in_part_and_in_variations",
        "actions.test_a_variant_is_also_known_by_its_sku",
    ],
    "variations are in no list, and answer under products by their id": [
        "lists.test_variations_are_in_no_list_but_readable",
        "client.test_the_id_of_a_variation_among_the_products_is_read_as_a_variation",
        "walk.test_a_variable_product_is_followed_by_all_of_its_variations",
    ],
    "only ids are listed when only they are asked for": [
        "shapes.test_ids_alone_are_listed_for_a_sweep",
        "pages.test_fields_keep_the_resources_order",
    ],
    "what is not there answers 404 and is written with a 400, the trash 200, a trash again 410": [
        "shapes.test_what_was_deleted_is_a_404_to_read_and_a_400_to_write",
        "shapes.test_the_trash_of_products_is_read_by_id_and_entered_once",
        "shapes.test_customers_and_webhooks_have_no_trash",
        "writes.test_trash_again_and_restore",
        "refusals.test_a_change_of_what_was_deleted_is_no_refusal_but_a_record_that_is_not_there",
        "client.test_a_record_that_is_not_there_is_gone",
        "client.test_a_record_in_the_trash_is_gone",
    ],
    "statuses of the shop's own, and those of carts": [
        "lists.test_statuses_settings_and_the_rest",
        "walk.test_statuses_of_carts_are_left_out",
    ],
    "a variation shows its product's sku and stock": [
        "lists.test_a_variation_without_sku_and_stock_borrows_its_parents",
        "shapes.test_stock_is_managed_or_not_or_by_the_product",
        "mapping.test_stock",
    ],
    "lines of deleted products keep a name and lose the rest; lines may be empty": [
        "lists.test_a_line_of_a_deleted_product",
        "shapes.test_a_line_whose_product_is_deleted_loses_its_number_its_sku_and_its_image",
        "hidden.test_lines_of_what_was_deleted_or_never_was_are_lines",
    ],
    "the image of a line is a text or a number, its price a number": [
        "shapes.test_the_image_of_a_line_is_named_by_a_text_a_number_or_nothing",
        "shapes.test_the_price_of_a_line_is_a_number_without_a_tail",
        "simulated.test_all_that_is_listed_can_be_mapped",
    ],
    "dates of images carry the offset twice": [
        "lists.test_image_times_carry_the_offset_twice",
        "shapes.test_the_dates_of_images_carry_the_zone_twice_in_products_and_in_variations",
    ],
    "names come with entities": [
        "lists.test_term_names_come_with_entities",
        "polled.test_a_renamed_category_is_in_the_next_poll",
        "shapes.test_a_brand_s_name_comes_with_entities_within_products_too_and_moves_none_of_them",
        "goods.test_entities_in_names_are_letters_in_the_documents",
        "goods.test_a_brand_s_new_name_moves_nothing_and_is_found_by_the_sweep",
    ],
    "a refund names its order in the global list alone, and its lines are negative and name what they are about": [
        "lists.test_refunds_name_their_order_in_the_global_list_only",
        "acts.test_a_refund_names_the_lines_that_it_is_about",
        "client.test_a_refund_is_read_with_its_orders_number",
    ],
    "what is charged adds up, to two decimals": [
        "lists.test_amounts_add_up",
        "filters.test_amounts_have_two_decimals_and_as_many_as_are_asked_for",
        "mapping.test_price_is_lines_and_delivery_and_payment_less_discount",
        "simulated.test_the_amounts_of_every_order_add_up",
    ],
    "rates are charged on top of each other, and what is charged still adds up": [
        "acts.test_rates_on_top_of_each_other_add_up",
        "counted.test_compound_rates_are_in_the_order_and_its_lines",
        "mapping.test_taxes_on_top_of_each_other_are_told_by_what_they_came_to",
    ],
}
