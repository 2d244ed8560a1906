"""What every relay owes, whatever its platform. A relay without fixtures and without an answer about signing fails.

Payloads are `<relay>/payloads/<kind>[_<case>].json`: a record or a list of them in the platform's shape, with invented values.
What exactly they become is told by each relay's own test_golden.py.
"""

import json
import logging
import os
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from shoprelay_relays.coverage import Watched, read, unread
from shoprelay_relays.describe import describe
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Connection, Mapped, Relay, Verdict
from shoprelay_relays.trial import DemoShop, records
from shoprelay_schema.documents import SHOP_COLLECTIONS, Order, OrderLine
from tests.support.relay_facts import facts

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
FOLDERS = sorted(path.parent.name for path in HERE.glob("*/facts.py"))
FIXTURES = [
    pytest.param(relay, facts(name).resource(path.stem), path, id=f"{name}-{path.stem}")
    for name, relay in RELAYS.items()
    for path in sorted((HERE / name / "payloads").glob("*.json"))
]


def _secrets(relay: Relay) -> list[str]:
    return [name for name, field in relay.credentials.model_fields.items() if "SecretStr" in str(field.annotation)]


WITH_SECRETS = [relay for relay in RELAYS.values() if _secrets(relay)]
# Our own format is read by its model, which refuses what it does not know.
FOREIGN = [relay for relay in RELAYS.values() if not (relay.webhook and relay.webhook.take)]
SIGNED = [name for name in RELAYS if facts(name).signing]
every_relay = pytest.mark.parametrize("relay", RELAYS.values(), ids=lambda relay: relay.name)
every_fixture = pytest.mark.parametrize(("relay", "resource", "path"), FIXTURES)


@pytest.mark.parametrize("name", FOLDERS)
def test_every_folder_here_is_that_of_a_relay_that_exists(name: str) -> None:
    assert name in RELAYS, f"enter {name}.RELAY in libs/shoprelay_relays/registry.py: a relay exists when it stands there"


@every_relay
def test_nothing_is_left_to_fill_in(relay: Relay) -> None:
    libs = [ROOT / "libs" / part for part in ("shoprelay_relays", "shoprelay_simulators")]
    written = [path for lib in libs for name in (f"{relay.name}.py", f"{relay.name}/*.py") for path in lib.glob(name)]
    places = [*written, *(path for end in ("py", "json") for path in HERE.glob(f"{relay.name}/**/*.{end}"))]
    left = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in places
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "To fill in" in line
    ]
    assert not left, "do what these lines say, and take them out:\n" + "\n".join(left)


@every_relay
def test_it_says_what_it_is(relay: Relay) -> None:
    assert RELAYS[relay.name] is relay
    needed = {
        "label: the platform's name": relay.label,
        "author: say who keeps this relay": relay.author,
        "docs: say where the platform's documentation is": relay.docs.startswith(("https://", "docs/")),
        "blind_spots: say what this relay cannot see; every platform hides something": relay.blind_spots,
        "identifiable_config_keys: say which credentials name the shop": relay.identifiable_config_keys,
    }
    assert not [what for what, told in needed.items() if not told]
    for field in describe(relay)["credentials"]:
        assert field["description"], f"credentials.{field['name']}: tell the merchant what it is and where to find it"
    assert json.loads(json.dumps(describe(relay))) == describe(relay)


@every_relay
def test_every_resource_with_modes_has_pages(relay: Relay) -> None:
    assert len({resource.name for resource in relay.resources}) == len(relay.resources)
    for resource in relay.resources:
        assert bool(resource.modes) == (resource.pages is not None), resource.name


@every_relay
def test_every_resource_has_a_fixture(relay: Relay) -> None:
    held = {relay.resource(fixture.values[1]).map for fixture in FIXTURES if fixture.values[0] is relay}
    without = {resource.name for resource in relay.resources if resource.map not in held}
    assert not without, (
        f"put a payload of each, in the platform's shape, into tests/contract/relays/{relay.name}/payloads (product_simple.json),"
        ' and name its kind in facts.py (kinds={"product": "products"})'
    )


@every_relay
def test_it_says_what_it_learns_in_passing(relay: Relay) -> None:
    own = {resource.collection or resource.name for resource in relay.resources}
    drafted = {
        draft.document.collection
        for fixture in FIXTURES
        if fixture.values[0] is relay
        for mapped in _mapped(*fixture.values)
        for draft in mapped.drafts
    }
    assert sorted(drafted - own) == sorted(relay.passing), (
        "passing: name what the payloads become beside the relay's own resources"
    )


