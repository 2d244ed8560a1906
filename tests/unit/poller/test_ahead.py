"""The next page is read while one is stored, and no other."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from services.relay_poller.ahead import Ahead
from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.spec import Page


class Shop:
    """Answers with so many pages; `trouble` is the number of the one that fails."""

    def __init__(self, pages: int = 3, trouble: int | None = None) -> None:
        self.asked = 0
        self.left = False
        self._pages, self._trouble = pages, trouble

    async def list(self) -> AsyncIterator[Page]:
        try:
            for number in range(1, self._pages + 1):
                self.asked = number
                await asyncio.sleep(0)
                if number == self._trouble:
                    raise ShopTrouble(f"page {number}")
                yield Page([], datetime.now(UTC), str(number))
        finally:
            self.left = True


async def cursor(ahead: Ahead) -> str | None:
    page = await ahead.next()
    assert page is not None
    return page.cursor


async def stored() -> None:
    """As long as it takes for everything that can go on meanwhile."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_next_page_is_read_while_this_one_is_stored_and_none_after_it() -> None:
    shop = Shop()
    async with Ahead(shop.list()) as ahead:
        assert await cursor(ahead) == "1"
        ahead.ask()
        await stored()
        assert shop.asked == 2
        assert await cursor(ahead) == "2"
        await stored()
        assert shop.asked == 2


async def test_nothing_comes_after_the_last_page() -> None:
    async with Ahead(Shop(1).list()) as ahead:
        await ahead.next()
        ahead.ask()
        assert await ahead.next() is None


async def test_trouble_with_the_next_page_waits_until_this_one_is_stored() -> None:
    async with Ahead(Shop(trouble=2).list()) as ahead:
        await ahead.next()
        ahead.ask()
        await stored()
        with pytest.raises(ShopTrouble, match="page 2"):
            await ahead.next()


async def test_a_page_that_nobody_waits_for_any_more_is_given_up() -> None:
    shop, asking = Shop(), asyncio.Event()

    async def slow() -> AsyncIterator[Page]:
        async for page in shop.list():
            yield page
            asking.set()
            await asyncio.sleep(60)

    async def not_stored() -> None:
        async with asyncio.timeout(5), Ahead(slow()) as ahead:
            await ahead.next()
            ahead.ask()
            await asking.wait()
            raise ValueError

    with pytest.raises(ValueError):
        await not_stored()
    assert shop.asked == 1


async def test_who_waits_for_a_page_and_is_cancelled_takes_the_request_with_it() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[Page]:
        began.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        yield Page([], datetime.now(UTC), None)

    async def read() -> None:
        async with Ahead(slow()) as ahead:
            await ahead.next()

    reading = asyncio.create_task(read())
    await began.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert ended.is_set()
