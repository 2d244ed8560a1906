"""Sales with dates in the simulated WooCommerce shop: begun to the second, in the price once a day."""

from datetime import timedelta
from typing import Any

from tests.contract.relays.woocommerce.watched import Watched, watched

HOUR = 3600


async def scheduled(side: Watched, path: str, begins: int, ends: int) -> None:
    """A sale of something that costs 50 for 40, from so many seconds from now to so many."""
    at = side.clock.now + timedelta(seconds=60)  # every call is a minute after the one before it
    dates = {
        f"date_on_sale_{name}_gmt": (at + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
        for name, seconds in (("from", begins), ("to", ends))
    }
    await side.ask("PUT", path, {"regular_price": "50", "sale_price": "40", **dates})
    await side.told()


async def asked(side: Watched, path: str) -> tuple[Any, Any]:
    shown = await side.read(path)
    return shown["price"], shown["on_sale"]


async def test_a_sale_that_begins_is_on_at_once_and_in_the_price_only_after_the_daily_job() -> None:
    async with watched() as side:
        row = side.simple()
        path = f"products/{row.id}"
        await scheduled(side, path, HOUR, 90 * HOUR)
        assert await asked(side, path) == ("50", False)
        side.clock.advance(HOUR)
        assert await asked(side, path) == ("50", True)
        assert await side.told() == []
        assert not await side.moved(path)
        side.clock.advance(12 * HOUR)  # past the shop's midnight
        assert await side.told() == [("product.updated", row.id)]
        assert await asked(side, path) == ("40", True)
        assert await side.moved(path)
        side.clock.advance(24 * HOUR)
        assert await side.told() == [], "the job has nothing more to do"


async def test_an_edit_after_the_beginning_brings_a_sale_into_the_price_only_when_it_is_one_of_prices() -> None:
    async with watched() as side:
        path = f"products/{side.simple().id}"
        await scheduled(side, path, HOUR, 90 * HOUR)
        side.clock.advance(2 * HOUR)
        await side.ask("PUT", path, {"short_description": "Ny"})
        assert await asked(side, path) == ("50", True)
        await side.ask("PUT", path, {"sale_price": "39"})
        assert await asked(side, path) == ("39", True)


async def test_a_sale_of_a_variation_dates_its_product_when_the_daily_job_runs() -> None:
    async with watched() as side:
        parent = side.variable()
        child = side.shop.variations_of(parent.id)[0]
        path = f"products/{parent.id}/variations/{child.id}"
        await scheduled(side, path, HOUR, 90 * HOUR)
        side.clock.advance(13 * HOUR)
        assert await side.told() == [("product.updated", child.id)]
        assert await asked(side, path) == ("40", True)
        assert await side.moved(f"products/{parent.id}")


async def test_a_sale_that_is_over_leaves_the_price_with_the_daily_job() -> None:
    async with watched() as side:
        row = side.simple()
        path = f"products/{row.id}"
        await scheduled(side, path, -HOUR, HOUR)
        assert await asked(side, path) == ("40", True)
        side.clock.advance(2 * HOUR)
        assert await asked(side, path) == ("40", False)
        side.clock.advance(12 * HOUR)
        assert await side.told() == [("product.updated", row.id)]
        assert await asked(side, path) == ("50", False)
        assert (await side.read(path))["sale_price"] == ""


async def test_what_is_bought_costs_what_the_product_says_that_it_costs() -> None:
    async with watched() as side:
        row = side.simple()
        await scheduled(side, f"products/{row.id}", HOUR, 90 * HOUR)
        body = {"billing": {"country": "DK"}, "line_items": [{"product_id": row.id}]}
        assert (await side.ask("POST", "orders", body))["total"] == "50.00"
