"""The shop that mappings are tested with: its ids can be told apart and read back."""

import hashlib
from collections.abc import Mapping
from typing import Any

from bson import ObjectId

CONFIG = {
    "currency": "EUR",
    "prices_include_tax": "yes",
    "tax_rates": '{"standard": "0.19", "reduced-rate": "0.07"}',
    "weight_unit": "kg",
    "dimension_unit": "cm",
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
