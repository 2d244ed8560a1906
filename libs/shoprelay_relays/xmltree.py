"""XML as the tree that JSON would give, so that one mapping reads both. Entities and DTDs are refused (defusedxml).

An element with children is an object; children of one name are a list under that name. An element that only marks a list (it has
a `nodeType`) and one that holds translations (<language id="1">) is a list itself. A leaf is its text; one that carries an id is
{"id", "value"}.
"""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.spec import Json

_DEEPEST = 50
_TRANSLATION = "language"
_OPENING, _CLOSING = b"<![CDATA[", b"]]>"
# What XML 1.0 forbids even in CDATA.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def tree(payload: bytes) -> Json:
    """{root: ...}. PayloadInvalid says where it is not XML."""
    try:
        root = fromstring(payload, forbid_dtd=True)
    except ParseError as error:
        line, column = error.position
        raise PayloadInvalid("", f"not XML: {str(error).partition(':')[0]} at line {line}, column {column + 1}") from None
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise PayloadInvalid("", f"XML that is not read: {type(error).__name__}") from None
    return {_name(root): _value(root, 0)}


def mended(payload: bytes) -> bytes:
    """The same with what shops copy raw into CDATA made sound: control characters left out, a "]]>" of the text split in two.

    What lies between an opening and the last closing before the next opening is text.
    """
    head, *parts = _CONTROL.sub(b"", payload.decode(errors="replace").encode()).split(_OPENING)
    return head + b"".join(_OPENING + _mended(part) for part in parts)


def _mended(part: bytes) -> bytes:
    text, closing, rest = part.rpartition(_CLOSING)
    return text.replace(_CLOSING, b"]]]]><![CDATA[>") + closing + rest


def _value(element: Element, depth: int) -> Json:
    if depth > _DEEPEST:
        raise PayloadInvalid("", f"XML that is nested deeper than {_DEEPEST} elements")
    children = list(element)
    if "nodeType" in element.attrib or (children and all(child.tag == _TRANSLATION for child in children)):
        return [_value(child, depth + 1) for child in children]
    if not children:
        return _leaf(element)
    grouped: dict[str, list[Json]] = {}
    for child in children:
        grouped.setdefault(_name(child), []).append(_value(child, depth + 1))
    return {name: values[0] if len(values) == 1 else values for name, values in grouped.items()}


def _leaf(element: Element) -> Json:
    text = element.text if element.text and element.text.strip() else ""
    identity = element.attrib.get("id")
    if identity is None:
        return text
    return {"id": identity, "value": text} if text or element.tag == _TRANSLATION else {"id": identity}


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
