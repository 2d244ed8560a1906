"""Connections: cursors that hold the last row's id and value, up to 250 rows at once."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.shop import ShopifyShop

MOST = 250
Key = Callable[[dict[str, Any]], Any]


def number(row: dict[str, Any]) -> int:
    """The number in a row's global id."""
    return int(row["id"].partition("?")[0].rpartition("/")[2])


def connection(
    shop: "ShopifyShop", rows: Sequence[dict[str, Any] | None], args: dict[str, Any], key: Key | None = None
) -> dict[str, Any]:
    """`edges`, `nodes` and `pageInfo` of a list; by `key` it is sorted, else it keeps its order. In bulk it is whole."""
    found = [row for row in rows if row is not None]
    if key is not None:
        found.sort(key=lambda row: (key(row), number(row)), reverse=bool(args.get("reverse")))
    elif args.get("reverse"):
        found.reverse()
    if shop.bulk_running:
        return {"edges": [{"cursor": "", "node": row} for row in found], "nodes": found, "pageInfo": _info([], key)}
    size, backwards = _size(args)
    begin = _after(found, str(args["after"]), key, reverse=bool(args.get("reverse"))) if args.get("after") else 0
    if backwards:
        end = len(found)
        begin = max(begin, end - size)
    else:
        end = min(len(found), begin + size)
    if end > shop.reach:
        raise GraphQLError(f"Pagination is limited to {shop.reach} objects.", extensions={"code": "BAD_REQUEST"})
    page = found[begin:end]
    edges = [{"cursor": _cursor(row, key), "node": row} for row in page]
    return {"edges": edges, "nodes": page, "pageInfo": _info(page, key, more=end < len(found), before=begin > 0)}


def _size(args: dict[str, Any]) -> tuple[int, bool]:
    first, last = args.get("first"), args.get("last")
    if first is None and last is None:
        raise GraphQLError("you must provide one of first or last", extensions={"code": "BAD_REQUEST"})
    size = int(first if first is not None else last or 0)
    if size > MOST:
        raise GraphQLError(f"The input array size of {size} is greater than the maximum allowed of {MOST}.")
    return size, first is None


def _cursor(row: dict[str, Any], key: Key | None) -> str:
    place = {"last_id": number(row), "last_value": key(row) if key else number(row)}
    return base64.b64encode(json.dumps(place, separators=(",", ":")).encode()).decode()


def _after(rows: list[dict[str, Any]], cursor: str, key: Key | None, *, reverse: bool) -> int:
    """Where the rows behind a cursor begin, whether its own row is still there or not."""
    try:
        place = json.loads(base64.b64decode(cursor))
        last, value = int(place["last_id"]), place["last_value"]
    except (ValueError, KeyError, TypeError):
        raise GraphQLError("Invalid cursor for current pagination sort.", extensions={"code": "BAD_REQUEST"}) from None
    if key is None:
        ids = [number(row) for row in rows]
        return ids.index(last) + 1 if last in ids else len(ids)
    places = [(key(row), number(row)) for row in rows]
    behind = (at for at, place in enumerate(places) if (place < (value, last) if reverse else place > (value, last)))
    return next(behind, len(rows))


def _info(page: list[dict[str, Any]], key: Key | None, *, more: bool = False, before: bool = False) -> dict[str, Any]:
    ends: list[str | None] = [_cursor(row, key) for row in (page[:1] + page[-1:])]
    ends = ends or [None, None]
    return {"hasNextPage": more, "hasPreviousPage": before, "startCursor": ends[0], "endCursor": ends[-1]}
