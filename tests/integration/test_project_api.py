"""The Project API over HTTP: every answer as its documentation says, and no secret of a shop in any of them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from bson import ObjectId

from services.relay_poller.fairness import Fairness
from shoprelay_relays.registry import RELAYS, relay_id
from shoprelay_runtime import admin
from shoprelay_runtime import projects as projects_module
from shoprelay_runtime.access import KEPT_SECONDS, TokenKind
from shoprelay_runtime.admin.project_settings import LIMIT
from shoprelay_runtime.admin.projects import CreatedProject
from shoprelay_runtime.billing.rows import counter_id, statement_row
from shoprelay_runtime.billing.statements import Counts, line, statement
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.documents.base import Encryption
from shoprelay_simulators import WooShop, serve
from tests.support.documented import Documented
from tests.support.shop_api import basic, shop_api
from tests.support.world import World, normalizing, world

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
V1 = "/project_api/v1"
NOBODY = "65f0a1b2c3d4e5f6a7b8c9d0"


class Api:
    """The API as one operator calls it."""

    def __init__(self, client: httpx.AsyncClient, made: CreatedProject, documented: Documented) -> None:
        self.client, self.made, self.documented = client, made, documented

    async def ask(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        """The answer's body; its status is as expected."""
        found = await self.client.request(method, V1 + path, **more)
        assert found.status_code == status, found.text
        return found.json()

    @property
    def own(self) -> str:
        return f"/projects/{self.made.id}"


@asynccontextmanager
async def calling(store: Store, settings: Settings, name: str = "Growth") -> AsyncIterator[Api]:
    made = await admin.create_project(store, settings, name, "Europe/Copenhagen")
    async with shop_api(settings, made.project_api_token) as client:
        documented = Documented((await client.get("/openapi.json")).json())
        client.event_hooks["response"].append(documented)
        yield Api(client, made, documented)


@pytest.fixture
async def api(store: Store, settings: Settings) -> AsyncIterator[Api]:
    async with calling(store, settings) as made:
        yield made


async def eventually(look: Callable[[], Any], seconds: float = 60) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await look()):  # noqa: ASYNC110 - what is awaited is another process's work
            await asyncio.sleep(0.1)
        return found


async def test_settings_are_set_by_name_all_or_none(api: Api, store: Store, settings: Settings) -> None:
    shown = await api.ask("GET", api.own)
    assert (shown["name"], shown["time_zone"], shown["allowed_languages"]) == ("Growth", "Europe/Copenhagen", None)
    given = {"allowed_languages": ["en", "da"], "css_link_classes": "blue wide", "webshop_updated_messages": {"en": "Done."}}
    assert given.items() <= (await api.ask("PATCH", api.own, json={"data": given})).items()
    changed = await api.ask("PATCH", api.own, json={"css_link_classes": None, "catch_all_date": "2024-01-31"})
    assert (changed["css_link_classes"], changed["allowed_languages"]) == (None, ["en", "da"])
    project = await Projects(store, settings.master()).get(api.made.id)
    assert project.settings["catch_all_date"] == "2024-01-31", "as services read it"
    for wrong, field in (
        ({"guests_view_only": "yes"}, "guests_view_only"),
        ({"interface_path": "/a", "support_email": "nobody"}, "support_email"),
        ({"colour": "red"}, "colour"),
        ({"name": "Other"}, "name"),
        ({"allowed_languages": ["english"]}, "allowed_languages.0"),
        ({"webhook_url": "ftp://operator.example"}, "webhook_url"),
        ({"catch_all_date": "9999-12-31T23:59:59-23:59"}, "catch_all_date"),
    ):
        refused = await api.ask("PATCH", api.own, 422, json=wrong)
        assert (refused["field"], refused["error"].startswith(f"{field}: ")) == (field, True)
    for body in ("", "[]", '{"data": 1}', "{"):
        await api.ask("PATCH", api.own, 422, content=body)
    await api.ask("POST", "/companies", 422, content=b"\xff", headers={"content-type": "application/json"})
    assert (await api.ask("GET", api.own))["interface_path"] is None


