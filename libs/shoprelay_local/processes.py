"""Starting, recognising and stopping a server process."""

import contextlib
import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import psutil

from shoprelay_local.state import Server

# What a server needs from our environment, and no secrets of it.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | dict(extra)


def run(argv: list[str], extra: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a short command to its end, with what it said; OSError if there is no such program."""
    # Each argv is built here from paths and constants; none is a shell line or a user's text.
    return subprocess.run(argv, env=environment(extra or {}), capture_output=True, text=True, check=False)  # noqa: S603


def _allow_open_files() -> None:
    # MongoDB keeps a file for every collection and index, Kafka several for every partition; desktops allow 1024, and may more.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def spawn(argv: tuple[str, ...], log: Path, extra: Mapping[str, str]) -> int:
    """Start a process that outlives us, output to `log` (the log before it is kept as `<log>.1`); its pid.

    It gets a session of its own: Ctrl-C in the terminal of a demo reaches the demo, and not the servers
    that the demo still needs in order to end well.
    """
    _allow_open_files()
    if log.exists():
        log.replace(log.with_name(log.name + ".1"))
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.fspath(log), flags, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    # Python ignores SIGPIPE, and ignoring is inherited.
    signals = [signal.SIGPIPE, signal.SIGINT]
    return os.posix_spawn(argv[0], argv, environment(extra), file_actions=actions, setsid=True, setsigdef=signals, setsigmask=[])


def find(server: Server) -> psutil.Process | None:
    """The server's living process, or None.

    A pid alone proves nothing (after a crash or a reboot another process may have it), so the command line
    must be the one we started; it names the data folder, which makes it this instance's.
    """
    if server.pid is None:
        return None
    try:
        process = psutil.Process(server.pid)
        return process if _command_line(process) == server.argv else None
    except psutil.Error:
        return None


def _command_line(process: psutil.Process) -> tuple[str, ...]:
    """Its command line. A process that is just being started or is ending shows none for a moment; a dead child is reaped."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        try:
            if process.status() != psutil.STATUS_ZOMBIE and (line := process.cmdline()):
                return tuple(line)
        except psutil.ZombieProcess:
            pass
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(0.01)
            return ()
    return ()


def twin(argv: tuple[str, ...]) -> psutil.Process | None:
    """A process of the same program with the same last argument, which for both servers is where the data are.

    There is one when our record of it was lost; a second one on the same data cannot start.
    """
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"]
        if line and line[-1] == argv[-1] and Path(line[0]).name == Path(argv[0]).name:
            return process
    return None


def stop(servers: Iterable[Server], grace: float) -> None:
    """Ask all of them to end (SIGTERM) and end by force (SIGKILL) what still runs after `grace` seconds."""
    found = [process for server in servers if (process := find(server))]
    for process in found:
        _signal(process, signal.SIGTERM)
    _, alive = psutil.wait_procs(found, timeout=grace)
    for process in alive:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=grace)


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)  # psutil refuses when the pid has changed hands since `find`
    except psutil.NoSuchProcess:
        return
