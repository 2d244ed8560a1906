"""Payloads beside the documents that they become, as JSON that people review."""

import json
import os
from pathlib import Path
from typing import Any

from bson import ObjectId

from shoprelay_relays.spec import Mapped
from tests.unit.relays.woocommerce.shop import FakeShop


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
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return json.loads(golden.read_text())
