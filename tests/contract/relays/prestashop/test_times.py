"""The relay, and the shop's times: local, without an offset, by a clock of its own."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from shoprelay_simulators import ManualClock
from shoprelay_simulators.prestashop import acts
from tests.contract.relays.prestashop.side import connected


async def test_nothing_of_a_double_hour_is_lost():
    """The second 02 hour of an autumn night is dated before the end of the first."""
    clock = ManualClock(datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC))
    async with connected(clock) as side:
        watermark = clock.now
        clock.advance(302)
        side.shop.change("orders", 3, {"note": "in the second hour"})
        assert side.shop.tables["orders"][3]["date_upd"] == "2026-10-25 02:05:01"
        assert await side.ids("orders", watermark) == [3]


async def test_a_change_in_the_second_hour_is_not_older_than_one_in_the_first():
    clock = ManualClock(datetime(2026, 10, 25, 0, 50, tzinfo=UTC))
    async with connected(clock) as side:
        versions = []
        for _ in range(3):
            side.shop.touch("orders", 3)
            found = await side.read("orders", 3)
            assert isinstance(found, list)
            versions.append(side.mapped(found[0]).version)
            clock.advance(1800)
        # 02:50, 02:20 and 02:50 by the shop: the later look decides.
        assert versions == ["2026-10-25T01:59:59.000000Z"] * 3
        side.shop.touch("orders", 3)
        (record,) = await side.listed("orders", clock.now)
        assert side.mapped(record).version > versions[0]


async def test_spring_has_no_surprise():
    clock = ManualClock(datetime(2026, 3, 29, 0, 59, 58, tzinfo=UTC))
    async with connected(clock) as side:
        watermark = clock.now
        clock.advance(4)
        side.shop.touch("orders", 4)
        assert side.shop.tables["orders"][4]["date_upd"] == "2026-03-29 03:00:02"
        assert await side.ids("orders", watermark) == [4]


async def test_a_shop_whose_clock_is_behind_is_asked_for_more():
    """The watermark is our clock's; the header Access-Time tells what the shop's own says."""
    async with connected(ManualClock(datetime.now(UTC)), behind=timedelta(minutes=20)) as side:
        watermark = side.clock.now
        side.clock.advance(5)
        side.shop.touch("orders", 6)
        assert 6 in await side.ids("orders", watermark)


async def test_what_moves_no_date_is_found_in_a_double_hour_as_well():
    clock = ManualClock(datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC))
    async with connected(clock) as side:
        watermark = clock.now
        clock.advance(302)
        number = acts.pay(side.shop, 2, Decimal(25), "Bankoverførsel")
        assert side.shop.tables["order_payments"][number]["date_add"] == "2026-10-25 02:05:01"
        assert 2 in await side.ids("orders", watermark)


async def test_what_moves_no_date_is_found_in_a_shop_whose_clock_is_behind():
    async with connected(ManualClock(datetime.now(UTC)), behind=timedelta(minutes=20)) as side:
        watermark = side.clock.now
        side.clock.advance(5)
        acts.write_message(side.shop, 3, "Ring først")
        assert 3 in await side.ids("orders", watermark)
