"""The ASGI application around a shop: reads a request, plays the faults, counts the answer."""

import asyncio
import traceback
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from shoprelay_simulators.control import PREFIX, control
from shoprelay_simulators.faults import HAPPENINGS, Fault, garbled, refusal
from shoprelay_simulators.happenings import happen
from shoprelay_simulators.listening import App, Message, Receive, Send, read_body
from shoprelay_simulators.messages import Request, Response

if TYPE_CHECKING:
    from shoprelay_simulators.serving import Shop


def web_app(shop: "Shop") -> App:
    async def app(scope: Message, receive: Receive, send: Send) -> None:
        request = await _read(scope, receive)
        if request.path.startswith(PREFIX):
            await _write(send, request, control(shop, request))
            return
        fault = shop.faults.next()
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        try:
            response = _answer(shop, request, fault)
        except Exception:
            traceback.print_exc()  # the server's own log is off
            raise
        dropped = fault is not None and fault.kind == "drop"
        shop.ledger.answered(request.method, request.path, 0 if dropped else response.status)
        await _write(send, request, response, dropped=dropped)

    return app


def _answer(shop: "Shop", request: Request, fault: Fault | None) -> Response:
    if fault is None:
        return shop.answer(request)
    if fault.kind == "status":
        return refusal(fault)
    if fault.kind in HAPPENINGS:
        happen(shop, fault.kind)
    return garbled(fault, shop.answer(request))


async def _read(scope: Message, receive: Receive) -> Request:
    body = await read_body(receive)
    text = scope["query_string"].decode("latin-1")
    query = parse_qsl(text, keep_blank_values=True)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(scope["method"], scope["path"], tuple(query), headers, body, text)


async def _write(send: Send, request: Request, response: Response, *, dropped: bool = False) -> None:
    headers = [*response.headers, ("Content-Length", str(len(response.body)))]
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": response.status, "headers": raw})
    if dropped:
        # Returning without the last part makes the server close the connection.
        await send({"type": "http.response.body", "body": response.body[: len(response.body) // 2], "more_body": True})
        return
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else response.body})
