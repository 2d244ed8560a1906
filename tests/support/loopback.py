"""Connections of relays to simulated shops."""

import httpx

from shoprelay_relays.http.tokens import MemoryTokens
from shoprelay_relays.spec import Connection


def loopback(tokens: MemoryTokens | None = None) -> Connection:
    """A connection to this machine's own servers: no certificates, whose loading takes longer than most tests."""
    return Connection(httpx.AsyncHTTPTransport(verify=False), tokens or MemoryTokens())
