import json
import os
import shutil
import signal
import socket
import threading
from contextlib import closing

import psutil
import pytest
from typer.testing import CliRunner

from shoprelay_local import servers
from shoprelay_local.cli import app
from shoprelay_local.errors import LocalServerError
from shoprelay_local.servers import Kind

SH = shutil.which("sh")
RUNS = "echo ready; while :; do sleep 0.1; done"


def fake(name, text):
    """A kind of server that is a shell script; it has started when its log says so."""
    return Kind(
        ports=1,
        prepare=lambda data, server, progress: ([SH, "-c", text, str(data / name)], {}),
        has_started=lambda data, server: "ready" in (data / f"{name}.log").read_text(),
    )


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data folder whose servers are shell scripts."""
    for name in servers.KINDS:
        monkeypatch.setitem(servers.KINDS, name, fake(name, RUNS))
    yield tmp_path / "data"
    servers.down(tmp_path / "data")


def pids(data):
    return {server.name: server.pid for server in servers.status(data)}


def test_a_second_up_finds_the_same_servers(data):
    first = servers.up(data)
    running = pids(data)
    assert servers.up(data) == first
    assert pids(data) == running


def test_two_ups_at_once_start_one_of_each(data):
    found = []
    threads = [threading.Thread(target=lambda: found.append(servers.up(data))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    ours = [p for p in psutil.Process().children() if str(data) in p.cmdline()[-1]]
    assert sorted(p.pid for p in ours) == sorted(pids(data).values())


def test_up_starts_what_died_at_its_old_address(data):
    addresses, before = servers.up(data), pids(data)
    os.kill(before["mongo"], signal.SIGKILL)
    psutil.Process(before["mongo"]).wait()
    assert servers.up(data) == addresses
    assert pids(data)["mongo"] != before["mongo"]
    assert pids(data)["kafka"] == before["kafka"]


def test_down_stops_both_and_keeps_the_addresses(data):
    addresses, running = servers.up(data), pids(data)
    assert servers.down(data) == ["mongo", "kafka"]
    assert not any(psutil.pid_exists(pid) for pid in running.values())
    assert servers.down(data) == []
    assert servers.up(data) == addresses


def test_wipe_deletes_the_data(data):
    servers.up(data)
    (data / "mongo").mkdir()
    servers.down(data, wipe=True)
    assert not (data / "mongo").exists()
    assert not (data / "kafka.log").exists()


def test_two_folders_are_two_instances(data, tmp_path):
    other = tmp_path / "other"
    try:
        assert servers.up(data).kafka != servers.up(other).kafka
        servers.down(data)
        assert all(pids(other).values())
    finally:
        servers.down(other)


def test_a_port_that_was_taken_meanwhile_is_named_with_its_holder(data):
    port = int(servers.up(data).kafka.rsplit(":", 1)[1])
    servers.down(data)
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(LocalServerError, match=rf"Port {port}, which kafka uses.*pid {os.getpid()}.*servers\.json"):
            servers.up(data)


def test_a_server_whose_record_was_lost_is_named_before_a_second_one_starts(data):
    servers.up(data)
    lost = (data / "servers.json").rename(data / "lost.json")
    pid = json.loads(lost.read_text())["mongo"]["pid"]
    with pytest.raises(LocalServerError, match=rf"already runs on {data}: pid {pid}\."):
        servers.up(data)
    lost.rename(data / "servers.json")


def test_a_server_that_dies_at_start_shows_its_log(data, monkeypatch):
    monkeypatch.setitem(servers.KINDS, "kafka", fake("kafka", "echo disk is full; exit 3"))
    with pytest.raises(LocalServerError, match=r"(?s)kafka ended while it started.*kafka\.log.*disk is full"):
        servers.up(data)


def test_a_server_that_never_gets_ready_is_given_up(data, monkeypatch):
    monkeypatch.setattr(servers, "START_SECONDS", 0.2)
    monkeypatch.setitem(servers.KINDS, "kafka", fake("kafka", "while :; do sleep 0.1; done"))
    with pytest.raises(LocalServerError, match=r"kafka .* was not ready within .* `down` stops it"):
        servers.up(data)
    assert servers.down(data) == ["mongo", "kafka"]


def run(data, *arguments):
    return CliRunner().invoke(app, [*arguments, "--data", str(data)])


def test_up_prints_json_for_scripts(data):
    assert set(json.loads(run(data, "up", "--json").stdout)) == {"kafka", "mongo"}


def test_env_prints_what_a_shell_evaluates(data):
    addresses = servers.up(data)
    lines = run(data, "env").stdout.splitlines()
    assert f"export SHOPRELAY_KAFKA='{addresses.kafka}'" in lines
    assert f"export SHOPRELAY_MONGO='{addresses.mongo}'" in lines


def test_status_fails_unless_both_run(data):
    assert run(data, "status").exit_code == 1
    servers.up(data)
    shown = run(data, "status", "--json")
    assert shown.exit_code == 0
    assert all(server["rss"] > 0 for server in json.loads(shown.stdout))
    run(data, "down")
    assert "does not run" in run(data, "status").stdout


def test_env_before_up_says_what_to_do(data):
    told = run(data, "env")
    assert told.exit_code == 1
    assert "shoprelay local up" in told.stderr


def test_an_error_is_told_without_a_traceback(data, monkeypatch):
    monkeypatch.setitem(servers.KINDS, "kafka", fake("kafka", "echo broken; exit 1"))
    told = run(data, "up")
    assert told.exit_code == 1
    assert told.stderr.splitlines()[-1] == "  | broken"
