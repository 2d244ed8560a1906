"""The elements of the embedded interface that an operator may give CSS classes to."""

from types import MappingProxyType
from typing import Final

STYLED: Final = MappingProxyType(
    {
        "headline": "headlines",
        "integration_flag": "the flags of integrations",
        "integration_flag_red": "the red flags of integrations",
        "integration_flag_green": "the green flags of integrations",
        "integration_flag_yellow": "the yellow flags of integrations",
        "integration_flag_grey": "the grey flags of integrations",
        "integrations_container": "what is around all integrations",
        "integration_container": "what is around one integration",
        "integrations_search_input": "the field that integrations are searched with",
        "text_input": "text fields",
        "input_note": "the note beside a field",
        "error": "an error",
        "error_summary": "the summary of errors",
        "form": "forms",
        "ol": "ordered lists",
        "ul": "unordered lists",
        "li": "items of lists",
        "th": "headings of tables' columns",
        "td": "cells of tables",
        "checkbox": "checkboxes",
        "radio_button": "radio buttons",
        "label": "labels",
        "expand_label": "labels that open something",
        "identifier": "what identifies a shop",
        "expanded_container": "what is around something that was opened",
        "options_container": "what is around options",
        "next_button": "buttons that go on",
        "next_placeholder_button": "what stands in the place of a button that goes on",
        "back_button": "buttons that go back",
        "back_placeholder_button": "what stands in the place of a button that goes back",
        "info_button": "buttons that explain",
        "table": "tables",
        "table_container": "what is around a table",
        "link": "links",
        "message": "messages",
        "message_link": "links in messages",
    }
)
"""What each is, by the middle of the setting's name: `headline` is set by `css_headline_classes`."""
