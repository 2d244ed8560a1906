"""All services, and the two servers: what can be done to them."""

import asyncio
import contextlib
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from shoprelay_local import processes, servers
from shoprelay_local.state import load
from tests.chaos.patience import patient
from tests.chaos.process import Service

_LEAVE_SECONDS = patient(15.0)  # a service drains for 8


@dataclass
class Fleet:
    """All of them. `environment`: of a service by its name; `done`: what the storm did, counted; `servers`: when a server went
    ("gone") and was there again ("back"), each with its name.
    """

    home: Path
    logs: Path
    environment: Callable[[str], Mapping[str, str]]
    ports: Iterator[int]
    services: dict[str, Service] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    servers: list[tuple[float, str, str]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    _keeping: list[asyncio.Task[None]] = field(default_factory=list)
    _servers: asyncio.Lock = field(default_factory=asyncio.Lock)

    def start(self, names: Iterable[str]) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        for name in names:
            self.services[name] = self._made(name)
            self._keeping.append(asyncio.create_task(self.services[name].keep()))

    def _made(self, name: str) -> Service:
        return Service(name, next(self.ports), self.logs / f"{name}.log", self.environment(name))

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
        self.done["kills"] += self.services[name].signal(signal.SIGKILL)

    async def stop_for(self, name: str, seconds: float) -> None:
        """Stop it without its knowing, and let it go on."""
        process = self.services[name].process
        if self.services[name].signal(signal.SIGSTOP):
            await asyncio.sleep(seconds)
            # One that was killed meanwhile woke up nobody.
            self.done["zombies"] += self.services[name].process is process and self.services[name].signal(signal.SIGCONT)

    def disturbed(self, names: Iterable[str]) -> None:
        """Note that something was done to their connections."""
        for name in names:
            self.services[name].disturbed = time.time()

    def wake(self) -> None:
        for service in self.services.values():
            service.signal(signal.SIGCONT)

    async def roll(self, kind: str) -> None:
        """A rolling restart: each process of a service is asked to leave and replaced, one after the other."""
        for service in [each for each in self.services.values() if each.name.startswith(kind)]:
            if await service.asked_to_leave():
                self.done["asked to leave"] += 1
                await self._gone_in_time(service)

    async def _gone_in_time(self, service: Service) -> None:
        old, killed, disturbed = service.process, service.killed, service.disturbed
        assert old is not None
        try:
            await asyncio.wait_for(old.wait(), _LEAVE_SECONDS)
        except TimeoutError:
            if (service.killed, service.disturbed) == (killed, disturbed):
                self.troubles.append(f"{service.name} did not leave within {_LEAVE_SECONDS:.0f} s")
                service.signal(signal.SIGKILL)

    async def join(self, name: str, seconds: float) -> None:
        """One process more for a while, which then leaves as it should."""
        guest = self._made(name)
        life = asyncio.create_task(guest.live())
        await asyncio.sleep(seconds)
        if await guest.asked_to_leave():
            await self._gone_in_time(guest)
        guest.signal(signal.SIGKILL)
        await life
        self.troubles += [f"{name} left with {code}" for code in guest.left]
        self.done["guests"] += 1

    async def kill_server(self, name: str, seconds: float) -> None:
        """SIGKILL to Kafka or MongoDB; so much later it is started again on what it left."""
        async with self._servers:
            process = processes.find(load(self.home)[name])
            if process is not None:
                process.send_signal(signal.SIGKILL)
                self.done[f"{name} kills"] += 1
                self.servers.append((time.time(), "gone", f"{name} kill"))
            await asyncio.to_thread(_gone, process)
            await asyncio.sleep(seconds)
            await asyncio.to_thread(servers.up, self.home)
            self.servers.append((time.time(), "back", f"{name} kill"))

    async def freeze_server(self, name: str, seconds: float) -> None:
        """It holds its connections and answers nothing for so long."""
        async with self._servers:
            process = processes.find(load(self.home)[name])
            if process is not None:
                process.suspend()
                self.servers.append((time.time(), "gone", f"{name} freeze"))
                self.done[f"{name} freezes"] += 1
                await asyncio.sleep(seconds)
                process.resume()
                self.servers.append((time.time(), "back", f"{name} freeze"))

    async def step_down(self, uri: str) -> None:
        """The set has one member, which is elected again when its time is over."""
        async with self._servers:
            self.servers.append((time.time(), "gone", "mongo step down"))
            before = await asyncio.to_thread(_step_down, uri)
            await asyncio.to_thread(servers.up, self.home)  # returns when there is a primary
            self.done["step downs"] += before != await asyncio.to_thread(_election, uri)
            self.servers.append((time.time(), "back", "mongo step down"))

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


def _step_down(uri: str) -> object:
    """Have the primary step down; which election had made it one."""
    before = _election(uri)
    with MongoClient[dict[str, object]](uri, timeoutMS=5_000) as client, contextlib.suppress(PyMongoError):
        client.admin.command({"replSetStepDown": 3, "force": True})
    return before


def _election(uri: str) -> object:
    with MongoClient[dict[str, object]](uri, timeoutMS=10_000) as client:
        return client.admin.command("hello")["electionId"]
