"""Dead letters are settled: put back where they came from, exactly once, or discarded.

A row under its original position settles a letter, so that one that its consumer wrote twice is settled once. Kafka and MongoDB
cannot commit together, and a webhook that is put back twice would be charged twice. So a row says first that the letter is about
to be put back, and where its topic ends (`retrying`); one Kafka transaction puts it back; then the row says so (`retried`). What
a run that died leaves behind, the next one decides by looking for the record after that end. It has fenced the other run before,
by the transactional id, in case that it is not dead.
"""

from asyncio import Future
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidProducerEpoch, ProducerFenced
from bson import ObjectId
from pymongo.errors import BulkWriteError, OperationFailure

from shoprelay_runtime import bus
from shoprelay_runtime.admin.errors import AdminError
from shoprelay_runtime.deadletters import CUT, RETRY_OF, Letter, appended, position_of, records
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store

_CHUNK: Final = 200
_DUPLICATE: Final = 11000
_NAME: Final = "dead-letters"


async def settled(store: Store) -> dict[str, Bson]:
    """The rows of what is settled or about to be, by original position: {state: retrying, retried or discarded; at, letter}."""
    return {row["_id"]: row async for row in store.collection(Control.DEAD_LETTERS).find()}


async def discard(store: Store, letters: Sequence[Letter]) -> None:
    """Settle letters without putting them back; AdminError when somebody else has settled one."""
    for chunk in _chunks(letters):
        await _claim(store, [_row(letter, "discarded") for letter in chunk])


async def retry(settings: Settings, store: Store, letters: Sequence[Letter]) -> list[Letter]:
    """Put letters back on their topics in order of their original positions; gives those that were not there already.

    Those that hold the beginning of their original only stay.
    AdminError when somebody else settles one of them, or begins a retry, meanwhile; what is not put back by then is still open.
    """
    producer = await bus.producer(settings, _NAME, transactional_id=settings.named(_NAME))
    try:
        await _finish_interrupted(settings, store)
        done = await settled(store)
        open_ = sorted(
            (each for each in letters if str(each.origin) not in done and not each.header(CUT)), key=lambda letter: letter.origin
        )
        for topic, same in groupby(open_, lambda letter: letter.origin.topic):
            for chunk in _chunks(list(same)):
                await _put_back(settings, store, producer, topic, chunk)
    except (ProducerFenced, InvalidProducerEpoch):
        raise AdminError("another retry has begun meanwhile; see what is still open: shoprelay dlq list") from None
    else:
        return open_
    finally:
        await producer.stop()


def _chunks(letters: Sequence[Letter]) -> list[Sequence[Letter]]:
    return [letters[at : at + _CHUNK] for at in range(0, len(letters), _CHUNK)]


async def _put_back(settings: Settings, store: Store, producer: AIOKafkaProducer, topic: str, chunk: Sequence[Letter]) -> None:
    run, named = ObjectId(), settings.named(topic)
    ends = {part.partition: end for part, end in (await appended(settings, named)).items()}
    noted = {str(partition): end for partition, end in ends.items()}
    await _claim(store, [{**_row(letter, "retrying"), "run": run, "ends": noted} for letter in chunk])
    async with producer.transaction():
        for letter in chunk:
            # In a topic with fewer partitions than before, the key says where.
            partition = letter.origin.partition if letter.origin.partition in ends else None
            record = letter.record
            sent = await producer.send(named, record.value, record.key, partition=partition, headers=_headers(letter))
            sent.add_done_callback(_heard)
    await store.collection(Control.DEAD_LETTERS).update_many({"run": run}, {"$set": {"state": "retried"}})


def _heard(sent: Future[Any]) -> None:
    """The transaction tells of its failure; a failed future that nobody asks would be printed, one for each letter."""
    if not sent.cancelled():
        sent.exception()


def _headers(letter: Letter) -> bus.Headers:
    kept = [(name, value) for name, value in letter.record.headers if name != RETRY_OF and not name.startswith("dlq_")]
    return [*kept, (RETRY_OF, str(letter.position).encode())]


async def _finish_interrupted(settings: Settings, store: Store) -> None:
    """Decide what dead runs left behind: letters that reached their topic are retried, the others are open again."""
    rows = store.collection(Control.DEAD_LETTERS)
    for run in await rows.distinct("run", {"state": "retrying"}):
        mine = {"run": run, "state": "retrying"}
        there = await _put_back_since(settings, await rows.find_one(mine) or {})
        await rows.update_many({**mine, "letter": {"$in": there}}, {"$set": {"state": "retried"}})
        await rows.delete_many(mine)


async def _put_back_since(settings: Settings, row: Bson) -> list[str]:
    """The dead letters that reached the row's topic since the row was written."""
    begins = {int(partition): end for partition, end in row["ends"].items()}
    found = await records(settings, settings.named(position_of(row["_id"]).topic), begins)
    return [bus.header(record.headers, RETRY_OF, "replace") for record in found]


def _row(letter: Letter, state: str) -> Bson:
    return {"_id": str(letter.origin), "letter": str(letter.position), "state": state, "at": datetime.now(UTC)}


async def _claim(store: Store, rows: Sequence[Bson]) -> None:
    """Insert all rows or none."""
    try:
        async with store.transaction() as session:
            await store.collection(Control.DEAD_LETTERS).insert_many(rows, session=session)
    except (BulkWriteError, OperationFailure) as error:
        if not (error.has_error_label("TransientTransactionError") or _is_duplicate(error)):
            raise
        raise AdminError("somebody else settles some of them right now; see what is still open: shoprelay dlq list") from None


def _is_duplicate(error: OperationFailure) -> bool:
    return any(each.get("code") == _DUPLICATE for each in (error.details or {}).get("writeErrors", ()))
