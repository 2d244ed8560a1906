"""The Shop API over HTTP, in front of a simulated shop: what callers are told, what the shop gets, and what follows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from bson import ObjectId

from shoprelay_client import ShopApi, ShopApiProblem
from shoprelay_relays.actions import ENDPOINTS, Endpoint
from shoprelay_relays.actions.bodies.orders import CreateInvoice, UpdateOrderStatus
from shoprelay_relays.registry import RELAYS
from shoprelay_runtime import admin
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_simulators import WooShop
from tests.integration.test_poller import until
from tests.integration.test_poller_shops import charged, imported, polling, raw
from tests.support.connected import Connected, connected
from tests.support.shop_api import basic, shop_api
from tests.support.world import drained, normalizing, read_topics

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@dataclass
class Side:
    """A connected shop whose documents are there, and the API."""

    at: Connected
    api: httpx.AsyncClient

    def puts(self) -> int:
        """How many changes of records the shop has answered, or was answering when the connection broke."""
        return sum(count for (method, _, _), count in self.at.shop.ledger.answers.items() if method == "PUT")

    async def order(self) -> dict[str, Any]:
        """The document of one order."""
        return (await self.at.documents("orders"))[0]

    async def status(self, code: str) -> str:
        """The `_id` of a status, as the operator finds it."""
        return next(str(row["_id"]) for row in await self.at.documents("statuses") if row["remote_id"] == code)

    async def complete(self, **options: Any) -> httpx.Response:
        """Move that order into the status "completed"."""
        order, status = await self.order(), await self.status("completed")
        path = f"/shop_api/v1/orders/{order['_id']}/update_status"
        return await self.api.patch(path, json={"data": {"status_id": status}}, **options)

    async def held(self) -> str:
        """What the shop itself has as that order's status."""
        return str(self.at.shop.orders[int((await self.order())["remote_id"])].status)


def woo() -> WooShop:
    shop = WooShop(7, orders=3, products=4, customers=3)
    for order in shop.orders.values():
        order.status = "processing"
    return shop


@asynccontextmanager
async def side(store: Store, settings: Settings, **more: Any) -> AsyncIterator[Side]:
    async with connected(store, settings, woo(), {"auth": "basic"}) as at, polling(settings), normalizing(settings, RELAYS):
        await imported(store)
        await drained(settings)
        async with shop_api(settings, at.made.shop_api_token, **more) as api:
            yield Side(at, api)


async def closed(one: Side) -> None:
    """Wait for the document."""

    async def followed() -> bool:
        return (await one.order())["state"] == "closed"

    await until(followed, "the document", seconds=60)


async def test_an_action_changes_the_shop_and_its_document_and_event_follow(store: Store, settings: Settings) -> None:
    async with side(store, settings) as one:
        answer = await one.complete()
        assert (answer.status_code, answer.json()) == (200, {"result": {"status_id": "completed"}})
        assert await one.held() == "completed"
        await closed(one)
        await drained(settings)
        _id = str((await one.order())["_id"])
        events = [event for event in await read_topics(settings, "documents.orders.v1") if event.key == _id]
        assert events[-1].value["state"] == "closed"
        pages = charged(await raw(settings, one.at.project)).values()
        mine = [(page["klass"], page["requests"], page["pieces"]) for page in pages if page["mode"] == "shop_api"]
        assert mine == [("orders", 1, 0)]


async def test_with_bypass_db_the_shop_s_own_identifiers_are_taken(store: Store, settings: Settings) -> None:
    async with side(store, settings) as one:
        path = f"/shop_api/v1/orders/{(await one.order())['remote_id']}/update_status"
        body = {"data": {"status_id": "completed"}, "bypass_db": True}
        answer = await one.api.patch(path, json={**body, "webshop_id": str(one.at.webshop)})
        assert (answer.status_code, await one.held()) == (200, "completed")
        nowhere = await one.api.patch(path, json=body)
        assert (nowhere.status_code, nowhere.json()["field"]) == (422, "webshop_id")


