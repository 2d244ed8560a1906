"""MongoDB: the only module that imports Motor. One control database, and one database per project."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from threading import Thread
from typing import Any, Final, TypeVar, cast

from bson import Binary, ObjectId
from bson.codec_options import CodecOptions
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo import IndexModel, UpdateOne
from pymongo.errors import BulkWriteError, OperationFailure
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shoprelay_runtime.together import Together
from shoprelay_schema.documents import COLLECTIONS
from shoprelay_schema.documents.base import Index

T = TypeVar("T")
R = TypeVar("R")
Bson = dict[str, Any]
Collection = AsyncIOMotorCollection[Bson]
Database = AsyncIOMotorDatabase[Bson]
Session = AsyncIOMotorClientSession

_OPTIONS: Final[CodecOptions[Bson]] = CodecOptions(tz_aware=True)
_MAJORITY: Final = WriteConcern("majority")
_PRIMARY: Final = WriteConcern(1)
_SOON_SECONDS: Final = 0.1


class Control:
    """The collections of the control database, by name."""

    PROJECTS = "projects"
    HOOKS = "hooks"
    """Webhook addresses by the SHA-256 of their token."""
    JOBS = "jobs"
    """The poll schedule: one row per webshop, resource and mode, and one per requested direct read."""
    SHOPS = "shops"
    """One row per webshop: who works on it, until when it is left alone, its status lists as last announced."""
    WATCHES = "watches"
    """Resume tokens of change streams."""
    BUDGETS = "budgets"
    """How fast each webshop may be asked right now, over all processes."""
    TOKENS = "tokens"
    """Access tokens of webshops that end and are renewed."""
    JOURNAL = "journal"
    """One row per partition of the raw log: epoch, offsets of the last applied batch, its events."""
    MARKS = "marks"
    """Observations that a document does not show: tombstones, and later looks that found nothing new."""
    ALIASES = "aliases"
    """Further keys of customers."""
    IGNORED = "ignored"
    """Webshops with orders that were not stored because the merchant's lists say to ignore their status."""
    PAGES = "pages"
    """The last charged page of each job."""
    ENDPOINTS = "endpoints"
    DELIVERIES = "deliveries"
    ATTEMPTS = "attempts"
    COUNTERS = "counters"
    """Usage by project, day and company."""
    OFFSETS = "offsets"
    """How far each partition of usage is counted."""
    COUNTED = "counted"
    """Ids of usage events that were counted lately."""
    STATEMENTS = "statements"
    DEAD_LETTERS = "dead_letters"
    """Dead letters that are settled or about to be, by their original position."""
    TURNS = "turns"
    """Who puts dead letters back right now: one row."""
    ANSWERS = "answers"
    """What calls with an Idempotency-Key were answered, encrypted with the project's key."""
    REPLAYS = "replays"
    """How far the replays have come that were not finished, by what they were asked for."""


_PASSING: Final = {Control.BUDGETS}
"""Rows that tell of this very moment: what a primary that dies takes with it is out of date when the next one begins."""

_INDEXES: Final[dict[str, list[IndexModel]]] = {
    Control.PROJECTS: [IndexModel("database", unique=True), IndexModel("name", unique=True), IndexModel("tokens.hash")],
    # An address that was exchanged goes when its time is up.
    Control.HOOKS: [IndexModel("webshop"), IndexModel("until", expireAfterSeconds=0)],
    Control.JOBS: [
        IndexModel("due_at"),
        IndexModel([("project", 1), ("due_at", 1)]),
        IndexModel([("webshop", 1), ("due_at", 1)]),
    ],
    # Turns that run: few, however many shops there are.
    Control.SHOPS: [IndexModel("lease_until", partialFilterExpression={"owner": {"$type": "string"}})],
    # A destroyed webshop's rows are found by it.
    Control.MARKS: [IndexModel("webshop")],
    Control.ALIASES: [IndexModel("webshop")],
    # Longer than the raw log can hold a page that is there twice.
    Control.PAGES: [IndexModel("at", expireAfterSeconds=60 * 86_400)],
    Control.DELIVERIES: [
        IndexModel([("event", 1), ("endpoint", 1)], unique=True),
        # Due work is looked for by endpoint, so that one endpoint's backlog costs the others nothing.
        IndexModel([("state", 1), ("endpoint", 1), ("due_at", 1)]),
        IndexModel([("project", 1), ("created_at", -1)]),
        IndexModel("created_at", expireAfterSeconds=60 * 86_400),
    ],
    Control.ATTEMPTS: [IndexModel([("delivery", 1), ("at", 1)]), IndexModel("at", expireAfterSeconds=60 * 86_400)],
    Control.COUNTERS: [
        IndexModel([("project", 1), ("day", 1)]),
        IndexModel([("unstated", 1), ("day", 1)], partialFilterExpression={"unstated": True}),
    ],
    Control.COUNTED: [IndexModel("at", expireAfterSeconds=7 * 86_400)],
    # Longer than any topic of dead letters keeps them.
    Control.DEAD_LETTERS: [IndexModel("at", expireAfterSeconds=120 * 86_400)],
    Control.ANSWERS: [IndexModel("at", expireAfterSeconds=86_400)],
    Control.STATEMENTS: [
        IndexModel([("project", 1), ("day", 1), ("number", 1)], unique=True),
        IndexModel("unpublished", sparse=True),
        IndexModel("stated_at"),
    ],
}


