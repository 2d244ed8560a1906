"""Doing something to one order: what ShopGo refuses is told in its own words.

https://docs.shopgo.me/1.0.0/management-api/api-endpoints
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shoprelay_relays.actions import Call
from shoprelay_relays.errors import Refused
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.shopgo import http
from shoprelay_relays.shopgo.api import Management
from shoprelay_relays.shopgo.objects import Order


def number(call: Call[Any]) -> str:
    return call.target.known_as("remote_id", "order_number")


def reads(call: Call[Any]) -> list[tuple[str, str]]:
    """The order."""
    return [("orders", number(call))]


@contextmanager
def management(call: Call[Any]) -> Iterator[Management]:
    """The API, for as long as changes are made. NotThere, Refused, CredentialsRejected, ShopTrouble."""
    try:
        yield Management(call.client)
    except http.Refused as refusal:
        raise NotThere("404") if refusal.status == http.NOT_FOUND else Refused(refusal.description) from refusal


async def found(api: Management, call: Call[Any]) -> Order:
    """The order as it stands."""
    order = await api.order(number(call))
    if order is None:
        raise NotThere("404")
    return order
