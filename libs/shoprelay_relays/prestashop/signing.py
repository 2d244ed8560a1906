"""The key: as the user name of Basic, or in the address for hosts whose PHP never sees the Authorization header.

It is put into the request at the last moment, below the client, so that no log line shows it.
https://devdocs.prestashop-project.org/8/webservice/tutorials/testing-access/
"""

import base64

import httpx


class WithKey(httpx.AsyncBaseTransport):
    """`way`: basic, query, or auto, which begins with Basic and turns to the address for good when the shop saw no key.

    What does not go to `shop`'s own host and port (an image that it is to have) goes without the key.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, key: str, way: str, shop: str) -> None:
        self._inner = inner
        self._key = key
        self._way = way
        self._shop = httpx.URL(shop)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        own = self._shop
        if (request.url.scheme, request.url.netloc) != (own.scheme, own.netloc):
            return await self._inner.handle_async_request(request)
        response = await self._inner.handle_async_request(self._signed(request))
        if self._way != "auto" or not await _saw_no_key(response):
            return response
        await response.aclose()
        self._way = "query"
        return await self._inner.handle_async_request(self._signed(request))

    def _signed(self, request: httpx.Request) -> httpx.Request:
        by_address = self._way == "query"
        url = request.url.copy_merge_params({"ws_key": self._key}) if by_address else request.url
        basic = {} if by_address else {"Authorization": f"Basic {base64.b64encode(f'{self._key}:'.encode()).decode()}"}
        return httpx.Request(
            request.method,
            url,
            headers={**request.headers, **basic},
            stream=request.stream,
            extensions=request.extensions,
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _saw_no_key(response: httpx.Response) -> bool:
    """The one refusal that is bare text: without a key the webservice is not even reached."""
    if response.status_code != httpx.codes.UNAUTHORIZED:
        return False
    return (await response.aread()).strip() == b"401 Unauthorized"