async def test_another_project_s_token_opens_nothing(store: Store, settings: Settings) -> None:
    """Of every endpoint: the same answer as for what does not exist at all."""
    mine = await admin.create_project(store, settings, "Mine")
    theirs = await admin.create_project(store, settings, "Theirs")
    there = store.database(theirs.database)
    shop = (await there["webshops"].insert_one({"company_id": ObjectId(), "relay_id": ObjectId(), "active": True})).inserted_id

    async def call(api: httpx.AsyncClient, endpoint: Endpoint, token: str, target: ObjectId, shop: ObjectId) -> httpx.Response:
        path = "/shop_api/v1" + endpoint.path.replace("{id}", str(target))
        body = None if endpoint.method == "GET" else {"data": dict(endpoint.example)}
        headers = basic(token) if token else {}
        return await api.request(endpoint.method, path, params={"webshop_id": str(shop)}, json=body, headers=headers)

    async with shop_api(settings) as api:
        for endpoint in ENDPOINTS:
            target = shop if endpoint.resource == "webshops" else ObjectId()
            if endpoint.targets and endpoint.resource != "webshops":
                await there[endpoint.resource].insert_one({"_id": target, "webshop_id": shop, "remote_id": str(target)})
            for token in ("", "wrong", theirs.project_api_token, mine.session_forwarding_token):
                assert (await call(api, endpoint, token, target, shop)).status_code == 401
            known = await call(api, endpoint, mine.shop_api_token, target, shop)
            nothing = ObjectId()
            absent = await call(api, endpoint, mine.shop_api_token, nothing, nothing)
            assert (known.status_code, absent.status_code) == (404, 404), endpoint.key
            assert known.json()["type"] == absent.json()["type"] == "not_found"


async def test_what_belongs_to_another_shop_is_refused(store: Store, settings: Settings) -> None:
    async with side(store, settings) as one:
        order, database = await one.order(), store.database(one.at.project.database)
        other = ObjectId()
        stranger = (await database["statuses"].insert_one({"webshop_id": other, "remote_id": "completed"})).inserted_id
        path = f"/shop_api/v1/orders/{order['_id']}/update_status"
        refused = await one.api.patch(path, json={"data": {"status_id": str(stranger)}})
        assert (refused.status_code, refused.json()["type"]) == (422, "other_webshop")
        good = {"status_id": await one.status("completed")}
        refused = await one.api.patch(path, json={"data": good, "webshop_id": str(other)})
        assert (refused.status_code, refused.json()["field"]) == (422, "webshop_id")
        unknown = await one.api.patch(path, json={"data": {"status_id": str(ObjectId())}})
        assert (unknown.status_code, unknown.json()["type"]) == (422, "unknown_reference")
        assert one.puts() == 0


async def test_what_a_platform_cannot_do_is_said_with_what_it_can(store: Store, settings: Settings) -> None:
    async with side(store, settings) as one:
        order = (await one.order())["_id"]
        cannot = await one.api.patch(f"/shop_api/v1/orders/{order}/create_invoice", json={"data": {}})
        assert (cannot.status_code, cannot.json()["type"]) == (422, "unsupported")
        assert "WooCommerce" in cannot.json()["error"]
        assert "update_status" in cannot.json()["supported"]
        variant = (await one.at.documents("variants"))[0]["_id"]
        path = f"/shop_api/v1/variants/{variant}/change_stock"
        both = await one.api.patch(path, json={"data": {"stock": 1, "stock_change": 1}})
        assert (both.status_code, both.json()["error"]) == (422, "data: expected stock or stock_change, not both")
        odd = await one.api.patch(path, json={"data": {"stok": 1}})
        assert (odd.status_code, odd.json()["field"]) == (422, "data.stok")
        assert one.puts() == 0


async def test_a_dry_run_shows_the_request_and_no_secret(store: Store, settings: Settings) -> None:
    async with side(store, settings) as one:
        answer = await one.complete(params={"dry_run": "true"})
        shown = answer.json()["result"]["request"]
        assert (answer.status_code, shown["method"], shown["body"]) == (200, "PUT", {"status": "completed"})
        assert shown["url"].endswith(f"/wp-json/wc/v3/orders/{(await one.order())['remote_id']}")
        assert not any(secret in answer.text for secret in one.at.shop.credentials().values())
        assert (await one.held(), one.puts()) == ("processing", 0)


async def test_a_key_gets_the_same_answer_and_nothing_is_done_twice(store: Store, settings: Settings) -> None:
    async with side(store, settings) as one:
        key = {"Idempotency-Key": "order-7-completed"}
        answers = await asyncio.gather(*(one.complete(headers=key) for _ in range(12)))
        good = [each for each in answers if each.status_code == 200]
        assert {each.status_code for each in answers} <= {200, 409}
        assert {each.json()["type"] for each in answers if each.status_code == 409} <= {"key_in_use"}
        again = await one.complete(headers=key)
        assert (again.content, again.headers["idempotent-replayed"]) == (good[0].content, "true")
        assert one.puts() == 1
        path = f"/shop_api/v1/orders/{(await one.order())['_id']}/update_status"
        other = await one.api.patch(path, json={"data": {"status_id": await one.status("cancelled")}}, headers=key)
        assert (other.status_code, other.json()["type"]) == (409, "key_reused")