@every_fixture
def test_it_becomes_nothing_else_than_it_says(relay: Relay, resource: str, path: Path) -> None:
    said = relay.resource(resource).becomes
    if not said:
        return  # anything
    for mapped in _mapped(relay, resource, path):
        told = {draft.document.collection for draft in mapped.drafts} | {name for _, name, _ in mapped.owns}
        assert told | {name for name, _, _ in mapped.gone} <= set(said), "becomes: name all that the payload tells of"
    assert set(said) <= set(SHOP_COLLECTIONS)
    assert (relay.resource(resource).collection or resource) in said


@pytest.mark.parametrize("relay", FOREIGN, ids=lambda relay: relay.name)
def test_which_parts_of_its_payloads_are_read_and_which_are_not(relay: Relay) -> None:
    """`<relay>/coverage.json` is the report; SHOPRELAY_WRITE_GOLDEN=1 writes it anew, and what is new in it is then looked at."""
    watched: dict[str, list[Watched]] = {}
    for fixture in FIXTURES:
        if fixture.values[0] is relay:
            _, resource, path = fixture.values
            watched.setdefault(resource, []).extend(_watched(relay, resource, path))
    report = {name: {"read": sorted(set(read(found))), "unread": unread(found)} for name, found in sorted(watched.items())}
    golden = HERE / relay.name / "coverage.json"
    if os.environ.get("SHOPRELAY_WRITE_GOLDEN"):
        golden.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    assert golden.is_file(), "SHOPRELAY_WRITE_GOLDEN=1 writes the report; then look at every path that is not read"
    assert report == json.loads(golden.read_text())


@every_relay
def test_it_is_tested_against_reviewed_documents_and_a_shop_that_behaves_like_the_real_one(relay: Relay) -> None:
    for kind in ("golden", "simulated"):
        assert list((HERE / relay.name).glob(f"test_{kind}*.py")), f"write test_{kind}.py beside the facts"


def _watched(relay: Relay, resource: str, path: Path) -> list[Watched]:
    found = []
    for _, record in records(path.read_bytes(), None):
        watch = Watched(record)
        for draft in relay.resource(resource).map(watch.body, DemoShop()).drafts:
            watch.keep(draft.document.__dict__)
        found.append(watch)
    return found


WRONG: tuple[Any, ...] = (None, "", "hush", -1, 1.5, True, [], {}, ["hush"], {"x": "hush"}, [[]])


@every_fixture
def test_mapping_twice_gives_the_same_bytes(relay: Relay, resource: str, path: Path) -> None:
    rule, shop = relay.resource(resource).map, DemoShop()
    for _, record in records(path.read_bytes(), None):
        before = deepcopy(record)
        assert repr(rule(record, shop)) == repr(rule(json.loads(json.dumps(record)), shop))
        assert record == before, "a mapping does not change what it reads"


@every_fixture
def test_drafts_leave_to_the_store_what_is_the_stores(relay: Relay, resource: str, path: Path) -> None:
    for mapped in _mapped(relay, resource, path):
        named = [(draft.document.collection, draft.key) for draft in mapped.drafts]
        assert len(set(named)) == len(named)
        for draft in mapped.drafts:
            assert draft.document.collection in SHOP_COLLECTIONS
            assert draft.key
            assert draft.document.model_fields_set.isdisjoint({"id_", "webshop_id", "company_id", "updated_at", "source"})


@every_fixture
def test_an_orders_price_is_the_sum_of_what_it_is_made_of(relay: Relay, resource: str, path: Path) -> None:
    """A discount with the wrong sign, a tax that is in one price and not in the other: it shows here."""
    for mapped in _mapped(relay, resource, path):
        documents = [draft.document for draft in mapped.drafts]
        lines = [one for one in documents if isinstance(one, OrderLine)]
        for order in documents:
            if isinstance(order, Order) and lines:
                parts = sum((line.price or 0) * (line.quantity or 0) for line in lines)
                parts += (order.delivery_price or 0) + (order.payment_price or 0) - (order.discount_amount or 0)
                assert order.price == pytest.approx(parts, abs=0.01), f"price {order.price}, its parts {parts}"


