"""Webhook addresses, tokens and secrets are exchanged without a call being refused: the operator's, and a shop's."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from bson import ObjectId

from services.notifier.calling import Endpoint
from services.notifier.claiming import Claimer
from services.webhook_ingest.hooks import Hooks
from shoprelay_relays.registry import RELAYS
from shoprelay_runtime import admin
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_simulators import WooShop, serve

pytestmark = pytest.mark.integration
HOUR = timedelta(hours=1)
BASE = "https://in.example"


async def project(store: Store, settings: Settings) -> tuple[Project, str, str]:
    """A project, and its webhook's token and secret."""
    made = await admin.create_project(store, settings, "Growth", webhook_url="https://operator.example/")
    assert made.endpoint
    assert made.endpoint.token
    assert made.endpoint.secret
    return await Projects(store, settings.master()).get(made.id), made.endpoint.token, made.endpoint.secret


async def called_as(store: Store, settings: Settings, later: timedelta) -> Endpoint:
    """What the notifier would call with then."""
    row = await store.collection(Control.ENDPOINTS).find_one({})
    assert row
    claimer = Claimer(store, Projects(store, settings.master()), "me", HOUR, lambda: datetime.now(UTC) + later)
    return await claimer.open(row["_id"])


async def test_the_operators_token_changes_when_the_time_is_up_and_until_then_both_secrets_sign(
    store: Store, settings: Settings
) -> None:
    owner, token, secret = await project(store, settings)
    new = await admin.rotate_webhook(store, owner, 2 * HOUR)
    during, after = await called_as(store, settings, HOUR), await called_as(store, settings, 3 * HOUR)
    assert (during.token, set(during.secrets)) == (token, {secret, new.secret})
    assert (after.token, after.secrets) == (new.token, (new.secret,))


async def test_rotations_one_after_the_other_keep_what_is_still_good(store: Store, settings: Settings) -> None:
    owner, token, secret = await project(store, settings)
    first = await admin.rotate_webhook(store, owner, 4 * HOUR)
    second = await admin.rotate_webhook(store, owner, 2 * HOUR)
    during = await called_as(store, settings, HOUR)
    assert (during.token, set(during.secrets)) == (token, {secret, first.secret, second.secret})
    assert (await called_as(store, settings, 3 * HOUR)).secrets == (second.secret,), "an overlap that was shortened"
    last = await admin.rotate_webhook(store, owner, timedelta(0))
    at_once = await called_as(store, settings, timedelta(seconds=1))
    assert (at_once.token, at_once.secrets) == (last.token, (last.secret,))


@dataclass
class Connected:
    settings: Settings
    store: Store
    project: Project
    webshop: ObjectId
    url: str
    shop: WooShop

    async def takes(self, url: str | None) -> bool:
        """Whether webhook-ingest knows this address."""
        assert url
        hooks = Hooks(self.store, Projects(self.store, self.settings.master()), RELAYS, 0.0)
        found = await hooks.find(url.removeprefix(f"{BASE}/webhooks/"))
        return found is not None and found.webshop == str(self.webshop)

    async def rotate(self, overlap: timedelta) -> str:
        projects = Projects(self.store, self.settings.master())
        made = await admin.rotate_hook(self.store, self.settings, projects, self.project, self.webshop, overlap)
        assert made.webhook_trouble == ""
        assert made.url
        return made.url

    def told(self) -> set[str]:
        """Where the shop sends its webhooks."""
        return {row.url for row in self.shop.webhooks.values() if row.status == "active"}


@pytest.fixture
async def connected(store: Store, settings: Settings) -> AsyncIterator[Connected]:
    shop = WooShop(seed=3, orders=2, products=2, customers=1)
    async with serve(shop) as url:
        owner, _, _ = await project(store, settings)
        company = await store.database(owner.database)["companies"].insert_one({"website": "acme.example"})
        given = {"shop_url": url, "auth": "basic", **shop.credentials()}
        projects = Projects(store, settings.master())
        added = await admin.add_webshop(
            store, settings, projects, owner, company.inserted_id, "woocommerce", given, webhook_base_url=BASE
        )
        assert added.webhook_url
        yield Connected(settings, store, owner, added.id, added.webhook_url, shop)


async def test_a_shop_is_told_its_new_address_and_the_one_before_is_good_for_a_while(connected: Connected) -> None:
    new = await connected.rotate(HOUR)
    assert new != connected.url
    assert new in connected.told()
    assert [await connected.takes(url) for url in (connected.url, new)] == [True, True]
    await connected.store.collection(Control.HOOKS).update_many({"until": {"$ne": None}}, {"$set": {"until": datetime.now(UTC)}})
    assert [await connected.takes(url) for url in (connected.url, new)] == [False, True]


async def test_an_address_that_became_known_can_end_at_once(connected: Connected) -> None:
    first = await connected.rotate(HOUR)
    second = await connected.rotate(timedelta(0))
    assert [await connected.takes(url) for url in (connected.url, first, second)] == [False, False, True]
    token = await admin.webhook_token(connected.store, connected.project, connected.webshop)
    assert second == f"{BASE}/webhooks/{token}"


async def test_a_shop_that_cannot_be_told_has_a_new_address_all_the_same(connected: Connected) -> None:
    async def away(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(503)

    projects = Projects(connected.store, connected.settings.master())
    async with httpx.MockTransport(away) as transport:
        made = await admin.rotate_hook(
            connected.store, connected.settings, projects, connected.project, connected.webshop, HOUR, transport=transport
        )
    assert made.webhook_trouble
    assert [await connected.takes(url) for url in (connected.url, made.url)] == [True, True]
    job = await connected.store.collection(Control.JOBS).find_one({"webshop": connected.webshop, "mode": "subscribe"})
    assert job, "it is told again by itself"
