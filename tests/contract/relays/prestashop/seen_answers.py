"""What answers of a real shop were seen to look like (PrestaShop 8.2.1), whom it lets in and refuses; the tests of each."""

FORMS = {
    "JSON is asked for by one of four ways, in upper case": [
        "shop.test_only_upper_case_asks_for_json",
        "forms.test_json_is_asked_for_by_one_of_four_ways_in_upper_case",
        "asked.test_all_is_asked_for_in_json_by_upper_case_and_with_its_zeros",
    ],
    "a single answer lacks what PHP counts as nothing, lists and full displays do not": [
        "shop.test_a_single_json_answer_drops_what_php_counts_as_nothing",
        "forms.test_a_single_answer_lacks_its_falsy_fields_and_lists_and_full_displays_do_not",
        "forms.test_zero_with_decimals_is_not_falsy",
        "shapes.test_a_stock_of_zero_is_zero",
        "shapes.test_what_is_switched_off_is_off_by_a_direct_read_as_well",
        "asked.test_all_is_asked_for_in_json_by_upper_case_and_with_its_zeros",
    ],
    "the answer to a write lacks them as well, and has its id as a text": [
        "forms.test_the_answer_to_a_write_has_its_id_as_text_and_lacks_its_falsy_fields",
        "asked.test_changes_are_xml_of_one_record_by_the_verb_itself",
    ],
    "the list's name is not always the resource's": [
        "shop.test_the_list_of_slips_has_another_name",
        "stock.test_movements_of_stock_are_written_by_the_back_office_alone_and_name_no_product",
        "payload.test_rows_of_an_answer",
    ],
    "an empty list is a bare [], and one record still a list": [
        "forms.test_lists_of_none_and_of_one",
        "shapes.test_an_empty_list_is_empty_in_both_forms",
        "payload.test_rows_of_an_answer",
    ],
    "empty associations are absent in JSON and empty in XML": [
        "forms.test_empty_associations_are_absent_in_json_and_empty_in_xml",
        "shapes.test_what_nothing_is_associated_with_says_the_same_in_both_forms",
    ],
    "a few fields are numbers, null or false where all others are texts": [
        "forms.test_what_is_no_text_in_json",
        "mapping.test_php_has_several_words_for_nothing",
        "shapes.test_an_order_of_what_is_not_sent_has_no_parcel",
    ],
    "a translated field is a list, or in one language a text": [
        "forms.test_a_translated_field_is_a_list_or_in_one_language_a_text",
        "goods.test_a_shop_with_one_language_says_the_same_in_plain_texts",
        "mapping.test_a_text_in_the_shops_own_language_or_in_another",
    ],
    "the root answers in XML alone": [
        "forms.test_the_root_is_xml_alone",
        "asked.test_reads_are_gets_of_lists_and_records_and_never_of_the_root",
    ],
    "one control character or ]]> spoils a page of XML, and JSON of the same is sound": [
        "forms.test_text_that_is_no_xml_spoils_the_page_and_json_of_it_is_sound",
        "shapes.test_text_that_spoils_a_page_of_xml_is_mended",
        "shapes.test_one_order_that_cannot_be_read_does_not_keep_the_others_back",
    ],
    "pictures and HTML pass unharmed": [
        "forms.test_pictures_and_html_pass_unharmed",
        "shapes.test_pictures_and_html_come_through_unharmed",
    ],
    "a list of ids in XML has them as attributes": [
        "forms.test_a_list_of_ids_in_xml_names_where_each_is",
        "payload.test_rows_of_an_answer",
    ],
    "what is reckoned is marked in XML": [
        "forms.test_reckoned_fields_are_marked_in_xml",
        "shapes.test_xml_becomes_the_same_documents_as_json",
    ],
    "errors in XML have entities within their text": [
        "forms.test_errors_in_xml_have_entities_within_their_text",
        "payload.test_entities_of_xml_are_letters_and_json_has_none",
        "doors.test_what_a_shop_refuses_is_told_in_letters_where_it_wrote_entities",
    ],
}
KEYS = {
    "the key is Basic's user or in the address, in any case, and Basic goes before": [
        "keys.test_the_key_is_the_user_of_basic_or_in_the_address_in_any_case",
        "keys.test_basic_goes_before_the_address_and_bearer_does_not_count",
        "doors.test_a_key_may_be_written_in_small_letters",
        "signing.test_the_key_is_the_user_name_of_basic",
    ],
    "without a key the refusal is bare text": [
        "keys.test_no_key_at_all_is_refused_in_bare_words",
        "doors.test_a_host_that_drops_the_authorization_header_gets_the_key_in_the_address",
        "doors.test_a_basic_key_alone_is_refused_where_the_header_is_dropped",
        "signing.test_where_php_does_not_see_it_the_address_has_it_from_then_on",
    ],
    "a key that is none is told why": [
        "keys.test_a_key_that_is_none_is_told_why_and_asked_for_another",
        "doors.test_a_key_that_is_none_is_refused_with_what_the_shop_says_of_it",
        "doors.test_a_dead_key_is_refused",
    ],
    "a right that is missing is a 401 as well, and no dead key": [
        "keys.test_a_right_that_is_missing_is_a_401_that_asks_for_no_other_key",
        "doors.test_a_right_that_is_missing_is_not_a_dead_key",
        "doors.test_all_rights_that_are_missing_are_named_at_once",
        "sums.test_a_key_that_may_not_read_the_parts_reads_the_orders_all_the_same",
    ],
    "each method is a right of its own, PATCH and HEAD as well": [
        "keys.test_each_method_is_a_right_of_its_own",
        "keys.test_a_head_has_the_headers_and_no_body",
        "doors.test_a_right_to_change_that_is_missing_is_named",
        "asked.test_reads_are_gets_of_lists_and_records_and_never_of_the_root",
    ],
    "customers come with a hash, orders with a key": [
        "keys.test_customers_come_with_their_hash_and_orders_with_a_key",
        "doors.test_hashes_and_keys_of_buyers_are_not_kept",
    ],
}
DOORS = {
    "a resource that does not exist is a 400": [
        "shop.test_refusals",
        "writes.test_vouchers_of_orders_and_notes_came_with_version_1_7_8",
        "sums.test_every_version_tells_the_same_of_an_order_but_for_what_it_does_not_have",
    ],
    "what the database chokes on is a 500 with nothing to read": [
        "shop.test_refusals",
        "orders.test_a_state_that_is_not_there_is_a_500_with_nothing_to_read",
        "simulated.test_a_500_with_an_empty_body_is_trouble",
        "actions.test_a_status_that_the_shop_does_not_have_is_known_before_anything_is_changed",
    ],
    "a webservice that is switched off says so": [
        "keys.test_a_webservice_that_is_switched_off_says_so",
        "doors.test_a_webservice_that_is_switched_off_is_asked_again_later",
    ],
    "maintenance closes the pages and not the webservice": [
        "keys.test_maintenance_closes_the_pages_and_not_the_webservice",
        "doors.test_maintenance_of_the_shops_pages_does_not_stop_the_polls",
    ],
    "another host name is sent on to a mangled address without the query": [
        "keys.test_another_host_name_is_sent_on_without_its_query",
        "doors.test_another_host_name_is_not_followed",
    ],
    "small answers begin a session": [
        "keys.test_small_answers_begin_a_session_and_large_ones_do_not",
        "doors.test_the_session_that_small_answers_begin_is_not_gone_on_with",
    ],
}
SEEN = {**FORMS, **KEYS, **DOORS}
