"""`python -m tests.chaos.audit FOLDER`: holds what a storm left behind against what was promised, and prints a table.

It knows the topics, the databases, the shops' ledgers and what the operator's endpoint got. Of Shoprelay's own code it uses the
schema, and the demo's comparison of documents with shops, which shares nothing with the relays.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from bson import ObjectId
from pymongo import MongoClient
from pymongo.database import Database

from shoprelay_cli.demo.comparing import differences
from shoprelay_schema.topics import ACTIVITY, DEAD_LETTERS, DOCUMENTS, RAW_BACKFILL, RAW_LIVE, USAGE
from tests.chaos import histories, promises
from tests.chaos.evidence import Keys, Run, Told, database, lines, read, stored_changes
from tests.chaos.promises import Promise

_SHOWN = 12


async def audit(folder: Path) -> list[Promise]:
    """Every promise with what was checked and found."""
    run = Run.load(folder)
    client: MongoClient[dict[str, Any]] = MongoClient(run.mongo)
    try:
        control = database(client, run.database)
        row = control["projects"].find_one({"_id": ObjectId(run.project)})
        if row is None:
            raise LookupError(f"project {run.project} is not in {run.database}")
        return await _check(
            folder, run, control, database(client, row["database"]), Keys.of(row, run.master_key), row["time_zone"]
        )
    finally:
        client.close()


async def _check(
    folder: Path, run: Run, control: Database[Any], documents: Database[Any], keys: Keys, zone: str
) -> list[Promise]:
    raw = [keys.raw(told) for told in await _all(run, RAW_LIVE.name, RAW_BACKFILL.name)]
    usage, activity = await _all(run, USAGE.name), await _all(run, ACTIVITY.name)
    calls, answered = lines(folder / "endpoint.jsonl"), lines(folder / "webhooks.jsonl")
    found = [
        promises.webhooks_kept([each for each in answered if not each["ping"]], raw),
        _as_the_shops(folder, run, documents, keys),
        *await _histories(run, documents, keys),
        promises.usage_counted(raw, usage),
        promises.counters_right(usage, control["counters"].find(), ZoneInfo(zone)),
        promises.never_overcharged(usage, {shop: _answers(folder, about["ledger"]) for shop, about in run.shops.items()}),
        promises.activities_told(activity, control["deliveries"].find(), calls),
        await _no_dead_letters(run),
    ]
    if len(raw) == 0 or len(calls) == 0:
        found.append(Promise("there is something to audit", 1, ["the raw log or the endpoint's log is empty"]))
    return found


async def _all(run: Run, *topics: str) -> list[Told]:
    return [told async for told in read(run, *topics)]


def _ledger(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((folder / name).read_bytes())
    return found


def _answers(folder: Path, name: str) -> int:
    return sum(each["count"] for each in _ledger(folder, name)["answers"])


def _as_the_shops(folder: Path, run: Run, documents: Database[Any], keys: Keys) -> Promise:
    promise = Promise("every document is the shop's final state")
    for webshop, about in run.shops.items():
        final = _ledger(folder, about["ledger"])["final"]
        promise.checked += sum(map(len, final.values()))
        stored = {
            name: [keys.document(name, row) for row in documents[name].find({"webshop_id": ObjectId(webshop)})]
            for name in DOCUMENTS
        }
        promise.violations += [f"{about['platform']} {webshop}: {text}" for text in differences(about["platform"], final, stored)]
    return promise


async def _histories(run: Run, documents: Database[Any], keys: Keys) -> list[Promise]:
    """All collections in one row of the table each."""
    whole = Promise("each document: one created, rising versions, nothing twice, no equal neighbours, the last event is stored")
    events: Counter[tuple[str, str]] = Counter()
    for collection, topic in DOCUMENTS.items():
        stored = {str(row["_id"]): row for row in documents[collection].find()}
        told = await _all(run, topic.name)
        events.update((collection, each.key) for each in told if each.value is not None)
        part = histories.history(collection, told, stored, keys)
        whole.checked += part.checked
        whole.violations += part.violations
    changes, complete = stored_changes(documents.client, documents.name)
    return [whole, histories.changes_announced(events, changes, DOCUMENTS, whole=complete)]


async def _no_dead_letters(run: Run) -> Promise:
    promise = Promise("no record became a dead letter")
    for letter in await _all(run, *DEAD_LETTERS):
        promise.violations.append(f"{letter.topic}: {letter.headers.get('dlq_reason')} {letter.headers.get('dlq_position')}")
    promise.checked = len(DEAD_LETTERS)
    return promise


def table(found: Sequence[Promise]) -> str:
    """For people: a line per promise, then the first violations of each."""
    rows = [f"{'promise':<100} {'checked':>8} {'violated':>8}"]
    rows += [f"{each.text:<100} {each.checked:>8} {len(each.violations):>8}" for each in found]
    return "\n".join([*rows, *_violations(found)])


def _violations(found: Iterable[Promise]) -> Iterable[str]:
    for each in found:
        yield from (f"  violated: {each.text}: {text}" for text in each.violations[:_SHOWN])


def main() -> None:
    found = asyncio.run(audit(Path(sys.argv[1])))
    sys.stdout.write(table(found) + "\n")
    sys.exit(any(each.violations for each in found))


if __name__ == "__main__":
    main()
