"""Every action of every relay through the service, by the `_id`s of documents: the shop is changed, document and event follow."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from bson import ObjectId

from shoprelay_relays.actions import BY_KEY, Reference
from shoprelay_relays.actions.bodies.base import references
from shoprelay_relays.registry import RELAYS
from shoprelay_runtime import admin
from shoprelay_runtime.codec import unseal
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_simulators import serve
from tests.contract.actions.test_actions import FOUND
from tests.integration.test_poller_shops import polling
from tests.support.acting import Acted, Case
from tests.support.shop_api import shop_api
from tests.support.world import drained, normalizing, read_topics

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1200)]
_AT_ONCE = 4
_SECONDS = 200
_EACH_ONCE = sorted({id(RELAYS[name].actions): name for name in sorted(FOUND, reverse=True)}.values())
"""Of relays that share their actions (a custom app of Shopify's, the brands of one platform), the first one."""
_KNOWN_BY = ("remote_id", "sku_2", "sku_3", "sku", "order_number")
"""The attributes by which a document is found, the surest first."""
Document = dict[str, Any]


@dataclass
class Operator:
    """A project with its API; each case has a webshop of its own in it."""

    store: Store
    settings: Settings
    projects: Projects
    project: Project
    api: httpx.AsyncClient

    async def connect(self, relay: str, config: dict[str, Any]) -> ObjectId:
        fields = RELAYS[relay].credentials.model_fields
        given = {name: value for name, value in config.items() if name in fields}
        companies = self.store.database(self.project.database)["companies"]
        company = (await companies.insert_one({"website": f"{ObjectId()}.example"})).inserted_id
        added = await admin.add_webshop(self.store, self.settings, self.projects, self.project, company, relay, given)
        return added.id

    async def documents(self, webshop: ObjectId, collection: str) -> list[Document]:
        rows = self.store.database(self.project.database)[collection].find({"webshop_id": webshop})
        return [unseal(self.project.cipher, collection, row) async for row in rows]

    async def known(self, webshop: ObjectId, named: Reference) -> str:
        """The `_id` of the document of what the shop knows so, as soon as it is there."""

        async def look() -> str | None:
            rows = await self.documents(webshop, named.collection)
            spelt = {named.given, named.given.rpartition("/")[2]}
            fits = ((row, name) for name in _KNOWN_BY for row in rows if str(row.get(name)) in spelt)
            return next((str(row["_id"]) for row, _ in fits), None)

        return str(await eventually(look, f"a document of {named.collection} {named.given}"))


async def eventually(look: Callable[[], Awaitable[Any]], what: str) -> Any:
    try:
        async with asyncio.timeout(_SECONDS):
            while not (found := await look()):  # noqa: ASYNC110 - what is awaited happens in services
                await asyncio.sleep(0.1)
            return found
    except TimeoutError:
        raise AssertionError(f"{what} never came") from None


async def acted(operator: Operator, relay: str, how: Acted, case: Case) -> tuple[str, str | None]:
    """One case; the collection and `_id` of the document whose event must tell of it."""
    shop = how.shop()
    endpoint = BY_KEY[case.endpoint]
    async with serve(shop) as url:
        given, data = case.target(shop), case.data(shop)
        webshop = await operator.connect(relay, how.config(shop, url))
        try:
            body = endpoint.body.model_validate(data)
            for each in references(body):
                each.given = await operator.known(webshop, each)
            target = await operator.known(webshop, Reference(endpoint.resource, given)) if given else str(webshop)
            path = "/shop_api/v1" + endpoint.path.replace("{id}", target)
            sent = {"data": body.model_dump(mode="json", by_alias=True, exclude_unset=True)}
            answer = await operator.api.request(endpoint.method, path, params={"webshop_id": str(webshop)}, json=sent)
            assert answer.status_code == httpx.codes.OK, answer.text
            assert case.shop_says(shop) == case.holds
            return case.document[0] if case.document else "", await followed(operator, webshop, case, target)
        finally:
            await admin.pause_webshop(operator.store, operator.project, webshop)


async def followed(operator: Operator, webshop: ObjectId, case: Case, target: str) -> str | None:
    """Wait for the document that the case speaks of."""
    if case.document is None:
        return None
    collection, wanted = case.document

    async def look() -> str | None:
        rows = await operator.documents(webshop, collection)
        if wanted is None:
            return target if target not in {str(row["_id"]) for row in rows} else None
        return next((str(row["_id"]) for row in rows if wanted.items() <= row.items()), None)

    return str(await eventually(look, f"{collection} with {wanted}"))


@pytest.mark.parametrize("relay", _EACH_ONCE)
async def test_each_action_by_document_with_its_event(store: Store, settings: Settings, relay: str) -> None:
    how, together = FOUND[relay], asyncio.Semaphore(_AT_ONCE)
    made = await admin.create_project(store, settings, "Growth")
    projects = Projects(store, settings.master())
    project = await projects.get(made.id)
    async with (
        polling(settings, shops=_AT_ONCE),
        normalizing(settings, RELAYS),
        shop_api(settings, made.shop_api_token) as api,
    ):
        operator = Operator(store, settings, projects, project, api)

        async def one(case: Case) -> tuple[Case, Any]:
            async with together:
                try:
                    return case, await acted(operator, relay, how, case)
                except AssertionError as error:
                    return case, error

        ended = await asyncio.gather(*(one(case) for case in how.cases))
        wrong = [f"{case}: {str(found)[:400]}" for case, found in ended if isinstance(found, AssertionError)]
        assert not wrong, "\n".join(wrong)
        await drained(settings)
        await _told(operator, {str(case): found for case, found in ended if found[1]}, {str(case): case for case in how.cases})


async def _told(operator: Operator, followed: dict[str, tuple[str, str]], cases: dict[str, Case]) -> None:
    """The last event of each document is of the very observation that is stored; of one that is gone, its deletion."""
    last, database = {}, operator.store.database(operator.project.database)
    for event in await read_topics(operator.settings, *{f"documents.{collection}.v1" for collection, _ in followed.values()}):
        if event.value is not None:
            last[event.key] = event
    for name, (collection, key) in followed.items():
        stored = await database[collection].find_one({"_id": ObjectId(key)})
        assert (stored is None) is last[key].type.endswith("deleted.v1") is (cases[name].document[1] is None), name
        assert stored is None or last[key].value["source"]["raw"] == stored["source"]["raw"], name
