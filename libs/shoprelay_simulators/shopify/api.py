"""The HTTP side: tokens, GraphQL with its costs and its bucket, and the files of bulk operations.

https://shopify.dev/docs/api/usage/response-codes
"""

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, execute_sync, parse, validate

from shoprelay_simulators.clock import Clock
from shoprelay_simulators.messages import Request, Response
from shoprelay_simulators.shopify.cost import Price
from shoprelay_simulators.shopify.schema import schema, type_of

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.shop import ShopifyShop

DEAREST = 1000
_PATH = re.compile(r"/admin/api/(\d{4}-\d{2}|unstable)/graphql\.json")
_UNKNOWN = "[API] Invalid API key or access token (unrecognized login or wrong password)"


class Bucket:
    """The app's points in this shop."""

    def __init__(self, clock: Clock, most: float, restore: float) -> None:
        self.clock, self.most, self.restore = clock, most, restore
        self.left, self.at = most, clock()

    def available(self) -> float:
        now = self.clock()
        self.left = min(self.most, self.left + (now - self.at).total_seconds() * self.restore)
        self.at = now
        return self.left

    def status(self) -> dict[str, float]:
        left = self.available()
        return {"maximumAvailable": self.most, "currentlyAvailable": int(left), "restoreRate": self.restore}


def answer(shop: "ShopifyShop", request: Request) -> Response:
    if request.path.startswith("/bulk/"):
        return shop.bulk.answer(request)
    if (request.method, request.path) == ("POST", "/admin/oauth/access_token"):
        return _grant(shop, request)
    found = _PATH.fullmatch(request.path)
    if request.method != "POST" or not found:
        return _json(shop, 404, {"errors": "Not Found"})
    if shop.faults.unauthorized or not shop.access.knows(request.headers.get("x-shopify-access-token", "")):
        return _json(shop, 401, {"errors": _UNKNOWN})
    try:
        asked = json.loads(request.body)
        query, variables = str(asked["query"]), asked.get("variables") or {}
    except (ValueError, KeyError, TypeError):
        return _json(shop, 400, {"errors": {"query": "Required parameter missing or invalid"}})
    return _json(shop, 200, _graphql(shop, query, variables))


def _grant(shop: "ShopifyShop", request: Request) -> Response:
    status, body = shop.access.grant(request.body)
    if status == 200 and shop.access.lose_answers:  # noqa: PLR2004
        shop.access.lose_answers -= 1
        return Response(502, b"<html>Bad gateway</html>", [("Content-Type", "text/html")])
    return _json(shop, status, body)


@lru_cache(maxsize=64)
def _document(query: str) -> tuple[DocumentNode, Price] | list[dict[str, Any]]:
    """A query, parsed and held against the schema, with its price; or what is wrong with it."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return [dict(error.formatted)]
    if wrong := validate(schema(), document):
        return [{**error.formatted, "extensions": {"code": "undefinedField"}} for error in wrong]
    return document, Price(schema(), document)


def _graphql(shop: "ShopifyShop", query: str, variables: dict[str, Any]) -> dict[str, Any]:
    found = _document(query)
    if isinstance(found, list):
        return {"errors": found}
    document, price = found
    asked, left = price.total(variables), shop.bucket.available()
    if asked > DEAREST:
        message = f"Query cost is {asked}, which exceeds the single query max cost limit ({DEAREST})."
        return {"errors": [_error(message, "MAX_COST_EXCEEDED", cost=asked, maxCost=DEAREST)]}
    if asked > left:
        return {"errors": [_error("Throttled", "THROTTLED")], "extensions": {"cost": _cost(shop, asked, None)}}
    return _executed(shop, document, variables, price, asked)


def _executed(shop: "ShopifyShop", document: DocumentNode, variables: dict[str, Any], price: Price, asked: int) -> dict[str, Any]:
    shop.warned = []
    found = execute_sync(
        schema(),
        document,
        context_value=shop,
        variable_values=variables,
        field_resolver=shop.resolver,
        type_resolver=type_of,
    )
    changes = any(isinstance(d, OperationDefinitionNode) and d.operation.value == "mutation" for d in document.definitions)
    paid = asked if changes else price.total(variables, found.data or {})
    shop.bucket.left -= paid
    extensions: dict[str, Any] = {"cost": _cost(shop, asked, paid)}
    if shop.warned:
        extensions["search"] = shop.warned
    errors = [error.formatted for error in found.errors or ()]
    return {"data": found.data, **({"errors": errors} if errors else {}), "extensions": extensions}


def _cost(shop: "ShopifyShop", asked: int, paid: int | None) -> dict[str, Any]:
    return {"requestedQueryCost": asked, "actualQueryCost": paid, "throttleStatus": shop.bucket.status()}


def _error(message: str, code: str, **more: int) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code, **more}}


def _json(shop: "ShopifyShop", status: int, value: Any) -> Response:
    headers = [("Content-Type", "application/json; charset=utf-8"), ("X-Shopify-API-Version", shop.version)]
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    return Response(status, body, [*headers, ("X-Request-Id", f"sim-{len(shop.ledger.answers)}")])
