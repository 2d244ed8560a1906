"""Recorded payloads of real shops against the relays. They are other people's data, so they live outside of this repository.

SHOPRELAY_SAMPLES names a directory with an INDEX.tsv: path, relay, resource, kind, records, where, api, note. Without it this
file is not collected (conftest.py).
"""

import csv
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Mapped, Relay, Verdict
from shoprelay_relays.trial import DemoShop, records
from tests.support.relay_facts import facts

KINDS = ("item", "list", "webhook")


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


def _samples() -> list[Sample]:
    given = Path(os.environ["SHOPRELAY_SAMPLES"])
    with (given / "INDEX.tsv").open(newline="") as index:
        rows = [row for row in csv.DictReader(index, delimiter="\t", quoting=csv.QUOTE_NONE) if row["relay"] in RELAYS]
    return [
        Sample(given / row["path"], RELAYS[row["relay"]], row["resource"], row["kind"], int(row["records"]), row["where"])
        for row in rows
    ]


SAMPLES = _samples()
MAPPED = [sample for sample in SAMPLES if sample.kind in KINDS and sample.name in facts(sample.relay.name).samples]


@pytest.mark.parametrize("relay", sorted({sample.relay.name for sample in SAMPLES}))
def test_every_name_in_the_index_is_decided_upon(relay: str) -> None:
    names = {sample.name for sample in SAMPLES if sample.relay.name == relay}
    assert names - facts(relay).samples.keys() - facts(relay).not_mapped.keys() == set()
    assert facts(relay).samples.keys().isdisjoint(facts(relay).not_mapped)


@pytest.mark.parametrize("sample", MAPPED, ids=lambda sample: "/".join(sample.path.parts[-2:]))
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
    return [rule(record, DemoShop()) for _, record in records(sample.path.read_bytes(), sample.where)]


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
