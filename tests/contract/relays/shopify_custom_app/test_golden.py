"""A custom app reads what a public app reads: the documents are reviewed beside shopify."""

from shoprelay_relays.shopify import CUSTOM_APP, RELAY


def test_both_relays_map_alike():
    assert CUSTOM_APP.resources is RELAY.resources
    assert CUSTOM_APP.webhook is RELAY.webhook
