"""The push endpoint: POST /push/v1/<kind>, for shops that speak our own format.

The token travels in `Authorization: Bearer`. Each item is examined by itself; what is accepted is safe before the answer.
"""

from datetime import UTC, datetime
from typing import Final

from services.webhook_ingest import answers
from services.webhook_ingest.answers import Answer
from services.webhook_ingest.hooks import Hook
from shoprelay_relays.spec import Taken, Webhook

PATH: Final = "/push/v1/"
BATCH: Final = "batch"
"""What is posted to a webhook address of such a shop."""
_BEARER: Final = "bearer "


def token(headers: dict[str, str]) -> str:
    """The token of an Authorization header, "" when there is none."""
    given = headers.get("authorization", "")
    return given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else ""


def speaks(hook: Hook | None) -> Hook | None:
    """The hook if its shop speaks our format."""
    return hook if hook is not None and hook.webhook.take is not None else None


def taken(webhook: Webhook, kind: str, body: bytes) -> Taken:
    """What of the body is accepted."""
    assert webhook.take is not None
    return webhook.take(kind, body, datetime.now(UTC))


def told(found: Taken) -> Answer:
    """The answer to a post: what came of each item."""
    outcome = "accepted" if found.status < 300 else "refused"  # noqa: PLR2004
    return answers.made(found.status, outcome, found.answer)
