"""The frame of a service, in processes of its own: what it says, and with which code it leaves."""

import asyncio
import json
import os
import subprocess
import sys

import pytest
from aiokafka import AIOKafkaConsumer

from shoprelay_runtime import bus
from shoprelay_runtime.service import Health, watch_bus
from shoprelay_runtime.settings import Settings

NOBODY = "127.0.0.1:1"


def run(program: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "SHOPRELAY_KAFKA": NOBODY,
        "SHOPRELAY_MONGO": f"mongodb://{NOBODY}",
        "SHOPRELAY_MASTER_KEY": "A" * 43 + "=",
    }
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)


def test_a_service_whose_work_is_cancelled_from_within_has_died():
    done = run(
        "import asyncio\n"
        "from shoprelay_runtime import service, settings\n"
        "async def main(settings, health):\n"
        "    raise asyncio.CancelledError\n"
        "service.run('x', settings.Settings, main, 0, [])\n"
    )
    assert done.returncode == 1
    assert "cancelled from within" in done.stderr


def test_other_libraries_speak_json_too_and_repeat_themselves_seldom():
    done = run(
        "import logging\n"
        "from shoprelay_runtime import logs\n"
        "logs.configure('x', 'info')\n"
        "for node in range(100):\n"
        "    logging.getLogger('aiokafka').error('Unable connect to node %s\\n', node)\n"
        "logging.getLogger('aiokafka').error('Something else')\n"
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"].strip() for line in lines] == ["Unable connect to node 0", "Something else"]
    assert {(line["service"], line["level"], line["logger"]) for line in lines} == {("x", "error", "aiokafka")}


async def test_an_idle_service_says_that_the_bus_is_away(monkeypatch: pytest.MonkeyPatch):
    there, asked, health = False, asyncio.Event(), Health("x")

    async def ping(_settings: Settings, _seconds: float) -> None:
        asked.set()
        if not there:
            raise ConnectionRefusedError

    async def after_a_ping() -> dict[str, str]:
        for _ in range(2):  # what the one before found has been noted when the next one asks
            asked.clear()
            await asyncio.wait_for(asked.wait(), 10)
        return dict(health.lacks)

    monkeypatch.setattr(bus, "ping", ping)
    watching = asyncio.ensure_future(watch_bus(Settings(kafka=NOBODY, mongo=f"mongodb://{NOBODY}"), health, 0.01))
    assert await after_a_ping() == {"bus": f"ConnectionRefusedError: Kafka at {NOBODY} does not answer"}
    there = True
    assert await after_a_ping() == {}
    watching.cancel()
    await asyncio.wait({watching})


async def test_a_consumer_that_stops_without_its_broker_cancels_nobody(monkeypatch: pytest.MonkeyPatch):
    async def start(_self: object) -> None:
        return None

    async def stop(_self: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(AIOKafkaConsumer, "start", start)
    made = await bus.consumer(Settings(kafka=NOBODY, mongo=f"mongodb://{NOBODY}"), "x", "topic", group=None)
    with monkeypatch.context() as patched:
        patched.setattr(AIOKafkaConsumer, "stop", stop)
        await made.stop()
    await made.stop()
