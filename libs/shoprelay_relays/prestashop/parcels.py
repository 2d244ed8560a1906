"""Shipments: an order has one row of `order_carriers` from the start; it is a parcel once it is on its way.

https://devdocs.prestashop-project.org/8/webservice/resources/order_carriers/
"""

from datetime import datetime
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import addresses, events, lines, times
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Shipment


def carrier(body: Json, shop: Shop) -> Mapped:
    """One row of /order_carriers by itself: it tells neither the order's number nor where it goes."""
    raw = Raw(body)
    if "date_add" not in raw:
        return Mapped(reads=[("orders", raw.id("id_order"))])
    document = Shipment(order_id=shop.id("orders", raw.id("id_order")), **_own(raw, None, shop))
    return Mapped([Draft(document, raw.id())])


def parcels(link: dict[str, Any], order: Raw, details: list[Raw], shop: Shop) -> list[Draft]:
    """The parcels that left: those with a tracking number, and all once the order is shipped."""
    rows = order.items("order_carriers")
    shipped, at = _shipped(order, shop)
    left = [row for row in rows if shipped or row.text("tracking_number")]
    firsts = {_invoice(row): row.id() for row in reversed(left)}
    return [_parcel(row, link, order, _held(row, details, len(rows) == 1, firsts), at, shop) for row in left]


def _shipped(order: Raw, shop: Shop) -> tuple[bool, datetime | None]:
    """Whether the order was ever on its way, and since when. `delivery_date` is that of the delivery slip, which is made as soon
    as the order is prepared: it tells only where the history is not known.
    """
    now, slip = bool(order.child("order_state").flag("shipped")), times.moment(order, "delivery_date", times.zone(shop.config))
    if "order_histories" not in order:
        return now or slip is not None, slip
    sent = [event.at for event in events.history(order, shop) if event.state == "closed"]
    return now or bool(sent), sent[0] if sent else slip if now else None


def _held(row: Raw, details: list[Raw], alone: bool, firsts: dict[str | None, str]) -> list[Raw]:
    """Of several parcels each holds what is on its invoice, and of several of one invoice the first: nothing else tells."""
    if alone:
        return details
    mine = firsts[_invoice(row)] == row.id()
    return [raw for raw in details if mine and _invoice(raw) == _invoice(row)]


def _parcel(row: Raw, link: dict[str, Any], order: Raw, held: list[Raw], left: datetime | None, shop: Shop) -> Draft:
    delivery = order.child("address_delivery")
    document = Shipment(
        **link,
        **_own(row, left, shop),
        **(addresses.place(delivery, shop) if "id" in delivery else {}),
        order_lines=[lines.packed(raw, shop) for raw in held],
    )
    return Draft(document, row.id())


def _own(row: Raw, left: datetime | None, shop: Shop) -> dict[str, Any]:
    where, carrier = times.zone(shop.config), row.child("carrier")
    return {
        "remote_id": row.id(),
        "courier": carrier.text("name") or row.reference("id_carrier"),
        "tracking_number": row.text("tracking_number"),
        "created_at": left or times.moment(row, "date_add", where),
    }


def _invoice(raw: Raw) -> str | None:
    return raw.reference("id_order_invoice")
