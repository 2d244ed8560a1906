"""What belongs to another project is as if it were not there: the same answer, after the same steps, for every endpoint.

The steps are the commands that the database gets. Time would say less, and not every time the same.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from bson import ObjectId
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import monitoring

from services.shop_api import main
from services.shop_api.app import described
from shoprelay_relays.actions import BY_KEY
from shoprelay_relays.registry import relay_id
from shoprelay_runtime import store as store_module
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.documents.base import Encryption
from tests.integration.test_project_api import Api, calling, letters_of
from tests.support.shop_api import basic
from tests.support.world import World, normalizing, world

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
_OWN = "projects"
"""The caller's project is read by its token, and remembered for a moment: not a step of what is asked for."""
_CREDENTIALS = {"shop_url": "https://shop.example", "consumer_key": "ck_1", "consumer_secret": "cs_1"}
PATHS = described().openapi()["paths"]
OPERATIONS = {each["operationId"]: (method.upper(), path, each) for path, item in PATHS.items() for method, each in item.items()}


class Steps(monitoring.CommandListener):
    """The commands that a service has sent: (name, database, collection)."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, str, str]] = Counter()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        on = str(event.command.get(event.command_name))
        if event.command_name not in {"ping", "endSessions"} and on != _OWN:
            self.taken[event.command_name, event.database_name, on] += 1

    def succeeded(self, _event: monitoring.CommandSucceededEvent) -> None:
        """Nothing more to know."""

    def failed(self, _event: monitoring.CommandFailedEvent) -> None:
        """Nothing more to know."""


@dataclass(frozen=True)
class Named:
    """What somebody names; by default, nothing that anybody has."""

    project: str = field(default_factory=lambda: str(ObjectId()))
    company: str = field(default_factory=lambda: str(ObjectId()))
    webshop: str = field(default_factory=lambda: str(ObjectId()))
    delivery: str = field(default_factory=lambda: str(ObjectId()))
    letter: str = "raw.live.v1.dlq-0-999999"


@dataclass(frozen=True)
class Asked:
    """What of `Named` the path has; what else is sent, as a function of it; the status that says that it is not there."""

    path: str = ""
    status: int = 404
    json: Any = None
    params: Any = None

    def request(self, path: str, named: Named) -> tuple[str, dict[str, Any]]:
        found = path.replace("{kind}", "shop_api")
        for name in ("{id}", "{position}"):
            found = found.replace(name, getattr(named, self.path) if self.path else "")
        given = {name: make(named) for name, make in (("json", self.json), ("params", self.params)) if make is not None}
        return found, given


_WEBSHOP, _COMPANY, _PROJECT, _DELIVERY = Asked("webshop"), Asked("company"), Asked("project"), Asked("delivery")
_LETTERS = Asked(json=lambda named: {"positions": [named.letter]})
_OF_COMPANY = Asked(status=200, params=lambda named: {"company": named.company})
PROJECT_API: Mapping[str, Asked | None] = {
    "projects__show": _PROJECT,
    "projects__update": Asked("project", json=lambda _: {"allowed_languages": ["en"]}),
    "projects__rotate_token": _PROJECT,
    "projects__rotate_webhook": _PROJECT,
    "projects__rotate_keys": _PROJECT,
    "companies__show": _COMPANY,
    "companies__destroy": _COMPANY,
    # A parameter that names nothing is wrong, and not missing.
    "webshops__index": Asked(status=422, params=lambda named: {"company": named.company}),
    "webshops__create": Asked(
        status=422, json=lambda named: {"relay": "woocommerce", "company": named.company, "credentials": _CREDENTIALS}
    ),
    "webshops__show": _WEBSHOP,
    "webshops__change_credentials": Asked("webshop", json=lambda _: {"credentials": _CREDENTIALS}),
    "webshops__destroy": _WEBSHOP,
    "webshops__subscribe": _WEBSHOP,
    "webshops__rotate_webhook": _WEBSHOP,
    "webshops__pause": _WEBSHOP,
    "webshops__resume": _WEBSHOP,
    "webshops__resync": _WEBSHOP,
    "webshops__backfill": _WEBSHOP,
    "webshops__pause_backfill": _WEBSHOP,
    "webshops__resume_backfill": _WEBSHOP,
    "deliveries__show": _DELIVERY,
    "deliveries__replay": _DELIVERY,
    "bill__show": _OF_COMPANY,
    "statements__index": _OF_COMPANY,
    "dead_letters__index": Asked(status=422, params=lambda named: {"webshop": named.webshop}),
    "dead_letters__show": Asked("letter"),
    "dead_letters__retry": _LETTERS,
    "dead_letters__discard": _LETTERS,
    # These name nothing that belongs to a project.
    "relays__index": None,
    "relays__show": None,
    "companies__index": None,
    "companies__create": None,
    "backfill__index": None,
    "deliveries__index": None,
    "deliveries__replay_failed": None,
}


def _of(prefix: str) -> set[str]:
    return {name for name, (_, path, _) in OPERATIONS.items() if path.startswith(prefix)}


def test_every_operation_has_its_case() -> None:
    assert _of("/project_api/") == set(PROJECT_API), "say what the new operation names"
    assert _of("/shop_api/") == {key.replace("/", "__") for key in BY_KEY}
    assert len(OPERATIONS) == len(PROJECT_API) + len(BY_KEY)


@pytest.fixture
async def theirs(settings: Settings, store: Store) -> AsyncIterator[World]:
    """Another project with something of everything."""
    async with world(settings, store, name="Theirs") as made:
        await made.put({"id": "7", "poison": "jane@example.com"})
        async with normalizing(settings):
            await made.drained()
        yield made


@pytest.fixture
async def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """What a service that is started now sends to the database for its callers."""
    counted = Steps()
    monkeypatch.setattr(store_module, "AsyncIOMotorClient", partial(AsyncIOMotorClient, event_listeners=[counted]))
    monkeypatch.setattr(main, "keep_resuming", _nothing)
    return counted


async def _nothing(*_: object) -> None:
    return None


async def _answers(api: Api, steps: Steps, method: str, path: str, **given: Any) -> tuple[int, Any, Counter[Any]]:
    steps.taken.clear()
    answer = await api.client.request(method, path, **given)
    return answer.status_code, answer.json(), Counter(steps.taken)


async def test_every_endpoint_of_the_project_api(store: Store, settings: Settings, theirs: World, steps: Steps) -> None:
    named = await _named(store, theirs)
    before = await _everything(store, theirs)
    async with calling(store, settings, "Mine") as api:
        for operation, asked in PROJECT_API.items():
            if asked is None:
                continue
            method, template, _ = OPERATIONS[operation]
            found = []
            for each in (named, Named()):
                path, given = asked.request(template, each)
                status, body, taken = await _answers(api, steps, method, path, **given)
                assert status == asked.status, f"{operation}: {body}"
                found.append((_without(body, each), taken))
            assert found[0] == found[1], operation
    assert await _everything(store, theirs) == before


async def _named(store: Store, theirs: World) -> Named:
    project = theirs.project
    delivery = ObjectId()
    sealed = project.cipher.seal("deliveries", "body", b"{}", Encryption.RANDOMIZED)
    row = {"_id": delivery, "event": "1", "endpoint": ObjectId(), "project": project.id, "state": "failed", "body": sealed}
    await store.collection(Control.DELIVERIES).insert_one(row)
    (letter,) = await letters_of(theirs)
    company, webshop = str(theirs.webshop.company_id), str(theirs.webshop.webshop_id)
    return Named(str(project.id), company, webshop, str(delivery), letter)


async def _everything(store: Store, theirs: World) -> list[Any]:
    database = store.database(theirs.project.database)
    rows = [await database[name].find().to_list(None) for name in ("companies", "webshops")]
    control = [await store.collection(name).find({"project": theirs.project.id}).to_list(None) for name in ("deliveries", "jobs")]
    return [*rows, *control, await store.collection(Control.PROJECTS).find_one({"_id": theirs.project.id})]


def _without(body: Any, named: Named) -> str:
    """The answer without what was named: it may be repeated."""
    text = str(body)
    for value in (named.project, named.company, named.webshop, named.delivery, named.letter):
        text = text.replace(value, "it")
    return text


@pytest.mark.parametrize("bypass", [False, True], ids=["by-document", "bypass_db"])
async def test_every_endpoint_of_the_shop_api(
    store: Store, settings: Settings, theirs: World, steps: Steps, *, bypass: bool
) -> None:
    there, shop = store.database(theirs.project.database), theirs.webshop.webshop_id
    async with calling(store, settings, "Mine") as api:
        for key, endpoint in BY_KEY.items():
            target = shop if endpoint.resource == "webshops" else ObjectId()
            if endpoint.targets and target != shop:
                await there[endpoint.resource].insert_one({"_id": target, "webshop_id": shop, "remote_id": str(target)})
            nothing, found = ObjectId(), []
            for named, webshop in ((target, shop), (nothing, nothing if endpoint.resource == "webshops" else ObjectId())):
                path = "/shop_api/v1" + endpoint.path.replace("{id}", str(named))
                options = {"webshop_id": str(webshop), "bypass_db": str(bypass).lower()}
                body = None if endpoint.method == "GET" else {"data": dict(endpoint.example)}
                given = {"params": options, "json": body, "headers": basic(api.made.shop_api_token)}
                status, said, taken = await _answers(api, steps, endpoint.method, path, **given)
                assert (status, said["type"], bool(taken)) == (404, "not_found", True), f"{key}: {said}"
                found.append((str(said).replace(str(named), "it").replace(str(webshop), "it"), taken))
            assert found[0] == found[1], key


async def test_what_a_body_names(store: Store, settings: Settings, theirs: World, steps: Steps) -> None:
    """A document of one's own shop with another project's status: as with a status that nobody has."""
    async with calling(store, settings, "Mine") as api:
        mine, there = store.database(api.made.database), store.database(theirs.project.database)
        shop, order, status = ObjectId(), ObjectId(), ObjectId()
        row = {"_id": shop, "company_id": ObjectId(), "relay_id": relay_id("woocommerce"), "active": True, "config": {}}
        await mine["webshops"].insert_one(row)
        await mine["orders"].insert_one({"_id": order, "webshop_id": shop})
        await there["statuses"].insert_one({"_id": status, "webshop_id": theirs.webshop.webshop_id, "remote_id": "done"})
        path, headers = f"/shop_api/v1/orders/{order}/update_status", basic(api.made.shop_api_token)
        given = [{"headers": headers, "json": {"data": {"status_id": str(each)}}} for each in (ObjectId(), status, ObjectId())]
        # The first one reads the webshop, which is then remembered.
        _, known, absent = [await _answers(api, steps, "PATCH", path, **each) for each in given]
        assert (known[0], known[1]["type"]) == (422, "unknown_reference")
        assert known == absent
