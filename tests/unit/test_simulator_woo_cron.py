"""When the simulated WooCommerce shop gets to its queue of webhooks."""

from shoprelay_simulators.woocommerce import changes
from tests.contract.relays.woocommerce.watched import Watched, watched


async def written(side: Watched, count: int = 1) -> list[int]:
    """So many orders, each a minute after the one before."""
    keys = [row.id for row in side.shop.orders.values() if row.status == "processing"][:count]
    for key in keys:
        await side.ask("PUT", f"orders/{key}", {})
    return keys


async def test_nothing_is_sent_before_somebody_visits_the_shop_after_the_change() -> None:
    async with watched() as side:
        side.shop.cron.by_visits = True
        (key,) = await written(side)
        assert await side.told() == [("order.updated", key)], "the write itself was a visit"
        changes.change_order(side.shop, side.shop.orders[key])  # by a job of the shop's own
        for _ in range(3):
            side.clock.advance(3600)
            assert await side.told() == []
        await side.read("orders")
        assert await side.told() == [("order.updated", key)]


async def test_the_queue_runs_at_most_once_a_minute() -> None:
    async with watched() as side:
        side.shop.cron.by_visits = True
        (key,) = await written(side)
        assert len(await side.told()) == 1
        side.clock.advance(20)
        await side.api.put(f"orders/{key}", json={})
        side.clock.advance(39)
        assert await side.told() == []
        side.clock.advance(1)
        assert await side.told() == [("order.updated", key)]


async def test_a_delivery_whose_process_is_killed_is_lost_and_all_others_wait_five_minutes() -> None:
    async with watched() as side:
        first, second = await written(side, 2)
        side.shop.cron.kill()
        for seconds in (0, 299):
            side.clock.advance(seconds)
            assert await side.told() == []
        side.clock.advance(1)
        assert await side.told() == [("order.updated", second)], f"that of {first} is lost"
