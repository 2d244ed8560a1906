"""Servers and settings for the tests that need a real broker and a real database.

The servers come, in this order, from SHOPRELAY_KAFKA and SHOPRELAY_MONGO, from Docker through testcontainers, or from this
machine (`shoprelay local`). Each test gets its own topics, groups and databases on them.
"""

import base64
import contextlib
import os
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import hypothesis
import pytest

from shoprelay_runtime import clients, web
from shoprelay_runtime.bus import ensure_topics
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store

# Services are started hundreds of times: a start that finds no bytecode takes more than twice as long.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How long an example takes says more about the machine than about the rule.
hypothesis.settings.register_profile("shoprelay", deadline=None)
hypothesis.settings.load_profile("shoprelay")


@dataclass(frozen=True)
class Servers:
    kafka: str
    mongo: str
    origin: str


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    if os.environ.get("SHOPRELAY_KAFKA") and os.environ.get("SHOPRELAY_MONGO"):
        yield Servers(os.environ["SHOPRELAY_KAFKA"], os.environ["SHOPRELAY_MONGO"], "the environment")
    elif _docker():
        yield from _containers()
    else:
        yield from _local()


def _docker() -> bool:
    return (
        shutil.which("docker") is not None
        and subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    )


def _containers() -> Iterator[Servers]:
    from testcontainers.kafka import KafkaContainer
    from testcontainers.mongodb import MongoDbContainer

    with KafkaContainer().with_kraft() as kafka, MongoDbContainer("mongo:7").with_command("--replSet rs0 --bind_ip_all") as mongo:
        address = f"mongodb://{mongo.get_container_host_ip()}:{mongo.get_exposed_port(27017)}/?directConnection=true"
        mongo.exec(["mongosh", "--quiet", "--eval", "rs.initiate()"])
        yield Servers(kafka.get_bootstrap_server(), address, "Docker")


def _local() -> Iterator[Servers]:
    """Runs side by side share the servers; the last one stops them."""
    import fcntl
    from pathlib import Path

    from shoprelay_local import servers as local

    data = Path.cwd() / ".shoprelay" / "tests"
    data.mkdir(parents=True, exist_ok=True)
    with data.with_suffix(".lock").open("w") as used:
        fcntl.flock(used, fcntl.LOCK_SH)
        addresses = local.up(data)
        yield Servers(addresses.kafka, addresses.mongo, "this machine")
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
            local.down(data)


@pytest.fixture(autouse=True)
def _nobody_to_say_goodbye_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server within a test leaves at once; those in processes of their own take their time."""
    monkeypatch.setattr(web, "LINGER_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def _as_long_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that stays open fails a test, also on a machine so slow that a client needs more than a second to begin."""
    monkeypatch.setattr(clients, "LAST_SECONDS", 5.0)


def pytest_report_header() -> str:
    if os.environ.get("SHOPRELAY_KAFKA") and os.environ.get("SHOPRELAY_MONGO"):
        return "servers: from the environment"
    return "servers: from Docker" if _docker() else "servers: from this machine (shoprelay local)"


@pytest.fixture
async def settings(servers: Servers) -> AsyncIterator[Settings]:
    """Settings with topics, groups and a control database of their own; two partitions."""
    name = "t" + secrets.token_hex(4)
    made = Settings(
        kafka=servers.kafka,
        mongo=servers.mongo,
        prefix=f"{name}.",
        partitions=2,
        database=name,
        master_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        allow_private_addresses=True,
    )
    await ensure_topics(made)
    yield made
    await _drop(made)


async def _drop(settings: Settings) -> None:
    """Leave nothing behind: the broker of a test run is small."""
    from aiokafka.admin import AIOKafkaAdminClient

    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    await admin.delete_topics([t for t in await admin.list_topics() if t.startswith(settings.prefix)])
    await admin.close()


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    opened = Store(settings.mongo, settings.database)
    await opened.prepare_control()
    yield opened
    client = opened._client
    for name in await client.list_database_names():
        if name == settings.database or name.startswith(f"{settings.database}_"):
            await client.drop_database(name)
    opened.close()
