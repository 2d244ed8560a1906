import threading
from pathlib import Path

import pytest

from shoprelay_local import state
from shoprelay_local.errors import LocalServerError, log_tail
from shoprelay_local.state import Server


def test_what_is_saved_is_loaded(tmp_path):
    servers = {"kafka": Server((1, 2), 3, ("java", "x")), "mongo": Server((4,))}
    state.save(tmp_path, servers)
    assert state.load(tmp_path) == servers


def test_a_folder_without_servers_is_empty(tmp_path):
    assert state.load(tmp_path) == {}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"kafka": {}}', '{"kafka": {"ports": 1, "pid": 2, "argv": []}}'])
def test_a_damaged_file_says_what_to_do(tmp_path, content):
    (tmp_path / "servers.json").write_text(content)
    with pytest.raises(LocalServerError, match=r"servers\.json is not readable.*Remove it"):
        state.load(tmp_path)


def test_the_folder_is_the_argument_else_the_variable_else_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHOPRELAY_HOME", raising=False)
    assert state.data_folder(None) == tmp_path / ".shoprelay"
    monkeypatch.setenv("SHOPRELAY_HOME", "/elsewhere")
    assert state.data_folder(None) == Path("/elsewhere")
    assert state.data_folder(tmp_path / "given") == tmp_path / "given"


def test_a_second_holder_of_the_lock_waits_for_the_first(tmp_path):
    order = []
    second_tries = threading.Event()

    def second():
        second_tries.set()
        with state.locked(tmp_path):
            order.append("second")

    with state.locked(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        second_tries.wait()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_an_error_shows_the_last_lines_of_the_log(tmp_path):
    log = tmp_path / "kafka.log"
    log.write_text("".join(f"line {i}\n" for i in range(100)))
    shown = log_tail(log, lines=2)
    assert str(log) in shown
    assert shown.endswith("  | line 98\n  | line 99")


@pytest.mark.parametrize(
    ("reason", "noise"),
    [
        ('{"s":"E","msg":"DBPathInUse"}', '{"s":"I","msg":"Shutting down the TTL monitor"}'),
        ("java.lang.RuntimeException: disk full", "\tat kafka.Kafka.main(Kafka.scala)"),
    ],
)
def test_an_error_shows_the_reason_that_the_log_buries(tmp_path, reason, noise):
    log = tmp_path / "server.log"
    log.write_text("\n".join([reason, *[noise] * 40]))
    assert log_tail(log).endswith(f"  | {reason}")


def test_a_log_that_is_not_there_is_shown_as_empty(tmp_path):
    assert log_tail(tmp_path / "none").endswith("(empty)")
