"""A service as a process that dies and is started anew."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

_RESTART_SECONDS = 0.2


@dataclass
class Service:
    """One process that is always there. `left`: with which codes it ended by itself; `disturbed`: when that was done last."""

    name: str
    port: int
    log: Path
    environment: Mapping[str, str]
    process: asyncio.subprocess.Process | None = None
    stopped: bool = False
    killed: int = 0
    asked: int = 0
    left: list[int] = field(default_factory=list)
    disturbed: float = 0.0

    async def keep(self) -> None:
        """Start it whenever it is not there, until cancelled."""
        while True:
            await self.live()
            await asyncio.sleep(_RESTART_SECONDS)

    async def live(self) -> None:
        """From its start to its end."""
        before, asked = self.killed, self.asked
        self.process = await self._spawn()
        self.disturbed = time.time()
        code = await self.process.wait()
        if self.killed == before and (code or self.asked == asked):
            self.left.append(code)

    async def _spawn(self) -> asyncio.subprocess.Process:
        kind = self.name.rpartition("-")[0]
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "shoprelay_cli", kind, "--port", str(self.port)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> bool:
        """Whether there was a process to send it to."""
        if self.process is None or self.process.returncode is not None:
            return False
        self.killed += number is signal.SIGKILL
        self.asked += number is signal.SIGTERM
        if number in {signal.SIGSTOP, signal.SIGCONT, signal.SIGKILL}:
            self.stopped = number is signal.SIGSTOP
            self.disturbed = time.time()
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        return True

    async def ready(self, client: httpx.AsyncClient, path: str = "ready") -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return (await client.get(f"http://127.0.0.1:{self.port}/health/{path}", timeout=2)).status_code == httpx.codes.OK
        return False

    async def asked_to_leave(self) -> bool:
        """SIGTERM to one that has begun: before that, nobody has told Python yet what the signal means."""
        async with httpx.AsyncClient() as client:
            return not self.stopped and await self.ready(client, "live") and self.signal(signal.SIGTERM)
