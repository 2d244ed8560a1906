"""What `shoprelay explain` says of a document that is deleted: by what evidence, and what came after and changed nothing."""

from typing import Any, Final

from services.normalizer.history import Step
from services.normalizer.observations import Mark
from shoprelay_cli.explaining import Found
from shoprelay_cli.unheard import REJECTED
from shoprelay_schema.documents.base import iso
from shoprelay_schema.raw import Evidence, RawKind

_WORDS: Final = {
    Evidence.WEBHOOK: "a webhook said that it was deleted",
    Evidence.NOT_FOUND: "a direct read was answered with 404",
    Evidence.GONE: "a direct read was answered with 410",
    Evidence.TRASHED: "the record itself said that it is in the shop's trash",
    Evidence.DELETION_FEED: "the shop's list of deletions named it",
    Evidence.DESTROYED: "its webshop was destroyed",
}


def told(found: Found, mark: Mark) -> str:
    """A few lines for people. `mark`: the tombstone, by its newest evidence."""
    step = _step(found)
    if step is None and not mark.announced:
        return f"It is deleted, and was never stored. The newest record that says so: {mark.raw},\n{_seen(mark)}"
    if step is None:
        return (
            "It is deleted. The record that deleted it is not in the log any more, or the present mapping does not read it so.\n"
            f"The newest one that says that it is gone: {mark.raw},\n{_seen(mark)}"
        )
    record = step.record
    deleted = f"It is deleted, by {record.position},\nobserved {iso(record.observed_at)} by {record.via.value}: {_words(step)}"
    later = _later(found, step)
    if not later:
        return deleted
    several = f"{len(later)} records of it came" if len(later) > 1 else "1 record of it came"
    last = later[-1]
    return (
        f"{deleted}\n{several} after that, and changed nothing; the last one:\n"
        f"{last.record.position}, observed {iso(last.record.observed_at)} by {last.record.via.value}: {last.why}"
    )


def summary(found: Found, mark: Mark) -> dict[str, Any]:
    """The same for scripts. `newest`: the newest record that says that it is gone."""
    step = _step(found)
    return {
        "raw": step.record.position if step else None,
        "evidence": step.evidence if step else None,
        "observed_at": step.record.observed_at if step else None,
        "via": step.record.via.value if step else None,
        "said": _words(step) if step else None,
        "after": [each.record.position for each in _later(found, step)] if step else [],
        "newest": mark.raw,
    }


def _step(found: Found) -> Step | None:
    """The one that deleted it; None when the log does not have it any more."""
    changed = [step for step in found.steps if step.outcome not in {"same", "lost", REJECTED}]
    return changed[-1] if changed and changed[-1].outcome == "deleted" else None


def _later(found: Found, step: Step) -> list[Step]:
    return found.steps[found.steps.index(step) + 1 :]


def _words(step: Step) -> str:
    evidence, record = Evidence(step.evidence), step.record
    if evidence is not Evidence.PARENT:
        return _WORDS[evidence]
    if record.kind is RawKind.RECORD_GONE:
        return f"{record.resource}/{record.remote_id}, which it belongs to, is gone"
    return "the record that it belongs to lists it no more, or is in the trash"


def _seen(mark: Mark) -> str:
    return f"observed {iso(mark.seen.observed_at)} by {mark.seen.via.value}"
