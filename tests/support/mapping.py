"""A relay whose mapping was changed: what a mended one would read in the same records."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shoprelay_relays.spec import Json, Relay, Resource


def reading(relay: Relay, change: Callable[[Json], Json]) -> Relay:
    """The relay, reading every record as if `change` had been made to it."""

    def changed(resource: Resource) -> Resource:
        return replace(resource, map=lambda body, shop: resource.map(change(body), shop))

    return replace(relay, resources=tuple(changed(each) for each in relay.resources))


def dearer(body: Json) -> Json:
    """Prices were read 100 too low."""
    return {**body, "parts": [_dearer(part) for part in body.get("parts", ())]}


def _dearer(part: dict[str, Any]) -> dict[str, Any]:
    values = part["values"]
    return {**part, "values": {**values, "price": values["price"] + 100}} if "price" in values else part
