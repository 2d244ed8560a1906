"""Whose trouble it is: a mistake of ours is told as ours, what a shop answers costs that shop alone."""

from dataclasses import replace
from typing import Any

import pytest

from services.relay_poller.stamps import UNWORKABLE
from shoprelay_relays import registry
from shoprelay_relays.spec import Page, Record
from shoprelay_runtime.codec import seal
from shoprelay_runtime.store import Control
from tests.integration.test_poller import CREATED, World, until, world
from tests.unit.poller.fakes import RELAY

__all__ = ["world"]
pytestmark = pytest.mark.integration


async def test_a_mistake_of_a_relay_is_told_as_ours_and_other_shops_go_on(world: World) -> None:
    broken, shop = await world.shop("alpha", "1")
    well, _ = await world.shop("beta", "1")

    def stumbles(what: str) -> None:
        if what == "orders":
            raise KeyError("a name that is not there: sesame")

    shop.trouble = stumbles
    async with world.poller():
        await until(world.nothing_due, "both tried")
    document = await world.document(broken)
    (said,) = document["orders_error"]
    assert said["name"] == "KeyError"
    assert said["value"].startswith("a mistake on our side, not the shop's (KeyError)")
    assert "sesame" not in said["value"]
    assert document["status"] == "connected"
    assert document["products_stats"]["requests"] == 1, "its other polls go on"
    assert (await world.job(broken))["failures"] == 1
    assert (await world.document(well))["orders_stats"]["records"] == 1


async def test_a_document_that_cannot_be_read_costs_its_shop_alone(world: World) -> None:
    spoilt, shop = await world.shop("alpha", "1")
    well, _ = await world.shop("beta", "1")
    await world.edit(spoilt, **{"config.secret": "typed by hand, not encrypted"})
    async with world.poller(watch=True):
        await until(world.nothing_due, "both tried")
        document = await world.store.database(world.project.database)["webshops"].find_one({"_id": spoilt})
        assert document is not None
        assert document["status"] == UNWORKABLE
        assert shop.asked == []
        assert (await world.document(well))["orders_stats"]["records"] == 1
        sealed = seal(world.project.cipher, "webshops", {"config": {"secret": "sesame"}})
        await world.edit(spoilt, **{"config.secret": sealed["config"]["secret"]})

        async def mended() -> bool:
            return bool((await world.document(spoilt)).get("orders_stats")) and await world.nothing_due()

        await until(mended, "the shop polled at once")
    assert (await world.document(spoilt))["status"] == "connected"


async def test_a_shop_whose_credentials_are_missing_says_which_and_is_not_asked(world: World) -> None:
    lacking, shop = await world.shop("alpha", "1")
    well, _ = await world.shop("beta", "1")
    await world.edit(lacking, **{"config.address": None, "config.secret": None})
    async with world.poller(watch=True):
        await until(world.nothing_due, "both tried")
        document = await world.document(lacking)
        assert document["status"] == "credentials missing"
        for resource in ("orders", "products"):
            (said,) = document[f"{resource}_error"]
            assert said["name"] == "CredentialsRejected"
            assert said["value"].endswith("cannot be asked without: address, secret. Enter this shop's credentials again")
        assert document["got_error_since"] is not None
        assert shop.asked == []
        assert (await world.document(well))["orders_stats"]["records"] == 1
        whole = {"address": "alpha", "secret": "sesame"}
        await world.edit(lacking, config=seal(world.project.cipher, "webshops", {"config": whole})["config"])

        async def mended() -> bool:
            return bool((await world.document(lacking)).get("products_stats")) and await world.nothing_due()

        await until(mended, "the shop polled at once")
    document = await world.document(lacking)
    assert (document["status"], document["orders_error"], document["products_error"]) == ("connected", None, None)


async def test_a_stamp_and_a_list_that_make_no_sense_stop_no_other_shop(world: World) -> None:
    odd, _ = await world.shop("alpha", "1")
    well, shop = await world.shop("beta", "1")
    await world.edit(odd, **{f"got_orders_{CREATED}_at": "yesterday", "paused_imports": 7})
    await world.edit(well, **{f"get_orders_{CREATED}": False})
    await world.rebuild()
    assert (await world.job(well))["due_at"] is None
    await world.edit(odd, paused_imports=None)
    await world.rebuild()
    async with world.poller():
        await until(world.nothing_due, "all polls")
    assert (await world.document(odd))["orders_stats"]["records"] == 1
    assert shop.asked


async def test_a_list_that_never_goes_on_is_the_shops_trouble(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def same(*_: Any) -> Any:
        while True:
            yield Page([Record("orders", "1", b"{}")], world.project.id.generation_time, "7")

    orders, *rest = RELAY.resources
    stuck = replace(RELAY, resources=(replace(orders, pages=same), *rest))
    monkeypatch.setitem(registry._BY_ID, registry.relay_id("fake"), stuck)
    webshop, _ = await world.shop("alpha")
    await world.only(f"{webshop}:orders:{CREATED}")
    async with world.poller():
        await until(world.nothing_due, "the complaint")
    (said,) = (await world.document(webshop))["orders_error"]
    assert said["name"] == "ShopTrouble"
    assert said["value"].startswith("the shop could not be read just now. It is asked again by itself")
    assert said["value"].endswith("the shop's list of orders does not go on: the same page came twice")
    row = await world.store.collection(Control.JOBS).find_one({"_id": f"{webshop}:orders:{CREATED}"})
    assert row is not None
    assert (row["failures"], row["cursor"]) == (1, "7")
