"""The shop that mappings are tested with: its ids can be told apart and read back."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bson import ObjectId

from shoprelay_relays.spec import Mapped

PAYLOADS = Path(__file__).parents[3] / "contract" / "relays" / "magento2" / "payloads"
CONFIG = {
    "currency": "DKK",
    "time_zone": "Europe/Copenhagen",
    "weight_unit": "kgs",
    "languages": '{"2": "da-DK", "3": "de-AT"}',
    "customer_groups": '{"1": "General", "4": "Forhandler"}',
    "tax_rates": '{"2": "0.25"}',
    "prices_include_tax": "no",
    "shop_link_url": "https://vadehav.example/",
    "media_url": "https://vadehav.example/media/",
    "product_url_suffix": ".html",
    "sources": '["aarhus", "default"]',
}


class FakeShop:
    webshop_id = ObjectId("0123456789abcdef01234567")
    company_id = ObjectId("89abcdef0123456789abcdef")

    def __init__(self, config: Mapping[str, Any] = CONFIG) -> None:
        self.config = config
        self._names: dict[ObjectId, str] = {}

    def id(self, collection: str, key: str) -> ObjectId:
        made = ObjectId(hashlib.sha256(f"{collection} {key}".encode()).digest()[:12])
        self._names[made] = f"{collection} {key}"
        return made

    def name(self, made: ObjectId) -> str:
        return self._names[made]


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def readable(mapped: Mapped, shop: FakeShop) -> dict[str, Any]:
    """What is mapped as plain JSON, in which an _id is written as "collection key"."""
    drafts = [
        {
            "collection": draft.document.collection,
            "key": draft.key,
            **({"aliases": list(draft.aliases)} if draft.aliases else {}),
            **({"derived": True} if draft.derived else {}),
            **({"follow_up": list(draft.follow_up)} if draft.follow_up else {}),
            "document": draft.document.model_dump(exclude_unset=True, exclude_none=True),
        }
        for draft in mapped.drafts
    ]
    owns = [[parent.key, collection, ids] for parent, collection, ids in mapped.owns]
    whole = {"version": mapped.version, "drafts": drafts, "owns": owns, "unknown": mapped.unknown}
    return json.loads(
        json.dumps(whole, default=lambda value: shop.name(value) if isinstance(value, ObjectId) else value.isoformat())
    )
