"""What an order's status means. Shops add their own: the flags of `order_states` say what they are for.

https://devdocs.prestashop-project.org/8/webservice/resources/order_states/
"""

from collections.abc import Mapping
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop.reader import Reader

SHIPPED, DELIVERED, CANCELLED, REFUNDED = "4", "5", "6", "7"
"""As installed; the shop's configuration (PS_OS_SHIPPING, PS_OS_DELIVERED, PS_OS_CANCELED, PS_OS_REFUND) may name others."""

# The 13 states of an installation, for an order that comes without the flags of its own.
INSTALLED = {
    "1": "open",  # cheque awaited
    "2": "open",  # payment accepted
    "3": "open",  # in preparation
    SHIPPED: "closed",
    DELIVERED: "closed",
    CANCELLED: "cancelled",
    REFUNDED: "refunded",
    "8": "open",  # payment error: the buyer may try again
    "9": "open",  # on backorder, paid
    "10": "open",  # bank wire awaited
    "11": "open",  # remote payment accepted
    "12": "open",  # on backorder, not paid
    "13": "open",  # cash on delivery
}


def meaning(key: str | None, flags: Raw, config: Mapping[str, Any]) -> str | None:
    """open, closed, cancelled or refunded; None where nothing tells."""
    special = {
        config.get("state_cancelled") or CANCELLED: "cancelled",
        config.get("state_refunded") or REFUNDED: "refunded",
    }
    if key in special:
        return special[key]
    if "id" in flags:
        return "closed" if flags.flag("shipped") else "open"
    return INSTALLED.get(key or "")


async def open_states(reader: Reader) -> list[str]:
    """The ids of the states that are not an end."""
    known = await reader.table("order_states")
    return [key for key, row in known.items() if meaning(key, Raw(row), reader.config) == "open"]
