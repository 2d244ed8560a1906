"""What follows a call: what it touched is read again at once, and its requests are put on the bill."""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiokafka.errors import KafkaError
from bson import ObjectId
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from services.shop_api.shops import Chosen
from shoprelay_relays.actions import Endpoint
from shoprelay_runtime.admin.modes import CHANGES, klass
from shoprelay_runtime.direct_reads import read_job
from shoprelay_runtime.logs import logger
from shoprelay_runtime.sending import Sender
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.events import PageReadV1
from shoprelay_schema.raw import RawKind, RawRecord, Via
from shoprelay_schema.topics import RAW_LIVE

_LATER: Final = timedelta(minutes=2)
_DRAIN_SECONDS: Final = 3.0
_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Following:
    """Asks for reads and reports requests."""

    store: Store
    sender: Sender
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this while the caller is answered: a shop that was changed was noted ahead, so nothing hangs on it."""
        task = asyncio.create_task(_quietly(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def drained(self) -> None:
        """Wait until what was begun is done."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_DRAIN_SECONDS)

    async def ahead(self, chosen: Chosen, reads: Iterable[tuple[str, str]]) -> None:
        """Before the shop is changed: whatever becomes of this process, what it touched is read in the end."""
        now = datetime.now(UTC)
        await self.store.change(Control.JOBS, *_jobs(chosen, reads, now, now + _LATER))

    async def now(self, chosen: Chosen, reads: Iterable[tuple[str, str]]) -> None:
        """Read it now."""
        moment = datetime.now(UTC)
        await self.store.change_soon(Control.JOBS, *_jobs(chosen, reads, moment, moment))

    async def poll(self, chosen: Chosen, resource: str) -> None:
        """When nobody knows what was made, the next poll finds it: it comes now."""
        due = {"$min": {"due_at": datetime.now(UTC)}}
        rows = {"webshop": chosen.webshop.webshop_id, "resource": resource, "mode": {"$in": [str(mode) for mode in CHANGES]}}
        await self.store.collection(Control.JOBS).update_many({**rows, "due_at": {"$ne": None}}, due)

    async def charge(self, chosen: Chosen, endpoint: Endpoint, requests: int) -> None:
        """Put the requests on the raw log, from which the bill is made, as polls do. While the bus is away, nothing is billed."""
        if not requests:
            return
        record = _record(chosen, endpoint, requests)
        try:
            await self.sender.append(chosen.webshop.project, RAW_LIVE, [record])
        except KafkaError as error:
            _log.error("requests were not billed", webshop=record.webshop, requests=requests, error=type(error).__name__)


def _jobs(chosen: Chosen, reads: Iterable[tuple[str, str]], now: datetime, due: datetime) -> list[UpdateOne]:
    project, webshop = chosen.webshop.project.id, chosen.webshop.webshop_id
    wanted = dict.fromkeys(reads)
    return [read_job((project, webshop, chosen.relay.name, resource, remote_id), now, due) for resource, remote_id in wanted]


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except PyMongoError as error:
        _log.warning("a read comes later than it could", error=type(error).__name__)


def _record(chosen: Chosen, endpoint: Endpoint, requests: int) -> RawRecord:
    now, webshop = datetime.now(UTC), str(chosen.webshop.webshop_id)
    job = f"{webshop}:{endpoint.resource}:shop_api:{ObjectId()}"
    page = PageReadV1(
        job=job,
        seq=1,
        klass=klass(endpoint.resource),
        mode="shop_api",
        requests=requests,
        pieces=0,
        finished=False,
        started_at=now,
    )
    return RawRecord(
        kind=RawKind.PAGE_READ,
        id=f"{job}/1/page",
        project=str(chosen.webshop.project.id),
        webshop=webshop,
        relay=chosen.relay.name,
        resource=endpoint.resource,
        remote_id="",
        observed_at=now,
        via=Via.READ,
        request=f"{job}/1",
        body=page.model_dump_json().encode(),
    )
