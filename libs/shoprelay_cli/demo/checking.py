"""The demo's final check: it comes to rest, then compares everything with everything."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from shoprelay_cli.demo import auditing, comparing
from shoprelay_cli.demo.figures import Counting
from shoprelay_cli.demo.setting_up import SetUp
from shoprelay_runtime import admin
from shoprelay_runtime.billing import ledger
from shoprelay_runtime.billing.ledger import Wanted
from shoprelay_runtime.billing.recount import compare, recount
from shoprelay_runtime.store import Control
from shoprelay_schema.topics import USAGE

REST_SECONDS: Final = 60


@dataclass(slots=True)
class Check:
    """What was found. `problems` empty: all is as it should be."""

    problems: list[str] = field(default_factory=list)
    compared: dict[str, int] = field(default_factory=dict)

    def expect(self, holds: object, problem: str) -> None:
        """Note the problem unless it holds."""
        if not holds:
            self.problems.append(problem)


def seen_everything(counting: Counting, shops: int) -> list[str]:
    """The flows that have not been seen yet."""
    figures, endpoint = counting.figures, counting.endpoint
    flows = {
        "records polled from each shop": len(figures.polled) == shops,
        "webhooks from each shop": len(figures.webhooks) == shops,
        "an event caused by a webhook": figures.pushed_events,
        "usage": figures.events[USAGE.name],
        "a bill": figures.bill,
        **{f"a verified {name}": endpoint.events[name] for name in ("created_company", "fetched_data", "received_data")},
    }
    return [flow for flow, seen in flows.items() if not seen]


async def final_check(counting: Counting, made: SetUp, urls: Mapping[str, str]) -> Check:
    """Stop the changes, read everything once more, wait until nothing moves, and compare."""
    check = Check()
    await _pause(urls)
    await _rest(counting, made, since=0)
    # What leaves no trace in a shop (a deleted refund) is found by reading everything again, as an operator can ask for.
    begun = time.time()
    for webshop in made.shops:
        await admin.resync_webshop(counting.store, made.project, webshop)
    check.expect(await _rest(counting, made, since=begun), f"the system did not come to rest within {REST_SECONDS} s")
    await counting.refresh()
    await _compare_documents(check, counting, made, urls)
    await _compare_events(check, counting, made)
    await _compare_bill(check, counting)
    _look_at_flows(check, counting, made)
    return check


async def _pause(urls: Mapping[str, str]) -> None:
    async with httpx.AsyncClient() as client:
        for url in urls.values():
            (await client.post(f"{url}/_simulator/pause", json={"paused": True})).raise_for_status()


async def _rest(counting: Counting, made: SetUp, since: float) -> bool:
    """Wait until the shops were polled after `since`, what came of it is processed, and every activity is delivered.

    Polls go on meanwhile: that nothing waits at all is seldom seen.
    """
    until = time.monotonic() + REST_SECONDS
    quiet = 0
    while time.monotonic() < until:
        ends = await counting.ends()
        quiet = quiet + 1 if await _at_rest(counting, made, since) else 0
        while await counting.behind(ends) and time.monotonic() < until:  # noqa: ASYNC110 - what is awaited happens in servers
            await asyncio.sleep(0.3)
        if quiet == 3:  # noqa: PLR2004 - a webhook may be on its way between two looks, or a direct read be asked for
            return time.monotonic() < until
        await asyncio.sleep(0.3)
    return False


async def _at_rest(counting: Counting, made: SetUp, since: float) -> bool:
    jobs = await counting.store.collection(Control.JOBS).find({"webshop": {"$in": list(made.shops)}}).to_list(None)
    read = any(job["mode"] == "read" for job in jobs)
    polled = all(
        job.get("watermark") and job["watermark"].timestamp() >= since for job in jobs if job["mode"].startswith("updated")
    )
    figures = await counting.refresh()
    return polled and not read and set(figures.deliveries) <= {"done"}


async def _compare_documents(check: Check, counting: Counting, made: SetUp, urls: Mapping[str, str]) -> None:
    for webshop, relay in made.shops.items():
        shop = await comparing.final_state(urls[relay])
        found = await comparing.documents(counting.store, made.project, webshop)
        check.compared[relay] = sum(len(rows) for rows in shop.values())
        check.problems += [f"{relay}: {text}" for text in comparing.differences(relay, shop, found)]


async def _compare_events(check: Check, counting: Counting, made: SetUp) -> None:
    found = await auditing.audit(counting.settings, counting.store, made.project)
    check.compared["events"] = found.events
    check.problems += [f"events: {text}" for text in found.violations]


async def _compare_bill(check: Check, counting: Counting) -> None:
    accounts = await ledger.accounts(counting.store)
    zones = {account.id: account.time_zone for account in accounts}
    recounted, found = await recount(counting.settings, counting.store, zones, Wanted())
    check.problems += [
        f"the bill differs from its recount: {difference}" for difference in compare(recounted, found, zones, Wanted())
    ]


def _look_at_flows(check: Check, counting: Counting, made: SetUp) -> None:
    check.problems += [f"not seen: {flow}" for flow in seen_everything(counting, len(made.shops))]
    check.expect(
        counting.endpoint.refused == 0,
        f"the endpoint refused {counting.endpoint.refused} calls: a token or a signature was wrong",
    )


def summary(counting: Counting, check: Check, seconds: float) -> dict[str, Any]:
    """The last line of the demo."""
    figures = counting.figures
    return {
        "ok": not check.problems,
        "seconds": round(seconds, 1),
        "records_polled": figures.polled.total(),
        "webhooks": figures.webhooks.total(),
        "pages": figures.pages,
        "documents": figures.documents,
        "events": dict(sorted(figures.events.items())),
        "events_from_webhooks": figures.pushed_events,
        "deliveries": figures.deliveries,
        "verified_by_endpoint": counting.endpoint.verified,
        "bill_eur": f"{figures.bill:f}",
        "compared": check.compared,
        "problems": check.problems[:20],
    }
