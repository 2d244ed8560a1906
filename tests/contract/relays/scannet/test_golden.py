"""All brands read alike: the documents are reviewed beside dandomain."""

from shoprelay_relays.hostedshop import DANDOMAIN, SCANNET


def test_the_brand_differs_in_name_alone():
    assert SCANNET.resources is DANDOMAIN.resources
    assert SCANNET.client is DANDOMAIN.client
    assert SCANNET.credentials is DANDOMAIN.credentials
    assert SCANNET.webhook == DANDOMAIN.webhook
    assert (SCANNET.name, SCANNET.label) != (DANDOMAIN.name, DANDOMAIN.label)
