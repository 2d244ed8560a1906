"""The services as processes that die and are started anew, and the two servers likewise."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from shoprelay_cli.demo.processes import free_port
from shoprelay_local import processes, servers
from shoprelay_local.state import load

_RESTART_SECONDS = 0.2


@dataclass
class Service:
    """One process that is always there. `left`: how often it ended by itself."""

    name: str
    port: int
    log: Path
    environment: Mapping[str, str]
    process: asyncio.subprocess.Process | None = None
    stopped: bool = False
    killed: int = 0
    left: list[int] = field(default_factory=list)

    async def keep(self) -> None:
        """Start it whenever it is not there, until cancelled."""
        while True:
            before = self.killed
            self.process = await self._spawn()
            code = await self.process.wait()
            if self.killed == before:
                self.left.append(code)
            await asyncio.sleep(_RESTART_SECONDS)

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
        if number is signal.SIGKILL:
            self.killed += 1
        self.stopped = number is signal.SIGSTOP or (
            self.stopped and number is not signal.SIGCONT and number is not signal.SIGKILL
        )
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        return True

    async def ready(self, client: httpx.AsyncClient) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return (await client.get(f"http://127.0.0.1:{self.port}/health/ready", timeout=2)).status_code == httpx.codes.OK
        return False


@dataclass
class Fleet:
    """All of them. `done`: what the storm did, counted; `servers`: when a server went ("gone") and was there again ("back")."""

    home: Path
    logs: Path
    environment: Mapping[str, str]
    services: dict[str, Service] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    servers: list[tuple[float, str]] = field(default_factory=list)
    _keeping: list[asyncio.Task[None]] = field(default_factory=list)
    _servers: asyncio.Lock = field(default_factory=asyncio.Lock)

    def start(self, names: Iterable[str]) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        for name in names:
            self.services[name] = Service(name, free_port(0), self.logs / f"{name}.log", self.environment)
            self._keeping.append(asyncio.create_task(self.services[name].keep()))

    async def ready(self, seconds: float) -> None:
        """Wait until each service says that it is; TimeoutError names who does not."""
        async with httpx.AsyncClient() as client:
            waiting = set(self.services)
            try:
                async with asyncio.timeout(seconds):
                    while waiting:
                        waiting -= {name for name in waiting if await self.services[name].ready(client)}
                        await asyncio.sleep(0.2)
            except TimeoutError:
                raise TimeoutError(f"not ready after {seconds:.0f} s: {', '.join(sorted(waiting))}") from None

    def kill(self, name: str) -> None:
        self.done["killed"] += self.services[name].signal(signal.SIGKILL)

    async def stop_for(self, name: str, seconds: float) -> None:
        """Stop it without its knowing, and let it go on."""
        self.done["stopped"] += self.services[name].signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.services[name].signal(signal.SIGCONT)

    def wake(self) -> None:
        for service in self.services.values():
            service.signal(signal.SIGCONT)

    async def kill_server(self, name: str, seconds: float) -> None:
        """SIGKILL to Kafka or MongoDB; so much later it is started again on what it left."""
        async with self._servers:
            process = processes.find(load(self.home)[name])
            if process is not None:
                process.send_signal(signal.SIGKILL)
                self.done[f"{name} killed"] += 1
                self.servers.append((time.time(), "gone"))
            await asyncio.to_thread(_gone, process)
            await asyncio.sleep(seconds)
            await asyncio.to_thread(servers.up, self.home)
            self.servers.append((time.time(), "back"))

    async def freeze_server(self, name: str, seconds: float) -> None:
        """It holds its connections and answers nothing for so long."""
        async with self._servers:
            process = processes.find(load(self.home)[name])
            if process is not None:
                process.suspend()
                self.servers.append((time.time(), "gone"))
                self.done[f"{name} frozen"] += 1
                await asyncio.sleep(seconds)
                process.resume()
                self.servers.append((time.time(), "back"))

    async def step_down(self, uri: str) -> None:
        async with self._servers:
            await asyncio.to_thread(_step_down, uri)
            self.done["stepped down"] += 1

    async def retire(self, kind: str) -> None:
        """End the processes of a service, this time for good."""
        for service, task in zip(list(self.services.values()), list(self._keeping), strict=True):
            if service.name.startswith(kind) and service.process is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                with contextlib.suppress(ProcessLookupError):
                    service.process.terminate()
                await service.process.wait()

    async def end(self) -> None:
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        for service in self.services.values():
            service.signal(signal.SIGCONT)
            service.signal(signal.SIGKILL)
            if service.process is not None:
                await service.process.wait()


def _gone(process: psutil.Process | None) -> None:
    if process is not None:
        with contextlib.suppress(psutil.Error):
            process.wait(10)


def _step_down(uri: str) -> None:
    """The set has one member, which is elected again when its time is over."""
    with MongoClient[dict[str, object]](uri, timeoutMS=3_000) as client, contextlib.suppress(PyMongoError):
        client.admin.command({"replSetStepDown": 3, "force": True})
