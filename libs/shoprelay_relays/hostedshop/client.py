"""Asking the API: one operation, its result or the error that it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.hostedshop import operations, soap
from shoprelay_relays.hostedshop.changes import CHANGES
from shoprelay_relays.hostedshop.credentials import API
from shoprelay_relays.hostedshop.session import OPERATION, REQUESTS, InSession
from shoprelay_relays.http import asking
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.spec import Connection, Json


@dataclass(frozen=True, slots=True)
class Answer:
    """`asked_at` is when the first of its `requests` left: some open the session."""

    value: Json
    asked_at: datetime
    requests: int

    @property
    def rows(self) -> list[Json]:
        """The records of a list; an empty one is an empty element."""
        return self.value if isinstance(self.value, list) else []


def client(config: Mapping[str, Any], connection: Connection) -> httpx.AsyncClient:
    """The client of one shop. Its session lives as long as it does."""
    inner = connection.transport or httpx.AsyncHTTPTransport()
    return httpx.AsyncClient(
        base_url=str(config.get("api_url") or API),
        transport=InSession(inner, str(config["username"]), str(config["password"])),
        timeout=asking.TIMEOUT,
    )


async def call(shop: httpx.AsyncClient, operation: str, **arguments: Any) -> Answer:
    """One operation; a record is a dict of its fields, a list {"item": [...]}.

    Raises CredentialsRejected, NotThere, ShopTrouble (Overloaded) or RelayError (Fault).
    """
    asked_at = datetime.now(UTC)
    response = await asking.send(
        shop,
        "POST",
        "service.php",
        content=operations.envelope(operation, arguments),
        headers=operations.headers(operation),
        extensions={OPERATION: operation, asking.SAFE: operation not in CHANGES},
    )
    return Answer(soap.result(response, operation), asked_at, int(response.extensions.get(REQUESTS, 1)))


async def listed(shop: httpx.AsyncClient, operation: str, **arguments: str | int | None) -> Answer:
    """A list whose rows are records. ShopTrouble for anything else, such as rows without the fields that were asked for."""
    answer = await call(shop, operation, **arguments)
    if answer.value != "" and not isinstance(answer.value, list):
        raise ShopTrouble(f"{operation}: expected a list")
    if not all(_is_record(row) for row in answer.rows):
        raise ShopTrouble(f"{operation}: expected records, got rows without an Id or with nothing else")
    return answer


async def one(shop: httpx.AsyncClient, operation: str, **arguments: str | int | None) -> Answer:
    """One record. NotThere where there is none: the result is empty, or a fault says so."""
    answer = await call(shop, operation, **arguments)
    if not answer.value:
        raise NotThere("404")
    if not _is_record(answer.value):
        raise ShopTrouble(f"{operation}: expected a record, got one without an Id or with nothing else")
    return answer


def _is_record(row: Json) -> bool:
    """A session whose field sets were lost gives Ids alone."""
    return isinstance(row, dict) and row.get("Id") not in {None, ""} and len(row) > 1
