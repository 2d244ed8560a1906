"""What happened to an order: its history of states.

https://devdocs.prestashop-project.org/8/webservice/resources/order_histories/
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import times, words
from shoprelay_relays.prestashop.states import meaning
from shoprelay_relays.spec import Shop


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime | None
    status: str | None
    state: str | None
    paid: bool

    def told(self) -> dict[str, Any]:
        return {"created_at": self.at, "status": self.status, "comment": None}


def history(raw: Raw, shop: Shop) -> list[Event]:
    """Oldest first; rows of one second are in the order of their ids."""
    rows = sorted(raw.items("order_histories"), key=lambda row: (row.text("date_add") or "", row.integer("id") or 0))
    return [_event(row, shop) for row in rows]


def since_when(events: list[Event], state: str | None) -> datetime | None:
    """When the last unbroken stretch of this state began."""
    began = None
    for event in reversed(events):
        if event.state != state:
            break
        began = event.at
    return began


def _event(row: Raw, shop: Shop) -> Event:
    flags, key = row.child("order_state"), row.reference("id_order_state")
    return Event(
        at=times.moment(row, "date_add", times.zone(shop.config)),
        status=words.text(flags, "name", shop.config.get("language_id")) or key,
        state=meaning(key, flags, shop.config),
        paid=bool(flags.flag("paid")) or bool(flags.flag("logable")),
    )
