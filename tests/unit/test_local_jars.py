import hashlib

import pytest
import requests
from rich.console import Console

from shoprelay_local import jars
from shoprelay_local.errors import LocalServerError
from shoprelay_local.jars import Jar

QUIET = Console(quiet=True)
CONTENT = b"a jar"
JAR = Jar(hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), "org.example:thing:1.0")


@pytest.fixture
def repository(monkeypatch):
    """Stands in for the resolver: serves what is put into the returned dict, by coordinate."""
    served = {}

    class Context:
        def __init__(self, repo_cache, timeout):
            self.folder = repo_cache

        def create_dependency(self, name):
            self.name = name
            return self

        @property
        def artifact(self):
            return self

        def resolve(self):
            if self.name not in served:
                raise requests.ConnectionError("no route to host")
            self.folder.mkdir(exist_ok=True)
            file = self.folder / self.name.replace(":", "-")
            assert not file.exists()
            file.write_bytes(served[self.name])
            return file

    monkeypatch.setattr("jgo.maven.MavenContext", Context)
    return served


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOPRELAY_CACHE", str(tmp_path))
    monkeypatch.setattr(jars, "pinned", lambda: (JAR,))
    return tmp_path / "jars"


def test_the_list_has_kafka_and_what_makes_it_log_each_file_once():
    listed = jars.pinned()
    files = [jar.file for jar in listed]
    assert {"kafka_2.13-4.1.1.jar", "log4j-slf4j-impl-2.24.3.jar"} <= set(files)
    assert len(set(files)) == len(files) > 40
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in listed)


def test_a_jar_is_downloaded_once(cache, repository):
    repository[JAR.name] = CONTENT
    assert jars.class_path(QUIET) == str(cache / "thing-1.0.jar")
    repository.clear()
    assert jars.class_path(QUIET) == str(cache / "thing-1.0.jar")


def test_a_jar_that_changed_in_the_cache_is_downloaded_again(cache, repository):
    repository[JAR.name] = CONTENT
    cache.mkdir()
    (cache / JAR.file).write_bytes(b"something else")
    jars.class_path(QUIET)
    assert (cache / JAR.file).read_bytes() == CONTENT


def test_a_file_with_another_digest_is_refused_and_not_kept(cache, repository):
    repository[JAR.name] = b"evil"
    with pytest.raises(LocalServerError, match=f"SHA-256 .*expected {JAR.sha256}"):
        jars.class_path(QUIET)
    assert not (cache / JAR.file).exists()


def test_without_a_network_the_error_says_what_was_wanted_and_what_to_do(cache, repository):
    with pytest.raises(LocalServerError, match=r"org\.example:thing:1\.0 could not be downloaded: no route to host"):
        jars.class_path(QUIET)


def test_the_rest_of_a_killed_download_is_no_obstacle(cache, repository):
    repository[JAR.name] = CONTENT
    (cache / ".partial").mkdir(parents=True)
    (cache / ".partial" / JAR.name.replace(":", "-")).write_bytes(b"a j")
    jars.class_path(QUIET)
    assert [file.name for file in sorted(cache.iterdir())] == ["lock", JAR.file]


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_told_on_a_terminal_and_off_one(cache, repository, terminal, capsys):
    repository[JAR.name] = CONTENT
    jars.class_path(Console(stderr=True, force_terminal=terminal))
    assert "Downloading" in capsys.readouterr().err


def test_the_cache_follows_the_desktop_standard(monkeypatch, tmp_path):
    monkeypatch.delenv("SHOPRELAY_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert jars.cache_folder() == tmp_path / "shoprelay"
