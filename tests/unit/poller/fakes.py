"""A platform of our own for the tests: its shops are plain objects, and every request to them is counted and can fail."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
from pydantic import BaseModel, Field, SecretStr

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.spec import Connection, Gone, Mapped, Mode, Page, Record, Relay, Resource, Routed, Verdict, Webhook, Window
from shoprelay_runtime.admin.modes import OPEN
from shoprelay_schema.raw import Evidence

PAGE = 2
MODES = frozenset({Mode.CREATED_SINCE_LAST_REQUEST, Mode.UPDATED_SINCE_LAST_REQUEST})


@dataclass
class Shop:
    """One shop. `trouble(what)` is called before every request and may raise."""

    secret: str = "sesame"
    records: dict[str, dict[str, datetime]] = field(
        default_factory=lambda: {"orders": {}, "products": {}, "notes": {}, "shipments": {}}
    )
    asked: list[tuple[str, Any]] = field(default_factory=list)
    windows: list[tuple[str, Window]] = field(default_factory=list)
    subscribed: list[str] = field(default_factory=list)
    deleted: list[Gone] = field(default_factory=list)
    more: int = 0
    trouble: Callable[[str], Any] = lambda what: None

    def add(self, resource: str, *ids: str, at: datetime | None = None) -> None:
        self.records[resource].update(dict.fromkeys(ids, at or datetime.now(UTC)))


SHOPS: dict[str, Shop] = {}


class Credentials(BaseModel):
    address: str = Field(description="The name of the shop.", examples=["alpha"])
    secret: SecretStr = Field(description="The key to it.", examples=["sesame"])
    tier: int = 1


def client(config: Mapping[str, Any], connection: Connection) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://{config['address']}", transport=connection.transport)


async def _asked(config: Mapping[str, Any], what: str, detail: Any) -> Shop:
    shop = SHOPS[config["address"]]
    shop.asked.append((what, detail))
    waited = shop.trouble(what)
    if waited is not None:
        await waited
    if config["secret"] != shop.secret:
        raise CredentialsRejected("the key does not fit: cut a new one")
    return shop


async def settings(_client: httpx.AsyncClient, config: Mapping[str, Any]) -> dict[str, str]:
    await _asked(config, "settings", None)
    return {"currency": "DKK", "nothing": ""}


def _within(at: datetime, window: Window) -> bool:
    return window.since is None or (window.since <= at and (window.mode not in OPEN or at <= window.until))


def _pages(resource: str) -> Any:
    async def pages(
        _client: httpx.AsyncClient, window: Window, cursor: str | None, config: Mapping[str, Any]
    ) -> AsyncIterator[Page]:
        SHOPS[config["address"]].windows.append((resource, window))
        while True:
            asked_at = datetime.now(UTC)
            shop = await _asked(config, resource, cursor)
            ids = [i for i, at in sorted(shop.records[resource].items()) if _within(at, window)]
            rest = [i for i in ids if cursor is None or i > cursor]
            chunk = rest[:PAGE]
            cursor = chunk[-1] if len(rest) > PAGE else None
            deleted = [] if cursor else [gone for gone in shop.deleted if gone.resource == resource]
            records = [Record(resource, i, orjson.dumps({"id": i})) for i in chunk]
            yield Page(records, asked_at, cursor, gone=deleted, total=len(ids))
            if cursor is None:
                return

    return pages


def count(resource: str) -> Any:
    """What the shop says it has: `more` than it lists, to try what is made of that."""

    async def counted(_client: httpx.AsyncClient, config: Mapping[str, Any]) -> int:
        shop = await _asked(config, f"count {resource}", None)
        return len(shop.records[resource]) + shop.more

    return counted


def _read(resource: str) -> Any:
    async def read(_client: httpx.AsyncClient, remote_id: str, config: Mapping[str, Any]) -> list[Record] | Gone:
        shop = await _asked(config, f"read {resource}", remote_id)
        if remote_id not in shop.records[resource]:
            return Gone(resource, remote_id, Evidence.NOT_FOUND)
        return [Record(resource, remote_id, orjson.dumps({"id": remote_id}))]

    return read


async def subscribe(_client: httpx.AsyncClient, config: Mapping[str, Any], url: str) -> dict[str, str]:
    shop = await _asked(config, "subscribe", None)
    shop.subscribed.append(url)
    return {"replaced": "before"}


def resource(name: str, modes: frozenset[Mode] = MODES, **more: Any) -> Resource:
    return Resource(name, map=lambda body, shop: Mapped(), pages=_pages(name), read=_read(name), modes=modes, **more)


RELAY = Relay(
    name="fake",
    label="Fake",
    docs="https://example.com/",
    author="the tests",
    credentials=Credentials,
    client=client,
    settings=settings,
    resources=(resource("orders"), resource("products", frozenset({Mode.UPDATED_SINCE_LAST_REQUEST})), resource("notes")),
    webhook=Webhook(
        check=lambda config, headers, body: Verdict.GENUINE,
        route=lambda headers, body: Routed("orders"),
        prepare=lambda config: {"webhook_secret": "whisper"},
        subscribe=subscribe,
    ),
)

EVERYTHING = replace(
    RELAY,
    resources=(
        resource("orders", frozenset(Mode), count=count("orders"), sweep=timedelta(hours=2)),
        resource("products", sweep=timedelta(hours=3), sweep_pages=_pages("products")),
        resource("shipments", every=timedelta(hours=1)),
    ),
)
"""The same with all that a relay can declare: every mode, sweeps, a count, and parts that have a list of their own."""
