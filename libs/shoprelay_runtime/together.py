"""Many small things asked for at once, done in few large ones: a command for fifty rows costs little more than one for a row."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Together(Generic[T, R]):
    """Begins at once while nothing is under way; what is asked for meanwhile goes together in the next. Two at once were slower:
    smaller ones, and more of them.

    `do`: does all of these, at most `most`, and gives what came of each, in order; an error stands for one that failed.
    `pause`: seconds that the first of them waits for company.
    """

    def __init__(self, do: Callable[[list[T]], Awaitable[Sequence[R | Exception]]], most: int = 200, pause: float = 0.0) -> None:
        self._do = do
        self._most = most
        self._pause = pause
        self._waiting: list[tuple[Sequence[T], asyncio.Future[list[R]]]] = []
        self._running: asyncio.Task[None] | None = None

    async def ask(self, *items: T) -> list[R]:
        """What came of each; raises the first of their errors. Who is cancelled leaves what has begun to its end."""
        if not items:
            return []
        said: asyncio.Future[list[R]] = asyncio.get_running_loop().create_future()
        self._waiting.append((items, said))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await said

    async def _run(self) -> None:
        try:
            if self._pause:
                await asyncio.sleep(self._pause)
            await self._all()
        finally:
            # In the same step in which nothing was left: by the task's callback, which comes later, somebody may have asked.
            self._running = None

    async def _all(self) -> None:
        while asked := self._next():
            try:
                done = await self._do([item for items, _ in asked for item in items])
            except Exception as error:  # noqa: BLE001 - each of those who asked is told
                done = [error] * sum(len(items) for items, _ in asked)
            except BaseException:
                for _, said in asked:
                    said.cancel()
                raise
            _tell(asked, done)

    def _next(self) -> list[tuple[Sequence[T], asyncio.Future[list[R]]]]:
        asked: list[tuple[Sequence[T], asyncio.Future[list[R]]]] = []
        count = 0
        while self._waiting and (not asked or count + len(self._waiting[0][0]) <= self._most):
            each = self._waiting.pop(0)
            if not each[1].done():  # else its caller has gone
                asked.append(each)
                count += len(each[0])
        return asked


def _tell(asked: list[tuple[Sequence[T], asyncio.Future[list[R]]]], done: Sequence[R | Exception]) -> None:
    rest = iter(done)
    for items, said in asked:
        mine = [next(rest) for _ in items]
        if said.done():
            continue
        failed = next((each for each in mine if isinstance(each, Exception)), None)
        if failed is not None:
            said.set_exception(failed)
        else:
            said.set_result([each for each in mine if not isinstance(each, Exception)])
