"""GET of lists and single records, the key, the errors, and the frame that every answer comes in."""

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Request, Response
from shoprelay_simulators.prestashop import formats, images, writes
from shoprelay_simulators.prestashop.errors import Refusal, not_there
from shoprelay_simulators.prestashop.kinds import KINDS
from shoprelay_simulators.prestashop.query import Row, select
from shoprelay_simulators.prestashop.showing import shown

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

_KEY_LENGTH = 32


@dataclass(frozen=True)
class Call:
    """`params` as PHP has them: the last of a name wins."""

    shop: "PrestaShop"
    request: Request
    params: dict[str, str]
    resource: str
    number: str

    @property
    def method(self) -> str:
        return self.params.get("ps_method", self.request.method)

    @property
    def json(self) -> bool:
        """Only upper case counts; `Accept` does not."""
        asked = (self.params.get(name) for name in ("output_format", "io_format"))
        told = (self.request.headers.get(name) for name in ("output-format", "io-format"))
        return self.shop.json and "JSON" in {*asked, *told}


def answer(shop: "PrestaShop", request: Request) -> Response:
    if shop.host and request.headers.get("host") != shop.host:
        return Response(302, b"", [("Location", f"http://{shop.host}/api/index.php"), ("Content-Type", "text/html")])
    if not request.path.startswith("/api"):
        return Response(404, b"<html><body>404</body></html>", [("Content-Type", "text/html")])
    resource, _, number = request.path.removeprefix("/api").strip("/").partition("/")
    call = Call(shop, request, dict(request.query), resource, number)
    try:
        _enter(call)
        made = call.method == "POST"
        return _framed(call, 201 if made else 200, *_answer(call))
    except Refusal as refusal:
        return _refused(call, refusal)


def _enter(call: Call) -> None:
    shop, key = call.shop, _key(call)
    if not shop.enabled:
        raise Refusal(503, (22, "The PrestaShop webservice is disabled. Please activate it in the PrestaShop Back Office"))
    if key is None:
        raise Refusal(401, plain="401 Unauthorized", challenge=True)
    if not key:
        raise Refusal(401, (17, "Authentication key is empty"), challenge=True)
    if len(key) != _KEY_LENGTH:
        raise Refusal(401, (18, "Invalid authentication key format"), challenge=True)
    if key.lower() != shop.key.lower() or shop.faults.unauthorized:
        dead = (20, "Authentification key is not active"), (21, "No permission for this authentication key")
        raise Refusal(401, *dead, challenge=True)
    if call.resource and call.resource not in {*KINDS, "images"}:
        raise Refusal(400, (27, f'Resource of type "{call.resource}" does not exists. Did you mean: "orders"?'))
    if call.resource in shop.refused:
        raise Refusal(401, (26, f'Resource of type "{call.resource}" is not allowed with this authentication key'))


def _key(call: Call) -> str | None:
    """Basic goes before ws_key; Bearer does not count."""
    basic = call.request.headers.get("authorization", "")
    if basic.startswith("Basic ") and not call.shop.drops_authorization:
        return base64.b64decode(basic.removeprefix("Basic ")).decode().partition(":")[0]
    return call.params.get("ws_key")


def _answer(call: Call) -> tuple[bytes, str]:
    method = call.method
    if not call.resource:
        if call.json:
            raise Refusal(500)
        return _rights(call.shop).encode(), "text/xml;charset=utf-8"
    if call.resource == "images":
        return images.answer(call.shop, method, call.number, call.request.body), "text/xml;charset=utf-8"
    shop_id = call.params.get("id_shop", "")
    if shop_id and shop_id != "all" and not any(True for _ in call.shop.where("shops", id=shop_id)):
        raise Refusal(302)
    rows = writes.write(call.shop, method, call.resource, call.number, call.request.body) if method != "GET" else None
    if rows == []:
        return b"", "text/html"
    return _rendered(call, rows if rows is not None else _rows(call), written=rows is not None)


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


def _rendered(call: Call, numbers: list[int], *, written: bool) -> tuple[bytes, str]:
    kind, alone = KINDS[call.resource], bool(call.number) or written
    display = call.params.get("display", "full" if alone else "")
    rows = [shown(call.shop, call.resource, number, call.params.get("id_shop", "")) for number in numbers]
    picked = [_picked(row, display) for row in rows]
    if call.json:
        whole = call.params.get("display") == "full"
        return formats.as_json(kind, picked, alone=alone and not whole, whole=whole), "application/json"
    body = formats.as_xml(kind, picked, alone=alone, ids_only=not display, base=call.shop.site_url, resource=call.resource)
    if call.resource == "orders" and display == "full" and call.shop.broken & set(numbers):
        body = body.replace(b"<reference>", b"<my field><reference>", 1)
    return body, "text/xml;charset=utf-8"


def _picked(row: Row, display: str) -> Row:
    """`[id,date_upd]`, `full`, or nothing for ids alone."""
    if display in {"", "full"}:
        return row if display else {"id": row["id"]}
    names = [part.partition("[")[0] for part in display.strip("[]").split(",") if not part.endswith("]")]
    wrong = next((name for name in names if name not in row or name == "associations"), None)
    if wrong is not None:
        raise Refusal(400, (35, f'Unable to display this field "{wrong}".'))
    return {name: row[name] for name in names}


def _rights(shop: "PrestaShop") -> str:
    listed = "\n".join(
        f'<{name} xlink:href="{shop.site_url}/api/{name}" get="true"/>' for name in KINDS if name not in shop.refused
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'
    return f'{head}<api shopName="Kystlageret">\n{listed}\n</api>\n</prestashop>\n'


def _refused(call: Call, refusal: Refusal) -> Response:
    if refusal.plain:
        response = Response(refusal.status, refusal.plain.encode(), [("Content-Type", "text/html; charset=utf-8")])
    else:
        body = formats.errors(refusal.codes, as_xml_=not call.json) if refusal.codes else b""
        kind = "text/html" if not body else "application/json" if call.json else "text/xml;charset=utf-8"
        response = _framed(call, refusal.status, body, kind)
    if refusal.challenge:
        response.headers.append(("WWW-Authenticate", 'Basic realm="Welcome to PrestaShop Webservice"'))
    return response


def _framed(call: Call, status: int, body: bytes, kind: str) -> Response:
    headers = [
        ("Content-Type", kind),
        ("Access-Time", str(int(call.shop.now().timestamp()))),
        ("X-Powered-By", "PrestaShop Webservice"),
        ("PSWS-Version", "8.2.1"),
        ("Execution-Time", "0.006"),
    ]
    return Response(status, body, headers)
