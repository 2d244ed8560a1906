"""Direct reads: one record that a webhook or another record pointed at, or all of a resource."""

from datetime import UTC, datetime
from typing import Any

from services.relay_poller import schedule, stamps
from services.relay_poller.clock import now
from services.relay_poller.run import everything
from services.relay_poller.shop import Shop, gone_record, listing, page_end, page_records, pieces
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.spec import Gone, Page, Resource
from shoprelay_runtime.admin.jobs import WHOLE
from shoprelay_runtime.admin.modes import klass
from shoprelay_runtime.direct_reads import READ
from shoprelay_runtime.store import Bson, Control
from shoprelay_schema.events import PageReadV1
from shoprelay_schema.raw import RawRecord, Via
from shoprelay_schema.topics import RAW_LIVE


async def read(shop: Shop, job: Bson) -> None:
    """Do what the row asks for, and remove it unless it was asked again meanwhile. Raises as `poll` does."""
    try:
        resource = shop.relay.resource(job["resource"])
    except KeyError as error:
        raise PayloadInvalid("resource", str(error.args[0])) from None
    if job["remote_id"] == WHOLE:
        await _read_whole(shop, job, resource)
    else:
        await _read_one(shop, job, resource)
    await stamps.recovered(shop, klass(job["resource"]))
    await _done(shop, job)


async def _read_one(shop: Shop, job: Bson, resource: Resource) -> None:
    """A read that a crash repeats has the same number, and is charged once."""
    if resource.read is None:
        raise PayloadInvalid("resource", f"{shop.relay.label} cannot read {resource.name} directly")
    asked_at = datetime.now(UTC)
    answer = await resource.read(shop.client, job["remote_id"], shop.webshop.config)
    request = f"{job['_id']}/{job['seq']}"
    records: list[RawRecord]
    if isinstance(answer, Gone):
        records, counted = [gone_record(shop, answer, asked_at, request, Via.READ)], 0
    else:
        records, counted = page_records(shop, Page(answer, asked_at, None), request, Via.READ), pieces(answer)
    end = _page_end(job, job["seq"], 1, counted, asked_at)
    await shop.sender.append(shop.project, RAW_LIVE, [*records, page_end(shop, job, end, asked_at, Via.READ)])


async def _read_whole(shop: Shop, job: Bson, resource: Resource) -> None:
    """All pages. Their numbers go on from the time (in milliseconds) at which the read was asked for: pages take longer than
    that, so that a later request's numbers are higher.
    """
    if resource.pages is None:
        return
    seq = job["seq"]
    async with listing(shop, resource, everything(resource, now()), job.get("cursor"), READ) as pages:
        async for page in pages:
            seq += 1
            end = _page_end(job, seq, page.requests, pieces(page.records), page.asked_at)
            records = page_records(shop, page, f"{end.job}/{end.seq}", Via.READ)
            await shop.sender.append(shop.project, RAW_LIVE, [*records, page_end(shop, job, end, page.asked_at, Via.READ)])
            if page.cursor is not None:
                # Whoever asks again meanwhile raises the number: it never falls back.
                await schedule.save(shop.store, shop.turn, job, {"$set": {"cursor": page.cursor}, "$max": {"seq": seq}})


def _page_end(job: Bson, seq: int, requests: int, counted: int, asked_at: datetime) -> PageReadV1:
    return PageReadV1(
        job=job["_id"],
        seq=seq,
        klass=klass(job["resource"]),
        mode=job["mode"],
        requests=requests,
        pieces=counted,
        finished=False,
        started_at=asked_at,
    )


async def _done(shop: Shop, job: Bson) -> None:
    jobs = shop.store.collection(Control.JOBS)
    mine = {"_id": job["_id"], "owner": shop.turn.owner}
    if (await jobs.delete_one({**mine, "asked": job.get("asked")})).deleted_count:
        return
    again: dict[str, Any] = {"owner": None, "lease_until": None, "due_at": now(), "cursor": None, "failures": 0}
    number = {"seq": int(datetime.now(UTC).timestamp() * 1000)}
    await schedule.save(shop.store, shop.turn, job, {"$set": again, "$max": number})
