"""Payloads beside the documents that they become, as JSON that people review."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bson import ObjectId

from shoprelay_relays.spec import Mapped, Relay
from tests.support.relay_facts import facts
from tests.unit.relays.woocommerce.shop import FakeShop


def payloads(suite: Path) -> list[Path]:
    """The payloads of a relay's folder in the contract suite."""
    return sorted((suite / "payloads").glob("*.json"))


def becomes(relay: Relay, payload: Path, config: Mapping[str, str]) -> dict[str, Any]:
    """The documents of one payload, in a shop with this config; the relay's facts say of what kind it is, by its name."""
    shop, rule = FakeShop(config), relay.resource(facts(relay.name).resource(payload.stem))
    return readable(rule.map(json.loads(payload.read_bytes()), shop), shop)


def readable(mapped: Mapped, shop: FakeShop) -> dict[str, Any]:
    """What is mapped as plain JSON, in which an _id is written as "collection key"."""
    drafts = [
        {
            "collection": draft.document.collection,
            "key": draft.key,
            **({"aliases": list(draft.aliases)} if draft.aliases else {}),
            **({"derived": True} if draft.derived else {}),
            **({"version": draft.version} if draft.version else {}),
            **({"follow_up": list(draft.follow_up)} if draft.follow_up else {}),
            "document": draft.document.model_dump(exclude_unset=True, exclude_none=True),
        }
        for draft in mapped.drafts
    ]
    owns = [[parent.key, collection, ids] for parent, collection, ids in mapped.owns]
    whole = {"version": mapped.version, "drafts": drafts, "owns": owns, "gone": mapped.gone, "reads": mapped.reads}
    return json.loads(
        json.dumps(
            whole | {"unknown": mapped.unknown},
            default=lambda value: shop.name(value) if isinstance(value, ObjectId) else value.isoformat(),
        )
    )


def reviewed(golden: Path, found: dict[str, Any]) -> dict[str, Any]:
    """The reviewed documents of a payload; SHOPRELAY_WRITE_GOLDEN=1 writes them anew, and what changed is then read by eye."""
    if os.environ.get("SHOPRELAY_WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert golden.is_file(), f"SHOPRELAY_WRITE_GOLDEN=1 writes golden/{golden.name}; then read it line by line"
    return json.loads(golden.read_text())
