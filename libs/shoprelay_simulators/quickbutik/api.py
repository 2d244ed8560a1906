"""The calls. https://quickbutik.dev/api-v1/introduction

Its surprises: a list with nothing to show is a 404; a list of products stands under "product", one of orders stands bare; filters
that are not known are ignored; a product that is asked for by its id comes as an object.
"""

import base64
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from shoprelay_simulators.messages import Json, Request, Response
from shoprelay_simulators.quickbutik.rows import WORDS, Order, category_rows, order_head, order_json, product_json

if TYPE_CHECKING:
    from shoprelay_simulators.quickbutik.shop import QuickbutikShop

Row = TypeVar("Row")
Asked = dict[str, str]
_MOST = {"orders": 1000, "products": 100}
_SORTED: dict[str, Callable[[Order], float]] = {
    "order_id": lambda row: row.id,
    "date": lambda row: row.created.timestamp(),
    "price": lambda row: float(row.total),
}


def answer(shop: "QuickbutikShop", request: Request) -> Response:
    if shop.faults.unauthorized or request.headers.get("authorization") != f"Basic {_basic(shop.api_key)}":
        return _refusal(401, "Unauthorized")
    handler = _CALLS.get((request.method, request.path.removeprefix("/v1/")))
    if handler is None or not request.path.startswith("/v1/"):
        return _refusal(404, "Not found")
    found = handler(shop, dict(request.query))
    return _json(200, found) if found else _refusal(404, "Nothing was found")


def _orders(shop: "QuickbutikShop", asked: Asked) -> object:
    rows = [row for row in shop.orders.values() if _fits(row, asked)]
    newest_first = asked.get("sort_order", "desc") != "asc"
    rows.sort(key=_SORTED.get(asked.get("order_by", ""), _SORTED["order_id"]), reverse=newest_first)
    show = order_json if asked.get("include_details") == "true" else order_head
    return [show(row) for row in _cut(rows, asked, "orders")]


def _fits(row: Order, asked: Asked) -> bool:
    return (
        asked.get("order_id", str(row.id)) == str(row.id)
        and asked.get("status", WORDS[row.status]) == WORDS[row.status]
        and row.status_at.timestamp() >= float(asked.get("from_status_date", 0))
    )


def _products(shop: "QuickbutikShop", asked: Asked) -> object:
    details = asked.get("include_details") == "true"
    if own := asked.get("product_id"):
        row = shop.products.get(int(own))
        return {"product": product_json(row, details=True)} if row else None
    rows = sorted(shop.products.values(), key=lambda row: -row.id)
    found = [product_json(row, details=details) for row in _cut(rows, asked, "products")]
    return {"product": found} if found else None


def _count(shop: "QuickbutikShop", _asked: Asked) -> object:
    return {"count": str(len(shop.products))}


def _categories(shop: "QuickbutikShop", _asked: Asked) -> object:
    return category_rows(shop.categories)


_CALLS: dict[tuple[str, str], Callable[["QuickbutikShop", Asked], object]] = {
    ("GET", "orders"): _orders,
    ("GET", "products"): _products,
    ("GET", "products/count"): _count,
    ("GET", "categories"): _categories,
}


def _cut(rows: list[Row], asked: Asked, path: str) -> list[Row]:
    start = int(asked.get("offset", 0))
    return rows[start : start + min(int(asked.get("limit", _MOST[path])), _MOST[path])]


def _basic(key: str) -> str:
    return base64.b64encode(f"{key}:{key}".encode()).decode()


def _refusal(status: int, words: str) -> Response:
    return _json(status, {"code": status, "error": words})


def _json(status: int, value: object) -> Response:
    return Response(status, json.dumps(value).encode(), [("Content-Type", "application/json")])


def shown(shop: "QuickbutikShop") -> dict[str, dict[str, Json]]:
    """Every row as a read would show it."""
    return {
        "orders": {str(row.id): order_json(row) for row in shop.orders.values()},
        "products": {str(row.id): product_json(row, details=True) for row in shop.products.values()},
        "categories": {str(row["category_id"]): row for row in category_rows(shop.categories)},
    }
