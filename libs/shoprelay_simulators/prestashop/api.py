"""GET of lists and single records, and the frame that every answer comes in."""

import hashlib
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Request, Response
from shoprelay_simulators.prestashop import displays, formats, images, writes
from shoprelay_simulators.prestashop.calls import READS, Call
from shoprelay_simulators.prestashop.doors import enter
from shoprelay_simulators.prestashop.errors import Refusal, not_there
from shoprelay_simulators.prestashop.kinds import KINDS
from shoprelay_simulators.prestashop.query import select
from shoprelay_simulators.prestashop.showing import shown

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

_XML = "text/xml;charset=utf-8"
# PHP sends the headers of what is longer before the session is written.
_SMALL = 2000
_SESSION = ("Set-Cookie", "PrestaShop-kystlageret=visit; Max-Age=1728000; path=/; HttpOnly; SameSite=Lax")


def answer(shop: "PrestaShop", request: Request) -> Response:
    if shop.host and request.headers.get("host") != shop.host:
        return Response(302, b"", [("Location", f"http://{shop.host}/api/index.php"), ("Content-Type", "text/html")])
    if not request.path.startswith("/api"):
        status = 503 if shop.maintenance else 404
        return Response(status, f"<html><body>{status}</body></html>".encode(), [("Content-Type", "text/html")])
    resource, _, number = request.path.removeprefix("/api").strip("/").partition("/")
    call = Call(shop, request, dict(request.query), resource, number)
    try:
        enter(call)
        response = _known(call, _framed(call, 201 if call.method == "POST" else 200, *_answer(call)))
    except Refusal as refusal:
        response = _refused(call, refusal)
    return Response(response.status, b"", response.headers) if call.method == "HEAD" else response


def _answer(call: Call) -> tuple[bytes, str]:
    method = call.method
    if not call.resource:
        if call.json:
            raise Refusal(500)
        return _rights(call.shop).encode(), _XML
    if call.resource == "images":
        return images.answer(call.shop, method, call.number, call.request.body), _XML
    shop_id = call.params.get("id_shop", "")
    if shop_id and shop_id != "all" and not any(True for _ in call.shop.where("shops", id=shop_id)):
        raise Refusal(302)
    if method == "DELETE":
        writes.delete(call.shop, call.resource, [call.number] if call.number else _listed(call.params.get("id", "")))
        return b"", "text/html"
    if method in READS:
        return _rendered(call, _rows(call))
    return _rendered(call, writes.write(call.shop, method, call.resource, call.request.body))


def _listed(value: str) -> list[str]:
    return value.strip("[]").split(",")


def _rows(call: Call) -> list[int]:
    table = call.shop.tables[call.resource]
    if call.number:
        number = int(call.number) if call.number.isdigit() else 0
        if number not in table:
            raise not_there()
        return [number]
    # Filters compare the main row, whatever the queried shop shows of it.
    rows = list(table.values())
    shop_id = call.params.get("id_shop", "")
    if call.resource == "orders" and shop_id not in {"", "all"}:
        rows = [row for row in rows if str(row["id_shop"]) == shop_id]
    return [int(str(row["id"])) for row in select(rows, KINDS[call.resource], call.params, call.shop.order_of_rows)]


def _rendered(call: Call, numbers: list[int]) -> tuple[bytes, str]:
    kind, written = KINDS[call.resource], call.method not in READS
    alone = bool(call.number) or (written and len(numbers) == 1)
    display = call.params.get("display", "full" if alone or written else "")
    rows = [shown(call.shop, call.resource, number, call.params.get("id_shop", "")) for number in numbers]
    wanted = displays.languages(call.shop, call.params.get("language", ""))
    picked = [displays.picked(displays.spoken(row, wanted), display) for row in rows]
    if call.json:
        whole = call.params.get("display") == "full"
        if written and call.method != "POST":
            picked = [{**row, "id": str(row["id"])} for row in picked]
        return formats.as_json(
            kind, picked, alone=alone and not whole, drops=call.shop.major >= formats.DROPS
        ), "application/json"
    body = formats.as_xml(kind, picked, alone=alone, ids_only=not display, base=call.shop.site_url, resource=call.resource)
    if call.resource == "orders" and display == "full" and call.shop.broken & set(numbers):
        body = body.replace(b"<reference>", b"<my field><reference>", 1)
    return body, _XML


def _rights(shop: "PrestaShop") -> str:
    listed = "\n".join(
        f'<{name} xlink:href="{shop.site_url}/api/{name}" get="true"/>' for name in KINDS if name not in shop.refused
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'
    return f'{head}<api shopName="Kystlageret">\n{listed}\n</api>\n</prestashop>\n'


def _known(call: Call, response: Response) -> Response:
    """The body's hash, which may be sent along with the next request for the same: the work is done all the same."""
    if not response.body:
        return response
    digest = hashlib.sha1(response.body, usedforsecurity=False).hexdigest()
    response.headers.append(("Content-Sha1", digest))
    if call.request.headers.get("local-content-sha1") == digest:
        return Response(304, b"", response.headers)
    return response


def _refused(call: Call, refusal: Refusal) -> Response:
    """A key that is not known has not even met the webservice, nor has anybody while it is off: no version is told then, and none
    of its headers where PHP answers alone.
    """
    if refusal.bare:
        response = Response(refusal.status, refusal.plain.encode(), [("Content-Type", "text/html; charset=utf-8"), _SESSION])
    else:
        body = formats.errors(refusal.codes, as_xml_=not call.json) if refusal.codes else b""
        kind = "text/html" if not body else "application/json" if call.json else _XML
        response = _framed(call, refusal.status, body, kind, version="0" if refusal.early else call.shop.version)
    if refusal.challenge:
        response.headers.append(("WWW-Authenticate", 'Basic realm="Welcome to PrestaShop Webservice"'))
    return response


def _framed(call: Call, status: int, body: bytes, kind: str, version: str = "") -> Response:
    headers = [
        ("Content-Type", kind),
        ("Access-Time", str(int(call.shop.now().timestamp()))),
        ("X-Powered-By", "PrestaShop Webservice"),
        ("PSWS-Version", version or call.shop.version),
        ("Execution-Time", "0.006"),
    ]
    if len(body) < _SMALL:
        headers.append(_SESSION)
    return Response(status, body, headers)
