"""Which addresses may be called, and connections to those alone: never into our own network.

A name is resolved once for each connection, every address it has is checked, and the connection goes to one of the very addresses
that were checked, so that a name which resolves differently a moment later (DNS rebinding) changes nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

import httpx
from aiohttp.abc import AbstractResolver, ResolveResult

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host and port, as text; OSError when there are none."""
AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]
"""What getaddrinfo answers with: family, type, protocol, canonical name, and the address with its port."""

_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052: the last four bytes are the IPv4 address that is reached
_COMPATIBLE: Final = IPv6Network("::/96")
# Public by number, yet answered by the cloud's own machinery (Azure WireServer).
_METADATA: Final = frozenset({IPv4Address("168.63.129.16"), IPv4Address("169.254.169.254"), IPv6Address("fd00:ec2::254")})


class AddressRefused(httpx.TransportError):
    """The host stands for an address that must not be called; the text names host and address."""


async def system_resolve(host: str, port: int) -> list[str]:
    """What the system's resolver says, in its order of preference."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def refusal(address: str, *, allow_private: bool) -> str:
    """Why this address must not be called, "" when it may. `allow_private` lets private and loopback addresses through."""
    ip = _reached(ip_address(address))
    if ip in _METADATA:
        return "a cloud's metadata address"
    if ip.is_multicast or ip.is_unspecified or ip.is_link_local:
        return "a multicast, link-local or unspecified address"
    if allow_private and (ip.is_private or ip.is_loopback):
        return ""
    if not ip.is_global or ip.is_reserved:
        return "not a public address"
    return ""


def _reached(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one leads to, else the address itself."""
    if isinstance(ip, IPv4Address) or ip.is_loopback or ip.is_unspecified:
        return ip
    if ip in _NAT64 or ip in _COMPATIBLE:
        return IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)


class Checked(AbstractResolver):
    """Addresses that may be called: of names (as aiohttp's resolver), and at the last moment, when a socket is made for one."""

    def __init__(self, resolve: Resolve, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._allow_private = allow_private

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_UNSPEC) -> list[ResolveResult]:  # noqa: ARG002
        """All addresses of a host. Raises AddressRefused when one of them must not be called, httpx.ConnectError without any."""
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{host} cannot be resolved: {error}") from None
        for address in addresses:
            # One bad address is enough: whoever mixes public and private ones is looking for a way in.
            self._check(address, f"{host} is {address}")
        if not addresses:
            raise httpx.ConnectError(f"{host} has no address")
        return [_result(host, port, address) for address in addresses]

    def socket(self, info: AddressInfo) -> socket.socket:
        """A socket for an address. Raises AddressRefused: an address in a URL is called without asking the resolver."""
        family, kind, protocol, _, (address, *_) = info
        self._check(address, str(address))
        return socket.socket(family, kind, protocol)

    def _check(self, address: str, said: str) -> None:
        if reason := refusal(address, allow_private=self._allow_private):
            raise AddressRefused(f"{said}, {reason}: it is not called")

    async def close(self) -> None:
        """Nothing is kept open."""


def _result(host: str, port: int, address: str) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=socket.IPPROTO_TCP, flags=numeric)
