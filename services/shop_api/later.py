"""Work that goes on after its caller was answered."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from shoprelay_runtime.logs import logger

_AGAIN_SECONDS: Final = 3.0
_log = logger(__name__)


class Later:
    """Runs work in this process. What a stop cuts off is completed by beginning the same again: only such work belongs here."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin, unless work of this name is under way; an error goes into the log."""
        if name in self._tasks:
            work.close()
            return
        task = asyncio.create_task(self._run(name, work))
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))

    async def _run(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - nobody waits for it: the log is where it is told
            _log.error("not completed", work=name, error=str(error))

    async def close(self) -> None:
        """Cut off what still runs. Again after a while: a library in between may have swallowed the cancellation."""
        while tasks := list(self._tasks.values()):
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=_AGAIN_SECONDS)
