"""Bulk operations: a query over everything, whose result is a file of JSON lines on another host.

https://shopify.dev/docs/api/usage/bulk-operations/queries
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    execute_sync,
    get_named_type,
    parse,
    validate,
    visit,
)

from shoprelay_simulators.messages import Request, Response
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.shopify.schema import schema, type_of

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.shop import ShopifyShop

MOST_CONNECTIONS, DEEPEST = 5, 3
AT_ONCE = 5
_ENDED = {"COMPLETED", "FAILED", "CANCELED", "EXPIRED"}


class Bulk:
    """The operations of the app. `seconds`: how long one runs; `fail`: how many coming ones end as FAILED."""

    def __init__(self, shop: "ShopifyShop", seconds: float = 1.0) -> None:
        self.shop, self.seconds, self.fail = shop, seconds, 0
        self.operations: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.leaked: list[str] = []
        """Access tokens that were sent to the host of the files."""

    def all(self) -> list[dict[str, Any]]:
        return [self.operation(gid) or {} for gid in self.operations]

    def operation(self, gid: str) -> dict[str, Any] | None:
        """An operation as it stands now."""
        row = self.operations.get(gid)
        if row and row["status"] not in _ENDED and self.shop.clock() >= row["ends"]:
            row["status"], row["completedAt"] = ("FAILED", None) if row["fails"] else ("COMPLETED", self.shop.stamp())
            row["errorCode"] = "INTERNAL_SERVER_ERROR" if row["fails"] else None
            some = row["objects"] != "0" and not row["fails"]
            row["url"] = f"{self.shop.files_url}/bulk/{number(row)}.jsonl?signature=0" if some else None
            row["objectCount"], row["rootObjectCount"] = row["objects"], row["roots"]
            row["fileSize"] = len(self.files[gid]) or None
        return row

    def start(self, query: str, *, grouped: bool) -> dict[str, Any]:
        if wrong := _wrong(query):
            return {"bulkOperation": None, "userErrors": [{"code": "INVALID", "field": ["query"], "message": wrong}]}
        if sum(row["status"] not in _ENDED for row in self.all()) >= AT_ONCE:
            message = "A bulk query operation for this app and shop is already in progress"
            return {"bulkOperation": None, "userErrors": [{"code": "OPERATION_IN_PROGRESS", "field": None, "message": message}]}
        gid = f"gid://shopify/BulkOperation/{self.shop.next_number()}"
        lines = list(self._lines(query))
        if not grouped:
            lines.sort(key=lambda line: "__parentId" in line)
        self.files[gid] = b"".join(json.dumps(line, ensure_ascii=False).replace("/", "\\/").encode() + b"\n" for line in lines)
        self.operations[gid] = {
            "id": gid,
            "status": "CREATED",
            "type": "QUERY",
            "query": query,
            "createdAt": self.shop.stamp(),
            "objectCount": "0",
            "rootObjectCount": "0",
            "objects": str(len(lines)),
            "roots": str(sum("__parentId" not in line for line in lines)),
            "ends": self.shop.clock() + timedelta(seconds=self.seconds),
            "fails": self.fail > 0,
        }
        self.fail = max(0, self.fail - 1)
        return {"bulkOperation": self.operations[gid], "userErrors": []}

    def cancel(self, gid: str) -> dict[str, Any]:
        row = self.operation(gid)
        if row and row["status"] not in _ENDED:
            row["status"] = "CANCELED"
        return {"bulkOperation": row, "userErrors": []}

    def _lines(self, query: str) -> Iterator[dict[str, Any]]:
        self.shop.bulk_running = True
        try:
            found = execute_sync(
                schema(), parse(query), context_value=self.shop, field_resolver=self.shop.resolver, type_resolver=type_of
            )
        finally:
            self.shop.bulk_running = False
        if found.errors:
            raise found.errors[0]
        for root in (found.data or {}).values():
            for edge in root["edges"]:
                yield from _flat(edge["node"], None)

    def answer(self, request: Request) -> Response:
        """The file, or a range of it. The host knows signatures, not tokens."""
        if token := request.headers.get("x-shopify-access-token"):
            self.leaked.append(token)
        gid = f"gid://shopify/BulkOperation/{request.path.rpartition('/')[2].removesuffix('.jsonl')}"
        body, wanted = self.files.get(gid), request.headers.get("range", "")
        if body is None or ("signature", "0") not in request.query:
            return Response(403, b"<Error><Code>AccessDenied</Code></Error>", [("Content-Type", "application/xml")])
        if not wanted.startswith("bytes="):
            return Response(200, body, [("Content-Type", "application/jsonl")])
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        begin, end = int(first), min(int(last or len(body)) + 1, len(body))
        if begin >= len(body):
            return Response(416, b"", [("Content-Range", f"bytes */{len(body)}")])
        headers = [("Content-Type", "application/jsonl"), ("Content-Range", f"bytes {begin}-{end - 1}/{len(body)}")]
        return Response(206, body[begin:end], headers)


def _flat(node: dict[str, Any], parent: str | None) -> Iterator[dict[str, Any]]:
    """An object's line, then those of what belongs to it."""
    children: list[dict[str, Any]] = []
    line = _plain(node, children)
    yield line if parent is None else {**line, "__parentId": parent}
    for child in children:
        yield from _flat(child, node.get("id"))


def _plain(value: Any, children: list[dict[str, Any]]) -> Any:
    """A value without its connections, whose nodes go to `children`."""
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, item in value.items():
        if isinstance(item, dict) and "edges" in item:
            children += [edge["node"] for edge in item["edges"]]
        else:
            kept[name] = _plain(item, children)
    return kept


def _wrong(query: str) -> str:
    """Why a query cannot be run in bulk; "" when it can."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return f"Invalid bulk query: {error.message}"
    if errors := validate(schema(), document):
        return f"Invalid bulk query: {errors[0].message}"
    seen = _Connections(TypeInfo(schema()))
    visit(document, TypeInfoVisitor(seen.types, seen))
    return seen.wrong()


class _Connections(Visitor):
    """Counts connections, how deep they are, and whether one stands within a list."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types, self.stack = types, list[str]()
        self.count = self.deepest = 0
        self.within_list = self.node_field = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        kind = self.types.get_type()
        name = get_named_type(kind).name if kind else ""
        bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        self.node_field = self.node_field or (not self.stack and node.name.value in {"node", "nodes"})
        mark = "connection" if name.endswith("Connection") else ""
        if isinstance(bare, GraphQLList) and not name.endswith("Edge") and node.name.value != "nodes":
            mark = "list"
        if mark == "connection":
            self.count += 1
            self.within_list = self.within_list or "list" in self.stack
        self.stack.append(mark)
        self.deepest = max(self.deepest, self.stack.count("connection"))

    def leave_field(self, *_: object) -> None:
        self.stack.pop()

    def wrong(self) -> str:
        if not self.count or self.node_field:
            return "Bulk queries must contain at least one connection, and not the fields node and nodes."
        if self.count > MOST_CONNECTIONS:
            return f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections."
        if self.deepest > DEEPEST:
            return "Bulk queries cannot contain connections that are nested more than two levels deep."
        return (
            "Queries that contain a connection field within a list field are not currently supported." if self.within_list else ""
        )
