"""The way to the shops: one guarded transport for the process, and what its requests come to."""

import httpx

from shoprelay_runtime import metrics


class Counted(httpx.AsyncBaseTransport):
    """Counts a relay's requests by outcome. Closing it leaves the shared transport open for the other shops."""

    def __init__(self, shared: httpx.AsyncBaseTransport, relay: str) -> None:
        self._shared = shared
        self._relay = relay

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            response = await self._shared.handle_async_request(request)
        except httpx.TransportError as error:
            metrics.SHOP_REQUESTS.labels(self._relay, type(error).__name__).inc()
            raise
        limited = response.status_code == httpx.codes.TOO_MANY_REQUESTS
        metrics.SHOP_REQUESTS.labels(self._relay, "429" if limited else f"{response.status_code // 100}xx").inc()
        return response
