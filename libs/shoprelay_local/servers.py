"""Start, find and stop the two servers of a data folder."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rich.console import Console

from shoprelay_local import kafka, mongo, ports, processes
from shoprelay_local.errors import LocalServerError, log_tail
from shoprelay_local.state import Server, State, data_folder, load, locked, save

QUIET = Console(quiet=True)
START_SECONDS = 120.0  # on a busy two-core machine; 4 s on an idle one
STOP_SECONDS = 20.0


@dataclass(frozen=True)
class Addresses:
    """Where clients connect: `kafka` as "127.0.0.1:port", `mongo` as a URI with its replica set."""

    kafka: str
    mongo: str


@dataclass(frozen=True)
class Status:
    """One server as it is now; `rss` is the memory that it holds, in bytes, 0 when it does not run."""

    name: str
    address: str
    pid: int | None
    rss: int
    log: str


@dataclass(frozen=True)
class Kind:
    """What differs between the servers: how many ports, the command line, and when it is ready for clients."""

    ports: int
    prepare: Callable[[Path, Server, Console], tuple[list[str], dict[str, str]]]
    has_started: Callable[[Path, Server], bool]


# MongoDB first: it starts while Kafka is still being formatted.
KINDS = {
    "mongo": Kind(mongo.PORTS, mongo.prepare, mongo.has_started),
    "kafka": Kind(kafka.PORTS, kafka.prepare, kafka.has_started),
}


def up(data: Path | None = None, *, progress: Console = QUIET) -> Addresses:
    """Have both servers running on the data folder (default: SHOPRELAY_HOME, else `.shoprelay` here).

    What runs already is left alone, what died is started on its old data and ports. Returns when both take
    transactions; raises LocalServerError, which says what to do. Progress is told on `progress`.
    """
    data = data_folder(data)
    with locked(data):
        state = _with_ports(load(data))
        save(data, state)
        for name in KINDS:
            if not processes.find(state[name]):
                state[name] = _start(data, name, state[name], progress)
                save(data, state)
        for name, kind in KINDS.items():
            _wait(data, name, kind, state[name])
    return addresses(state)


def down(data: Path | None = None, *, wipe: bool = False) -> list[str]:
    """Stop the servers that `up` started on the data folder, and no other; the names of those that ran.

    Ports are kept for the next `up`, and so are the data, unless `wipe`.
    """
    data = data_folder(data)
    if not data.exists():
        return []
    with locked(data):
        state = load(data)
        running = [name for name, server in state.items() if processes.find(server)]
        processes.stop(state.values(), STOP_SECONDS)
        save(data, {name: server.stopped() for name, server in state.items()})
        if wipe:
            _wipe(data)
    return running


def status(data: Path | None = None) -> list[Status]:
    """Both servers as they are now; empty when `up` never ran on the data folder."""
    data = data_folder(data)
    state = load(data)
    return [_status(data, name, server, addresses(state)) for name, server in state.items()]


def addresses(state: State) -> Addresses:
    return Addresses(kafka=f"{ports.LOOPBACK}:{state['kafka'].ports[0]}", mongo=mongo.uri(state["mongo"].ports[0]))


def _with_ports(state: State) -> State:
    free = ports.free()
    return {name: state.get(name) or Server(tuple(islice(free, kind.ports))) for name, kind in KINDS.items()}


def _start(data: Path, name: str, server: Server, progress: Console) -> Server:
    for port in server.ports:
        if not ports.is_free(port):
            raise LocalServerError(
                f"Port {port}, which {name} uses here, is taken by {ports.holder(port)}. Stop that process; or remove "
                f"{data / 'servers.json'}, then the next `up` chooses other ports and keeps the data."
            )
    command, variables = KINDS[name].prepare(data, server, progress)
    argv = tuple(command)
    if twin := processes.twin(argv):
        raise LocalServerError(
            f"A {name} that is not in {data / 'servers.json'} already runs on {data}: pid {twin.pid}. "
            f"If nothing needs it, stop it (kill {twin.pid}) and run `up` again; the data stay."
        )
    progress.print(f"Starting {name} on {ports.LOOPBACK}:{server.ports[0]}")
    pid = processes.spawn(argv, data / f"{name}.log", variables)
    return Server(server.ports, pid, argv)


def _wait(data: Path, name: str, kind: Kind, server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not kind.has_started(data, server):
        if not processes.find(server):
            raise LocalServerError(f"{name} ended while it started. {log_tail(data / f'{name}.log')}")
        if time.monotonic() > deadline:
            raise LocalServerError(
                f"{name} (pid {server.pid}) was not ready within {START_SECONDS:.0f} s; it still runs, "
                f"`up` waits for it again and `down` stops it. {log_tail(data / f'{name}.log')}"
            )
        time.sleep(0.05)


def _status(data: Path, name: str, server: Server, where: Addresses) -> Status:
    process = processes.find(server)
    address = {"kafka": where.kafka, "mongo": where.mongo}[name]
    rss = process.memory_info().rss if process else 0
    return Status(name, address, process.pid if process else None, rss, str(data / f"{name}.log"))


def _wipe(data: Path) -> None:
    for name in KINDS:
        shutil.rmtree(data / name, ignore_errors=True)
        for log in data.glob(f"{name}.log*"):
            log.unlink()
