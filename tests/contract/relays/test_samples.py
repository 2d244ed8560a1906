"""Recorded payloads of real shops against the relays. They are other people's data, so they live outside of this repository.

SHOPRELAY_SAMPLES names a directory with an INDEX.tsv: path, relay, resource, kind, records, where, api, note. Without it this
file is not collected (conftest.py).
"""

import csv
import json
import os
import pkgutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import shoprelay_relays
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Mapped, Relay, Verdict
from shoprelay_relays.trial import DemoShop, records
from tests.support.relay_facts import facts

KINDS = ("item", "list", "webhook")
NOT_READ = {
    "-": "of no platform",
    **dict.fromkeys(("centra", "magento1", "norce", "openbizbox", "sfcc", "sfom", "shoporama"), "shops without a relay"),
    "dandomain_classic": "DanDomain's former platform: the relay of that name reads the present one",
    **dict.fromkeys(("consignor", "epay", "quickpay", "shipmondo"), "carriers and payment services, no shops"),
}
"""Names of the index that belong to no relay, and why: a name that is neither here nor a relay's has been forgotten."""


@dataclass(frozen=True)
class Sample:
    path: Path
    relay: Relay
    name: str
    kind: str
    records: int
    where: str

    @property
    def resource(self) -> str:
        return facts(self.relay.name).samples[self.name]


def _index() -> list[dict[str, str]]:
    with (Path(os.environ["SHOPRELAY_SAMPLES"]) / "INDEX.tsv").open(newline="") as index:
        return list(csv.DictReader(index, delimiter="\t", quoting=csv.QUOTE_NONE))


def _relays() -> dict[str, list[Relay]]:
    """The relays of each platform that the index may name."""
    found: dict[str, list[Relay]] = {}
    for relay in RELAYS.values():
        found.setdefault(facts(relay.name).platform or relay.name, []).append(relay)
    return found


def _samples() -> list[Sample]:
    given, relays = Path(os.environ["SHOPRELAY_SAMPLES"]), _relays()
    return [
        Sample(given / row["path"], relay, row["resource"], row["kind"], int(row["records"]), row["where"])
        for row in _index()
        for relay in relays.get(row["relay"], ())
    ]


SAMPLES = _samples()
MAPPED = [sample for sample in SAMPLES if sample.kind in KINDS and sample.name in facts(sample.relay.name).samples]


def test_every_platform_in_the_index_has_a_relay_or_a_reason() -> None:
    names = {row["relay"] for row in _index()}
    assert names - _relays().keys() == names & NOT_READ.keys()
    packages = {module.name for module in pkgutil.iter_modules(shoprelay_relays.__path__)}
    assert not NOT_READ.keys() & {*packages, *RELAYS, *_relays()}, "what has a relay is read"


@pytest.mark.parametrize("relay", sorted({sample.relay.name for sample in SAMPLES}))
def test_every_name_in_the_index_is_decided_upon(relay: str) -> None:
    names = {sample.name for sample in SAMPLES if sample.relay.name == relay}
    assert names - facts(relay).samples.keys() - facts(relay).not_mapped.keys() == set()
    assert facts(relay).samples.keys().isdisjoint(facts(relay).not_mapped)


@pytest.mark.parametrize("sample", MAPPED, ids=lambda sample: f"{sample.relay.name}/{sample.path.name}")
def test_a_sample_becomes_its_documents(sample: Sample) -> None:
    found = _webhook(sample) if sample.kind == "webhook" else _read(sample)
    own = {
        (draft.document.collection, draft.key)
        for mapped in found
        for draft in mapped.drafts
        if draft.document.collection == sample.name and not draft.derived
    }
    assert len(own) == sample.records - facts(sample.relay.name).fewer.get(sample.path.name, 0)


def _read(sample: Sample) -> list[Mapped]:
    rule = sample.relay.resource(sample.resource).map
    made = facts(sample.relay.name).plain
    return [rule(made(record), DemoShop()) for _, record in records(sample.path.read_bytes(), sample.where)]


def _webhook(sample: Sample) -> list[Mapped]:
    headers, secret = _headers(sample.path)
    webhook = sample.relay.webhook
    assert webhook is not None
    body = sample.path.read_bytes()
    assert webhook.check({"webhook_secret": secret}, headers, body) is Verdict.GENUINE
    routed = webhook.route({name: value for name, value in headers.items() if name in webhook.keep}, body)
    return [sample.relay.resource(record.resource).map(json.loads(record.body), DemoShop()) for record in routed.records]


def _headers(path: Path) -> tuple[dict[str, str], str]:
    recorded: dict[str, Any] = json.loads(path.with_name(path.name.replace(".body.json", ".headers.json")).read_text())
    return {name.lower(): value for name, value in recorded["headers"].items()}, recorded["secret"]
