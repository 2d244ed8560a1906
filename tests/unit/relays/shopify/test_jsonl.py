"""Files of bulk operations, a piece at a time."""

import json
from typing import Any

import httpx
import pytest

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.shopify import jsonl
from shoprelay_relays.shopify.bulk import PRODUCTS
from shoprelay_relays.shopify.jsonl import Group, LinkEnded, groups

LISTS = {"LineItem": "lineItems", "ShippingLine": "shippingLines"}
ORDER = [
    {"id": "gid://shopify/Order/1"},
    {"id": "gid://shopify/LineItem/2", "__parentId": "gid://shopify/Order/1"},
    {"id": None, "__typename": "ShippingLine", "__parentId": "gid://shopify/Order/1"},
    {"id": "gid://shopify/Order/3"},
]


def file(lines: list[Any]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def host(body: bytes, *, ranges: bool = True, asked: list[httpx.Request] | None = None) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        first, _, last = request.headers["range"].removeprefix("bytes=").partition("-")
        return httpx.Response(206, content=body[int(first) : int(last) + 1]) if ranges else httpx.Response(200, content=body)

    return httpx.MockTransport(answer)


async def found(transport: httpx.MockTransport, size: int, start: int = 0, lists: Any = LISTS) -> list[Group]:
    async with httpx.AsyncClient(transport=transport, auth=("user", "secret")) as shop:
        return [group async for group in groups(shop, "https://files.test/1.jsonl", start, size, lists)]


async def test_what_belongs_to_an_object_is_put_into_its_lists():
    body = file(ORDER)
    first, second = await found(host(body), len(body))
    assert [row["id"] for row in first.node["lineItems"]["nodes"]] == ["gid://shopify/LineItem/2"]
    assert len(first.node["shippingLines"]["nodes"]) == 1
    assert second.node["lineItems"] == {"nodes": [], "pageInfo": {"hasNextPage": False}}
    assert second.end == len(body)


@pytest.mark.parametrize("ranges", [True, False])
async def test_it_goes_on_behind_the_last_object(ranges: bool, monkeypatch: pytest.MonkeyPatch):
    body = file(ORDER)
    first, second = await found(host(body), len(body))
    assert await found(host(body, ranges=ranges), len(body), first.end) == [second]
    monkeypatch.setattr(jsonl, "PIECE", 10)
    assert await found(host(body), len(body)) == [first, second]


async def test_the_token_stays_at_home():
    asked: list[httpx.Request] = []
    body = file(ORDER)
    await found(host(body, asked=asked), len(body))
    assert asked
    assert all("authorization" not in request.headers for request in asked)


async def test_levels_hang_on_the_inventory_item_of_their_variant():
    product, variant, item = (f"gid://shopify/{kind}/1" for kind in ("Product", "ProductVariant", "InventoryItem"))
    level = "gid://shopify/InventoryLevel/5?inventory_item_id=1"
    rows = [{"id": product}, {"id": variant, "inventoryItem": {"id": item}, "__parentId": product}]
    for parent in (variant, item):
        body = file([*rows, {"id": level, "__parentId": parent}])
        (group,) = await found(host(body), len(body), lists=PRODUCTS.lists)
        (row,) = group.node["variants"]["nodes"]
        assert [found["id"] for found in row["inventoryItem"]["inventoryLevels"]["nodes"]] == [level]


@pytest.mark.parametrize(
    ("body", "size", "words"),
    [
        (file(ORDER)[:-5], len(file(ORDER)), "no JSON|ended after"),
        (b"[1]\n", 4, "no object"),
        (file(ORDER[1:2]), len(file(ORDER[1:2])), "follows no parent"),
        (b"", 10, "ended after 0 of 10"),
    ],
)
async def test_a_file_that_is_not_whole_is_trouble(body: bytes, size: int, words: str):
    with pytest.raises(ShopTrouble, match=words):
        await found(host(body), size)


async def test_a_line_without_end_is_trouble(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 100)
    with pytest.raises(ShopTrouble, match="without end"):
        await found(host(b"x" * 1000), 1000)


@pytest.mark.parametrize(("status", "kind"), [(403, LinkEnded), (410, LinkEnded), (503, ShopTrouble)])
async def test_a_link_that_ended_is_told_from_a_host_that_is_busy(status: int, kind: type[Exception]):
    with pytest.raises(ShopTrouble, match=str(status)) as trouble:
        await found(httpx.MockTransport(lambda _: httpx.Response(status)), 10)
    assert type(trouble.value) is kind
