"""What lists of a real shop were seen to do (PrestaShop 8.2.1): filters, dates, pages, several shops; the tests of each."""

FILTERS = {
    "one field is filtered by a value, one of several, an interval or all but these": [
        "shop.test_filters",
        "asked.test_filters_are_of_the_kinds_that_shops_keep_to",
    ],
    "an operator that is not known, as >=, is dropped, and all rows come back": [
        "shop.test_filters",
        "shop.test_dates",
        "lists.test_dates_are_bare_local_times_and_bounds_are_exclusive_outside_of_ranges",
        "listed.test_the_real_shop_drops_an_operator_that_it_does_not_know",
        "listed.test_a_shop_that_ignores_the_walk_is_trouble_and_no_endless_loop",
        "asked.test_filters_are_of_the_kinds_that_shops_keep_to",
    ],
    "a word that is no date is before all dates": ["shop.test_dates", "asked.test_filters_are_of_the_kinds_that_shops_keep_to"],
    "> and < leave their second out, ranges have both ends in, whichever comes first": [
        "shop.test_dates",
        "lists.test_dates_are_bare_local_times_and_bounds_are_exclusive_outside_of_ranges",
        "listed.test_both_ends_of_a_window_are_inclusive",
    ],
    "of two filters on one field the last one counts": [
        "lists.test_of_two_filters_on_one_field_the_last_one_counts",
        "asked.test_every_parameter_is_one_that_shops_know_and_given_once",
    ],
    "dates are bare local times: a zone or a fraction finds nothing": [
        "shop.test_dates",
        "lists.test_dates_are_bare_local_times_and_bounds_are_exclusive_outside_of_ranges",
        "asked.test_filters_are_of_the_kinds_that_shops_keep_to",
        "listed.test_a_space_may_be_sent_in_either_way",
    ],
    "dates are filtered and sorted by with a word of their own alone": [
        "shop.test_refusals",
        "asked.test_dates_are_asked_for_with_the_word_for_it_and_of_lists_that_have_them",
    ],
    "a date that a list does not have is a 500 with nothing to read": [
        "shop.test_refusals",
        "lists.test_a_list_is_filtered_by_the_dates_that_it_has_and_dies_of_any_other",
        "asked.test_dates_are_asked_for_with_the_word_for_it_and_of_lists_that_have_them",
        "simulated.test_a_500_with_an_empty_body_is_trouble",
    ],
    "texts are compared without their case": [
        "lists.test_texts_are_compared_without_their_case",
        "actions.test_a_reference_is_found_in_any_case_and_never_as_a_filter_of_another_kind",
    ],
    "a translated field is looked at in every language": [
        "lists.test_a_translated_name_is_looked_for_in_all_languages_or_in_one",
        "acted.test_the_shop_is_changed_and_what_was_touched_says_so",
    ],
    "what is reckoned cannot be filtered by": [
        "shop.test_refusals",
        "lists.test_what_is_reckoned_cannot_be_filtered_by",
        "asked.test_filters_are_of_the_kinds_that_shops_keep_to",
    ],
    "associations are trimmed by their own names": [
        "lists.test_associations_are_trimmed_to_what_is_asked_for",
        "lists.test_associations_cannot_be_asked_for_by_that_name",
        "asked.test_all_is_asked_for_in_json_by_upper_case_and_with_its_zeros",
    ],
    "parameters that nobody knows are ignored, and nothing is counted": [
        "lists.test_parameters_that_nobody_knows_are_ignored_and_nothing_is_counted",
        "asked.test_every_parameter_is_one_that_shops_know_and_given_once",
        "simulated.test_the_shop_is_asked_how_many_there_are",
    ],
}
TIMES = {
    "the hour that an autumn night has twice cannot be told apart": [
        "lists.test_orders_of_one_hour_and_of_the_same_hour_again_are_in_the_order_of_neither",
        "times.test_nothing_of_a_double_hour_is_lost",
        "times.test_a_change_in_the_second_hour_is_not_older_than_one_in_the_first",
        "times.test_what_moves_no_date_is_found_in_a_double_hour_as_well",
        "mapping.test_all_times_of_a_double_hour_are_one_version",
        "rivals.test_04_both_hours_when_summer_time_ends",
    ],
    "spring leaves an hour out": ["lists.test_spring_leaves_an_hour_out", "times.test_spring_has_no_surprise"],
    "the shop's clock stands in every answer of the webservice": [
        "lists.test_the_clock_of_the_shop_stands_in_every_answer_of_the_webservice",
        "times.test_a_shop_whose_clock_is_behind_is_asked_for_more",
        "times.test_what_moves_no_date_is_found_in_a_shop_whose_clock_is_behind",
    ],
    "the time zone is read with the right on configurations": [
        "lists.test_the_time_zone_is_read_where_the_key_has_configurations",
        "doors.test_the_time_zone_is_read_from_the_shop",
        "doors.test_without_the_right_on_configurations_the_time_zone_must_be_given",
    ],
}
PAGES = {
    "without an order rows come in any": [
        "lists.test_without_an_order_rows_come_in_any",
        "asked.test_pages_are_walked_by_id_and_never_by_an_offset",
        "simulated.test_all_is_listed_once_and_can_be_mapped",
    ],
    "pages over rows of one date lose some unless the id decides": [
        "shop.test_pages_over_ties_lose_rows_unless_the_id_decides",
        "listed.test_ties_lose_nothing",
        "conduct.test_a_thousand_orders_of_one_second_come_once_each",
    ],
    "a row that changes between two pages slides another one past an offset": [
        "lists.test_an_order_that_is_edited_between_two_pages_hides_another",
        "listed.test_an_order_that_changes_between_two_pages_lets_none_slide_past",
        "asked.test_pages_are_walked_by_id_and_never_by_an_offset",
    ],
    "a walk by id goes together with a range of dates": [
        "lists.test_a_walk_by_id_goes_together_with_a_range_of_dates",
        "listed.test_a_listing_is_resumed_at_its_cursor",
    ],
    "hundreds of ids may be asked for at once": [
        "lists.test_four_hundred_ids_may_be_asked_for_at_once",
        "asked.test_many_ids_are_asked_for_in_addresses_that_hosts_take",
    ],
    "limits of nonsense give empty lists, one below zero a 500, one of three parts a refusal; past the end is empty": [
        "shop.test_limits",
        "shop.test_refusals",
        "asked.test_pages_are_walked_by_id_and_never_by_an_offset",
    ],
}
SHOPS = {
    "of a product the last change in any shop is compared, and the queried shop's is shown": [
        "keys.test_the_filter_compares_the_last_change_in_any_shop_and_shows_that_of_one",
        "listed.test_a_products_old_date_in_our_shop_does_not_hide_a_change_in_another",
    ],
    "each shop has its own prices": [
        "keys.test_the_shop_that_is_asked_for_has_its_own_price",
        "listed.test_a_products_old_date_in_our_shop_does_not_hide_a_change_in_another",
    ],
    "a list of orders is of one shop, a single order is answered whichever is asked": [
        "keys.test_a_list_of_orders_is_of_one_shop_and_a_single_order_of_any",
        "listed.test_only_the_orders_of_our_shop_are_ours",
    ],
    "a shop number that is not there is a 302 with nothing in it": [
        "keys.test_a_shop_that_is_not_there_is_a_302_with_nothing_in_it",
        "listed.test_an_unknown_shop_number_is_said_to_be",
    ],
}
SEEN = {**FILTERS, **TIMES, **PAGES, **SHOPS}
