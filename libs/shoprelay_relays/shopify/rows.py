"""The rows of a list, each as the bytes that Shopify wrote.

Of most rows only the id is wanted here. To make objects of a page of 250 orders, and JSON of them again, was a third of what it
costs to poll them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import msgspec

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.shopify.api import LIST, data_of, refusal, send
from shoprelay_relays.shopify.ids import number_of
from shoprelay_relays.spec import Json


@dataclass(frozen=True, slots=True)
class Row:
    """`number`: of its global id, 0 when it has none."""

    number: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of a list; `asked_at` is when the request left."""

    rows: list[Row]
    goes_on: bool
    asked_at: datetime


class _Node(msgspec.Struct):
    id: str


class _PageInfo(msgspec.Struct, rename="camel"):
    has_next_page: bool = False


class _List(msgspec.Struct, rename="camel"):
    nodes: list[msgspec.Raw]
    page_info: _PageInfo = msgspec.field(default_factory=_PageInfo)


class _Answer(msgspec.Struct):
    data: dict[str, _List | None] | None = None
    errors: Any = None
    extensions: Any = None


_answer, _node = msgspec.json.Decoder(_Answer), msgspec.json.Decoder(_Node)


async def ask_rows(shop: httpx.AsyncClient, query: str, variables: Mapping[str, Json], field: str) -> Rows:
    """A page of the list `field`. Raises as `api.ask` does."""
    response, asked_at = await send(shop, query, variables, cost=LIST, safe=True)
    try:
        found = _answer.decode(_text(response))
    except (msgspec.DecodeError, UnicodeDecodeError):
        data_of(response)  # most often it is a refusal
        raise ShopTrouble(f"{field}: expected a list") from None
    if (error := refusal(response, {"errors": found.errors, "extensions": found.extensions})) is not None:
        raise error
    listed = (found.data or {}).get(field)
    if listed is None:
        raise ShopTrouble(f"{field}: expected a list")
    return Rows([_row(raw, field) for raw in listed.nodes], listed.page_info.has_next_page, asked_at)


def _text(response: httpx.Response) -> bytes:
    """A row's texts are not looked at here: that they are texts is seen for the whole answer at once."""
    content = response.content.removeprefix(b"\xef\xbb\xbf")
    if not content.isascii():
        content.decode()
    return content


def _row(raw: msgspec.Raw, field: str) -> Row:
    try:
        return Row(number_of(_node.decode(raw).id), bytes(raw))
    except msgspec.DecodeError:
        raise ShopTrouble(f"{field}: a row without an id") from None
