"""What a shop knows about itself: the truth an auditor compares a relay's documents with."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime

from shoprelay_simulators.messages import Json

SUCCESS = range(200, 300)


@dataclass(frozen=True)
class Version:
    """One state a row had. `body` is what a read would have shown then, None once it is gone."""

    at: datetime
    resource: str
    id: str
    body: Json | None


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
            "versions": [{**asdict(version), "at": version.at.isoformat()} for version in self.versions],
            "requests": self.requests(),
            "answers": answers,
            "webhooks": [{**asdict(delivery), "at": delivery.at.isoformat()} for delivery in self.deliveries],
        }
