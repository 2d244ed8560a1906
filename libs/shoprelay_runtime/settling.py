"""Dead letters are settled: put back where they came from, exactly once, or discarded.

A row under its original position settles a letter, so that one that its consumer wrote twice is settled once. Kafka and MongoDB
cannot commit together, and a webhook that is put back twice would be charged twice. So a row says first that the letter is about
to be put back, and where its topic ends (`retrying`); one Kafka transaction puts it back; then the row says so (`retried`). What
a run that died leaves behind, the next one decides by looking for the record after that end. It has fenced the other run before,
by the transactional id, in case that it is not dead.
"""

from asyncio import Future
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidProducerEpoch, ProducerFenced
from bson import ObjectId
from pymongo.errors import OperationFailure

from shoprelay_runtime import bus, turn
from shoprelay_runtime.admin.errors import AdminError
from shoprelay_runtime.deadletters import CUT, RETRY_OF, Letter, position_of, records
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Session, Store

_CHUNK: Final = 200
_DUPLICATE: Final = 11000
_TRIES: Final = 5
_NAME: Final = "dead-letters"


async def settled(store: Store) -> dict[str, Bson]:
    """The rows of what is settled or about to be, by original position: {state: retrying, retried or discarded; at, letter}."""
    return {row["_id"]: row async for row in store.collection(Control.DEAD_LETTERS).find()}


async def discard(store: Store, letters: Sequence[Letter]) -> None:
    """Settle letters without putting them back; AdminError when somebody else has settled one."""
    for chunk in _chunks(letters):
        await _claim(store, [_row(letter, "discarded") for letter in chunk])


async def retry(settings: Settings, store: Store, letters: Sequence[Letter]) -> list[Letter]:
    """Put letters back on their topics in order of their original positions; gives those that were not settled already.

    Those that hold the beginning of their original only stay. Waits for another retry that is under way.
    AdminError when that one takes long, or when somebody discards one of them meanwhile; what is not put back by then is open.
    """
    async with turn.turn(store) as mine:
        producer = await bus.producer(settings, _NAME, transactional_id=settings.named(_NAME))
        try:
            return await _retry(settings, store, producer, mine, letters)
        except (ProducerFenced, InvalidProducerEpoch):
            raise AdminError("another retry has begun meanwhile; see what is still open: shoprelay dlq list") from None
        finally:
            await producer.stop()


async def _retry(
    settings: Settings, store: Store, producer: AIOKafkaProducer, mine: ObjectId, letters: Sequence[Letter]
) -> list[Letter]:
    await _finish_interrupted(settings, store, mine)
    done = await settled(store)
    open_ = [each for each in letters if str(each.origin) not in done and not each.header(CUT)]
    open_.sort(key=lambda letter: letter.origin)
    for topic, same in groupby(open_, lambda letter: letter.origin.topic):
        for chunk in _chunks(list(same)):
            await _put_back(settings, store, producer, mine, topic, chunk)
    return open_


def _chunks(letters: Sequence[Letter]) -> list[Sequence[Letter]]:
    return [letters[at : at + _CHUNK] for at in range(0, len(letters), _CHUNK)]


async def _put_back(
    settings: Settings, store: Store, producer: AIOKafkaProducer, mine: ObjectId, topic: str, chunk: Sequence[Letter]
) -> None:
    run, named = ObjectId(), settings.named(topic)
    ends = {part.partition: end for part, end in (await bus.ends(settings, named)).items()}
    noted = {str(partition): end for partition, end in ends.items()}
    await _claim(store, [{**_row(letter, "retrying"), "run": run, "ends": noted} for letter in chunk], mine)
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


async def _finish_interrupted(settings: Settings, store: Store, mine: ObjectId) -> None:
    """Decide what dead runs left behind: letters that reached their topic are retried, the others are open again."""
    rows = store.collection(Control.DEAD_LETTERS)
    for run in await rows.distinct("run", {"state": "retrying"}):
        its = {"run": run, "state": "retrying"}
        there = await _put_back_since(settings, await rows.find_one(its) or {})

        async def decide(session: Session, its: Bson = its, there: list[str] = there) -> None:
            await rows.update_many({**its, "letter": {"$in": there}}, {"$set": {"state": "retried"}}, session=session)
            await rows.delete_many(its, session=session)

        await _written(store, mine, decide)


async def _put_back_since(settings: Settings, row: Bson) -> list[str]:
    """The dead letters that reached the row's topic since the row was written."""
    begins = {int(partition): end for partition, end in row["ends"].items()}
    found = await records(settings, settings.named(position_of(row["_id"]).topic), begins)
    return [bus.header(record.headers, RETRY_OF, "replace") for record in found]


def _row(letter: Letter, state: str) -> Bson:
    return {"_id": str(letter.origin), "letter": str(letter.position), "state": state, "at": datetime.now(UTC)}


async def _claim(store: Store, rows: Sequence[Bson], mine: ObjectId | None = None) -> None:
    """Insert all rows or none."""

    async def insert(session: Session) -> None:
        await store.collection(Control.DEAD_LETTERS).insert_many(rows, session=session)

    try:
        await _written(store, mine, insert)
    except OperationFailure as error:
        if not _is_duplicate(error):
            raise
        raise AdminError("somebody else has just settled some of them; see what is still open: shoprelay dlq list") from None


async def _written(store: Store, mine: ObjectId | None, write: Callable[[Session], Awaitable[None]]) -> None:
    """Write in a transaction; in its turn, who has one. A conflict is tried again: the turn's own sign of life is one."""
    for left in reversed(range(_TRIES)):
        try:
            async with store.transaction() as session:
                if mine is not None:
                    await turn.keep(store, mine, session)
                await write(session)
        except OperationFailure as error:
            if not left or not error.has_error_label("TransientTransactionError"):
                raise
        else:
            return


def _is_duplicate(error: OperationFailure) -> bool:
    return any(each.get("code") == _DUPLICATE for each in (error.details or {}).get("writeErrors", ()))
