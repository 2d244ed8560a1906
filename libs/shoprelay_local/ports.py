"""Loopback ports: choosing free ones, and seeing who has one that is taken."""

import random
import socket
from collections.abc import Iterator
from contextlib import closing

import psutil

LOOPBACK = "127.0.0.1"
# Below the range that kernels give to outgoing connections (Linux 32768, others 49152): a port up there
# can be lost to any client while our server is down, and a remembered address must stay ours.
RANGE = range(20_000, 30_000)


def is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        # As the servers do: a closed connection's TIME_WAIT does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free() -> Iterator[int]:
    """Different free ports, in random order, so that instances started at once rarely choose the same."""
    return filter(is_free, random.sample(RANGE, len(RANGE)))


def holder(port: int) -> str:
    """Who listens on a port, for a message: "pid 12 (nginx)", or "an unknown process" where we may not see it."""
    try:
        pids = [c.pid for c in psutil.net_connections("tcp") if c.laddr and c.laddr.port == port and c.pid]
        return f"pid {pids[0]} ({psutil.Process(pids[0]).name()})"
    except (psutil.Error, IndexError, OSError):
        return "an unknown process"
