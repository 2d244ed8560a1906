"""A relay whose records name their documents: the tests say exactly what is observed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
import orjson
from pydantic import BaseModel

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.spec import Connection, Draft, Json, Mapped, Record, Relay, Resource, Routed, Shop, Verdict, Webhook
from shoprelay_schema.documents import COLLECTIONS


class Credentials(BaseModel):
    pass


def _draft(part: Json, shop: Shop) -> Draft:
    model = COLLECTIONS[part["collection"]]
    values = dict(part["values"])
    for name, (collection, key) in part.get("refs", {}).items():
        values[name] = shop.id(collection, key)
    return Draft(
        model(**values),
        key=part["key"],
        aliases=tuple(part.get("aliases", ())),
        derived=part.get("derived", False),
        follow_up=tuple(part["follow_up"]) if "follow_up" in part else None,
    )


def _map(record: Json, shop: Shop) -> Mapped:
    if "poison" in record:
        raise PayloadInvalid("lines.0.price", "expected a number")
    if "bug" in record:
        raise KeyError(record["bug"])
    mapped = Mapped(version=record.get("version", ""), gone=[tuple(g) for g in record.get("gone", ())])
    for part in record.get("parts", ()):
        draft = _draft(part, shop)
        mapped.drafts.append(draft)
        for collection, keys in part.get("owns", {}).items():
            mapped.owns.append((draft, collection, [shop.id(collection, key) for key in keys]))
    return mapped


def _route(_headers: Mapping[str, str], body: bytes) -> Routed:
    said = orjson.loads(body)
    klass = said.get("klass", "orders")
    if "read" in said:
        return Routed(klass, reads=[(klass, said["read"])])
    return Routed(klass, records=[Record(klass, str(said.get("id", "")), body)])


def _client(_config: Mapping[str, Any], connection: Connection) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=connection.transport)


async def _read(_client: httpx.AsyncClient, _remote_id: str, _config: Mapping[str, Any]) -> list[Record]:
    raise NotImplementedError


async def _settings(_client: httpx.AsyncClient, _config: Mapping[str, Any]) -> dict[str, str]:
    return {}


RELAY = Relay(
    name="plain",
    label="Plain",
    docs="",
    author="tests",
    credentials=Credentials,
    client=_client,
    settings=_settings,
    resources=(
        Resource("customers", map=_map, read=_read, key=lambda remote_id: f"id:{remote_id}"),
        *(Resource(name, map=_map, read=_read) for name in ("orders", "products")),
        Resource("categories", map=_map),
    ),
    webhook=Webhook(check=lambda *_: Verdict.GENUINE, route=_route),
)


def order(number: str, version: datetime | str, lines: Mapping[str, int] | None = None, **values: Any) -> Json:
    """A record of an order that lists its lines {sku: quantity}."""
    text = version if isinstance(version, str) else version.isoformat()
    parts = [{"collection": "orders", "key": number, "values": {"order_number": number, **values}}]
    if lines is not None:
        parts[0]["owns"] = {"order_lines": [f"{number}/{sku}" for sku in lines]}
        parts += [
            {
                "collection": "order_lines",
                "key": f"{number}/{sku}",
                "values": {"order_number": number, "variant_sku": sku, "quantity": quantity, "remote_id": f"{number}/{sku}"},
                "refs": {"order_id": ("orders", number)},
            }
            for sku, quantity in lines.items()
        ]
    return {"id": number, "version": text, "parts": parts}
