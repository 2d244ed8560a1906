"""The result of a bulk operation, as it comes: objects with what belongs to them, one at a time.

Each line is an object; one that belongs to another says so in `__parentId` and follows it. Memory holds one object with all that
belongs to it, whatever the size of the file.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.shopify.ids import kind_of

_LEVELS = "inventoryLevels"
LONGEST_LINE = 16 << 20
"""Bytes. A longer line is no object of a shop."""
PIECE = 8 << 20
"""Bytes that are asked for at once."""


_ENDED = {403, 404, 410}


class LinkEnded(ShopTrouble):
    """The file is there no more: links to it end after a week."""


@dataclass(frozen=True, slots=True)
class Group:
    """An object with its lists filled, and how many bytes of the file are done after it."""

    node: dict[str, Any]
    end: int


async def groups(shop: httpx.AsyncClient, url: str, start: int, size: int, lists: Mapping[str, str]) -> AsyncIterator[Group]:
    """The objects of the file at `url` from byte `start` on; `size` is the whole file's. Raises ShopTrouble, LinkEnded."""
    node: dict[str, Any] | None = None
    known: dict[str, dict[str, Any]] = {}
    end = start
    async for line in _lines(_bytes(shop, url, start, size)):
        after = end + len(line)
        row = _object(line)
        if row.get("__parentId") is None:
            if node is not None:
                yield Group(node, end)
            node, known = row, {}
        _add(row, known, lists)
        end = after
    if size and end != size:
        raise ShopTrouble(f"the result of a bulk operation ended after {end} of {size} bytes")
    if node is not None:
        yield Group(node, end)


def _add(row: dict[str, Any], known: dict[str, dict[str, Any]], lists: Mapping[str, str]) -> None:
    """Puts an object into the list of its parent, and makes its own lists."""
    kind, above = str(row.get("__typename") or kind_of(row.get("id"))), row.pop("__parentId", None)
    if above is None:
        for name in set(lists.values()) - {_LEVELS}:
            _list(row, name)
    elif above in known and kind in lists:
        _list(known[above], lists[kind])["nodes"].append(row)
    else:
        raise ShopTrouble(f"the result of a bulk operation has a {kind or 'line'} that follows no parent of its own")
    known[str(row.get("id"))] = row
    if kind == "ProductVariant":
        # Levels hang on the inventory item, which is no line of its own.
        known[str((row.get("inventoryItem") or {}).get("id"))] = row
        _list(row, _LEVELS)


def _list(owner: dict[str, Any], name: str) -> dict[str, Any]:
    place = owner.setdefault("inventoryItem", {}) if name == _LEVELS else owner
    found: dict[str, Any] = place.setdefault(name, {"nodes": [], "pageInfo": {"hasNextPage": False}})
    return found


async def _bytes(shop: httpx.AsyncClient, url: str, start: int, size: int) -> AsyncIterator[bytes]:
    """The file from byte `start` on, a piece a request: no answer is longer than what may arrive at once."""
    while True:
        # Bytes are counted, so they must come as they are; and the token is no business of the host that keeps the file.
        headers = {"Accept-Encoding": "identity", "Range": f"bytes={start}-{start + PIECE - 1}"}
        begin = start
        try:
            async with shop.stream("GET", url, headers=headers, auth=None) as response:
                if response.status_code in _ENDED:
                    raise LinkEnded(f"the result of a bulk operation is there no more: {response.status_code}")
                if not response.is_success:
                    raise ShopTrouble(f"the result of a bulk operation: {response.status_code}")
                # A host that knows no ranges sends everything again.
                skip = 0 if response.status_code == httpx.codes.PARTIAL_CONTENT else start
                async for chunk in response.aiter_bytes():
                    fresh, skip = chunk[skip:], max(0, skip - len(chunk))
                    start += len(fresh)
                    yield fresh
        except httpx.RequestError as error:
            raise ShopTrouble(f"the result of a bulk operation: {error or type(error).__name__}") from error
        if start >= size or start == begin:
            return


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Lines with their ends."""
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line + b"\n"
        if len(rest) > LONGEST_LINE:
            raise ShopTrouble("the result of a bulk operation has a line without end")
    if rest:
        yield rest


def _object(line: bytes) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise ShopTrouble("the result of a bulk operation has a line that is no JSON") from None
    if not isinstance(row, dict):
        raise ShopTrouble("the result of a bulk operation has a line that is no object")
    return row
