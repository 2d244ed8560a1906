"""Services as processes: started, ready, measured, stopped."""

import asyncio
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import psutil

from bench.place import environment
from shoprelay_runtime.settings import Settings


@asynccontextmanager
async def running(settings: Settings, command: Sequence[str]) -> AsyncIterator[tuple[Process, int]]:
    """A Python process that serves HTTP on the port that it is given as --port; once it is ready: (process, port)."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, "--port", str(port), env=environment(settings))
    try:
        await _ready(process, port)
        yield process, port
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def service(name: str) -> list[str]:
    """The command of one of Shoprelay's services."""
    return ["-W", "ignore::DeprecationWarning", "-m", "shoprelay_cli", name]


def cpu_of(process: Process) -> float:
    """CPU seconds so far."""
    times = psutil.Process(process.pid).cpu_times()
    return times.user + times.system


async def _ready(process: Process, port: int) -> None:
    async with asyncio.timeout(180):
        while process.returncode is None:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
                continue
            writer.write(b"GET /health/ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            status = await reader.readline()
            writer.close()
            if b" 200 " in status:
                return
            await asyncio.sleep(0.05)
    raise SystemExit(f"it ended with code {process.returncode} before it was ready")