@every_fixture
def test_what_a_record_owns_is_of_the_collection_it_says(relay: Relay, resource: str, path: Path) -> None:
    for mapped in _mapped(relay, resource, path):
        drafted = {DemoShop().id(d.document.collection, d.key): d.document.collection for d in mapped.drafts}
        for parent, collection, ids in mapped.owns:
            assert parent in mapped.drafts
            assert all(drafted.get(identity, collection) == collection for identity in ids)


@every_fixture
def test_a_payload_at_fault_is_said_to_be_and_nothing_else_happens(relay: Relay, resource: str, path: Path) -> None:
    rule, shop = relay.resource(resource).map, DemoShop()
    for (_, record), seen in zip(records(path.read_bytes(), None), _watched(relay, resource, path), strict=True):
        for where, wrong in _spoilt(record, seen.read):
            try:
                rule(wrong, shop)
            except PayloadInvalid as error:
                # The reason is seen where the payload is not: in logs, metrics and headers.
                assert "hush" not in str(error), where  # noqa: PT017
            except Exception as error:
                raise AssertionError(f"{where} raised {error!r}") from error


@every_relay
def test_a_webhook_is_either_signed_or_known_not_to_be(relay: Relay) -> None:
    assert relay.webhook is None or (relay.name in SIGNED) != bool(facts(relay.name).unsigned), (
        "facts.py: give `signing` (how a secret signs a body; magento2/facts.py has one), or `unsigned` with the reason"
    )


@pytest.mark.parametrize("name", SIGNED)
def test_a_forged_webhook_is_refused_and_a_rotated_secret_accepted(name: str) -> None:
    webhook, signing, body = RELAYS[name].webhook, facts(name).signing, b'{"id": 7}'
    assert webhook is not None
    assert signing is not None
    for secret in ("new", "old"):
        assert webhook.check(signing.config(["new", "old"]), signing.headers(secret, body), body) is Verdict.GENUINE
    of_another_body = signing.headers("new", b'{"id": 8}')
    for headers in (signing.headers("guess", body), signing.headers("", body), of_another_body, {}):
        assert webhook.check(signing.config(["new", "old"]), headers, body) is Verdict.FORGED
    for without in ({}, signing.config([]), signing.config([""])):
        assert webhook.check(without, signing.headers("", body), body) is Verdict.FORGED


@every_relay
def test_it_keeps_a_secret_or_is_never_asked(relay: Relay) -> None:
    assert relay in WITH_SECRETS or (relay.webhook and relay.webhook.take and not any(r.pages or r.read for r in relay.resources))


@pytest.mark.parametrize("relay", WITH_SECRETS, ids=lambda relay: relay.name)
async def test_secrets_are_in_no_text(relay: Relay, caplog: pytest.LogCaptureFixture) -> None:
    secrets = {name: f"hush-{name}" for name in _secrets(relay)}
    config = {**facts(relay.name).config, **secrets}
    form = relay.credentials.model_validate(config)
    assert all(isinstance(getattr(form, name), SecretStr) for name in secrets)
    caplog.set_level(logging.DEBUG)
    said = [repr(form), str(form)]
    for status in (200, 401, 403, 404, 429, 500):
        transport = httpx.MockTransport(lambda _, status=status: httpx.Response(status, text="<html>no</html>"))
        async with relay.client(config, Connection(transport)) as client:
            with pytest.raises(Exception) as error:
                await relay.settings(client, config)
            said += [repr(client), repr(client.headers), str(error.value), repr(error.value)]
    for text in (*said, caplog.text):
        assert "hush-" not in text


def _mapped(relay: Relay, resource: str, path: Path) -> list[Mapped]:
    return [relay.resource(resource).map(record, DemoShop()) for _, record in records(path.read_bytes(), None)]


def _spoilt(record: dict[str, Any], read: set[tuple[str, ...]]) -> Iterator[tuple[str, Any]]:
    """The record with each of its values in turn replaced by something else: one and the same object, put right again after.

    What the mapping does not take up as the record is, it does not take up when that alone is spoilt: there, two do for all.
    """
    for path in list(_paths(record, ())):
        place: Any = record
        for step in path[:-1]:
            place = place[step]
        before = place[path[-1]]
        taken = tuple("*" if isinstance(step, int) else step for step in path) in read
        for value in WRONG if taken else (None, {"x": "hush"}):
            place[path[-1]] = value
            yield f"{path} = {value!r}", record
        place[path[-1]] = before


def _paths(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        yield (*path, step)
        yield from _paths(value[step], (*path, step))
