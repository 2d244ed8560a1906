"""One request to a shop, and what stays of it."""

import gc
import weakref

import httpx

from shoprelay_relays.http.asking import send


async def test_a_page_goes_without_the_collector_of_cycles() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(b"[]" * 1000)))
    gc.disable()
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as client:
            response = await send(client, "GET", "/orders")
            assert len(response.content) == 2000
            gone = weakref.ref(response)
            del response
            assert gone() is None
    finally:
        gc.enable()
