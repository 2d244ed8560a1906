"""Kafka's jars: listed with their SHA-256 in this package, downloaded once into a cache, checked at every use."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from shoprelay_local.errors import LocalServerError
from shoprelay_local.state import locked

CACHE_VARIABLE = "SHOPRELAY_CACHE"
LIST = Path(__file__).with_name("kafka-jars.txt")
CONNECTIONS = 6


@dataclass(frozen=True)
class Jar:
    """One pinned jar; `name` is its Maven coordinate group:artifact:version, `size` in bytes."""

    sha256: str
    size: int
    name: str

    @property
    def file(self) -> str:
        _, artifact, version = self.name.split(":")
        return f"{artifact}-{version}.jar"


def pinned(listing: Path = LIST) -> tuple[Jar, ...]:
    lines = [line.split() for line in listing.read_text().splitlines()]
    return tuple(Jar(sha256, int(size), name) for sha256, size, name in lines)


def cache_folder() -> Path:
    """SHOPRELAY_CACHE, else `shoprelay` in the user's cache folder (XDG_CACHE_HOME, else ~/.cache)."""
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get(CACHE_VARIABLE) or user / "shoprelay").absolute()


def is_intact(jar: Jar, folder: Path) -> bool:
    try:
        return hashlib.sha256((folder / jar.file).read_bytes()).hexdigest() == jar.sha256
    except FileNotFoundError:
        return False


def missing_from(folder: Path) -> list[Jar]:
    return [jar for jar in pinned() if not is_intact(jar, folder)]


def class_path(progress: Console) -> str:
    """The Java class path of all pinned jars, downloading those that the cache lacks (44 MB in all)."""
    folder = cache_folder() / "jars"
    if missing_from(folder):
        with locked(folder):
            # Asked again: who held the lock may have fetched them.
            download(missing_from(folder), folder, progress)
    return os.pathsep.join(str(folder / jar.file) for jar in pinned())


def download(jars: list[Jar], folder: Path, progress: Console) -> None:
    """Fetch jars into `folder`, each put there whole and verified, or not at all."""
    staging = folder / ".partial"
    shutil.rmtree(staging, ignore_errors=True)  # of a download that was killed
    with _shown(jars, progress) as advance, ThreadPoolExecutor(CONNECTIONS) as pool:
        for size in pool.map(partial(_fetch, staging=staging, folder=folder), jars):
            advance(size)
    shutil.rmtree(staging, ignore_errors=True)


def _fetch(jar: Jar, staging: Path, folder: Path) -> int:
    # Imported here: a start from a full cache needs neither the resolver nor its 0.2 s.
    from jgo.maven import MavenContext

    try:
        fetched = MavenContext(repo_cache=staging, timeout=60).create_dependency(jar.name).artifact.resolve()
    except (OSError, RuntimeError) as error:
        raise LocalServerError(
            f"{jar.name} could not be downloaded: {error}\n"
            f"Kafka's jars come from Maven Central, once; is the network there? Run the command again, "
            f"or copy the folder {folder} from a machine that has it."
        ) from error
    put(jar, fetched, folder)
    return jar.size


def put(jar: Jar, fetched: Path, folder: Path) -> None:
    """Move a fetched file to its place in one step, if it is what the list says."""
    found = hashlib.sha256(fetched.read_bytes()).hexdigest()
    if found != jar.sha256:
        raise LocalServerError(
            f"{jar.name}: the downloaded file has SHA-256 {found}, expected {jar.sha256}. It was not kept. "
            "Something between here and Maven Central changes files, or the transfer broke: run the command again."
        )
    fetched.replace(folder / jar.file)


@contextmanager
def _shown(jars: list[Jar], progress: Console) -> Iterator[Callable[[int], None]]:
    total = sum(jar.size for jar in jars)
    if not progress.is_terminal:
        progress.print(f"Downloading {len(jars)} jars of Kafka, {total / 1e6:.0f} MB, once")
        yield lambda _: None
        return
    with Progress(console=progress) as bar:
        task = bar.add_task("Downloading Kafka, once", total=total)
        yield lambda size: bar.advance(task, size)
