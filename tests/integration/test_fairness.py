"""Turns are shared out by project: a flood starves nobody, and a project's limit holds over all pollers."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from services.relay_poller import schedule
from services.relay_poller.fairness import Fairness
from services.relay_poller.schedule import Turn
from shoprelay_runtime import admin
from shoprelay_runtime.admin.project_settings import LIMIT
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store

pytestmark = pytest.mark.integration
LEASE = timedelta(seconds=60)
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def projects(settings: Settings, store: Store) -> Projects:
    return Projects(store, settings.master())


async def project(settings: Settings, store: Store, name: str, limit: int | None = None) -> ObjectId:
    made = (await admin.create_project(store, settings, name)).id
    if limit is not None:
        await store.collection(Control.PROJECTS).update_one({"_id": made}, {"$set": {f"settings.{LIMIT}": limit}})
    return made


async def due(store: Store, owner: ObjectId, count: int, since: datetime = LONG_AGO) -> None:
    rows = [
        {"_id": f"{shop}:orders:x", "project": owner, "webshop": shop, "due_at": since + timedelta(milliseconds=n)}
        for n, shop in enumerate(ObjectId() for _ in range(count))
    ]
    await store.collection(Control.JOBS).insert_many(rows)


async def turns(store: Store, fairness: Fairness, count: int) -> list[Turn]:
    found = [await schedule.next_turn(store, fairness, set(), LEASE) for _ in range(count)]
    return [turn for turn in found if turn is not None]


async def test_a_flood_of_one_project_lets_the_others_in_between(settings: Settings, store: Store, projects: Projects) -> None:
    flood, small = await project(settings, store, "flood"), await project(settings, store, "small")
    await due(store, flood, 50)
    await due(store, small, 2, since=datetime.now(UTC) - timedelta(seconds=5))
    taken = await turns(store, Fairness(store, projects), 6)
    assert [turn.project for turn in taken[:4]].count(small) == 2
    assert [turn.project for turn in taken].count(flood) == 4


async def test_within_a_project_whoever_waited_longest_is_first(settings: Settings, store: Store, projects: Projects) -> None:
    owner = await project(settings, store, "one")
    await due(store, owner, 5)
    rows = await store.collection(Control.JOBS).find().sort("due_at", 1).to_list(None)
    taken = await turns(store, Fairness(store, projects), 9)
    assert [turn.webshop for turn in taken] == [row["webshop"] for row in rows]


async def test_a_projects_limit_holds_over_pollers_that_look_at_the_same_moment(
    settings: Settings, store: Store, projects: Projects
) -> None:
    limited, free = await project(settings, store, "limited", 3), await project(settings, store, "free", 0)
    await due(store, limited, 20)
    await due(store, free, 4)
    pollers = [Fairness(store, projects) for _ in range(4)]
    taken = [turn for found in await asyncio.gather(*(turns(store, each, 6) for each in pollers)) for turn in found]
    counts = [turn.project for turn in taken]
    assert counts.count(limited) <= 3
    assert counts.count(free) == 4
    # When one ends, the next one begins.
    mine = [turn for turn in taken if turn.project == limited]
    more = await turns(store, pollers[0], 4)
    assert len(mine) + len(more) == 3
    await schedule.end_turn(store, (mine + more)[0], None)
    assert len(await turns(store, pollers[0], 4)) == 1


async def test_looking_seeks_and_does_not_scan(settings: Settings, store: Store, projects: Projects) -> None:
    """What MongoDB says it looked at, with many due rows of busy projects and one of an idle one."""
    flood, small = await project(settings, store, "flood"), await project(settings, store, "small")
    await due(store, flood, 3000)
    await due(store, small, 1)
    fairness = Fairness(store, projects)
    await turns(store, fairness, 2)
    await store.control.command("profile", 2)
    try:
        assert await schedule.next_turn(store, fairness, set(), LEASE) is not None
    finally:
        await store.control.command("profile", 0)
    seen = await store.control["system.profile"].find({"ns": {"$regex": "jobs$"}, "command.find": "jobs"}).to_list(None)
    assert seen
    assert max(row["keysExamined"] for row in seen) < 100
