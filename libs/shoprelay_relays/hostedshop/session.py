"""The session below a client: opened by the first request, kept as a cookie, opened anew once when it has ended.

A new session gives nothing but Ids: the field sets are sent again before a family of operations is used. One field name that the
shop does not have makes it refuse a whole set and keep the one before, so that name is left out.
"""

import asyncio
import re

import httpx

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.hostedshop.fieldsets import FIELD_SETS
from shoprelay_relays.hostedshop.operations import envelope, headers
from shoprelay_relays.hostedshop.soap import Fault, refuses_session, result
from shoprelay_relays.http.asking import SAFE

OPERATION, REQUESTS = "shoprelay.operation", "shoprelay.requests"
_UNKNOWN_FIELD = "NOSUCHPARAM"


class InSession(httpx.AsyncBaseTransport):
    """Each request names its operation in its extensions; each response says there how many requests it took."""

    def __init__(self, inner: httpx.AsyncBaseTransport, username: str, password: str) -> None:
        self._inner = inner
        self._login = {"Username": username, "Password": password}
        self._opening = asyncio.Lock()
        self._cookie = ""
        self._set: set[str] = set()
        self._known: dict[str, list[str]] = {}
        self._sent = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises what `soap.result` does for a session that cannot be opened."""
        before = self._sent
        response = await self._within(request)
        if refuses_session(response):
            # Another request may have opened a new one meanwhile.
            if request.headers.get("Cookie") == self._cookie:
                self._cookie = ""
            # A change is never sent twice: whoever asked for it is told that nothing was done.
            if request.extensions.get(SAFE):
                await response.aclose()
                response = await self._within(request)
        response.extensions[REQUESTS] = self._sent - before
        return response

    async def _within(self, request: httpx.Request) -> httpx.Response:
        family = str(request.extensions[OPERATION]).partition("_")[0]
        async with self._opening:
            if not self._cookie:
                await self._open(request)
            if family in FIELD_SETS and family not in self._set:
                for operation, names in FIELD_SETS[family].items():
                    await self._set_fields(request, operation, names.split(","))
                self._set.add(family)
        return await self._send(request)

    async def _open(self, request: httpx.Request) -> None:
        self._set.clear()
        response = await self._say(request, "Solution_Connect", self._login)
        if result(response, "Solution_Connect") != "true" or not (cookie := _cookie(response)):
            raise CredentialsRejected(
                "The shop opens no session for this API user: check its user name and password under Settings > API."
            )
        self._cookie = cookie

    async def _set_fields(self, request: httpx.Request, operation: str, names: list[str]) -> None:
        """The set that the shop takes, found once: of a refused one each half is tried, then all that is known is set."""
        known = self._known.get(operation, names)
        if not await self._taken(request, operation, known):
            known = await self._acceptable(request, operation, known)
            await self._taken(request, operation, known)
        self._known[operation] = known

    async def _acceptable(self, request: httpx.Request, operation: str, names: list[str]) -> list[str]:
        """Those of `names`, which were refused together, that the shop has."""
        if len(names) == 1:
            return []
        found: list[str] = []
        for half in (names[: len(names) // 2], names[len(names) // 2 :]):
            taken = await self._taken(request, operation, half)
            found += half if taken else await self._acceptable(request, operation, half)
        return found

    async def _taken(self, request: httpx.Request, operation: str, names: list[str]) -> bool:
        try:
            result(await self._say(request, operation, {"Fields": ",".join(names)}), operation)
        except Fault as fault:
            if fault.code != _UNKNOWN_FIELD:
                raise
            return False
        return True

    async def _say(self, request: httpx.Request, operation: str, arguments: dict[str, str]) -> httpx.Response:
        content = envelope(operation, dict(arguments))
        extensions = {**request.extensions, SAFE: True}
        own = httpx.Request("POST", request.url, headers=headers(operation), content=content, extensions=extensions)
        return await self._send(own)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        if self._cookie:
            request.headers["Cookie"] = self._cookie
        self._sent += 1
        response = await self._inner.handle_async_request(request)
        await response.aread()
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


def _cookie(response: httpx.Response) -> str:
    """The cookies of a response as a request carries them."""
    pairs = (re.split(r";", line, maxsplit=1)[0].strip() for line in response.headers.get_list("set-cookie"))
    return "; ".join(pair for pair in pairs if "=" in pair)
