"""Every relay, by name. Explicit: a relay exists when it stands here."""

from hashlib import sha256

from bson import ObjectId

from shoprelay_relays import hostedshop, magento2, prestashop, quickbutik, shopgo, shopify, webhook_api, woocommerce
from shoprelay_relays.spec import Relay

RELAYS: dict[str, Relay] = {
    relay.name: relay
    for relay in (
        *hostedshop.BRANDS,
        magento2.RELAY,
        prestashop.RELAY,
        quickbutik.RELAY,
        shopgo.RELAY,
        shopify.RELAY,
        shopify.CUSTOM_APP,
        webhook_api.RELAY,
        woocommerce.RELAY,
    )
}


def relay_id(name: str) -> ObjectId:
    """The `relay_id` that documents carry: computed from the name, so that it is the same in every installation."""
    return ObjectId(sha256(b"relay\0" + name.encode()).digest()[:12])


_BY_ID = {relay_id(name): relay for name, relay in RELAYS.items()}


def by_id(identity: ObjectId) -> Relay:
    """The relay of this id; KeyError when there is none."""
    return _BY_ID[identity]


def by_name(name: str) -> Relay:
    """The relay of this name; KeyError names what exists."""
    if name not in RELAYS:
        raise KeyError(f"there is no relay {name!r}; there are {', '.join(sorted(RELAYS))}")
    return RELAYS[name]
