import os
import shutil
import signal
import socket
import time
from contextlib import closing
from dataclasses import replace
from itertools import islice

import psutil
import pytest

from shoprelay_local import ports, processes
from shoprelay_local.state import Server

SH = shutil.which("sh")


def script(text):
    return (SH, "-c", text)


RUNS_ON = script("while :; do sleep 0.1; done")
HEARS_NO_SIGTERM = script("trap '' TERM; echo deaf; while :; do sleep 0.1; done")


@pytest.fixture
def spawned(tmp_path):
    started = []

    def spawn(argv, **variables):
        server = Server((), processes.spawn(argv, tmp_path / "log", variables), argv)
        started.append(psutil.Process(server.pid))
        return server

    yield spawn
    for process in started:
        if process.is_running():
            process.kill()
    psutil.wait_procs(started)


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_running_server_is_found(spawned):
    server = spawned(RUNS_ON)
    assert processes.find(server).pid == server.pid


def test_another_process_with_its_pid_is_not_taken_for_the_server(spawned):
    server = replace(spawned(RUNS_ON), argv=("mongod", "--dbpath=/ours"))
    assert processes.find(server) is None
    processes.stop([server], grace=1)
    assert psutil.Process(server.pid).status() != psutil.STATUS_ZOMBIE


def test_a_server_that_never_ran_is_not_found():
    assert processes.find(Server((1,))) is None


def test_a_killed_server_is_not_found_and_leaves_no_zombie(spawned):
    server = spawned(RUNS_ON)
    os.kill(server.pid, signal.SIGKILL)
    until(lambda: processes.find(server) is None)
    until(lambda: not psutil.pid_exists(server.pid))


def test_stop_ends_the_server_and_no_other(spawned):
    server, other = spawned(RUNS_ON), spawned(script("while : other; do sleep 0.1; done"))
    processes.stop([server], grace=20)
    assert not psutil.pid_exists(server.pid)
    assert processes.find(other)


def test_a_server_that_ignores_sigterm_is_killed_after_the_grace(spawned, tmp_path):
    server = spawned(HEARS_NO_SIGTERM)
    until(lambda: "deaf" in (tmp_path / "log").read_text())
    processes.stop([server], grace=0.3)
    assert not psutil.pid_exists(server.pid)


def test_ctrl_c_in_the_terminal_does_not_reach_a_server(spawned):
    assert os.getsid(spawned(RUNS_ON).pid) != os.getsid(0)


def test_output_goes_to_the_log_and_the_log_before_is_kept(spawned, tmp_path):
    spawned(script("echo one; echo two >&2"))
    until(lambda: (tmp_path / "log").read_text() == "one\ntwo\n")
    spawned(script("echo three"))
    until(lambda: (tmp_path / "log").read_text() == "three\n")
    assert (tmp_path / "log.1").read_text() == "one\ntwo\n"


def test_our_secrets_are_not_handed_on(spawned, tmp_path, monkeypatch):
    monkeypatch.setenv("SHOPRELAY_MASTER_KEY", "secret")
    spawned(script('echo "[$SHOPRELAY_MASTER_KEY][$CLASSPATH]"'), CLASSPATH="a.jar")
    until(lambda: (tmp_path / "log").read_text() == "[][a.jar]\n")


def test_free_ports_differ_and_outgoing_connections_do_not_get_them():
    found = list(islice(ports.free(), 50))
    assert len(set(found)) == 50
    assert max(found) < 32_768


def test_a_taken_port_is_not_free_and_its_holder_is_named():
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not ports.is_free(port)
        assert f"pid {os.getpid()} (" in ports.holder(port)
    assert ports.is_free(port)
    assert ports.holder(port) == "an unknown process"
