"""A record's `custom_attributes`: [{attribute_code, value}], in which an option is its id."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from shoprelay_relays.fields import Raw
from shoprelay_relays.localtime import from_local


class Custom:
    """The attributes by code, and what the catalogue says of the chosen options (`learnt.labels`)."""

    def __init__(self, raw: Raw) -> None:
        self._items = {code: item for item in raw.items("custom_attributes") if (code := item.text("attribute_code"))}
        self._labels = raw.child("learnt").child("labels")

    def text(self, *codes: str) -> str | None:
        """The first of these that holds something."""
        return next((found for code in codes if code in self._items and (found := self._items[code].text("value"))), None)

    def html(self, code: str) -> str | None:
        return self._items[code].html("value") if code in self._items else None

    def number(self, code: str) -> Decimal | None:
        return self._items[code].number("value") if code in self._items else None

    def day(self, code: str, where: ZoneInfo, *, ends: bool = False) -> datetime | None:
        """A day in the shop's own time: where it begins, or ends."""
        found = from_local(self.text(code), where, code)
        if found is None or not ends:
            return found
        # The next day by the clock: some days have 23 hours, some 25.
        return (found.astimezone(where) + timedelta(days=1)).astimezone(UTC)

    def word(self, *codes: str) -> str | None:
        """The words for the option that is chosen, else what the attribute holds."""
        for code in codes:
            if code in self._items:
                found = self._labels.child(code).text("value") or self.text(code)
                if found:
                    return found
        return None

    def options(self, codes: Sequence[tuple[str, str | None]]) -> list[dict[str, str]]:
        """[{type, value}] of the attributes (code, name) that set a variant apart."""
        found = ((name or self._labels.child(code).text("label") or code, self.word(code)) for code, name in codes)
        return [{"type": name, "value": value} for name, value in found if value]

    def shown(self) -> list[tuple[str, str]]:
        """(name, value) of the options that the product's page shows."""
        chosen = ((self._labels.child(code), code) for code in sorted(self._items) if code in self._labels)
        found = ((label.text("label") or code, label.text("value")) for label, code in chosen if label.flag("visible"))
        return [(name, value) for name, value in found if value]
