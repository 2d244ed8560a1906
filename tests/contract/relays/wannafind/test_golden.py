"""All brands read alike: the documents are reviewed beside dandomain."""

from shoprelay_relays.hostedshop import DANDOMAIN, WANNAFIND


def test_the_brand_differs_in_name_alone():
    assert WANNAFIND.resources is DANDOMAIN.resources
    assert WANNAFIND.client is DANDOMAIN.client
    assert WANNAFIND.credentials is DANDOMAIN.credentials
    assert WANNAFIND.webhook == DANDOMAIN.webhook
    assert (WANNAFIND.name, WANNAFIND.label) != (DANDOMAIN.name, DANDOMAIN.label)
