"""One webhook from address to answer, as a bare RSGI application: what is on the hot path is what the promise needs.

RSGI is granian's own interface (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md). A request takes
one wait for its body there and none for its answer; ASGI's three, each of which goes to another thread and back, take a tenth of
a webhook's time.
"""

import asyncio
import random
import time
from datetime import UTC, datetime
from functools import cache
from typing import Final

from granian.rsgi import Scope
from prometheus_client import Counter

from services.webhook_ingest import answers, push
from services.webhook_ingest.answers import Answer, Refused
from services.webhook_ingest.hooks import Hook, Hooks
from services.webhook_ingest.intake import Disconnected, Room, Watch, read_body
from services.webhook_ingest.log import RawLog
from services.webhook_ingest.settings import IngestSettings
from shoprelay_relays.spec import Verdict
from shoprelay_runtime import logs, metrics
from shoprelay_runtime.health import Health, answer
from shoprelay_runtime.web import Exchange
from shoprelay_schema.raw import RawKind, RawRecord, Via

_PATH: Final = "/webhooks/"
_LONGEST_DELIVERY: Final = 200


class Ingest:
    """The application. A 200 to a webhook means that all in-sync replicas have its raw record."""

    def __init__(self, settings: IngestSettings, health: Health, hooks: Hooks, log: RawLog) -> None:
        self._settings = settings
        self._health = health
        self._hooks = hooks
        self._log = log
        self._room = Room(settings.in_flight_bytes, settings.in_flight_requests)
        self._watch = Watch(settings.body_seconds, asyncio.get_running_loop())

    async def __call__(self, scope: Scope, exchange: Exchange) -> None:
        if not scope.path.startswith((_PATH, push.PATH)):
            status, kind, body = answer(self._health, scope.path)
            exchange.response_bytes(status, [("content-type", kind)], body)
            return
        try:
            given = await self._answer(scope, exchange)
        except Disconnected:
            _counter("hung_up").inc()
            return
        _counter(given.outcome).inc()
        exchange.response_bytes(given.status, given.headers, given.body)

    async def _answer(self, scope: Scope, sent: Exchange) -> Answer:
        try:
            return await self._webhook(scope, sent)
        except Refused as refused:
            return refused.answer
        except Disconnected:
            raise
        except Exception as error:  # noqa: BLE001  # one relay's mistake must not look like a broken connection
            metrics.ERRORS.labels("webhook-ingest", type(error).__name__).inc()
            logs.logger(__name__).exception("a webhook could not be handled", error=type(error).__name__)
            return answers.BROKEN

    async def _webhook(self, scope: Scope, sent: Exchange) -> Answer:
        if scope.method != "POST":
            return answers.NO_VERB
        headers = dict(scope.headers.items())
        if scope.path.startswith(push.PATH):
            return await self._push(scope.path[len(push.PATH) :], headers, sent)
        hook = await self._hooks.find(scope.path[len(_PATH) :])
        if hook is None:
            return answers.UNKNOWN
        return await self._take(hook, headers, sent, push.BATCH)

    async def _push(self, kind: str, headers: dict[str, str], sent: Exchange) -> Answer:
        hook = push.speaks(await self._hooks.find(push.token(headers)))
        if hook is None:
            return answers.NO_TOKEN
        return await self._take(hook, headers, sent, kind)

    async def _take(self, hook: Hook, headers: dict[str, str], sent: Exchange, kind: str) -> Answer:
        place = self._room.enter()
        try:
            body = await read_body(sent, headers, place, self._settings.max_body, self._watch)
            verdict = hook.webhook.check(hook.config, headers, body)
            if verdict is not Verdict.GENUINE:
                return answers.PONG if verdict is Verdict.PING else answers.FORGED
            accepted = answers.ACCEPTED
            if hook.webhook.take is not None:
                found = push.taken(hook.webhook, kind, body)
                if found.body is None:
                    return push.told(found)
                body, accepted = found.body, push.told(found)
            await self._log.append(hook.cipher, _record(hook, headers, body), place)
            return accepted
        finally:
            place.leave()


def _record(hook: Hook, headers: dict[str, str], body: bytes) -> RawRecord:
    delivery = headers.get(hook.webhook.delivery, "")[:_LONGEST_DELIVERY]
    return RawRecord(
        kind=RawKind.WEBHOOK_RECEIVED,
        id=_record_id(),
        project=hook.project,
        webshop=hook.webshop,
        relay=hook.relay,
        resource="webhook",
        remote_id=delivery,
        observed_at=datetime.now(UTC),
        via=Via.WEBHOOK,
        request=delivery,
        body=body,
        headers={name: headers[name] for name in hook.webhook.keep if name in headers},
    )


def _record_id() -> str:
    """Unique, and sorted by time: milliseconds, then 80 random bits; they are no secret."""
    return f"{time.time_ns() // 1_000_000:012x}{random.getrandbits(80):020x}"


@cache
def _counter(outcome: str) -> Counter:
    return metrics.RECORDS.labels("webhook-ingest", "webhook", outcome)
