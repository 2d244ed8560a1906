"""What `shoprelay explain` says to scripts."""

import json
from typing import Any

from services.normalizer.history import Step
from shoprelay_cli import deletion
from shoprelay_cli.explain_screen import About
from shoprelay_cli.explaining import Found
from shoprelay_runtime.codec import to_json


def summary(about: About) -> dict[str, Any]:
    """Everything that is known, as JSON values."""
    found = about.found
    state = "stored" if found.stored else "deleted" if found.mark and found.mark.deleted else "unknown"
    shown: dict[str, Any] = {
        "collection": about.collection,
        "_id": about.id,
        "project": about.project,
        "state": state,
        "source": (found.stored or {}).get("source"),
        "deletion": deletion.summary(found, found.mark) if state == "deleted" and found.mark else None,
        "leads_to": found.leads_to,
        "steps": [_step(found, step, about.field) for step in found.steps],
        "waiting": [record.position for record in found.waiting],
        "unreadable": [{"position": record.position, "reason": reason} for record, reason in found.unreadable],
        "differs": found.differs,
        "log_reaches_back_to": found.reaches_back,
    }
    if about.field:
        shown["value"] = (about.opened or {}).get(about.field)
    return dict(json.loads(to_json(shown)))


def _step(found: Found, step: Step, field: str) -> dict[str, Any]:
    record = step.record
    fields = {name: {"from": a, "to": b} for name, (a, b) in step.fields.items() if field in {"", name}}
    said = step.said or {}
    return {
        "position": record.position,
        "replay_of": record.replay_of or None,
        "retry_of": found.retries.get(record.position),
        "dead_letter": found.letters.get(record.position),
        "kind": record.kind.value,
        "resource": record.resource,
        "remote_id": record.remote_id,
        "request": record.request,
        "observed_at": record.observed_at,
        "via": step.via.value,
        "version": step.version,
        "outcome": step.outcome,
        "why": step.why,
        "evidence": step.evidence or None,
        "fields": fields,
        **({"said": said.get(field)} if field else {}),
    }
