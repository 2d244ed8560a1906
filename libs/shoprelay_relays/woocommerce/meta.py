"""What WooCommerce records have in common: versions, parents, and the meta data of plug-ins."""

from shoprelay_relays import values
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.fields import Raw


class Meta:
    """The `meta_data` of a record by key; plug-ins write the same key with and without its leading underscore.

    What is not in the shape that is known is passed over: a plug-in's mistake must not cost the record.
    """

    def __init__(self, raw: Raw) -> None:
        self._entries: dict[str, Raw] = {}
        for index, item in raw.elements("meta_data"):
            if isinstance(item, dict) and isinstance(item.get("key"), str):
                entry = Raw(item, f"{raw.path('meta_data')}.{index}")
                self._entries.setdefault(item["key"].lstrip("_").lower(), entry)

    def text(self, *keys: str) -> str | None:
        """The first of these keys that holds a plain value."""
        return next((found for key in keys if (found := self._plain(key))), None)

    def items(self, key: str) -> list[Raw]:
        entry = self._entries.get(key)
        try:
            return entry.items("value") if entry else []
        except PayloadInvalid:
            return []

    def _plain(self, key: str) -> str | None:
        entry = self._entries.get(key)
        try:
            return entry.text("value") if entry else None
        except PayloadInvalid:
            return None  # a plug-in's own structure under a name that we know otherwise


def modified(raw: Raw) -> str:
    """A record's version: when it was last changed, else made."""
    moment = raw.time("date_modified_gmt") or raw.time("date_created_gmt")
    return values.version(moment) if moment else ""


def up(raw: Raw, kind: str) -> str | None:
    """The id of the parent that a record names only in its `_links.up` (`.../orders/12` for the kind "orders")."""
    for link in raw.child("_links").items("up"):
        head, _, last = (link.text("href") or "").rstrip("/").rpartition("/")
        if last.isdigit() and head.endswith(f"/{kind}"):
            return last
    return None
