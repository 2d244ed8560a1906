"""Whether a reader of an older JSON Schema can still read what a newer one describes."""

from typing import Any

Schema = dict[str, Any]


def breaks(old: Schema, new: Schema | None, where: str = "value") -> list[str]:
    """Why readers of `old` would break, in words; empty when they would not.

    A property may be added. One that is gone, optional where it was promised, of another or a wider type, or otherwise
    encrypted, breaks a reader.
    """
    if new is None:
        return [f"{where} is gone"]
    found = [f"{where}: {reason}" for reason in _own(old, new)]
    for name, schema in old.get("properties", {}).items():
        found += breaks(schema, new.get("properties", {}).get(name), f"{where}.{name}")
    if "items" in old:
        found += breaks(old["items"], new.get("items", {}), f"{where}[]")
    return found


def _own(old: Schema, new: Schema) -> list[str]:
    found = []
    if "type" in old and not (_types(new) and _types(new) <= _types(old)):
        found.append(f"type was {old['type']}, now {new.get('type')}")
    found += [
        f"{rule} was {old.get(rule)!r}, now {new.get(rule)!r}"
        for rule in ("pattern", "format", "const", "x-encryption", "x-type")
        if rule in old and old[rule] != new.get(rule)
    ]
    if lost := set(old.get("required", ())) - set(new.get("required", ())):
        found.append(f"no longer required: {', '.join(sorted(lost))}")
    return found


def _types(schema: Schema) -> set[str]:
    told = schema.get("type", [])
    return {told} if isinstance(told, str) else set(told)