async def test_a_key_whose_process_died_in_the_middle_says_that_nobody_knows(store: Store, settings: Settings) -> None:
    async with side(store, settings) as one:
        key = {"Idempotency-Key": "died"}
        await one.complete(headers=key)
        rows = store.collection(Control.ANSWERS)
        dead = {"until": datetime.now(UTC) - timedelta(seconds=1)}
        await rows.update_one({}, {"$set": {"state": "changing", **dead}, "$unset": {"answer": ""}})
        answer = await one.complete(headers=key)
        assert (answer.status_code, answer.json()["result"]) == (504, "unknown")
        assert (await one.complete(headers=key)).json() == answer.json()
        assert one.puts() == 1
        await rows.update_one({}, {"$set": {"state": "begun", **dead}})
        assert (await one.complete(headers=key)).status_code == 200
        assert one.puts() == 2


async def test_a_change_whose_answer_is_lost_is_not_repeated_and_is_read(store: Store, settings: Settings) -> None:
    async with side(store, settings) as one:
        one.at.shop.faults.drop()
        answer = await one.complete(headers={"Idempotency-Key": "lost"})
        assert answer.status_code in {502, 504}
        assert answer.json()["type"] in {"unknown", "incomplete"}
        assert "retry-after" not in answer.headers
        assert one.puts() == 1
        await closed(one)
        assert (await one.complete(headers={"Idempotency-Key": "lost"})).json() == answer.json()
        assert one.puts() == 1


async def test_a_shop_in_trouble_has_changed_nothing_and_the_key_is_free(store: Store, settings: Settings) -> None:
    async with side(store, settings) as one:
        one.at.shop.faults.fail(status=503, retry_after=2)
        answer = await one.complete(headers={"Idempotency-Key": "later"})
        assert (answer.status_code, answer.json()["type"], answer.headers["retry-after"]) == (503, "shop_trouble", "2")
        again = await one.complete(headers={"Idempotency-Key": "later"})
        assert again.status_code == 200, "the budget waits as long as the shop wished"


async def test_a_webshop_without_credentials_says_which_are_missing(store: Store, settings: Settings) -> None:
    async with side(store, settings) as one:
        database = store.database(one.at.project.database)
        await database["webshops"].update_one({"_id": one.at.webshop}, {"$unset": {"config.consumer_secret": ""}})
        answer = await one.complete()
        assert (answer.status_code, answer.json()["type"]) == (502, "credentials_rejected")
        assert "Consumer secret" in answer.json()["error"]


async def test_the_client_speaks_to_it(store: Store, settings: Settings) -> None:
    async with side(store, settings) as one, ShopApi(str(one.api.base_url), one.at.made.shop_api_token) as shop:
        order, webshop = str((await one.order())["_id"]), str(one.at.webshop)
        page = await shop.orders.index(webshop, created_since="2020-01-31T00:00:00+01:00")
        assert order in {row["_id"] for row in page["result"]}
        data = UpdateOrderStatus.model_validate({"status_id": await one.status("completed")})
        dry = await shop.orders.update_status(order, data, dry_run=True)
        assert (dry["request"]["method"], await one.held()) == ("PUT", "processing")
        assert await shop.orders.update_status(order, data, key="client-1") == {"status_id": "completed"}
        assert await one.held() == "completed"
        with pytest.raises(ShopApiProblem) as found:
            await shop.orders.create_invoice(order, CreateInvoice())
        assert (found.value.status, found.value.type) == (422, "unsupported")


async def test_what_the_shop_lists_is_told_in_the_words_of_the_model(store: Store, settings: Settings) -> None:
    async with side(store, settings) as one:
        wanted = {"webshop_id": str(one.at.webshop)}
        found = (await one.api.get("/shop_api/v1/orders", params=wanted)).json()
        stored = {str(row["_id"]): row for row in await one.at.documents("orders")}
        assert {row["_id"] for row in found["result"]} == stored.keys()
        assert all(row["order_number"] == stored[row["_id"]]["order_number"] for row in found["result"])
        assert sum(len(row["order_lines"]) for row in found["result"]) == len(await one.at.documents("order_lines"))
        own = (await one.api.get("/shop_api/v1/orders", params={**wanted, "unfiltered_response": "true"})).json()
        assert {row["number"] for row in own["result"]} == {row["order_number"] for row in stored.values()}
        none = await one.api.get("/shop_api/v1/shop_ids", params=wanted)
        assert (none.status_code, none.json()["type"]) == (422, "unsupported")


async def test_a_shop_in_a_private_network_is_not_called(store: Store, settings: Settings) -> None:
    async with side(store, settings, allow_private_addresses=False) as one:
        answer = await one.complete()
        assert (answer.status_code, answer.json()["type"]) == (502, "address_refused")
        assert one.puts() == 0
