"""What a shop knows about itself: the truth an auditor compares a relay's documents with."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime

from shoprelay_simulators.messages import Json

SUCCESS = range(200, 300)


@dataclass(frozen=True)
class Version:
    """One state a row had: what a read would have shown then as JSON text, None once it is gone."""

    at: datetime
    resource: str
    id: str
    text: str | None

    @property
    def body(self) -> Json | None:
        return None if self.text is None else json.loads(self.text)


@dataclass(frozen=True)
class Delivery:
    """One webhook attempt. `status` 0: no answer, or nothing left the shop."""

    at: datetime
    topic: str
    resource_id: str
    url: str
    status: int


@dataclass
class Ledger:
    versions: list[Version] = field(default_factory=list)
    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    deliveries: list[Delivery] = field(default_factory=list)

    def answered(self, method: str, path: str, status: int) -> None:
        """Counts one answer; status 0 is an answer that was broken off."""
        self.answers[method, path, status] += 1

    def note(self, at: datetime, resource: str, row_id: str, body: Json | None) -> None:
        # Text: a shop of many rows would not fit into memory as objects.
        text = None if body is None else json.dumps(body, separators=(",", ":"))
        self.versions.append(Version(at, resource, row_id, text))

    def requests(self) -> dict[str, int]:
        """Requests answered with 2xx, by "METHOD path"."""
        counts: Counter[str] = Counter()
        for (method, path, status), count in self.answers.items():
            if status in SUCCESS:
                counts[f"{method} {path}"] += count
        return dict(counts)

    def history(self, resource: str, row_id: str) -> list[Version]:
        return [version for version in self.versions if (version.resource, version.id) == (resource, row_id)]

    def report(self, final: dict[str, dict[str, Json]]) -> Json:
        """Everything as JSON: final rows by resource and id, all versions, answers, webhooks."""
        answers = [
            {"method": method, "path": path, "status": status, "count": count}
            for (method, path, status), count in sorted(self.answers.items())
        ]
        return {
            "final": final,
            "versions": [_version(version) for version in self.versions],
            "requests": self.requests(),
            "answers": answers,
            "webhooks": [{**asdict(delivery), "at": delivery.at.isoformat()} for delivery in self.deliveries],
        }


def _version(version: Version) -> Json:
    return {
        "at": version.at.isoformat(),
        "resource": version.resource,
        "id": version.id,
        "body": version.body,
    }
