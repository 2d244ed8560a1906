"""Shops with plain permalinks, whose API is at /?rest_route=/ alone."""

from collections.abc import Callable

import httpx
import pytest

from shoprelay_relays.errors import RelayError, ShopTrouble
from shoprelay_relays.spec import Connection
from shoprelay_relays.woocommerce.client import ask, client, get
from shoprelay_relays.woocommerce.permalinks import plain_address
from tests.unit.relays.woocommerce.fake_shop import CONFIG

Answers = Callable[[httpx.Request], httpx.Response]
MOVED = httpx.Response(301, headers={"location": "https://gearfjord.example/", "content-type": "text/html"}, text="<html>")


async def asked(answers: Answers, config: dict[str, str], *paths: str) -> list[str]:
    """The addresses that a client asks for these paths."""
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url).removeprefix("https://gearfjord.example"))
        return answers(request)

    async with client({**CONFIG, **config}, Connection(httpx.MockTransport(answer))) as shop:
        for path in paths:
            await get(shop, path, {"page": 2})
    return seen


def only_plain(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=[]) if b"rest_route" in request.url.query else MOVED


PRETTY = "/wp-json/wc/v3/orders?page=2"
PLAIN = "/?rest_route=/wc/v3/orders&page=2&_x=wp-json/wc/"


async def test_the_other_place_is_tried_once_and_remembered():
    assert await asked(only_plain, {}, "orders", "orders") == [PRETTY, PLAIN, PLAIN]


async def test_what_was_learnt_saves_the_detour():
    assert await asked(only_plain, {"permalinks": "plain"}, "orders", "orders") == [PLAIN, PLAIN]


async def test_a_shop_that_changes_its_permalinks_is_still_found():
    def only_pretty(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, text="<html>") if b"rest_route" in request.url.query else httpx.Response(200, json=[])

    assert await asked(only_pretty, {"permalinks": "plain"}, "orders") == [PLAIN, PRETTY]


FRONT = {"content-type": "text/html", "link": '<https://gearfjord.example/index.php?rest_route=/>; rel="https://api.w.org/"'}


async def test_a_change_that_the_front_page_answers_is_made_where_the_page_says_that_the_api_is():
    seen: list[bool] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(b"rest_route" in request.url.query)
        return httpx.Response(201, json={"id": 7}) if seen[-1] else httpx.Response(200, text="<!DOCTYPE html>", headers=FRONT)

    async with client(CONFIG, Connection(httpx.MockTransport(answer))) as shop:
        assert (await ask(shop, "POST", "products/categories", json={"name": "Caps"})).body == {"id": 7}
    assert seen == [False, True]


@pytest.mark.parametrize("plain", [True, False])
async def test_a_page_that_does_not_name_the_other_place_is_not_asked_twice(plain: bool):
    page = {**FRONT, "link": FRONT["link"] if plain else '<https://gearfjord.example/wp-json/>; rel="https://api.w.org/"'}
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, text="<!DOCTYPE html>", headers=page)

    config = {**CONFIG, "permalinks": "plain"} if plain else CONFIG
    async with client(config, Connection(httpx.MockTransport(answer))) as shop:
        with pytest.raises(ShopTrouble, match="not JSON"):
            await ask(shop, "POST", "products/categories", json={"name": "Caps"})
    assert len(seen) == 1


async def test_a_shop_that_was_found_once_is_not_looked_for_again():
    answers = iter([httpx.Response(200, json=[]), httpx.Response(404, text="<html>")])
    with pytest.raises(RelayError):
        await asked(lambda _: next(answers), {}, "orders", "orders")
    assert next(answers, None) is None


async def test_a_shop_that_is_in_neither_place_says_what_it_said_first():
    with pytest.raises(RelayError, match=r"301.*redirects to https://gearfjord.example/.*permalinks"):
        await asked(lambda _: MOVED, {}, "orders")


async def test_a_record_that_is_not_there_is_looked_for_once():
    missing = httpx.Response(404, json={"code": "woocommerce_rest_shop_order_invalid_id"})
    seen: list[str] = []
    with pytest.raises(RelayError):
        await asked(lambda request: seen.append(str(request.url)) or missing, {}, "orders/9")
    assert len(seen) == 1


def test_a_shop_in_a_folder():
    url = httpx.URL("http://gearfjord.example/butik/wp-json/wc/v3/products/7")
    assert str(plain_address(url)) == "http://gearfjord.example/butik/?rest_route=/wc/v3/products/7&_x=wp-json/wc/"
