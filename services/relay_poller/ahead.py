"""Pages, the next of which is read while one is stored."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from shoprelay_relays.spec import Page


class Ahead:
    """The pages of a list, one after the other: a shop is still asked one thing at a time.

    A page that is read and not stored was a request for nothing, which nobody is charged for: so much a poller that dies, or
    loses its shop, costs the shop.
    """

    def __init__(self, pages: AsyncIterator[Page]) -> None:
        self._pages = pages
        self._asked: asyncio.Task[Page | None] | None = None

    def ask(self) -> None:
        """Begin to read the next page."""
        self._asked = asyncio.create_task(self._next())

    async def next(self) -> Page | None:
        """The next page, None after the last one. Raises what reading it raises."""
        if self._asked is None:
            self.ask()
        asked, self._asked = self._asked, None
        return await asked if asked else None

    async def _next(self) -> Page | None:
        return await anext(self._pages, None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._asked is not None:
            self._asked.cancel()
            await asyncio.gather(self._asked, return_exceptions=True)
