"""`python -m tests.chaos.audit FOLDER`: holds what a storm left behind against what was promised, and prints a table.

It knows the topics, the databases, the shops' ledgers, what the operator did and what the operator's endpoint got. Of Shoprelay's
own code it uses the schema alone.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from bson import ObjectId
from pymongo import MongoClient
from pymongo.database import Database

from shoprelay_schema.topics import ACTIVITY, DEAD_LETTERS, DOCUMENTS, RAW_BACKFILL, RAW_LIVE, STATEMENTS, USAGE
from tests.chaos import bill, exchanged, histories, promises
from tests.chaos.evidence import Keys, Raw, Run, Told, database, lines, read, stored_changes
from tests.chaos.letters import dead_letters
from tests.chaos.likeness import differences
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
        return await _check(folder, run, control, database(client, row["database"]), Keys.of(row, run.master_key))
    finally:
        client.close()


async def _check(folder: Path, run: Run, control: Database[Any], documents: Database[Any], keys: Keys) -> list[Promise]:
    raw = [keys.raw(told) for told in await _all(run, RAW_LIVE.name, RAW_BACKFILL.name)]
    letters = await _all(run, *DEAD_LETTERS)
    ledgers = {webshop: orjson.loads((folder / about["ledger"]).read_bytes()) for webshop, about in run.shops.items()}
    calls, operator = lines(folder / "endpoint.jsonl"), orjson.loads((folder / "operator.json").read_bytes())
    answered = [each for each in lines(folder / "webhooks.jsonl") if not each["ping"]]
    activity = await _all(run, ACTIVITY.name)
    found = [
        promises.webhooks_kept(answered, raw),
        exchanged.webhooks_charged(answered, raw),
        _kept(run, ledgers, raw, float((folder / "polled").read_text())),
        _as_the_shops(run, ledgers, documents, keys, operator["closed"]),
        *await _histories(run, documents, keys, {each["id"] for each in operator["blocked"]}),
        *await _billed(run, control, documents, raw, letters),
        exchanged.charged_requests_answered(raw, {webshop: ledger["asked"] for webshop, ledger in ledgers.items()}),
        exchanged.pieces_on_pages(raw),
        promises.polls_told(raw, activity),
        promises.activities_told(activity, control["deliveries"].find(), calls),
        dead_letters(raw, letters, operator),
    ]
    if len(raw) == 0 or len(calls) == 0:
        found.append(Promise("there is something to audit", 1, ["the raw log or the endpoint's log is empty"]))
    return found


async def _all(run: Run, *topics: str) -> list[Told]:
    return [told async for told in read(run, *topics)]


async def _billed(
    run: Run, control: Database[Any], documents: Database[Any], raw: list[Raw], letters: list[Told]
) -> list[Promise]:
    """From the raw log to the bill."""
    usage, statements = await _all(run, USAGE.name), await _all(run, STATEMENTS.name)
    counts = promises.folded(raw, {letter.headers["dlq_position"] for letter in letters})
    companies = {str(row["_id"]): str(row["company_id"]) for row in documents["webshops"].find()}
    away = timedelta(seconds=run.utc_offset)
    days = bill.by_day(counts, companies, away)
    over = bill.day_of(datetime.now(UTC), away)
    return [
        promises.usage_counted(counts, usage),
        promises.counters_right(days, control["counters"].find()),
        bill.statements_right(days, statements, control["statements"].find(), over),
    ]


def _kept(run: Run, ledgers: Mapping[str, Any], raw: list[Raw], polled: float) -> Promise:
    promise = Promise("every record of a shop is in the raw log as it is now, and its last change before all was imported anew")
    for webshop, ledger in ledgers.items():
        promise.checked += sum(map(len, ledger["final"].values()))
        of_it = [record for record in raw if record.webshop == webshop]
        platform = run.shops[webshop]["platform"]
        missing = exchanged.records_kept(platform, ledger, of_it, polled)
        promise.violations += [f"{platform} {webshop}: {text}" for text in missing]
    return promise


def _as_the_shops(
    run: Run, ledgers: Mapping[str, Any], documents: Database[Any], keys: Keys, closed: Mapping[str, list[str]]
) -> Promise:
    promise = Promise("every document is the shop's final state")
    for webshop, about in run.shops.items():
        final = ledgers[webshop]["final"]
        promise.checked += sum(map(len, final.values()))
        stored = {
            name: [keys.document(name, row) for row in documents[name].find({"webshop_id": ObjectId(webshop)})]
            for name in DOCUMENTS
        }
        different = differences(about["platform"], final, stored, closed.get(webshop, ()))
        promise.violations += [f"{about['platform']} {webshop}: {text}" for text in different]
    return promise


async def _histories(run: Run, documents: Database[Any], keys: Keys, foreign: set[str]) -> list[Promise]:
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
    return [whole, histories.changes_announced(events, changes, DOCUMENTS, whole=complete, foreign=foreign)]


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
