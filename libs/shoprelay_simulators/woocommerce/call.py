"""One API call as a handler sees it, and the answers it can give."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json, Request
from shoprelay_simulators.woocommerce import paging
from shoprelay_simulators.woocommerce.args import Args
from shoprelay_simulators.woocommerce.errors import WpError
from shoprelay_simulators.woocommerce.paging import Page

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

SYNTAX_ERROR = {"json_error_code": 4, "json_error_message": "Syntax error"}


@dataclass
class Call:
    """`ids` are the numbers (or words) in the path, `body` the JSON object sent."""

    shop: "WooShop"
    request: Request
    args: Args
    ids: tuple[str, ...]
    body: Json = field(default_factory=dict)

    def number(self, index: int = 0) -> int:
        return int(self.ids[index])


@dataclass
class Answer:
    body: object
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)


def read_body(request: Request) -> Json:
    if not request.body.strip():
        return {}
    try:
        body = json.loads(request.body)
    except ValueError:
        raise WpError(400, "rest_invalid_json", "Invalid JSON body passed.", dict(SYNTAX_ERROR)) from None
    return body if isinstance(body, dict) else {}


def page_answer(call: Call, page: Page) -> Answer:
    url = f"{call.shop.site_url}{call.request.path}"
    items = [paging.only_fields(item, call.args) for item in page.items]
    return Answer(items, headers=paging.headers(page, call.args, url))


def simple_page(call: Call, items: list[Json], total: int) -> Answer:
    return page_answer(call, Page(items, total, {}, {}))


def created(call: Call, body: Json) -> Answer:
    location = f"{call.shop.site_url}{call.request.path}/{body['id']}"
    return Answer(body, 201, [("Location", location)])


def text(body: Json, name: str, default: str = "") -> str:
    value = body.get(name, default)
    return value if isinstance(value, str) else str(value)


def objects(body: Json, name: str) -> list[Json]:
    value = body.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def integer(value: object, default: int = 0) -> int:
    return int(value) if isinstance(value, (int, float, str)) and str(value).lstrip("-").isdigit() else default
