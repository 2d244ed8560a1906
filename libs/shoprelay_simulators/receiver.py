"""Takes webhooks: keeps each request as it came and answers what it is told to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from shoprelay_simulators.listening import Message, Receive, Send, listen, read_body


@dataclass(frozen=True)
class Received:
    """`headers` as sent: names in their own case, in order."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass
class Receiver:
    """`status` is the answer to everything, or to one path in `statuses`. `url` has no slash at the end."""

    url: str = ""
    status: int = 200
    statuses: dict[str, int] = field(default_factory=dict)
    calls: list[Received] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def wait_for(self, count: int) -> list[Received]:
        """All requests, as soon as there are `count` of them."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.calls) >= count)
        return self.calls

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in scope["headers"])
        self.calls.append(Received(scope["path"], headers, await read_body(receive)))
        async with self._news:
            self._news.notify_all()
        status = self.statuses.get(scope["path"], self.status)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


@contextlib.asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    async with listen(made) as url:
        made.url = url
        yield made
