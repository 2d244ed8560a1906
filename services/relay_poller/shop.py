"""What a turn works with, and the raw records that it makes."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast

import httpx

from services.relay_poller.run import pages_of
from services.relay_poller.schedule import Turn
from services.relay_poller.settings import PollerSettings
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.spec import Gone, Page, Record, Relay, Resource, Window
from shoprelay_runtime.codec import to_json
from shoprelay_runtime.projects import Project, Webshop
from shoprelay_runtime.sending import Sender
from shoprelay_runtime.store import Bson, Store
from shoprelay_schema.events import PageReadV1
from shoprelay_schema.raw import Evidence, RawKind, RawRecord, Via

PIECES: Final = frozenset({"orders", "products", "customers"})
"""What is billed as a piece of data; what belongs to one rides free."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop during one turn."""

    store: Store
    settings: PollerSettings
    sender: Sender
    turn: Turn
    webshop: Webshop
    relay: Relay
    client: httpx.AsyncClient = field(repr=False)

    @property
    def project(self) -> Project:
        """The project that the shop belongs to."""
        return self.webshop.project


def listing(
    shop: Shop, resource: Resource, window: Window, cursor: str | None, mode: str
) -> aclosing[AsyncGenerator[Page, None]]:
    """The pages of a resource, closed when they are left before their end; PayloadInvalid when the relay does not list it."""
    pages = pages_of(resource, mode)
    if pages is None:
        raise PayloadInvalid("resource", f"{shop.relay.label} does not list {resource.name}")
    found = pages(shop.client, window, cursor, shop.webshop.config)
    return aclosing(cast(AsyncGenerator[Page, None], found))


def pieces(records: Sequence[Record]) -> int:
    """How many pieces of data these are."""
    return sum(record.resource in PIECES for record in records)


def page_records(shop: Shop, page: Page, request: str, via: Via) -> list[RawRecord]:
    """The items of a page, then what it says is gone."""
    items = [
        _raw(
            shop,
            RawKind.RECORD_READ,
            f"{request}/{number}",
            item.resource,
            item.remote_id,
            page.asked_at,
            via,
            request,
            item.body,
        )
        for number, item in enumerate(page.records)
    ]
    return items + [gone_record(shop, gone, page.asked_at, request, via) for gone in page.gone]


def gone_record(shop: Shop, gone: Gone, asked_at: datetime, request: str, via: Via) -> RawRecord:
    """The evidence that a record exists no more. An entry of the platform's list of deletions is no look at the record."""
    via = Via.FEED if gone.evidence is Evidence.DELETION_FEED else via
    body = to_json({"evidence": gone.evidence.value} | ({"version": gone.version} if gone.version else {}))
    identity = f"{request}/gone/{gone.resource}/{gone.remote_id}"
    return _raw(shop, RawKind.RECORD_GONE, identity, gone.resource, gone.remote_id, asked_at, via, request, body)


def page_end(shop: Shop, job: Bson, page: PageReadV1, asked_at: datetime, via: Via) -> RawRecord:
    """What closes a page."""
    request = f"{page.job}/{page.seq}"
    body = page.model_dump_json().encode()
    return _raw(shop, RawKind.PAGE_READ, f"{request}/page", job["resource"], "", asked_at, via, request, body)


def _raw(
    shop: Shop,
    kind: RawKind,
    identity: str,
    resource: str,
    remote_id: str,
    observed_at: datetime,
    via: Via,
    request: str,
    body: bytes,
) -> RawRecord:
    return RawRecord(
        kind=kind,
        id=identity,
        project=str(shop.project.id),
        webshop=str(shop.webshop.webshop_id),
        relay=shop.relay.name,
        resource=resource,
        remote_id=remote_id,
        observed_at=observed_at,
        via=via,
        request=request,
        body=body,
    )
