"""Where a shop's API is: at /wp-json/, or with plain permalinks (?p=123) at /?rest_route=/ alone.

https://developer.wordpress.org/rest-api/extending-the-rest-api/routes-and-endpoints/
"""

import httpx

from shoprelay_relays.http import asking
from shoprelay_relays.woocommerce.signing import sent_to

_API = "/wp-json/"
# WooCommerce looks for this text in the address, as it stands there, before it looks at a key.
_MARK = b"_x=wp-json/wc/"


class Permalinks(httpx.AsyncBaseTransport):
    """Sends each request to where the API is. `plain`: where it was found last; the other place is tried when nothing is there.

    It works below the client: above it every request is one to /wp-json/.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, *, plain: bool) -> None:
        self._inner = inner
        self._plain = plain
        self._found = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._send(request, plain=self._plain)
        if self._found or not self._elsewhere(response):
            self._found = self._found or _is_json(response)
            return response
        # Read and closed first: a shop's budget may allow one request at a time.
        await response.aread()
        await response.aclose()
        response.extensions.get(asking.UNMADE, _nothing)()
        other = await self._send(request, plain=not self._plain)
        if _is_json(other):
            self._plain, self._found = not self._plain, True
            return other
        await other.aclose()
        return response

    def _elsewhere(self, response: httpx.Response) -> bool:
        """Whether the API seems not to be here: WordPress leads to a page, the web server has none, or the front page answers, as
        to what is not GET; it names where the API is.
        """
        if _is_json(response):
            return False
        named = not self._plain and response.is_success and "rest_route=" in response.headers.get("link", "")
        return named or response.is_redirect or response.status_code == httpx.codes.NOT_FOUND

    async def _send(self, request: httpx.Request, *, plain: bool) -> httpx.Response:
        return await self._inner.handle_async_request(sent_to(request, plain_address(request.url)) if plain else request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def plain_address(url: httpx.URL) -> httpx.URL:
    """.../wp-json/wc/v3/orders?page=1 as .../?rest_route=/wc/v3/orders&page=1 with the mark."""
    home, _, route = url.path.partition(_API)
    query = b"&".join(part for part in (f"rest_route=/{route}".encode(), url.query, _MARK) if part)
    return url.copy_with(path=f"{home}/", query=query)


def _nothing() -> None:
    return None


def _is_json(response: httpx.Response) -> bool:
    return "json" in str(response.headers.get("content-type", ""))
