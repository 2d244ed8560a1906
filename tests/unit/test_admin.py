"""What administration checks before it does anything."""

import pytest
from bson import ObjectId

from shoprelay_runtime.admin.companies import bare_domain
from shoprelay_runtime.admin.errors import AdminError
from shoprelay_runtime.admin.jobs import lists_fingerprint
from shoprelay_runtime.admin.modes import polls
from shoprelay_runtime.admin.operator_webhook import checked_url
from shoprelay_runtime.admin.projects import _checked
from shoprelay_runtime.admin.shops import checked_credentials, known_relay, webhook_url
from shoprelay_runtime.settings import Settings
from tests.unit.poller.fakes import RELAY


def test_credentials_become_plain_config() -> None:
    assert checked_credentials(RELAY, {"address": "alpha", "secret": "sesame"}) == {
        "address": "alpha",
        "secret": "sesame",
        "tier": 1,
    }


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"address": "alpha"}, "secret: Field required"),
        ({"address": "alpha", "secret": "s", "tier": "many"}, "tier: Input should be a valid integer"),
        ({"address": "alpha", "secret": "s", "adress": "x"}, "adress: Fake has no such credential; it has address, secret, tier"),
    ],
)
def test_a_wrong_credential_is_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(AdminError) as refusal:
        checked_credentials(RELAY, given)
    assert named in str(refusal.value)


def test_a_refused_secret_is_not_repeated() -> None:
    with pytest.raises(AdminError) as refusal:
        checked_credentials(RELAY, {"address": "alpha", "secret": ["hunter2"]})
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("https://www.Example.com/shop", "example.com"), ("some-store.example.com", "some-store.example.com")],
)
def test_a_website_is_kept_as_a_bare_domain(given: str, kept: str) -> None:
    assert bare_domain(given) == kept


@pytest.mark.parametrize("given", ["", "localhost", "two words.com", "https://"])
def test_what_is_no_domain_is_refused(given: str) -> None:
    with pytest.raises(AdminError, match=r"website: expected a domain"):
        bare_domain(given)


def test_a_project_s_database_is_named_after_it() -> None:
    assert _checked(Settings(database="control"), "Growth & Co. (EU)", "UTC") == "control_growth-co-eu"


@pytest.mark.parametrize(
    ("name", "zone", "named"), [("  ", "UTC", "name"), ("!!", "UTC", "name"), ("Acme", "Mars/Olympus", "time_zone")]
)
def test_a_wrong_project_is_refused(name: str, zone: str, named: str) -> None:
    with pytest.raises(AdminError, match=f"^{named}: expected"):
        _checked(Settings(), name, zone)


@pytest.mark.parametrize(
    "url", ["ftp://example.com", "https://", "example.com/hook", "https://example.com:99999/", "https://[::1/"]
)
def test_a_wrong_webhook_address_is_refused(url: str) -> None:
    with pytest.raises(AdminError, match=r"webhook_url: expected http\(s\)"):
        checked_url(url)


def test_an_unknown_relay_lists_the_known_ones() -> None:
    with pytest.raises(AdminError, match=r"no relay 'shopfy'.*shopgo"):
        known_relay("shopfy")


def test_a_webhook_s_address_ends_with_its_token() -> None:
    assert webhook_url("https://in.example.com/", "t0k") == "https://in.example.com/webhooks/t0k"


def test_only_what_the_contract_has_switches_for_is_polled() -> None:
    assert {(resource.name, mode) for resource, mode in polls(RELAY)} == {
        ("orders", "created_since_last_request"),
        ("orders", "updated_since_last_request"),
        ("products", "updated_since_last_request"),
    }


def test_the_order_within_a_status_list_says_nothing() -> None:
    one, two = ObjectId(), ObjectId()
    assert lists_fingerprint({"closed_status_ids": [one, two]}) == lists_fingerprint({"closed_status_ids": [two, one]})
    assert lists_fingerprint({"closed_status_ids": [one]}) != lists_fingerprint({"pending_status_ids": [one]})
    assert lists_fingerprint({"closed_status_ids": []}) == lists_fingerprint({})
