"""An Idempotency-Key's row, when the process that holds it stands still longer than it may."""

from datetime import UTC, datetime, timedelta

import pytest

from services.shop_api.keys import Key, key_of
from services.shop_api.problems import Problem
from shoprelay_runtime.admin import create_project
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store

pytestmark = pytest.mark.integration


async def project(store: Store, settings: Settings) -> Project:
    made = await create_project(store, settings, "keys")
    return await Projects(store, settings.master()).get(made.id)


def key(store: Store, owner: Project) -> Key:
    """The same request, come to another process."""
    return key_of(store, owner, "order-7", "PATCH", "/orders/7", "", b"{}")


async def stood_still(store: Store) -> None:
    """The time of whoever holds the key has run out."""
    await store.collection(Control.ANSWERS).update_one({}, {"$set": {"until": datetime.now(UTC) - timedelta(seconds=1)}})


async def test_who_wakes_up_after_another_took_the_key_changes_nothing(store: Store, settings: Settings) -> None:
    owner = await project(store, settings)
    first, second = key(store, owner), key(store, owner)
    assert await first.begin() is None
    await stood_still(store)
    assert await second.begin() is None
    with pytest.raises(Problem, match="took over") as woken:
        await first.changing()
    assert (woken.value.status, woken.value.body["type"]) == (409, "key_in_use")
    await first.forget()
    await second.changing()


async def test_a_key_that_was_changing_is_not_taken_over(store: Store, settings: Settings) -> None:
    owner = await project(store, settings)
    first, second = key(store, owner), key(store, owner)
    assert await first.begin() is None
    await stood_still(store)
    await first.changing()
    said = await second.begin()
    assert said is not None
    assert (said.status, said.body["result"]) == (504, "unknown")
