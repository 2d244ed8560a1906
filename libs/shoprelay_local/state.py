"""What `up` remembers about its servers: one small file in the data folder, and the folder's lock."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from shoprelay_local.errors import LocalServerError

HOME_VARIABLE = "SHOPRELAY_HOME"


@dataclass(frozen=True)
class Server:
    """One server: its ports for good, and its process (pid and command line) while it runs."""

    ports: tuple[int, ...]
    pid: int | None = None
    argv: tuple[str, ...] = ()

    def stopped(self) -> "Server":
        return replace(self, pid=None, argv=())


State = dict[str, Server]


def data_folder(data: Path | None) -> Path:
    """The absolute data folder: the argument, else SHOPRELAY_HOME, else `.shoprelay` here."""
    return (data or Path(os.environ.get(HOME_VARIABLE) or ".shoprelay")).absolute()


def load(data: Path) -> State:
    """The remembered servers by name, empty if there are none; LocalServerError if the file is not ours."""
    file = state_file(data)
    try:
        raw = json.loads(file.read_text())
        return {name: Server(tuple(s["ports"]), s["pid"], tuple(s["argv"])) for name, s in raw.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LocalServerError(
            f"{file} is not readable ({error!r}). Remove it, and stop servers that still run by hand: "
            f"`pgrep -f {data}` lists them. Data stay; new ports are chosen."
        ) from error


def save(data: Path, state: State) -> None:
    file = state_file(data)
    draft = file.with_suffix(".tmp")
    draft.write_text(json.dumps({name: asdict(server) for name, server in state.items()}, indent=1) + "\n")
    draft.replace(file)


def state_file(data: Path) -> Path:
    return data / "servers.json"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: a second `up` waits for the first one and then finds its servers.

    The lock is the kernel's, so it ends with its holder, however that ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
