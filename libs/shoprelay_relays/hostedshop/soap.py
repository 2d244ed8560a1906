"""Answers: XML to plain JSON in the platform's own names, faults to errors.

A fault's code stands in Code/Subcode/Value, or in Code/Value alone; its HTTP status tells nothing.
"""

import httpx

from shoprelay_relays.errors import CredentialsRejected, PayloadInvalid, RelayError, ShopTrouble
from shoprelay_relays.http.asking import NotThere, Overloaded, refusal
from shoprelay_relays.spec import Json
from shoprelay_relays.xmltree import mended, tree

_MISSING = ("no such id", "does not exist", "not found")
# Of brands and of payment services, inside of what they are part of: nobody here needs them.
_SECRET = frozenset({"Password", "GatewayPassword", "GatewayUserId", "GatewayUserName"})


class Fault(RelayError):
    """What the platform refuses, under its own `code` such as PARAM or NOSUCHPARAM."""

    def __init__(self, code: str, text: str, said: str) -> None:
        super().__init__(f"{said}: {code} {text}"[:300])
        self.code = code
        self.text = text


def result(response: httpx.Response, operation: str) -> Json:
    """What the operation gives: text, an object or a list.

    Raises CredentialsRejected, NotThere, ShopTrouble (Overloaded) or RelayError (Fault).
    """
    body = _body(response)
    if body is None:
        said = f"{operation}: {response.status_code}"
        raise ShopTrouble(f"{said}, but no SOAP answer") if response.is_success else refusal(response, None, said)
    if "Fault" in body:
        raise _fault(body["Fault"], operation)
    answer = body.get(f"{operation}Response")
    # Without a result the element is empty.
    if answer is None or (answer != "" and not (isinstance(answer, dict) and f"{operation}Result" in answer)):
        raise ShopTrouble(f"{operation}: an answer to something else")
    return plain(answer[f"{operation}Result"]) if answer else ""


def refuses_session(response: httpx.Response) -> bool:
    """Whether the session has ended, or never began."""
    body = _body(response) if b"Fault" in response.content and b"AUTH" in response.content else None
    return body is not None and "Fault" in body and _code(body["Fault"])[0] == "AUTH"


def plain(value: Json) -> Json:
    """SOAP's arrays (<item> children) as lists, at any depth; passwords left out."""
    if not isinstance(value, dict):
        return [plain(one) for one in value] if isinstance(value, list) else value
    if set(value) == {"item"}:
        inner = value["item"]
        return [plain(one) for one in (inner if isinstance(inner, list) else [inner])]
    return {name: plain(one) for name, one in value.items() if name not in _SECRET}


def _body(response: httpx.Response) -> dict[str, Json] | None:
    """The envelope's body; None for anything else. The header's charset is wrong at times: what the XML says of itself counts."""
    try:
        whole = tree(response.content)
    except PayloadInvalid:
        try:
            whole = tree(mended(response.content))
        except PayloadInvalid:
            return None
    envelope = whole.get("Envelope")
    body = envelope.get("Body") if isinstance(envelope, dict) else None
    return body if isinstance(body, dict) else None


def _fault(fault: Json, operation: str) -> RelayError:
    code, text = _code(fault)
    if code == "AUTH":
        return CredentialsRejected(
            f"{operation}: the API user is refused. Check its user name and password under Settings > API, and enter them again."
        )
    if code == "PARAM" and any(words in text.lower() for words in _MISSING):
        return NotThere("404")
    if code.upper() == "INTERNAL" and "too few arguments" not in text.lower():
        return Overloaded(f"{operation}: {text[:200]}")
    return Fault(code, text, operation)


def _code(fault: Json) -> tuple[str, str]:
    """SOAP 1.2, or 1.1 (faultcode, faultstring). The code may carry a prefix: env:AUTH."""
    if not isinstance(fault, dict):
        return "", str(fault)
    code = fault.get("Code", fault.get("faultcode", ""))
    while isinstance(code, dict):
        code = code.get("Subcode") or code.get("Value") or ""
    reason = fault.get("Reason", fault.get("faultstring", ""))
    text = reason.get("Text", "") if isinstance(reason, dict) else reason
    return str(code).rpartition(":")[2], text if isinstance(text, str) else str(text)
