"""Processes that die at a point, and processes that take over from them."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import httpx
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.group import LeaveGroupRequest

from shoprelay_runtime.settings import Settings
from tests.chaos.crash_points.points import serve

SECONDS = 40
# Each process is forked from one that has imported the services and done nothing else: importing takes longer than a test.
_PROCESSES = get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.chaos.crash_points.points"])
_QUICK = {
    "SHOPRELAY_BILLING_METER_CHECK_SECONDS": "0.2",
    "SHOPRELAY_BILLING_METER_GRACE_SECONDS": "0",
    "SHOPRELAY_BILLING_METER_ADJUST_SECONDS": "0",
    "SHOPRELAY_POLLER_IDLE_SECONDS": "0.05",
    "SHOPRELAY_POLLER_LEASE_SECONDS": "1",
    "SHOPRELAY_POLLER_WATCH": "false",
}


def environment(settings: Settings) -> dict[str, str]:
    assert settings.master_key is not None
    return {
        **_QUICK,
        "SHOPRELAY_KAFKA": settings.kafka,
        "SHOPRELAY_MONGO": settings.mongo,
        "SHOPRELAY_PREFIX": settings.prefix,
        "SHOPRELAY_DATABASE": settings.database,
        "SHOPRELAY_PARTITIONS": str(settings.partitions),
        "SHOPRELAY_MASTER_KEY": settings.master_key.get_secret_value(),
        "SHOPRELAY_ALLOW_PRIVATE_ADDRESSES": "true",
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@asynccontextmanager
async def running(settings: Settings, service: str, point: str = "", **more: str) -> AsyncIterator[tuple[BaseProcess, str]]:
    """The service as a process (which dies at the point, if one is given) and its address; killed at the end."""
    port = free_port()
    process = _PROCESSES.Process(target=serve, args=(service, port, point, environment(settings) | more))
    process.start()
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.join()


async def ended(process: BaseProcess) -> None:
    """Wait for its death, which was by SIGKILL or the test is wrong."""
    await asyncio.to_thread(process.join, SECONDS)
    assert process.exitcode == -signal.SIGKILL


async def dies(settings: Settings, service: str, point: str) -> None:
    """Run a service to its death at the point."""
    async with running(settings, service, point) as (process, _):
        await ended(process)
    await bury(settings, service)


async def bury(settings: Settings, service: str) -> None:
    """Take the dead member out of its group, as the broker does itself when the session has timed out."""
    group = settings.named(service)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        (described,) = (await admin.describe_consumer_groups([group]))[0].groups
        coordinator = await admin.find_coordinator(group)
        for member in described[5]:
            await admin._send_request(LeaveGroupRequest(group, member[0]), coordinator)
    finally:
        await admin.close()


async def ready(url: str) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(SECONDS):
        while True:
            try:
                if (await client.get(f"{url}/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS):
        while not await holds():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.05)
