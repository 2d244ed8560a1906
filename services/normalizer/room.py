"""How many records a process works on at once, whatever its partitions: what a record becomes takes thirty times its own size."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Room:
    """Room for so many records. Batches enter in the order in which they came; one that is larger than the room enters alone."""

    def __init__(self, records: int) -> None:
        self.free = records
        self._most = records
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def of(self, records: int) -> AsyncIterator[None]:
        """Hold room for so many records in the block."""
        size = min(records, self._most)
        await self._enter(size)
        try:
            yield
        finally:
            self._leave(size)

    async def _enter(self, size: int) -> None:
        if not self._waiting and size <= self.free:
            self.free -= size
            return
        entered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((size, entered))
        try:
            await entered
        except asyncio.CancelledError:
            if entered.cancelled():
                self._waiting.remove((size, entered))
                self._let_in()
            else:
                self._leave(size)
            raise

    def _leave(self, size: int) -> None:
        self.free += size
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self._waiting[0][0] <= self.free:
            size, entered = self._waiting.popleft()
            self.free -= size
            entered.set_result(None)
