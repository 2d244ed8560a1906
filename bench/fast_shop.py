"""A Shopify shop that costs little: its pages are rendered before the first request, and an answer is one join of bytes.

`python -m bench.fast_shop --orders 50000 --page 250 --port 8100`. It answers what the relay asks for when it lists orders (by id,
beginning after the last one seen) and when it counts them, and gives the same pages at /orders.json?page=N to those who do not
speak GraphQL. It says of its points what the largest plans say, only more: they come back faster than anybody can use them.
"""

import argparse
import asyncio
import re
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
import uvloop

from shoprelay_relays.shopify import queries
from shoprelay_relays.shopify.api import VERSION
from shoprelay_runtime.web import serving
from shoprelay_simulators import ShopifyShop
from shoprelay_simulators.messages import Request

FIRST: Final = 1_000_000_001
"""The id of the first order; those of the others follow it."""
BYTES: Final = 5_500
"""Of each order's JSON."""
LIST: Final = (
    f"query List($first: Int!, $query: String) {{ orders(first: $first, query: $query) {{ nodes {{ {queries.ORDER} }} }} }}"
)
_MARK: Final = "4242424242"  # stands where an order's id is to be: as many digits
_SINCE: Final = re.compile(r"id:>=(\d+)")
_NOW: Final = datetime(2026, 5, 4, 12, tzinfo=UTC)
_POINTS: Final = 10_000_000
_COST: Final = {
    "requestedQueryCost": 100,
    "actualQueryCost": 100,
    "throttleStatus": {"maximumAvailable": _POINTS, "currentlyAvailable": _POINTS, "restoreRate": _POINTS},
}


def template() -> bytes:
    """An order as the simulated Shopify gives it, the same in every process, filled up with a note; its id is to be put in."""
    shop = ShopifyShop(app="admin", points=_POINTS, clock=lambda: _NOW)
    headers = {"x-shopify-access-token": shop.credentials()["access_token"]}
    asked = orjson.dumps({"query": LIST, "variables": {"first": 20}})
    said = orjson.loads(shop.answer(Request("POST", f"/admin/api/{VERSION}/graphql.json", headers=headers, body=asked)).body)
    node = max(
        (row for row in said["data"]["orders"]["nodes"] if row["customer"]), key=lambda row: len(row["lineItems"]["nodes"])
    )
    node |= {"id": f"gid://shopify/Order/{_MARK}", "name": f"#{_MARK}", "note": ""}
    return orjson.dumps(node | {"note": "n" * (BYTES - len(orjson.dumps(node)))})


def render(made: bytes, number: int) -> bytes:
    """The order with this id."""
    return made.replace(_MARK.encode(), str(number).encode())


class Shop:
    """The pages, and how they are asked for."""

    def __init__(self, orders: int, page: int) -> None:
        made = template()
        ids = range(FIRST, FIRST + orders)
        self._orders, self._page = orders, page
        self._pages = [b",".join(render(made, number) for number in ids[at : at + page]) for at in range(0, orders, page)]

    def graphql(self, asked: bytes) -> bytes:
        """The answer to a query."""
        query = orjson.loads(asked)
        if "ordersCount" in query["query"]:
            return orjson.dumps({"data": {"ordersCount": {"count": self._orders}}, "extensions": {"cost": _COST}})
        if query["variables"]["first"] != self._page:
            raise ValueError(f"pages of {self._page} were rendered, one of {query['variables']['first']} is asked for")
        since = _SINCE.search(query["variables"].get("query") or "")
        number = (int(since[1]) - FIRST if since else 0) // self._page
        tail = {"pageInfo": {"hasNextPage": number + 1 < len(self._pages), "endCursor": str(number)}}
        end = b"]," + orjson.dumps(tail)[1:] + b'},"extensions":' + orjson.dumps({"cost": _COST}) + b"}"
        return b'{"data":{"orders":{"nodes":[' + self._pages[number] + end

    def plain(self, query: str) -> bytes:
        """The page that a query's `page` names, and the number of the next one."""
        number = int(parse_qs(query).get("page", ["0"])[0])
        after = str(number + 1) if number + 1 < len(self._pages) else "null"
        return b'{"orders":[' + self._pages[number] + f'],"next":{after}}}'.encode()

    async def app(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        """ASGI."""
        asked, more = b"", scope["method"] == "POST"
        while more:
            message = await receive()
            asked += message["body"]
            more = message.get("more_body", False)
        if scope["path"] == "/health/ready":
            body = b"{}"
        else:
            body = self.graphql(asked) if asked else self.plain(scope["query_string"].decode())
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def serve(shop: Shop, port: int) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    async with serving(shop.app, "127.0.0.1", port):
        await stopping.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=50_000)
    parser.add_argument("--page", type=int, default=250)
    parser.add_argument("--port", type=int, default=8100)
    options = parser.parse_args()
    uvloop.run(serve(Shop(options.orders, options.page), options.port))


if __name__ == "__main__":
    main()
