"""The relay against a simulated shop over HTTP: all of it is told, whatever the shop and its host do meanwhile."""

from datetime import timedelta

import pytest

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.prestashop import RELAY
from shoprelay_relays.spec import Gone
from shoprelay_simulators import ManualClock
from shoprelay_simulators.faults import Fault
from tests.contract.relays.prestashop.side import MARCH, Side, connected


@pytest.mark.parametrize("resource", ["orders", "products", "customers", "categories"])
async def test_all_is_listed_once_and_can_be_mapped(side: Side, resource: str):
    records = await side.listed(resource)
    assert [int(record.remote_id) for record in records] == sorted(side.shop.tables[resource])
    assert all(side.mapped(record).drafts for record in records)


async def test_statuses_are_listed(side: Side):
    assert len(await side.listed("statuses")) == 14


@pytest.mark.parametrize("resource", ["orders", "products", "customers", "categories"])
async def test_the_shop_is_asked_how_many_there_are(side: Side, resource: str):
    count = RELAY.resource(resource).count
    assert count is not None
    assert await count(side.client, side.config) == len(side.shop.tables[resource])


@pytest.mark.parametrize(("kind", "after"), [("malformed", 0), ("html", 1), ("drop", 6), ("status", 3)])
async def test_a_fault_in_mid_page_is_trouble_and_loses_nothing(side: Side, kind: str, after: int):
    plain = Fault("slow")
    side.shop.faults.planned.extend([*[plain] * after, Fault(kind)])
    with pytest.raises(ShopTrouble):
        await side.ids("orders")
    assert await side.ids("orders") == sorted(side.shop.tables["orders"])


async def test_how_long_to_wait_is_told(side: Side):
    side.shop.faults.fail(status=429, retry_after=17)
    with pytest.raises(ShopTrouble) as error:
        await side.ids("orders")
    assert error.value.retry_after == 17


@pytest.mark.parametrize("form", [True, False], ids=["json", "xml"])
async def test_warnings_before_the_body_are_cut_off(clock: ManualClock, form: bool):
    async with connected(clock, json=form) as side:
        side.shop.faults.garble("warning", 20)
        assert await side.ids("orders") == sorted(side.shop.tables["orders"])


async def test_a_500_with_an_empty_body_is_trouble(side: Side):
    """As a date filter on a list without dates is answered."""
    asked = {"filter[date_upd]": "[2026-01-01,2027-01-01]", "date": "1"}
    answer = await side.client.get("order_details", params=asked)
    assert (answer.status_code, answer.content) == (500, b"")
    side.shop.faults.fail(status=500)
    with pytest.raises(ShopTrouble, match="500"):
        await side.ids("orders")


async def test_a_shop_that_runs_out_of_time_is_asked_for_less(side: Side):
    side.shop.faults.fail(2, status=504)
    assert await side.ids("orders") == sorted(side.shop.tables["orders"])


async def test_parts_that_take_too_long_are_asked_for_fewer_orders(side: Side):
    side.shop.faults.planned.extend([Fault("slow"), Fault("slow"), Fault("status", 504)])
    assert await side.ids("orders") == sorted(side.shop.tables["orders"])
    assert side.shop.ledger.requests()["GET /api/order_details"] == 3


@pytest.mark.usefixtures("small_pages")
async def test_after_a_long_time_of_polls_and_a_sweep_all_is_as_in_the_shop():
    clock = ManualClock(MARCH)
    async with connected(clock, orders=8) as side:
        held: dict[str, dict[str, bytes]] = {"orders": {}, "customers": {}, "products": {}}
        watermark = clock.now - timedelta(days=60)
        for _ in range(4):
            since, watermark = watermark, clock.now
            for resource, rows in held.items():
                async for page in side.pages(resource, since - timedelta(minutes=2)):
                    rows.update({record.remote_id: record.body for record in page.records})
                    clock.advance(1)
                    side.shop.step()
            for _ in range(5):
                clock.advance(20)
                side.shop.step()
        for resource in ("products", "orders"):
            held[resource] |= {record.remote_id: record.body for record in await side.listed(resource)}
        held["customers"] |= {r.remote_id: r.body for r in await side.listed("customers", watermark - timedelta(minutes=2))}
        for resource, rows in held.items():
            living = {str(number) for number in side.shop.tables[resource]}
            assert living <= rows.keys()
            fresh = {record.remote_id: record.body for record in await side.listed(resource)}
            assert {number: rows[number] for number in living} == fresh
            for number in rows.keys() - living:
                assert isinstance(await side.read(resource, number), Gone)
