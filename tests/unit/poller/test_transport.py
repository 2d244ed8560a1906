"""What requests to shops come to."""

import httpx
import pytest
from prometheus_client import REGISTRY

from services.relay_poller.transport import Counted


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("shoprelay_shop_requests_total", {"relay": "counted", "outcome": outcome}) or 0


@pytest.mark.parametrize(("status", "outcome"), [(200, "2xx"), (404, "4xx"), (429, "429"), (503, "5xx")])
async def test_answers_are_counted_by_their_kind(status: int, outcome: str) -> None:
    before = counted(outcome)
    async with httpx.AsyncClient(transport=Counted(httpx.MockTransport(lambda _: httpx.Response(status)), "counted")) as client:
        await client.get("http://shop.example/")
    assert counted(outcome) == before + 1


async def test_a_connection_that_fails_is_counted_by_its_error() -> None:
    def refused(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    before = counted("ConnectError")
    async with httpx.AsyncClient(transport=Counted(httpx.MockTransport(refused), "counted")) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("http://shop.example/")
    assert counted("ConnectError") == before + 1


async def test_a_shop_s_client_leaves_the_shared_transport_open() -> None:
    class Shared(httpx.AsyncBaseTransport):
        closed = False

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200)

        async def aclose(self) -> None:
            self.closed = True

    shared = Shared()
    async with httpx.AsyncClient(transport=Counted(shared, "counted")) as client:
        await client.get("http://shop.example/")
    assert not shared.closed
