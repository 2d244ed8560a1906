"""A record as the webservice takes it: XML in all versions. https://devdocs.prestashop-project.org/8/webservice/tutorials/prestashop-webservice-lib/"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from shoprelay_relays.spec import Json

_HEAD = '<?xml version="1.0" encoding="UTF-8"?><prestashop xmlns:xlink="http://www.w3.org/1999/xlink">'
# What XML 1.0 has no way to write.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Members:
    """An association: what one of its members is called, and the members. All that it had before are replaced."""

    node: str
    rows: Sequence[Mapping[str, object]]


def ids(node: str, keys: Sequence[str]) -> Members:
    """Members that are ids alone."""
    return Members(node, [{"id": key} for key in keys])


def record(single: str, fields: Mapping[str, object]) -> bytes:
    """`fields`: plain values, translations ([{"id": language, "value": text}]), and `Members`."""
    plain = "".join(_field(name, value) for name, value in fields.items() if not isinstance(value, Members))
    listed = "".join(_members(name, value) for name, value in fields.items() if isinstance(value, Members))
    body = plain + (f"<associations>{listed}</associations>" if listed else "")
    return f"{_HEAD}<{single}>{body}</{single}></prestashop>".encode()


def _members(name: str, members: Members) -> str:
    rows = "".join(
        f"<{members.node}>{''.join(_field(key, value) for key, value in row.items())}</{members.node}>" for row in members.rows
    )
    return f"<{name}>{rows}</{name}>"


def _field(name: str, value: object) -> str:
    if isinstance(value, list):
        return f"<{name}>{''.join(_language(each) for each in value)}</{name}>"
    return f"<{name}>{_text(value)}</{name}>"


def _language(each: Json) -> str:
    return f"<language id={quoteattr(str(each['id']))}>{_text(each['value'])}</language>"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else escape(_CONTROL.sub("", str(value)))
