"""SOAP 1.2 as PHP's SoapServer speaks it: requests in, answers and faults out."""

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from shoprelay_simulators.messages import Request, Response

NAMESPACE = "https://api.hostedshop.io/service.php"
ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_OWN = frozenset({"PRODUCT", "INTERNAL"})
"""Codes that stand in Code/Value itself."""


class Fault(Exception):
    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


@dataclass(frozen=True)
class Call:
    """`arguments` by name, as text; None is nil. A name that is not there was left out. `record`: the fields of the argument that
    is a record, lists by their items.
    """

    operation: str
    arguments: dict[str, str | None]
    record: dict[str, Any]


def read(request: Request) -> Call:
    """Raises Fault for what is no call."""
    try:
        envelope = fromstring(request.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise Fault("Sender", "Bad Request") from None
    body = envelope.find(f"{{{ENVELOPE}}}Body")
    if body is None or len(body) != 1 or not str(body[0].tag).startswith(f"{{{NAMESPACE}}}"):
        raise Fault("Sender", "Procedure not present")
    records = [_fields(part) for part in body[0] if len(part)]
    return Call(_name(body[0]), {_name(part): _text(part) for part in body[0]}, records[0] if records else {})


def answer(operation: str, value: object) -> Response:
    """An empty result is an empty element."""
    return _response(
        200,
        f"<ns1:{operation}Response><ns1:{operation}Result>{xml(value)}</ns1:{operation}Result></ns1:{operation}Response>",
    )


def fault(found: Fault) -> Response:
    code = f"<env:Value>{found.code}</env:Value>"
    if found.code not in _OWN:
        code = f"<env:Value>env:Receiver</env:Value><env:Subcode><env:Value>{found.code}</env:Value></env:Subcode>"
    text = f'<env:Reason><env:Text xml:lang="en">{escape(found.text)}</env:Text></env:Reason>'
    return _response(500, f"<env:Fault><env:Code>{code}</env:Code>{text}</env:Fault>")


def xml(value: object) -> str:
    """A value's content: lists as <item>, nothing as nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict():
            return "".join(f"<{name}>{xml(inner)}</{name}>" for name, inner in value.items())
        case list():
            return "".join(f"<item>{xml(inner)}</item>" for inner in value)
        case _:
            return escape(str(value))


def shown(value: object) -> object:
    """The same as a client sees it: everything is text, and what is empty is the empty text."""
    match value:
        case dict() if value:
            return {name: shown(inner) for name, inner in value.items()}
        case list() if value:
            return [shown(inner) for inner in value]
        case None | {} | []:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def _response(status: int, body: str) -> Response:
    whole = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<env:Envelope xmlns:env="{ENVELOPE}" xmlns:ns1="{NAMESPACE}"><env:Body>{body}</env:Body></env:Envelope>\n'
    )
    # The header names a charset that the body is not in.
    return Response(status, whole.encode(), [("Content-Type", "application/soap+xml; charset=iso-8859-1")])


def _fields(element: Element) -> dict[str, Any]:
    return {_name(part): _value(part) for part in element}


def _value(element: Element) -> Any:
    """A list is known by its items; an empty one is an empty text."""
    if not len(element):
        return _text(element)
    if {_name(part) for part in element} == {"item"}:
        return [_value(part) for part in element]
    return _fields(element)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: Element) -> str | None:
    return None if element.get(_NIL) in {"true", "1"} else element.text or ""
