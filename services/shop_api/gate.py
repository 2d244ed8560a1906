"""Who calls: nothing below the two APIs is looked at before its token is."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from bson import ObjectId
from pymongo.errors import PyMongoError

from services.shop_api.problems import Problem, answer
from shoprelay_runtime.access import Openings, TokenKind

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]

_OPENS: Final = {"/shop_api/": TokenKind.SHOP_API, "/project_api/": TokenKind.PROJECT_API}
_SCHEME: Final = {"www-authenticate": 'Basic realm="shoprelay"'}


class Gate:
    """ASGI middleware: 401 without a token that opens the path, else the project stands in the request's state."""

    def __init__(self, app: App, openings: Openings, most: int) -> None:
        self._app = app
        self._openings = openings
        self._most = most

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        kind = next((kind for path, kind in _OPENS.items() if scope.get("path", "").startswith(path)), None)
        if scope["type"] != "http" or kind is None:
            await self._app(scope, receive, send)
            return
        try:
            scope.setdefault("state", {})["project"] = await self._enter(kind, scope)
        except Problem as problem:
            await answer(problem)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _enter(self, kind: TokenKind, scope: Scope) -> ObjectId:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            project = await self._openings.opened_by(kind, headers.get(b"authorization", ""))
        except PyMongoError:
            raise Problem(503, "unavailable", "the database does not answer; try again", headers={"retry-after": "5"}) from None
        if project is None:
            expected = f"expected Authorization: Basic base64(your {kind.value.replace('_', ' ')} token)"
            raise Problem(401, "unauthorized", expected, headers=_SCHEME)
        length = headers.get(b"content-length", "0")
        if b"transfer-encoding" in headers and b"content-length" not in headers:
            raise Problem(411, "length_required", "give the body's length")
        if not length.isdecimal() or int(length) > self._most:
            raise Problem(413, "too_large", f"a body may have {self._most} bytes")
        return project
