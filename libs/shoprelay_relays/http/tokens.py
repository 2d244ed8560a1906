"""Access tokens that end: asked for once, whoever needs one, and stored before they are used."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx

_MARGIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; `refresh` renews it where the platform gives one; without `until` it does not end."""

    access: str = field(repr=False)
    until: datetime | None = None
    refresh: str | None = field(default=None, repr=False)

    @property
    def fresh(self) -> bool:
        """Whether it still serves for the next minute."""
        return self.until is None or self.until - _MARGIN > datetime.now(UTC)


Obtain = Callable[[Token | None], Awaitable[Token]]
"""Asks the platform for a token, given the stale one."""


class Tokens(Protocol):
    """Where the token of one shop is kept, over all processes that call the shop."""

    async def held(self) -> Token | None:
        """The token that was stored last."""
        ...

    async def renew(self, stale: Token | None, obtain: Obtain) -> Token:
        """The token after `stale`. One caller at a time, over all processes, obtains it, and it is stored before anybody
        uses it; the others get that one.
        """
        ...


class MemoryTokens:
    """Tokens of one process that outlive nothing: for trials and tests."""

    def __init__(self) -> None:
        self._token: Token | None = None
        self._renewing = asyncio.Lock()

    async def held(self) -> Token | None:
        return self._token

    async def renew(self, stale: Token | None, obtain: Obtain) -> Token:
        async with self._renewing:
            if self._token is None or self._token == stale:
                self._token = await obtain(stale)
            return self._token


class TokenAuth(httpx.Auth):
    """Signs each request with the shop's token: renewed before it ends, and once more when the shop refuses it all the same.

    `header` and `form` say how the platform wants it, such as ("Authorization", "Bearer {}").
    """

    def __init__(self, tokens: Tokens, obtain: Obtain, header: str = "Authorization", form: str = "Bearer {}") -> None:
        self._tokens = tokens
        self._obtain = obtain
        self._header = header
        self._form = form

    async def held(self) -> Token | None:
        """The token that was stored last."""
        return await self._tokens.held()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        token = await self._tokens.held()
        if token is None or not token.fresh:
            token = await self._tokens.renew(token, self._obtain)
        request.headers[self._header] = self._form.format(token.access)
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            token = await self._tokens.renew(token, self._obtain)
            request.headers[self._header] = self._form.format(token.access)
            yield request


class KeyAuth(httpx.Auth):
    """Puts fixed keys into each request as it leaves: in the repr of a client's headers httpx masks Authorization alone."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        request.headers.update(self._headers)
        yield request
