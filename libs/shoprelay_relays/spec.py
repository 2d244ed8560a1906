"""What a relay is: a typed value and plain functions. Data where platforms agree, functions where they differ."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol, Self

import httpx
import orjson
from bson import ObjectId
from pydantic import BaseModel

from shoprelay_relays.actions.spec import Action
from shoprelay_relays.http.tokens import MemoryTokens, Tokens
from shoprelay_schema.documents.base import Document
from shoprelay_schema.raw import Evidence
from shoprelay_schema.texts import fitted

Json = Any
"""A platform's raw JSON: the one place where Any is allowed in; mapping functions let only typed documents out."""


class Mode(StrEnum):
    """The poll modes of the contract (`get_<resource>_<mode>`)."""

    CREATED_SINCE_LAST_REQUEST = "created_since_last_request"
    UPDATED_SINCE_LAST_REQUEST = "updated_since_last_request"
    CREATED_SINCE_CATCH_ALL_DATE = "created_since_catch_all_date"
    UPDATED_SINCE_CATCH_ALL_DATE = "updated_since_catch_all_date"
    OPEN_SINCE_1X = "open_since_1x"
    OPEN_SINCE_2X = "open_since_2x"
    OPEN_SINCE_3X = "open_since_3x"
    OPEN_SINCE_4X = "open_since_4x"


CREATED: Final = frozenset({Mode.CREATED_SINCE_LAST_REQUEST, Mode.CREATED_SINCE_CATCH_ALL_DATE})
"""By the time of creation."""
UPDATED: Final = frozenset({Mode.UPDATED_SINCE_LAST_REQUEST, Mode.UPDATED_SINCE_CATCH_ALL_DATE})
"""By the time of the last change."""
DATED: Final = CREATED | UPDATED
"""By either time."""
OPEN: Final = frozenset(Mode) - DATED
"""Open orders by the time of creation, however long ago they changed."""


@dataclass(frozen=True, slots=True)
class Window:
    """What to list: records created or updated (by `mode`) from `since` (inclusive; None: from the beginning) to `until`.

    `until` is the watermark, taken before the first request; a list may ignore it where the platform cannot filter by it.
    """

    mode: Mode
    since: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """One item as the platform gave it: `resource` says which mapping reads it, `body` is its JSON text."""

    resource: str
    remote_id: str
    body: bytes

    @classmethod
    def of(cls, resource: str, remote_id: str, item: Json) -> Self:
        """With the JSON text of an item that was read."""
        return cls(resource, remote_id, fitted(orjson.dumps(item)))


