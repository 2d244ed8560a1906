"""Which parts of a payload a mapping reads: what no rule reads is what a relay does not know yet.

`watch` wraps parsed JSON in dicts and lists that behave as before and note what is taken from them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, SupportsIndex, overload

Path = tuple[str, ...]


class Watched:
    """One parsed payload, wrapped. `body` is what a mapping gets; a path's list positions are "*"."""

    def __init__(self, payload: Any) -> None:
        self.read: set[Path] = set()
        self.leaves: set[Path] = set()
        self.body = self._wrap(payload, ())

    def keep(self, value: Any) -> None:
        """Counts as read whatever of the payload stands in `value` as a whole (a list put into a document as it came)."""
        if isinstance(value, _Dict | _List):
            self.read.update(leaf for leaf in self.leaves if leaf[: len(value.path)] == value.path)
        elif isinstance(value, Mapping):
            for item in value.values():
                self.keep(item)
        elif isinstance(value, list | tuple):
            for item in value:
                self.keep(item)

    def _wrap(self, value: Any, path: Path) -> Any:
        if isinstance(value, dict) and value:
            return _Dict({key: self._wrap(item, (*path, key)) for key, item in value.items()}, path, self.read)
        if isinstance(value, list) and value:
            return _List([self._wrap(item, (*path, "*")) for item in value], path, self.read)
        self.leaves.add(path)
        return value


def unread(records: list[Watched]) -> list[str]:
    """JSON pointers, relative to a record and sorted, of the leaves that were read in none of the records."""
    leaves = {leaf for record in records for leaf in record.leaves}
    read = {path for record in records for path in record.read}
    return sorted(pointer(leaf) for leaf in leaves - read)


def read(records: list[Watched]) -> list[str]:
    """The leaves that were read in at least one of the records, likewise."""
    return sorted(pointer(leaf) for record in records for leaf in record.leaves & record.read)


def pointer(path: Path) -> str:
    """A path as a JSON pointer (RFC 6901)."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)


class _Dict(dict[str, Any]):
    """Iterating over keys tells nothing of the values; everything else that reaches a value is a read of it."""

    def __init__(self, items: dict[str, Any], path: Path, read: set[Path]) -> None:
        super().__init__(items)
        self.path = path
        self._read = read

    def __getitem__(self, key: str) -> Any:
        self._read.add((*self.path, key))
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if super().__contains__(key) else default

    def __contains__(self, key: object) -> bool:
        self._read.add((*self.path, str(key)))
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        # Overridden so that dict(x) and {**x} come through here and not through the C table.
        return super().__iter__()

    def values(self) -> Any:
        self._read.update((*self.path, key) for key in self)
        return super().values()

    def items(self) -> Any:
        self._read.update((*self.path, key) for key in self)
        return super().items()

    def pop(self, key: str, *default: Any) -> Any:
        self._read.add((*self.path, key))
        return super().pop(key, *default)

    def copy(self) -> "_Dict":
        return _Dict(dict(super().items()), self.path, self._read)

    def __or__(self, other: Any) -> Any:
        return {**self, **other}


class _List(list[Any]):
    def __init__(self, items: list[Any], path: Path, read: set[Path]) -> None:
        super().__init__(items)
        self.path = path
        self._read = read

    def __iter__(self) -> Iterator[Any]:
        self._read.add((*self.path, "*"))
        return super().__iter__()

    def __reversed__(self) -> Iterator[Any]:
        self._read.add((*self.path, "*"))
        return super().__reversed__()

    def __contains__(self, item: object) -> bool:
        self._read.add((*self.path, "*"))
        return super().__contains__(item)

    @overload
    def __getitem__(self, index: SupportsIndex) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        self._read.add((*self.path, "*"))
        found = super().__getitem__(index)
        return _List(found, self.path, self._read) if isinstance(index, slice) else found
