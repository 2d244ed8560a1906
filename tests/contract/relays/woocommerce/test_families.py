"""What a list of products costs: variations of a page come together where the shop lists those of all, as of WooCommerce 10.3."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shoprelay_relays.spec import Mode, Page, Record, Window
from shoprelay_relays.woocommerce import RELAY
from shoprelay_simulators import ManualClock, WooShop, serve
from tests.support.loopback import loopback

VARIABLE, EACH = 45, 3


@dataclass
class Side:
    shop: WooShop
    client: httpx.AsyncClient

    async def pages(self) -> list[Page]:
        """Everything, as the daily sweep lists it."""
        listing = RELAY.resource("products").pages
        assert listing is not None
        window = Window(Mode.UPDATED_SINCE_LAST_REQUEST, None, datetime.now(UTC))
        return [page async for page in listing(self.client, window, None, {})]

    async def records(self) -> tuple[list[Record], int]:
        asked = sum(self.shop.ledger.answers.values())
        pages = await self.pages()
        requests = sum(page.requests for page in pages)
        assert requests == sum(self.shop.ledger.answers.values()) - asked, "every request is in the bill"
        return [record for page in pages for record in page.records], requests


@asynccontextmanager
async def connected(**how: Any) -> AsyncIterator[Side]:
    """A shop of many variable products."""
    shop = WooShop(7, orders=0, products=6, customers=1, clock=ManualClock(datetime.now(UTC)), **how)
    parent = next(row for row in shop.products.values() if row.type == "variable")
    child = shop.variations_of(parent.id)[0]
    for _ in range(VARIABLE):
        copied = replace(parent, id=shop.next_id(), sku="")
        children = [replace(child, id=shop.next_id(), parent_id=copied.id, sku="") for _ in range(EACH)]
        shop.products |= {row.id: row for row in (copied, *children)}
        shop.children[copied.id] = [row.id for row in children]
    async with serve(shop) as url:
        config = {"shop_url": url, **shop.credentials(), "auth": "basic"}
        async with RELAY.client(config, loopback()) as client:
            yield Side(shop, client)


def held(shop: WooShop) -> set[tuple[str, str]]:
    listed = [row for row in shop.products.values() if row.status != "trash"]
    products = {("products", str(row.id)) for row in listed if not row.parent_id}
    return products | {("variations", f"{row.parent_id}/{row.id}") for row in listed if row.parent_id}


def named(records: list[Record]) -> set[tuple[str, str]]:
    found = [(record.resource, record.remote_id) for record in records]
    assert len(set(found)) == len(found)
    return set(found)


async def test_variations_of_a_page_come_together() -> None:
    async with connected(lists_variations=True) as side:
        records, requests = await side.records()
        assert named(records) == held(side.shop)
        assert requests < 10
    async with connected() as side:
        records, before = await side.records()
        assert named(records) == held(side.shop)
        assert before > VARIABLE, "before 10.3 each variable product is asked for its own"
        assert side.shop.ledger.answers["GET", "/wp-json/wc/v3/variations", 404] == 1, "that is found out once a listing"


async def test_each_product_is_followed_by_its_own_variations() -> None:
    async with connected(lists_variations=True) as side:
        records, _ = await side.records()
    product = ""
    for record in records:
        product = record.remote_id if record.resource == "products" else product
        assert record.remote_id.partition("/")[0] == product


@pytest.mark.parametrize("answer", ["everything", "too little"])
async def test_a_shop_that_answers_otherwise_costs_requests_and_no_variation(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(lists_variations=True) as side:
        real = side.shop.answer

        def other(request: Any) -> Any:
            kept = [(k, v) for k, v in request.query if k != "parent"]
            cut = [(k, v.partition(",")[0] if k == "parent" else v) for k, v in request.query]
            return real(replace(request, query=kept if answer == "everything" else cut))

        monkeypatch.setattr(side.shop, "answer", other)
        records, _ = await side.records()
        assert named(records) == held(side.shop)


async def test_a_shop_that_runs_out_of_time_is_asked_for_less_at_once() -> None:
    async with connected(lists_variations=True) as side:
        await side.client.get("products")
        side.shop.faults.fail(1, status=504)
        records, _ = await side.records()
        assert named(records) == held(side.shop)