@dataclass(frozen=True, slots=True)
class Gone:
    """Evidence that a record exists no more: of a direct read, or an entry of the platform's own list of deletions.

    `version`: the platform's time of the deletion as `version(datetime)`, or its revision. Without it an entry of a list says
    nothing of when: a record that is held against it is then read.
    """

    resource: str
    remote_id: str
    evidence: Evidence
    version: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a listing. `cursor` resumes after it (opaque text, at most 2 KB); None: nothing follows.

    `asked_at` is when its first request left, `requests` how many it took (all are billed).
    `total`: how many records of the resource the whole listing has, where the platform tells.
    `gone`: where the platform lists what was deleted, a relay's `pages` go through that list too: Evidence.DELETION_FEED.
    """

    records: Sequence[Record]
    asked_at: datetime
    cursor: str | None
    requests: int = 1
    gone: Sequence[Gone] = ()
    total: int | None = None


Pages = Callable[[httpx.AsyncClient, Window, str | None, Mapping[str, Any]], AsyncIterator[Page]]
"""Lists: the pages of a window, from the cursor on when a run is resumed."""


class Shop(Protocol):
    """The shop whose record is mapped."""

    @property
    def webshop_id(self) -> ObjectId: ...

    @property
    def company_id(self) -> ObjectId: ...

    @property
    def config(self) -> Mapping[str, Any]:
        """The webshop's `config`, decrypted: credentials and what the relay's `settings` call learnt (time zone, currency...)."""

    def id(self, collection: str, key: str) -> ObjectId:
        """The `_id` of the document of this shop with this natural key; computed, whether it exists or not."""
        ...


@dataclass(slots=True)
class Draft:
    """One document that a record becomes, before the version guard.

    `key`: its natural key (the platform's own immutable id, else the contract's recognisable key).
    `aliases`: further keys by which the same customer may be found (customers only).
    `derived`: learnt in passing; fills in until a direct observation comes.
    `follow_up`: (resource, remote_id) to read when no direct observation of this document is stored yet.
    `version`: overrides the record's own version, where the part has one of its own.
    """

    document: Document
    key: str
    aliases: tuple[str, ...] = ()
    derived: bool = False
    follow_up: tuple[str, str] | None = None
    version: str | None = None


@dataclass(slots=True)
class Mapped:
    """What one record says.

    `version`: the platform's own modified time as `version(datetime)` below, or a revision as sortable text, else "".
    `owns`: (parent draft, collection, ids): the complete set of children that this record lists for the parent;
    one that was listed before and is not in it is gone.
    `gone`: (collection, key, evidence) of documents that this record proves deleted (a trashed order; a webhook of a deletion).
    A pushed one is believed when its `version` says that it is news; without a version the record is read, where it can be.
    `reads`: (resource, remote_id) to read directly, because this record is partial or a mere hint.
    `unknown`: codes that no table knows, as "attribute=code"; counted, never refused.
    """

    drafts: list[Draft] = field(default_factory=list)
    version: str = ""
    owns: list[tuple[Draft, str, list[ObjectId]]] = field(default_factory=list)
    gone: list[tuple[str, str, Evidence]] = field(default_factory=list)
    reads: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Routed:
    """What one webhook says: records to map, direct reads to make ("*" reads the whole list); neither: nothing of use.

    `klass` names the contract's class for the bill and the operator's webhook: orders, products, customers...
    """

    klass: str
    records: Sequence[Record] = ()
    reads: Sequence[tuple[str, str]] = ()


class Verdict(StrEnum):
    """What a webhook's check found."""

    GENUINE = "genuine"
    PING = "ping"
    """The platform asks whether the address answers; it carries no data and is not logged."""
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Taken:
    """What of a post to our own endpoint is accepted: `body` goes into the raw log (None: nothing), `answer` (JSON) with `status`
    back to the shop, once the body is safe.
    """

    status: int
    answer: bytes
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Webhook:
    """How a platform's webhooks are checked and read.

    `check(config, headers, body)` runs over the raw bytes; header names are lower case.
    `keep`: the headers (lower case) that the raw log keeps beside the body.
    `delivery`: the header (lower case) in which the platform names a delivery; "" where it names none.
    `route(headers, body)` raises PayloadInvalid for what cannot be read.
    `prepare(config)` gives what the webshop's config must hold before the shop knows the address, such as the secret that it is
    to sign with: its first delivery can arrive before `subscribe` has returned.
    `take(kind, body, received_at)` examines what is posted to our own endpoint, in our own format, item by item.
    `subscribe(client, config, url)` points the shop at `url` and returns what else to remember in the webshop's config.
    It is called every day, as shops drop webhooks: it takes over what is there and makes what is not.
    """

    check: Callable[[Mapping[str, Any], Mapping[str, str], bytes], Verdict]
    route: Callable[[Mapping[str, str], bytes], Routed]
    keep: tuple[str, ...] = ()
    delivery: str = ""
    prepare: Callable[[Mapping[str, Any]], dict[str, str]] = lambda _config: {}
    subscribe: Callable[[httpx.AsyncClient, Mapping[str, Any], str], Awaitable[dict[str, str]]] | None = None
    take: Callable[[str, bytes, datetime], Taken] | None = None