class Store:
    """A connection to MongoDB. Times come back aware, writes wait for the majority but for rows that tell of the moment."""

    def __init__(self, uri: str, database: str) -> None:
        self._client: AsyncIOMotorClient[Bson] = AsyncIOMotorClient(
            uri, tz_aware=True, serverSelectionTimeoutMS=5000, retryWrites=True
        )
        self._database = database
        # Motor makes two objects for each name it is asked for, every time.
        self._databases: dict[str, Database] = {}
        self._collections: dict[str, Collection] = {}
        self._together: dict[str, Together[Any, Any]] = {}

    @property
    def control(self) -> Database:
        """The control database."""
        return self.database(self._database)

    def database(self, name: str) -> Database:
        """A project's database by name."""
        found = self._databases.get(name)
        if found is None:
            found = self._client.get_database(name, codec_options=_OPTIONS, write_concern=_MAJORITY)
            self._databases[name] = found
        return found

    def collection(self, name: str) -> Collection:
        """A collection of the control database."""
        found = self._collections.get(name)
        if found is None:
            concern = _PRIMARY if name in _PASSING else None
            found = self._collections[name] = self.control.get_collection(name, write_concern=concern)
        return found

    def together(
        self, name: str, do: Callable[[list[T]], Awaitable[Sequence[R | Exception]]], pause: float = 0.0
    ) -> Together[T, R]:
        """What this process asks for together, by a name of its own."""
        found = self._together.get(name)
        if found is None:
            found = self._together[name] = Together(do, pause=pause)
        return cast(Together[T, R], found)

    async def change(self, name: str, *changes: UpdateOne) -> None:
        """Change rows of the control database, in one command with what others of this process change in the meantime."""
        await self.together(f"change/{name}", partial(self._change, name)).ask(*changes)

    async def change_soon(self, name: str, *changes: UpdateOne) -> None:
        """`change`, where no caller waits for it: a moment later, with more company."""
        await self.together(f"change_soon/{name}", partial(self._change, name), _SOON_SECONDS).ask(*changes)

    async def documents(self, database: str, name: str, ids: Sequence[ObjectId]) -> list[Bson]:
        """The documents with these ids that exist, read in one command with what others read in the meantime."""
        found = await self.together(f"documents/{database}/{name}", partial(self._find, database, name)).ask(*ids)
        return [row for row in found if row is not None]

    async def _change(self, name: str, changes: list[UpdateOne]) -> list[Exception | None]:
        done: list[Exception | None] = [None] * len(changes)
        try:
            await self.collection(name).bulk_write(changes, ordered=False)
        except BulkWriteError as error:
            if error.details.get("writeConcernErrors"):
                raise
            for failed in error.details["writeErrors"]:
                done[failed["index"]] = OperationFailure(failed["errmsg"], failed["code"])
        return done

    async def _find(self, database: str, name: str, ids: list[ObjectId]) -> list[Bson | None]:
        rows = await self.database(database)[name].find({"_id": {"$in": ids}}).to_list(None)
        found = {row["_id"]: row for row in rows}
        return [found.get(each) for each in ids]

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """One MongoDB transaction: committed on a clean exit, aborted on an error. Transient errors are the caller's to retry."""
        async with (
            await self._client.start_session() as session,
            session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=_MAJORITY),
        ):
            yield session

    async def ping(self) -> None:
        """Raise when no primary answers."""
        await self._client.admin.command("ping")

    def watch(self, pipeline: Sequence[Mapping[str, Any]], **options: Any) -> Any:
        """A change stream over every database."""
        return self._client.watch(pipeline, **options)

    async def prepare_control(self) -> None:
        """Create the control database's indexes; existing ones stay."""
        for name, indexes in _INDEXES.items():
            await self.control[name].create_indexes(indexes)

    async def prepare_project(self, database: str) -> None:
        """Create a project's collections and the contract's indexes, so that no transaction has to."""
        names = await self.database(database).list_collection_names()
        for name, model in COLLECTIONS.items():
            if name not in names:
                await self.database(database).create_collection(name)
            # The index on _id alone always exists.
            if models := [_index_model(i) for i in model.indexes if i.keys != (("_id", 1),)]:
                await self.database(database)[name].create_indexes(models)

    async def drop_database(self, name: str) -> None:
        """Drop a project's database."""
        await self._client.drop_database(name)

    def close(self) -> None:
        """Close every connection, soon. Not here and now: the driver first tells the server which sessions end, and a server that
        hangs would hold the whole process.
        """
        Thread(target=self._client.close, daemon=True).start()


def row_id(project: ObjectId, other: ObjectId) -> Binary:
    """The key of a row of `marks` or `aliases`: 24 bytes."""
    return Binary(project.binary + other.binary)


def _index_model(index: Index) -> IndexModel:
    options: dict[str, Any] = {"unique": index.unique}
    if index.name:
        options["name"] = index.name
    if index.partial:
        options["partialFilterExpression"] = index.partial
    elif index.sparse:
        options["sparse"] = True
    return IndexModel(list(index.keys), **options)
