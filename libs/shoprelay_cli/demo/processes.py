"""The demo's processes: started, watched, and stopped without leaving one behind."""

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
import orjson

from shoprelay_local import servers
from shoprelay_local.errors import log_tail

READY_SECONDS: Final = 60
LEAVE_SECONDS: Final = 10
SERVICE_PORTS: Final = {
    "webhook-ingest": 8080,
    "relay-poller": 8081,
    "normalizer": 8082,
    "billing-meter": 8083,
    "notifier": 8084,
    "shop-api": 8085,
}


class DemoFailed(Exception):
    """The demo cannot go on; the text says why and where the log is."""


@dataclass(slots=True)
class Child:
    """One process. `log` is where it writes."""

    name: str
    process: asyncio.subprocess.Process
    log: Path
    port: int = 0

    def died(self) -> DemoFailed:
        """What to say when it is gone."""
        lines = self.log.read_text(errors="replace").splitlines()[-12:]
        text = "\n  ".join(lines) or "(it wrote nothing)"
        return DemoFailed(f"{self.name} ended with code {self.process.returncode}; the end of {self.log}:\n  {text}")


@dataclass(slots=True)
class Children:
    """All processes of the demo."""

    environment: Mapping[str, str]
    logs: Path
    running: list[Child] = field(default_factory=list)

    async def shop(self, platform: str, seed: int, changes: float) -> dict[str, object]:
        """Start a simulated shop; gives its address and credentials."""
        arguments = ["run", "--platform", platform, "--seed", str(seed), "--changes-per-second", str(changes)]
        child = await self._start(f"{platform} shop", ["-m", "shoprelay_simulators", *arguments], pipe=True)
        if child.process.stdout is None:
            raise DemoFailed(f"{child.name} has no output")
        line = await asyncio.wait_for(child.process.stdout.readline(), READY_SECONDS)
        if not line:
            await child.process.wait()
            raise child.died()
        hello: dict[str, object] = orjson.loads(line)
        return hello

    async def services(self) -> dict[str, int]:
        """Start the services and wait until each is ready; gives their ports."""
        for name, preferred in SERVICE_PORTS.items():
            port = free_port(preferred)
            child = await self._start(name, ["-m", "shoprelay_cli", name, "--port", str(port)])
            child.port = port
        started = [child for child in self.running if child.port]
        await asyncio.gather(*(self._ready(child) for child in started))
        return {child.name: child.port for child in started}

    async def _start(self, name: str, arguments: list[str], *, pipe: bool = False) -> Child:
        self.logs.mkdir(parents=True, exist_ok=True)
        path = self.logs / f"{name.replace(' ', '-')}.log"
        with path.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE if pipe else log,
                stderr=log,
                env={**os.environ, **self.environment},
                # Ctrl-C in the terminal is the demo's: it stops its children in order.
                start_new_session=True,
            )
        child = Child(name, process, path)
        self.running.append(child)
        return child

    async def _ready(self, child: Child) -> None:
        async with httpx.AsyncClient() as client:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(READY_SECONDS):
                    while child.process.returncode is None:
                        if await _answers(client, child.port):
                            return
                        await asyncio.sleep(0.1)
                    raise child.died()
        raise DemoFailed(f"{child.name} was not ready after {READY_SECONDS} s; its log is {child.log}")

    def check(self) -> None:
        """Raise when one of them has died."""
        for child in self.running:
            if child.process.returncode is not None:
                raise child.died()

    async def stop(self) -> None:
        """SIGTERM to all, SIGKILL to who has not left in time."""
        for child in self.running:
            _signal(child, signal.SIGTERM)
        waits = [asyncio.ensure_future(child.process.wait()) for child in self.running]
        if waits:
            await asyncio.wait(waits, timeout=LEAVE_SECONDS)
        for child in self.running:
            _signal(child, signal.SIGKILL)
        await asyncio.gather(*waits)
        self.running = []


def _signal(child: Child, number: signal.Signals) -> None:
    if child.process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            child.process.send_signal(number)


async def _answers(client: httpx.AsyncClient, port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return (await client.get(f"http://127.0.0.1:{port}/health/ready")).status_code == httpx.codes.OK
    return False


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the demo's folder: a second demo there would begin by stopping the first one's servers.

    The lock is the kernel's, so it ends with its holder, however that ends.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "demo.pid").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise DemoFailed(
                f"a demo runs in this folder already (pid {file.read().strip()}). Look closer at that one with "
                f"`source {home}/env`, or end it with Ctrl-C in its terminal."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def check_servers(home: Path) -> None:
    """Raise when Kafka or MongoDB has died."""
    for server in servers.status(home):
        if server.pid is None:
            raise DemoFailed(f"{server.name} is gone. {log_tail(Path(server.log))}")


def free_port(preferred: int) -> int:
    """The preferred port, or a free one when it is taken."""
    for port in (preferred, 0):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)) as listener:
            return int(listener.getsockname()[1])
    raise DemoFailed("no free port on 127.0.0.1")
