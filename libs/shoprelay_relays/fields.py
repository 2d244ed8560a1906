"""Reading a platform's JSON, PHP's included: typed values out, errors with the full path of the field.

PHP writes an empty object as [], "nothing" as false, "" or null, a list with a gap in its keys as an object, and numbers as
text or the other way round; all of that is understood. An object where a plain value belongs, or the reverse, is refused.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from shoprelay_relays import values
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.spec import Json

_YES = {"1", "yes", "true"}
_NO = {"0", "no", "false", ""}


class Raw:
    """One object of a payload, and where it stands in it."""

    __slots__ = ("_path", "_value")

    def __init__(self, value: Json, path: str = "") -> None:
        if value is None or value is False or value in ("", []):
            value = {}
        if not isinstance(value, dict):
            raise PayloadInvalid(path, f"expected an object, got {values.kind_of(value)}")
        self._value = value
        self._path = path

    def __contains__(self, key: str) -> bool:
        return key in self._value

    def path(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def several(self, key: str) -> bool:
        """Whether a list or an object stands there, and not one plain value."""
        return isinstance(self._value.get(key), dict | list)

    def is_object(self, key: str) -> bool:
        """Whether an object stands there: XML that became JSON has one where a list of one element was."""
        return isinstance(self._value.get(key), dict)

    def plain(self, key: str) -> str | float | bool | Decimal | None:
        value = self._value.get(key)
        if value is None or type(value) is str:
            return value  # nearly all of them, and a record has a hundred
        if isinstance(value, dict | list):
            if not value:
                return None
            raise PayloadInvalid(self.path(key), f"expected a plain value, got {values.kind_of(value)}")
        assert isinstance(value, str | int | float | bool | Decimal)
        return value

    def text(self, key: str) -> str | None:
        """Text with its entities decoded; false and "" are None."""
        value = self.plain(key)
        return None if value is False else values.text(value)

    def html(self, key: str) -> str | None:
        """Markup, whose entities belong to it."""
        value = self.plain(key)
        return (str(value).strip() or None) if value not in (None, False) else None

    def number(self, key: str) -> Decimal | None:
        value = self.plain(key)
        return None if isinstance(value, bool) else values.decimal(value, self.path(key))

    def amount(self, key: str) -> Decimal:
        """A number whose absence means nothing is charged."""
        return self.number(key) or Decimal(0)

    def integer(self, key: str) -> int | None:
        value = self.plain(key)
        return None if isinstance(value, bool) else values.integer(value, self.path(key))

    def flag(self, key: str) -> bool | None:
        value = self.plain(key)
        word = str(value).strip().lower()
        if value is None or word in _YES | _NO:
            return None if value is None else word in _YES
        raise PayloadInvalid(self.path(key), f"expected yes or no, got {values.kind_of(value)}")

    def time(self, key: str) -> datetime | None:
        """A `*_gmt` time. WordPress writes a time that was never set as the year 0 or -1."""
        value = self.plain(key)
        if value is False or str(value).startswith(("0000-", "-0001-")):
            return None
        return values.utc(value, self.path(key))

    def id(self, key: str = "id") -> str:
        """A platform id as text; refused when it is missing."""
        found = self.reference(key)
        if found is None:
            raise PayloadInvalid(self.path(key), "expected an id, got nothing")
        return found

    def reference(self, key: str) -> str | None:
        """An id as text; 0, "" and a missing one refer to nothing."""
        number = self.integer(key)
        return str(number) if number else None

    def child(self, key: str) -> "Raw":
        return Raw(self._value.get(key), self.path(key))

    def items(self, key: str) -> list["Raw"]:
        return [Raw(item, f"{self.path(key)}.{index}") for index, item in self.elements(key)]

    def references(self, key: str) -> list[str]:
        """A list of ids, or of objects that carry theirs."""
        return [
            Raw(item if isinstance(item, dict) else {"id": item}, f"{self.path(key)}.{index}").id()
            for index, item in self.elements(key)
            if item is not None
        ]

    def words(self, key: str) -> list[str]:
        found = (Raw({"": item}, self.path(key)).text("") for _, item in self.elements(key))
        return [word for word in found if word]

    def elements(self, key: str) -> Iterable[tuple[int, Json]]:
        """A list's (index, element); PHP writes a list with gaps as an object, and an empty one in several ways."""
        value = self._value.get(key)
        if value is None or value is False or value == "":
            return ()
        if isinstance(value, dict) and all(str(name).isdigit() for name in value):
            value = list(value.values())
        if not isinstance(value, list):
            raise PayloadInvalid(self.path(key), f"expected a list, got {values.kind_of(value)}")
        return enumerate(value)