def last_part(remote_id: str) -> str:
    """The id itself, of "parent/id" too."""
    return remote_id.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of record that a relay lists, reads and maps.

    `pages(client, window, cursor, config)` yields pages, from `cursor` on when a run is resumed.
    `read(client, remote_id, config)` reads one record directly (with the records that belong to it), or says that it is gone.
    `map(body, shop)` is pure: it gives the same drafts for the same bytes.
    `modes`: the poll modes it can serve. `overlap`: how far before the last watermark a poll starts again.
    A resource without `pages` is only read or pushed (a refund, a variation).
    `collection`: of the document that a record chiefly becomes (default: the resource's name), `key(remote_id)`: its natural key.
    `count(client, config)`: how many records the shop itself says it has, where it can be asked.
    `sweep`: how often everything is listed anyway, because some changes (stock, variants, prices) move no date;
    `sweep_pages` lists what such changes may touch where that is less than everything.
    `becomes`: the collections of all documents that a record may tell of, its children and what it names in passing included; ():
    not said, so any. `shoprelay explain` leaves out the records that cannot tell of what it explains.
    `at_once`: the cursor with which somebody begins who waits for the answer, where a list of everything is a long job otherwise.
    """

    name: str
    map: Callable[[Json, Shop], Mapped]
    pages: Pages | None = None
    read: Callable[[httpx.AsyncClient, str, Mapping[str, Any]], Awaitable[list[Record] | Gone]] | None = None
    modes: frozenset[Mode] = frozenset()
    collection: str = ""
    key: Callable[[str], str] = last_part
    overlap: timedelta = timedelta(minutes=2)
    every: timedelta = timedelta(minutes=5)
    count: Callable[[httpx.AsyncClient, Mapping[str, Any]], Awaitable[int]] | None = None
    sweep: timedelta | None = None
    sweep_pages: Pages | None = None
    becomes: tuple[str, ...] = ()
    at_once: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says of the shop's budget: `wait` seconds before the next request, `left` requests (or points) until then,
    `per_second` how fast they come back. None: not said.
    """

    wait: float = 0.0
    left: float | None = None
    per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard one shop may be asked, over all processes that ask it.

    `per_second` requests in the long run, `burst` of them at once after a quiet time, `parallel` under way at any moment.
    `gentle`: a shop on a host of its own, which is asked less while its answers become slow. `learn` reads what an answer says
    in the platform's own way; without it the common headers are read (http/ratelimits.py). Retry-After holds for all.
    """

    per_second: float = 4.0
    burst: int = 20
    parallel: int = 2
    gentle: bool = False
    learn: Callable[[httpx.Response], Told | None] | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """What the runtime lends to the client of one shop: the `transport` (it guards addresses and budgets; None: httpx's own) and
    the place where `tokens` that end are kept.
    """

    transport: httpx.AsyncBaseTransport | None = None
    tokens: Tokens = field(default_factory=MemoryTokens)


@dataclass(frozen=True, slots=True)
class Relay:
    """The adapter for one platform.

    `credentials`: a pydantic model of what a form asks; secrets are SecretStr, descriptions and examples are for people.
    `client(config, connection)` makes the HTTP client of one shop.
    `passing`: collections of documents that are learnt from other records only (the payment methods that orders name).
    `settings(client, config)` asks the shop for what mapping needs to know, tests the credentials on the way, and
    returns text values to remember in the webshop's config.
    `actions`: what can be done in the shop, by the endpoint's key ("orders/close").
    """

    name: str
    label: str
    docs: str
    author: str
    credentials: type[BaseModel]
    client: Callable[[Mapping[str, Any], Connection], httpx.AsyncClient]
    settings: Callable[[httpx.AsyncClient, Mapping[str, Any]], Awaitable[dict[str, str]]]
    resources: tuple[Resource, ...]
    passing: tuple[str, ...] = ()
    webhook: Webhook | None = None
    limits: Limits = Limits()
    identifiable_config_keys: tuple[str, ...] = ()
    blind_spots: tuple[str, ...] = ()
    actions: Mapping[str, Action] = field(default_factory=dict)

    def resource(self, name: str) -> Resource:
        """The resource of this name, else the one that becomes this collection; KeyError names what exists."""
        for known_as in ("name", "collection"):
            for resource in self.resources:
                if getattr(resource, known_as) == name:
                    return resource
        known = ", ".join(r.name for r in self.resources)
        raise KeyError(f"{self.label} has no resource {name!r}; it has {known}")