async def test_a_setting_takes_effect_in_services_that_run(
    api: Api, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once in the process that was told, and in others once they look again; none is started anew."""
    monkeypatch.setattr(projects_module, "_FRESH_SECONDS", 0.5)
    relay = f"/relays/{relay_id('woocommerce')}"
    fairness = Fairness(store, Projects(store, settings.master()))
    async with shop_api(settings, api.made.project_api_token) as other:
        for each in (api.client, other):
            assert _address((await each.get(V1 + relay)).json()).startswith("http://127.0.0.1")
        assert await fairness.limit(api.made.id) == float("inf")
        await api.ask("PATCH", api.own, json={"interface_host": "relay.example.com", LIMIT: 3})
        assert _address(await api.ask("GET", relay)).startswith("https://relay.example.com/")

        async def obeyed() -> bool:
            told = _address((await other.get(V1 + relay)).json())
            return told.startswith("https://relay.example.com/") and await fairness.limit(api.made.id) == 3

        await eventually(obeyed, seconds=10)
        await api.ask("PATCH", api.own, json={"interface_host": None})
        assert _address(await api.ask("GET", relay)).startswith("http://127.0.0.1")


def _address(relay: dict[str, Any]) -> str:
    """Where the relay's description says that the Shop API is."""
    return str(relay["shop_api"]["v1"]["endpoints"]["orders"][0]["url"])


async def test_the_webhook_s_secret_is_shown_once(api: Api) -> None:
    assert (await api.ask("POST", f"{api.own}/webhook/rotate", 422))["field"] == "webhook_url"
    first = await api.ask("PATCH", api.own, json={"webhook_url": "https://operator.example/events"})
    assert first["webhook_secret"].startswith("whsec_")
    api.documented.secrets += [first["webhook_secret"], first["webhook_token"]]
    second = await api.ask("PATCH", api.own, json={"webhook_url": "https://operator.example/other"})
    assert (second["webhook_url"], second["webhook_active"]) == ("https://operator.example/other", True)
    rotated = await api.ask("POST", f"{api.own}/webhook/rotate", json={"overlap_hours": 1})
    assert {rotated["secret"], rotated["token"]}.isdisjoint({first["webhook_secret"], first["webhook_token"]})
    api.documented.secrets += [rotated["secret"], rotated["token"]]
    gone = await api.ask("PATCH", api.own, json={"webhook_url": None})
    assert (gone["webhook_url"], gone["webhook_active"]) == (None, False)


async def test_a_token_is_exchanged_without_a_call_failing(api: Api) -> None:
    made = await api.ask("POST", f"{api.own}/tokens/project_api/rotate", json={"overlap_hours": 1})
    assert (await api.client.get(V1 + api.own, headers=basic(made["token"]))).status_code == 200
    await api.ask("GET", api.own)  # with the one before
    last = await api.ask("POST", f"{api.own}/tokens/project_api/rotate", json={"overlap_hours": 0})
    await api.ask("GET", api.own, 401)
    assert (await api.client.get(V1 + api.own, headers=basic(last["token"]))).status_code == 200
    for kind, body in (("shop_api", {"overlap_hours": 721}), ("master", {})):
        refused = await api.client.post(f"{V1}{api.own}/tokens/{kind}/rotate", json=body, headers=basic(last["token"]))
        assert refused.status_code == 422


async def test_a_token_that_another_process_ends_opens_nothing_soon(api: Api, store: Store) -> None:
    await api.ask("GET", api.own)
    await admin.rotate_token(store, api.made.id, TokenKind.PROJECT_API, timedelta(0))
    began = time.monotonic()
    await eventually(lambda: _ended(api), seconds=10)
    assert time.monotonic() - began < KEPT_SECONDS + 2, "the second, and a busy machine"


async def _ended(api: Api) -> bool:
    return (await api.client.get(V1 + api.own)).status_code == 401


async def test_every_path_asks_for_the_token(api: Api) -> None:
    document = api.documented.document
    paths = [(path, method) for path, item in document["paths"].items() for method in item if path.startswith(V1)]
    assert len(paths) > 25
    for path, method in paths:
        for headers in ({}, basic("wrong"), basic(api.made.shop_api_token), {"Authorization": "Bearer x"}):
            url = path.replace("{id}", NOBODY).replace("{kind}", "shop_api").replace("{position}", "raw.live.v1.dlq-0-1")
            async with httpx.AsyncClient(base_url=api.client.base_url) as stranger:
                refused = await stranger.request(method, url, headers=headers)
            assert (refused.status_code, "Basic" in refused.headers["www-authenticate"]) == (401, True)


async def test_relays_say_what_they_serve(api: Api) -> None:
    documents = (await api.ask("GET", "/relays"))["documents"]
    assert {each["identifier"] for each in documents} == set(RELAYS)
    woo = await api.ask("GET", f"/relays/{relay_id('woocommerce')}")
    assert (woo["name"], woo["ecommerce_platform"], woo["active"]) == ("WooCommerce", True, True)
    served = RELAYS["woocommerce"]
    endpoints = {
        f"{resource}/{each['name']}": each for resource, group in woo["shop_api"]["v1"]["endpoints"].items() for each in group
    }
    assert set(served.actions) <= set(endpoints)
    lists = {f"{each.name}/index" for each in served.resources if each.pages} & {"orders/index", "products/index"}
    assert lists <= set(endpoints)
    for key, action in served.actions.items():
        told = endpoints[key]
        assert told["comments"] == action.comments
        described = set((told["body_description"] or {"data": {}})["data"])
        assert len(described) == len(action.takes), f"{key} takes {sorted(action.takes)}, and says {sorted(described)}"
        assert set((told["body_example"] or {"data": {}})["data"]) <= described
    assert endpoints["orders/update_status"]["url"].endswith("/shop_api/v1/orders/{{ order_id }}/update_status")
    assert {each["key"] for each in endpoints["orders/index"]["params"]} >= {"webshop_id", "created_since"}
    for unknown in (NOBODY, "x"):
        await api.ask("GET", f"/relays/{unknown}", 404)


async def test_companies_and_their_webshops(api: Api, store: Store, settings: Settings) -> None:
    shop = WooShop(7, orders=2, products=2, customers=1)
    company = await api.ask("POST", "/companies", 201, json={"website": "https://www.acme.example/", "remote_id": "42"})
    assert company["website"] == "acme.example"
    repeated = await api.ask("POST", "/companies", 201, json={"website": "acme.example", "remote_id": "42"})
    assert repeated["_id"] == company["_id"]
    for wrong, field in (
        ({"website": "acme"}, "website"),
        ({"website": "\0.example"}, "website"),
        ({"website": "acme.example", "remote_id": "43"}, "website"),
    ):
        assert (await api.ask("POST", "/companies", 422, json=wrong))["field"] == field
    async with serve(shop) as url:
        credentials = {"shop_url": url, **shop.credentials()}
        api.documented.secrets += shop.credentials().values()
        await _refused(api, credentials)
        given = {"relay": "woocommerce", "company": "42", "credentials": credentials}
        added = await api.ask("POST", "/webshops", 201, json=given)
        again = await api.ask("POST", "/webshops", 422, json=given)
        assert f"as webshop {added['_id']}" in again["error"]
        path = f"/webshops/{added['_id']}"
        shown = await api.ask("GET", path)
        assert (shown["health"]["state"], shown["gaps"], shown["relay"]) == ("ok", [], "woocommerce")
        assert added["webhook_token"] not in str(shown)
        await _looked_after(api, path, added["_id"])
        await _hidden_from_others(api, store, settings, path, company["_id"])
        await _destroyed(api, path, settings)


async def _refused(api: Api, credentials: dict[str, str]) -> None:
    given = {"relay": "woocommerce", "company": "acme.example", "credentials": credentials}
    for change, field in (
        ({"relay": "shopfy"}, "relay"),
        ({"company": "nobody.example"}, "company"),
        ({"credentials": {"shop_url": credentials["shop_url"]}}, "credentials.consumer_key"),
        ({"credentials": {**credentials, "colour": "red"}}, "credentials.colour"),
    ):
        assert (await api.ask("POST", "/webshops", 422, json={**given, **change}))["field"].startswith(field), change
    wrong = {**credentials, "consumer_secret": "cs_somethingelse"}
    refused = await api.ask("POST", "/webshops", 422, json={**given, "credentials": wrong})
    assert (refused["type"], "cs_somethingelse" in str(refused)) == ("credentials_rejected", False)
    nowhere = {**credentials, "shop_url": "http://127.0.0.1:9"}
    assert (await api.ask("POST", "/webshops", 502, json={**given, "credentials": nowhere}))["type"] == "shop_trouble"
    assert (await api.ask("GET", "/webshops"))["documents"] == [], "nothing is stored of what was refused"


async def _looked_after(api: Api, path: str, webshop: str) -> None:
    assert await api.ask("POST", f"{path}/pause") == {"_id": webshop, "active": False}
    assert (await api.ask("GET", path))["health"]["state"] == "paused"
    assert await api.ask("POST", f"{path}/resume") == {"_id": webshop, "active": True}
    imports = (await api.ask("GET", f"{path}/backfill"))["documents"]
    assert {(each["resource"], each["state"]) for each in imports} >= {("orders", "waiting"), ("products", "waiting")}
    paused = await api.ask("POST", f"{path}/backfill/pause", json={"resources": ["orders"]})
    assert paused == {"resources": ["orders"]}
    states = {each["resource"]: each["state"] for each in (await api.ask("GET", f"{path}/backfill"))["documents"]}
    assert (states["orders"], states["products"]) == ("paused", "waiting")
    assert "orders" in (await api.ask("POST", f"{path}/backfill/resume"))["resources"]
    assert (await api.ask("POST", f"{path}/backfill/pause", 422, json={"resources": ["pears"]}))["field"] == "resource"
    begun = await api.ask("POST", f"{path}/resync", 202)
    assert (await api.client.get(begun["see"])).status_code == 200
    (listed,) = (await api.ask("GET", "/webshops", params={"company": "42"}))["documents"]
    assert (listed["_id"], listed["active"]) == (webshop, True)
    assert (await api.ask("GET", "/webshops", 422, params={"company": "nobody"}))["field"] == "company"


async def _hidden_from_others(api: Api, store: Store, settings: Settings, path: str, company: str) -> None:
    other = await admin.create_project(store, settings, "Other")
    own = dict(api.client.headers)
    api.client.headers.update(basic(other.project_api_token))
    try:
        for method, hidden in (
            ("GET", api.own), ("PATCH", api.own), ("POST", f"{api.own}/tokens/shop_api/rotate"),
            ("POST", f"{api.own}/keys/rotate"), ("POST", f"{path}/subscribe"), ("GET", path), ("DELETE", path),
            ("POST", f"{api.own}/webhook/rotate"), ("POST", f"{path}/webhook/rotate"),
            ("POST", f"{path}/pause"), ("POST", f"{path}/resume"), ("POST", f"{path}/resync"), ("GET", f"{path}/backfill"),
            ("POST", f"{path}/backfill/pause"), ("POST", f"{path}/backfill/resume"), ("GET", f"/companies/{company}"),
            ("DELETE", f"/companies/{company}"),
        ):  # fmt: skip
            answers = [await api.ask(method, each, 404) for each in (hidden, hidden.replace(hidden.split("/")[2], NOBODY))]
            told = [each["error"].replace(hidden.split("/")[2], NOBODY) for each in answers]
            assert told[0] == told[1], "not to be told apart from what does not exist"
        assert (await api.ask("GET", "/webshops"))["documents"] == (await api.ask("GET", "/companies"))["documents"] == []
    finally:
        api.client.headers.update(own)


async def _destroyed(api: Api, path: str, settings: Settings) -> None:
    begun = await api.ask("DELETE", path, 202)
    assert V1 + path == begun["see"]
    assert (await api.ask("GET", path))["health"]["state"] == "destroying"
    begun = await api.ask("DELETE", "/companies/42", 202)
    left = await api.ask("GET", "/companies/42")
    assert (left["contents"], left["destroying_at"] is not None) == ({"webshops": 1}, True)

    async def gone(what: str) -> bool:
        return (await api.client.get(what)).status_code == 404

    async with normalizing(settings):
        await eventually(lambda: gone(V1 + path))
        await eventually(lambda: gone(begun["see"]))


async def test_a_destruction_that_a_stop_cut_off_goes_on_after_the_start(store: Store, settings: Settings) -> None:
    async with calling(store, settings) as api:
        company = await api.ask("POST", "/companies", 201, json={"website": "acme.example"})
        project = await Projects(store, settings.master()).get(api.made.id)
        row = {"company_id": ObjectId(company["_id"]), "relay_id": relay_id("woocommerce"), "active": True, "config": {}}
        await store.database(project.database)["webshops"].insert_one(row)
        begun = await api.ask("DELETE", f"/companies/{company['_id']}", 202)
    unfinished = await admin.unfinished(store, Projects(store, settings.master()))
    assert [(its.id, one) for its, one in unfinished] == [(project.id, ObjectId(company["_id"]))]
    async with normalizing(settings), shop_api(settings, api.made.project_api_token) as client:

        async def gone() -> bool:
            return (await client.get(begun["see"])).status_code == 404

        await eventually(gone)
    assert await store.database(project.database)["webshops"].count_documents({}) == 0


async def test_keys_are_rotated(api: Api, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(admin.rotate_keys.__kwdefaults__, "settle", 0.1)
    assert await api.ask("POST", f"{api.own}/keys/rotate") == {"current_key": "k2"}
    row = await store.collection(Control.PROJECTS).find_one({"_id": api.made.id})
    assert row is not None
    assert (row["current_key"], [key["id"] for key in row["data_keys"]]) == ("k2", ["k1", "k2"])


async def test_deliveries_are_shown_and_sent_again(api: Api, store: Store, settings: Settings) -> None:
    made = await api.ask("PATCH", api.own, json={"webhook_url": "https://operator.example/events"})
    api.documented.secrets += [made["webhook_secret"], made["webhook_token"]]
    project = await Projects(store, settings.master()).get(api.made.id)
    mine = [await _delivery(store, project, state) for state in ("failed", "failed", "done")]
    foreign = await admin.create_project(store, settings, "Other", webhook_url="https://other.example/")
    others = await _delivery(store, await Projects(store, settings.master()).get(foreign.id), "failed")
    listed = (await api.ask("GET", "/deliveries"))["documents"]
    assert {each["_id"] for each in listed} == {str(each) for each in mine}
    assert len((await api.ask("GET", "/deliveries", params={"state": "done"}))["documents"]) == 1
    await api.ask("GET", "/deliveries", 422, params={"state": "lost"})
    shown = await api.ask("GET", f"/deliveries/msg_{mine[0]}", params={"body": True})
    assert (shown["body"], shown["attempts"][0]["status"]) == ('{"event":"fetched_data"}', 500)
    begun = await api.ask("POST", f"/deliveries/{mine[0]}/replay", 202)
    assert (await api.client.get(begun["see"])).json()["state"] == "pending"
    assert (await api.ask("POST", "/deliveries/replay", 202, json={"since": "2h"}))["replayed"] == 1
    for wrong in ("soon", "999999d", "9999-12-31T23:59:59-23:59"):
        assert (await api.ask("POST", "/deliveries/replay", 422, json={"since": wrong}))["field"] == "since"
    for method, path in (("GET", f"/deliveries/{others}"), ("POST", f"/deliveries/{others}/replay"), ("GET", "/deliveries/x")):
        await api.ask(method, path, 404)
    left = await store.collection(Control.DELIVERIES).find_one({"_id": others})
    assert left is not None
    assert left["state"] == "failed"


async def _delivery(store: Store, project: Project, state: str) -> ObjectId:
    endpoint = await store.collection(Control.ENDPOINTS).find_one({"project": project.id})
    assert endpoint is not None
    now, delivery = datetime.now(UTC), ObjectId()
    row = {
        "_id": delivery, "event": f"event-{delivery}", "kind": "fetched_data", "endpoint": endpoint["_id"], "project": project.id,
        "company": ObjectId(), "state": state, "tries": 3, "created_at": now, "due_at": now, "since": now, "owner": None,
        "body": project.cipher.seal("deliveries", "body", b'{"event":"fetched_data"}', Encryption.RANDOMIZED),
    }  # fmt: skip
    await store.collection(Control.DELIVERIES).insert_one(row)
    excerpt = project.cipher.seal("attempts", "excerpt", b"sorry", Encryption.RANDOMIZED)
    attempt = {"delivery": delivery, "at": now, "status": 500, "error": None, "seconds": 0.1234, "excerpt": excerpt}
    await store.collection(Control.ATTEMPTS).insert_one(attempt)
    return delivery


async def test_the_bill_and_its_statements(api: Api, store: Store) -> None:
    company, day, counts = ObjectId(), date(2026, 3, 1), Counts(1000, 2000, 3, 4)
    lines = [line(company, counts, day)]
    for project in (api.made.id, ObjectId()):
        row = {"_id": counter_id(project, day, company), "project": project, "day": day.isoformat(), "company": company}
        await store.collection(Control.COUNTERS).insert_one({**row, **counts._asdict()})
        issued = statement(project, day, ZoneInfo("Europe/Copenhagen"), 0, lines, datetime(2026, 3, 2, tzinfo=UTC))
        await store.collection(Control.STATEMENTS).insert_one(statement_row(issued))
    bill = await api.ask("GET", "/bill", params={"from": "2026-03-01", "to": "2026-03-31"})
    (told,) = bill["days"]
    assert (told["day"], told["state"], told["lines"][0]["incoming_requests"]) == ("2026-03-01", "stated", 2000)
    assert Decimal(bill["total"]) == lines[0].total
    (stated,) = (await api.ask("GET", "/statements"))["documents"]
    assert (stated["project"], stated["total"]) == (str(api.made.id), bill["total"])
    assert (await api.ask("GET", "/bill", params={"company": NOBODY}))["days"] == []
    for wrong in ({"company": "x"}, {"from": "yesterday"}):
        assert (await api.ask("GET", "/bill", 422, params=wrong))["field"] == next(iter(wrong))


@pytest.fixture
async def shop(settings: Settings, store: Store) -> AsyncIterator[World]:
    async with world(settings, store, name="Other") as made:
        yield made


async def test_dead_letters_of_the_project_alone(api: Api, shop: World) -> None:
    foreign = {"id": "7", "poison": "jane@example.com"}
    await shop.put(foreign)
    mine = await _own_shop(api, shop)
    for number in "123":
        await mine.put({"id": number, "poison": f"p{number}@example.com"})
    async with normalizing(shop.settings):
        await shop.drained()
    letters = (await api.ask("GET", "/dead_letters"))["documents"]
    assert [each["subject"] for each in sorted(letters, key=lambda each: each["origin"])] == ["orders/1", "orders/2", "orders/3"]
    first, second, third = sorted((each["position"] for each in letters), key=lambda each: int(each.rpartition("-")[2]))
    shown = await api.ask("GET", f"/dead_letters/{first}")
    assert (shown["field"], shown["original"]) == ("lines.0.price", {"id": "1", "poison": "p1@example.com"})
    assert "plain_relay.py" not in str(shown), "no word of this program's inside"
    put_back = await api.ask("POST", "/dead_letters/retry", json={"positions": [first]})
    assert put_back == {"retried": [first], "not_retried": []}
    assert await api.ask("POST", "/dead_letters/discard", json={"positions": [second]}) == {"discarded": [second]}
    assert "retried already" in (await api.ask("POST", "/dead_letters/retry", 422, json={"positions": [first]}))["error"]
    settled = (await api.ask("GET", "/dead_letters", params={"settled": True}))["documents"]
    assert {each["state"] for each in settled} == {"retried", "discarded"}
    for body in ({}, {"positions": [third], "all": True}, {"positions": [third], "reason": "x"}):
        assert (await api.ask("POST", "/dead_letters/discard", 422, json=body))["field"] == "positions"
    for wrong, field in (({"topic": "raw"}, "topic"), ({"webshop": "x"}, "webshop"), ({"webshop": NOBODY}, "webshop")):
        assert (await api.ask("GET", "/dead_letters", 422, params=wrong))["field"] == field
    await _not_theirs(api, shop)
    assert (await api.ask("POST", "/dead_letters/discard", json={"all": True}))["discarded"] == [third]


async def _own_shop(api: Api, shop: World) -> World:
    """Another world on the same servers, of the project that calls."""
    projects = Projects(shop.store, shop.settings.master())
    project = await projects.get(api.made.id)
    webshop = ObjectId()
    row = {"_id": webshop, "company_id": ObjectId(), "relay_id": ObjectId(), "active": True, "config": {}}
    await shop.store.database(project.database)["webshops"].insert_one(row)
    return World(shop.settings, shop.store, project, await projects.webshop(project, webshop), shop.producer, shop.relay)


async def _not_theirs(api: Api, shop: World) -> None:
    (other,) = await letters_of(shop)
    await api.ask("GET", f"/dead_letters/{other}", 404)
    for what in ("retry", "discard"):
        await api.ask("POST", f"/dead_letters/{what}", 404, json={"positions": [other]})
    await api.ask("GET", "/dead_letters/17", 404)


async def letters_of(shop: World) -> list[str]:
    """The positions of the dead letters of its project."""
    from shoprelay_runtime.admin.dead_letters import Filter, list_letters

    return [each["position"] for each in await list_letters(shop.store, shop.settings, Filter(project=shop.project))]
