"""The frame of a service, in processes of its own: what it says, and with which code it leaves."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time

import pytest
from aiokafka import AIOKafkaConsumer

from services.billing_meter.settings import MeterSettings
from services.normalizer.settings import NormalizerSettings
from services.notifier.settings import NotifierSettings
from services.relay_poller.settings import PollerSettings
from services.shop_api.settings import ShopApiSettings
from services.webhook_ingest.settings import IngestSettings
from shoprelay_runtime import bus
from shoprelay_runtime.health import Health, watch_bus
from shoprelay_runtime.settings import SERVICE_PREFIXES, Settings, SettingsInvalid, load, variable

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


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SHOPRELAY_PARTITIONS", "zero", "SHOPRELAY_PARTITIONS: Input should be a valid integer.*Partitions"),
        ("SHOPRELAY_KAFKA", "", "SHOPRELAY_KAFKA: expected host:port, several with commas, got ''"),
        ("SHOPRELAY_KAFKA", "one:1,two", "SHOPRELAY_KAFKA: expected host:port, several with commas, got 'one:1,two'"),
        ("SHOPRELAY_MONGO", "", "SHOPRELAY_MONGO: expected an address that begins with mongodb://"),
        (
            "SHOPRELAY_NORMALISER_BATCH_RECORDS",
            "1",
            "SHOPRELAY_NORMALISER_BATCH_RECORDS is not a setting; did you mean SHOPRELAY_NORMALIZER_BATCH_RECORDS",
        ),
        ("SHOPRELAY_QQQ", "1", "SHOPRELAY_QQQ is not a setting"),
        ("SHOPRELAY_KAFAK", "a:1", "SHOPRELAY_KAFAK is not a setting; did you mean SHOPRELAY_KAFKA"),
        (
            "SHOPRELAY_NOTIFIER_IN_FLIHGT",
            "1",
            "SHOPRELAY_NOTIFIER_IN_FLIHGT is not a setting; did you mean SHOPRELAY_NOTIFIER_IN_FLIGHT",
        ),
        ("SHOPRELAY_NOTIFIER_IN_FLIGHT", "-1", "SHOPRELAY_NOTIFIER_IN_FLIGHT: Input should be greater than"),
    ],
)
def test_a_wrong_setting_names_itself(name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid, match=f"^{said}"):
        load(NotifierSettings)


def test_no_service_minds_the_settings_of_another(monkeypatch: pytest.MonkeyPatch):
    kinds = (MeterSettings, IngestSettings, NormalizerSettings, NotifierSettings, PollerSettings)
    fields = {variable(kind, name): field for kind in kinds for name, field in kind.model_fields.items()}
    for name, field in fields.items():
        if not field.is_required() and field.default is not None:
            monkeypatch.setenv(name, str(field.default))
    for name in ("SHOPRELAY_HOME", "SHOPRELAY_CACHE", "SHOPRELAY_PROJECT", "SHOPRELAY_SAMPLES", "SHOPRELAY_WEBHOOK_BASE_URL"):
        monkeypatch.setenv(name, "x")
    for kind in kinds:
        assert isinstance(load(kind), kind)


def test_a_taken_port_is_told_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(
            "from shoprelay_runtime import service, settings\n"
            "async def main(settings, health):\n"
            "    await health.stopping.wait()\n"
            f"service.run('x', settings.Settings, main, {port}, [])\n"
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"x: port {port} on 127.0.0.1 cannot be used")
    assert len(done.stderr.splitlines()) == 1


def test_every_service_has_its_prefix():
    kinds = (IngestSettings, PollerSettings, NormalizerSettings, MeterSettings, NotifierSettings, ShopApiSettings)
    assert tuple(kind.model_config["env_prefix"] for kind in kinds) == SERVICE_PREFIXES


def test_what_kubernetes_and_our_programs_set_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    for name in ("SHOPRELAY_NORMALIZER_SERVICE_HOST", "SHOPRELAY_API_PORT_8080_TCP_ADDR", "SHOPRELAY_PORT", "SHOPRELAY_HOME"):
        monkeypatch.setenv(name, "x")
    load(NormalizerSettings)


def test_a_start_says_what_runs_where_and_no_password():
    done = run(
        "import os\n"
        "os.environ['SHOPRELAY_MONGO'] = 'mongodb://me:hush@a:1,b:2/?replicaSet=x'\n"
        "from shoprelay_runtime import service, settings\n"
        "async def main(settings, health):\n"
        "    pass\n"
        "service.run('x', settings.Settings, main, 0, [])\n"
    )
    line = json.loads(done.stderr.splitlines()[0])
    assert (line["event"], line["kafka"], line["mongo"], line["partitions"]) == ("starts", NOBODY, "mongodb://a:1,b:2/", 12)
    assert line["version"]
    assert "hush" not in done.stderr


def test_a_thread_that_waits_for_a_server_does_not_keep_a_service_that_left():
    began = time.monotonic()
    done = run(
        "import asyncio, time\n"
        "from shoprelay_runtime import service, settings\n"
        "async def main(settings, health):\n"
        "    asyncio.get_running_loop().run_in_executor(None, time.sleep, 60)\n"
        "service.run('x', settings.Settings, main, 0, [])\n"
    )
    assert (done.returncode, json.loads(done.stderr.splitlines()[-1])["event"]) == (0, "left")
    assert time.monotonic() - began < 50
