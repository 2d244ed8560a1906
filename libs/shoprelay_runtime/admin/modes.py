"""The polls of a webshop: what there is to switch on, what lists history, and how often each comes.

The contract's modes (`Mode`) have a switch and a stamp each on the webshop's document. Beside them the schedule has modes of its
own: `sweep` lists what moves no date, `subscribe` looks after the shop's webhooks, `read` reads one record. See ADR 0016.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from shoprelay_relays.spec import Mode, Relay, Resource

POLLED: Final = ("orders", "products", "customers", "categories", "statuses")
"""The contract's resources that a webshop has switches and stamps for."""
CHANGES: Final = (Mode.CREATED_SINCE_LAST_REQUEST, Mode.UPDATED_SINCE_LAST_REQUEST)
"""What happens from now on; the first time, everything."""
HISTORY: Final = (Mode.CREATED_SINCE_CATCH_ALL_DATE, Mode.UPDATED_SINCE_CATCH_ALL_DATE)
"""Everything since a date of the operator's choice, each time."""
OPEN: Final = MappingProxyType(
    {
        Mode.OPEN_SINCE_1X: timedelta(hours=1),
        Mode.OPEN_SINCE_2X: timedelta(hours=4),
        Mode.OPEN_SINCE_3X: timedelta(hours=12),
        Mode.OPEN_SINCE_4X: timedelta(days=1),
    }
)
"""Orders that are still open, in rounds by age, and how often each comes: the older, the rarer."""
SWEEP: Final = "sweep"
MEANWHILE: Final = "meanwhile"
"""What happens while the import of a resource is paused, from when it was asked for."""
SUBSCRIBE: Final = "subscribe"
WEBHOOKS: Final = "webhooks"
"""The resource of a row that looks after the shop's webhooks."""
WEBHOOK_URL: Final = "webhook_url"
"""Of the webshop's config: where the shop was told to send its webhooks."""
DAILY: Final = timedelta(days=1)
DATE: Final = "catch_all_date"
"""Of the webshop's config, else of the project's settings: where history begins."""
_PART_OF: Final = {
    "variations": "products",
    "variants": "products",
    "refunds": "orders",
    "credit_notes": "orders",
    "invoices": "orders",
    "shipments": "orders",
}


def klass(resource: str) -> str:
    """The contract's class of a resource: what it is a part of, else itself."""
    return _PART_OF.get(resource, resource)


def switch(resource: str, mode: str) -> str:
    """The webshop's attribute that says whether this is polled."""
    return f"get_{resource}_{mode}"


def stamp(resource: str, mode: str) -> str:
    """The webshop's attribute that says up to when this was polled; null asks for everything again."""
    return f"got_{resource}_{mode}_at"


def polls(relay: Relay) -> Iterator[tuple[Resource, Mode]]:
    """What an operator can switch on: of the 24 polls of the contract those that the relay serves."""
    for resource in relay.resources:
        if resource.name in POLLED and resource.pages is not None:
            yield from ((resource, mode) for mode in Mode if mode in resource.modes)


def switched_on(mode: Mode) -> bool:
    """Whether a new webshop polls this. History comes with the first poll of changes."""
    return mode not in HISTORY


def parts(relay: Relay) -> Iterator[tuple[Resource, Mode]]:
    """What has a list of its own and no switch (Magento's shipments): it comes with its whole, and the list finds what changed
    in it alone.
    """
    for resource in relay.resources:
        if resource.name not in POLLED and klass(resource.name) in POLLED and resource.pages is not None:
            yield from [(resource, mode) for mode in reversed(CHANGES) if mode in resource.modes][:1]


def every(resource: Resource, mode: str) -> timedelta:
    """How often a resource is listed in this mode."""
    if mode == SWEEP or mode in HISTORY:
        return resource.sweep or DAILY
    return resource.every if mode == MEANWHILE else OPEN.get(Mode(mode), resource.every)


def imports(mode: str, watermark: datetime | None) -> bool:
    """Whether a run of this mode lists history, whole or from a date on: it takes the backfill lane."""
    return mode == SWEEP or mode in HISTORY or (mode in CHANGES and watermark is None)


def catch_all_date(config: Mapping[str, Any], settings: Mapping[str, Any]) -> datetime | None:
    """Where history begins; None: with the shop's first record. ValueError for what is no date."""
    given = config.get(DATE) or settings.get(DATE)
    if given is None or given == "":
        return None
    try:
        found = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # a last day of time, west of here
        raise ValueError(f"{DATE}: expected an ISO date such as 2024-01-31, got {str(given)[:40]!r}") from None
    # Milliseconds, as MongoDB keeps it: what is compared with the kept one must be equal to it.
    return found.replace(microsecond=found.microsecond // 1000 * 1000)
