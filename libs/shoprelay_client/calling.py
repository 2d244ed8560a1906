"""One call over HTTP."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any, TypedDict

import httpx

from shoprelay_relays.actions.bodies.base import Body


class Options(TypedDict, total=False):
    """What may be said of any call that changes something. `key`: its Idempotency-Key."""

    webshop_id: str
    bypass_db: bool
    dry_run: bool
    key: str


class Filter(TypedDict, total=False):
    """What may be said of an index; times as ISO 8601."""

    created_since: str
    updated_since: str
    cursor: str
    unfiltered_response: bool


class ShopApiProblem(Exception):
    """An answer that is no success. `type` is for programs; `unknown` means that nobody knows whether the shop was changed.

    `retry_after`: seconds, where asking again makes sense.
    """

    def __init__(self, status: int, body: dict[str, Any], retry_after: float | None) -> None:
        super().__init__(f"{status}: {body.get('error') or body}")
        self.status = status
        self.type = str(body.get("type", ""))
        self.field: str | None = body.get("field")
        self.body = body
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Calls:
    """Sends calls; `http` knows the address and the token."""

    http: httpx.AsyncClient

    async def send(self, method: str, path: str, data: Body | None, options: Options) -> Any:
        """The `result`; ShopApiProblem for an answer that is none, httpx.HTTPError when there is no answer."""
        query = {name: value for name, value in options.items() if name != "key"}
        headers = {"Idempotency-Key": options["key"]} if "key" in options else {}
        body = {"data": data.model_dump(mode="json", by_alias=True, exclude_unset=True)} if data is not None else None
        response = await self.http.request(method, path, params=_texts(query), json=body, headers=headers)
        return _read(response)["result"]

    async def index(self, path: str, webshop_id: str, wanted: Filter) -> dict[str, Any]:
        """{"result": [...], "cursor": ...}: one page."""
        return _read(await self.http.get(path, params=_texts({"webshop_id": webshop_id, **wanted})))


def client(address: str, token: str, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    """The HTTP client of a service at this address."""
    headers = {"Authorization": f"Basic {b64encode(token.encode()).decode()}"}
    # A call takes as long as the shop does, up to the service's own limit.
    return httpx.AsyncClient(base_url=f"{address.rstrip('/')}/shop_api/v1", headers=headers, timeout=120, transport=transport)


def _texts(query: dict[str, Any]) -> dict[str, str]:
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in query.items()}


def _read(response: httpx.Response) -> dict[str, Any]:
    try:
        body: dict[str, Any] = response.json()
    except ValueError:
        body = {"error": response.text[:200]}
    if response.is_success:
        return body
    wait = response.headers.get("retry-after", "")
    raise ShopApiProblem(response.status_code, body, float(wait) if wait.isdigit() else None)
