"""Global ids: gid://shopify/Order/123 names a type and the number that is the same in every API and webhook."""

import re

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.fields import Raw

_GID = re.compile(r"gid://shopify/([A-Za-z]+)/(\d+)(?:\?.*)?")


def gid(kind: str, remote_id: str) -> str:
    """The global id of a number; PayloadInvalid for what is none."""
    if not remote_id.isascii() or not remote_id.isdigit():
        raise PayloadInvalid("remote_id", f"expected the number of a {kind}, got other text")
    return f"gid://shopify/{kind}/{remote_id}"


def kind_of(value: object) -> str:
    """The type that a global id names; "" when it is none."""
    found = _GID.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else ""


def number_of(value: object) -> int:
    """The number of a global id; 0 when it is none."""
    found = _GID.fullmatch(value) if isinstance(value, str) else None
    return int(found[2]) if found else 0


def key(raw: Raw, name: str = "id") -> str:
    """The number of a record's global id, as text; PayloadInvalid when it is missing."""
    found = reference(raw, name)
    if found is None:
        raise PayloadInvalid(raw.path(name), "expected a global id such as gid://shopify/Order/123")
    return found


def reference(raw: Raw, name: str = "id") -> str | None:
    """The number of the record that is referred to, as text; None without one."""
    value = raw.text(name)
    if value is None:
        return None
    # Webhooks and the old REST API give the bare number.
    number = number_of(value) or (int(value) if value.isascii() and value.isdigit() else 0)
    return str(number) if number else None
