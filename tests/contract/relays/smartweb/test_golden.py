"""All brands read alike: the documents are reviewed beside dandomain."""

from shoprelay_relays.hostedshop import DANDOMAIN, SMARTWEB


def test_the_brand_differs_in_name_alone():
    assert SMARTWEB.resources is DANDOMAIN.resources
    assert SMARTWEB.client is DANDOMAIN.client
    assert SMARTWEB.credentials is DANDOMAIN.credentials
    assert SMARTWEB.webhook == DANDOMAIN.webhook
    assert (SMARTWEB.name, SMARTWEB.label) != (DANDOMAIN.name, DANDOMAIN.label)
