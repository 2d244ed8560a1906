"""An answer of the webservice as rows: JSON where the shop has it, else XML, both as the same tree.

https://devdocs.prestashop-project.org/8/webservice/getting-started/#format
"""

import html
import re

import orjson

from shoprelay_relays.errors import PayloadInvalid, ShopTrouble
from shoprelay_relays.spec import Json
from shoprelay_relays.xmltree import mended, tree

_ROOT = "prestashop"
# Where JSON begins behind what PHP printed before it.
_START = re.compile(rb'\{\s*"')
_TRIES = 5


class Unreadable(ShopTrouble):
    """XML that came whole and cannot be read: one record of it spoils the page."""


def rows(content: bytes) -> list[Json]:
    """The records of a list or of a single answer. The list's name is not always the resource's, so it is not looked at.

    An empty list is a bare [] in JSON and an empty element in XML. Raises ShopTrouble for what is neither.
    """
    body = _document(content)
    if isinstance(body, dict) and _ROOT in body:
        body = body[_ROOT]
    if body in ([], ""):
        return []
    if not isinstance(body, dict) or len(body) != 1 or "errors" in body:
        raise ShopTrouble(f"the shop answers something else than records: {content[:80]!r}")
    (inner,) = body.values()
    if isinstance(inner, dict) and "id" not in inner:
        (inner,) = inner.values() if len(inner) == 1 else [[inner]]
    found = inner if isinstance(inner, list) else [inner] if inner != "" else []
    if not all(isinstance(row, dict) and str(row.get("id")).isdigit() for row in found):
        raise ShopTrouble("the shop answers records without ids")
    return found


def errors(content: bytes) -> dict[int, str]:
    """{code: message} of a refusal; empty where the answer is not the webservice's. In XML messages are written with entities."""
    try:
        body = _document(content)
    except ShopTrouble:
        return {}
    inner = body.get(_ROOT, body) if isinstance(body, dict) else {}
    found = inner.get("errors") if isinstance(inner, dict) else None
    entries = found.get("error") if isinstance(found, dict) else found
    listed = entries if isinstance(entries, list) else [entries]
    known = (entry for entry in listed if isinstance(entry, dict) and str(entry.get("code")).isdigit())
    said = html.unescape if _ROOT in body else str
    return {int(entry["code"]): said(str(entry.get("message", ""))) for entry in known}


def _document(content: bytes) -> Json:
    """PHP's warnings may stand before the body: it begins at "<?xml" or at the first "{"."""
    content = content.removeprefix(b"\xef\xbb\xbf").strip()
    at = content.find(b"<?xml")
    if at >= 0:
        return _xml(content[at:])
    if content[:1] in (b"{", b"["):
        return _json(content)
    for start in list(_START.finditer(content))[:_TRIES]:
        try:
            return orjson.loads(content[start.start() :])
        except orjson.JSONDecodeError:
            continue
    if content.startswith(b"<") and content.endswith(b">\n[]"):
        return []
    raise ShopTrouble(f"the shop answers neither JSON nor XML: {content[:80]!r}")


def _json(content: bytes) -> Json:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ShopTrouble(f"the shop answers JSON that is not sound: {error.msg}") from None


def _xml(content: bytes) -> Json:
    """A page that is cut short is trouble; one that came whole is mended where text was copied into it raw."""
    if not content.endswith(b"</prestashop>"):
        raise ShopTrouble("the shop's answer is cut short")
    try:
        return tree(content)
    except PayloadInvalid:
        pass
    try:
        return tree(mended(content))
    except PayloadInvalid as error:
        raise Unreadable(f"the shop answers XML that cannot be read: {error.reason}") from None
