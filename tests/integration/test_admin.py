"""Administration against a real database and a real broker."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from bson import ObjectId

from shoprelay_relays import registry
from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.http.tokens import Token
from shoprelay_relays.spec import Connection
from shoprelay_runtime import admin, bus, rawlog
from shoprelay_runtime.access import TokenKind, opened_by
from shoprelay_runtime.crypto import DecryptionFailed, token_hash
from shoprelay_runtime.projects import Project, Projects, Unknown
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.shop_tokens import tokens_of
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.documents.base import Encryption
from shoprelay_schema.raw import RawKind
from shoprelay_schema.topics import ACTIVITY, RAW_LIVE
from tests.unit.poller.fakes import RELAY, SHOPS, Shop

pytestmark = pytest.mark.integration


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setitem(registry.RELAYS, "fake", RELAY)
    monkeypatch.setitem(registry._BY_ID, registry.relay_id("fake"), RELAY)
    made = Shop()
    monkeypatch.setitem(SHOPS, "alpha", made)
    return made


@pytest.fixture
def projects(store: Store, settings: Settings) -> Projects:
    return Projects(store, settings.master())


@pytest.fixture
async def project(store: Store, settings: Settings, projects: Projects) -> Project:
    made = await admin.create_project(store, settings, "Growth", "Europe/Copenhagen")
    return await projects.get(made.id)


@pytest.fixture
async def company(store: Store, settings: Settings, project: Project) -> ObjectId:
    made = await admin.create_company(store, settings, project, website="acme.example")
    return made["_id"]


async def add(store: Store, settings: Settings, projects: Projects, project: Project, company: ObjectId, **more: Any) -> Any:
    credentials = {"address": "alpha", "secret": more.pop("secret", "sesame")}
    return await admin.add_webshop(store, settings, projects, project, company, "fake", credentials, **more)


async def read_all(settings: Settings, topic: str) -> AsyncIterator[Any]:
    consumer = await bus.consumer(settings, "test", settings.named(topic), group=None)
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        for partition, end in ends.items():
            while await consumer.position(partition) < end:
                yield await consumer.getone(partition)
    finally:
        await consumer.stop()


async def test_a_project_s_tokens_are_shown_once_and_kept_as_hashes(store: Store, settings: Settings) -> None:
    made = await admin.create_project(store, settings, "Growth", webhook_url="https://operator.example/events")
    row = await store.collection(Control.PROJECTS).find_one({"_id": made.id})
    assert row is not None
    (token,) = [each for each in row["tokens"] if each["kind"] == "shop_api"]
    assert (token["hash"], token["until"]) == (token_hash(made.shop_api_token), None)
    assert made.project_api_token not in repr(row)
    endpoint = await store.collection(Control.ENDPOINTS).find_one({"project": made.id})
    project = await admin.find_project(store, settings, "Growth")
    assert endpoint is not None
    assert made.endpoint is not None
    assert project.cipher.open("endpoints", "secret", endpoint["secret"]).decode() == made.endpoint.secret
    assert made.endpoint.token not in repr(endpoint)
    assert (await admin.show_project(store, project))["webhook_url"] == "https://operator.example/events"


async def test_a_project_s_settings_are_checked_and_shown(store: Store, project: Project) -> None:
    assert await admin.set_setting(store, project, "max_simultaneous_synchronizations", "8") == 8
    assert await admin.set_setting(store, project, "catch_all_date", "2024-01-31") == "2024-01-31"
    await admin.set_setting(store, project, "max_simultaneous_synchronizations", "")
    assert (await admin.show_project(store, project))["settings"] == {"catch_all_date": "2024-01-31"}
    for name, value, said in (
        ("max_simultaneous_synchronizations", "many", "expected a whole number"),
        ("catch_all_date", "last spring", "expected an ISO date"),
        ("colour", "red", "there is no setting 'colour'; there are: allowed_languages, catch_all_date"),
    ):
        with pytest.raises(admin.AdminError, match=said):
            await admin.set_setting(store, project, name, value)


async def test_settings_are_stored_all_or_none(store: Store, project: Project) -> None:
    with pytest.raises(admin.AdminError, match="support_email: expected something such as") as refused:
        await admin.change_settings(store, project, {"interface_path": "/shops", "support_email": "nobody"})
    assert refused.value.field == "support_email"
    assert (await admin.show_project(store, project))["settings"] == {}
    assert await admin.set_setting(store, project, "allowed_languages", '["en", "da"]') == ["en", "da"]
    await admin.change_settings(store, project, {"css_link_classes": "blue", "guests_view_only": False})
    found = (await admin.show_project(store, project))["settings"]
    assert found == {"allowed_languages": ["en", "da"], "css_link_classes": "blue", "guests_view_only": False}


async def test_a_webhook_s_address_is_kept_apart(store: Store, project: Project) -> None:
    made = await admin.change_settings(store, project, {"webhook_url": "https://operator.example/other"})
    assert made is not None
    assert made.token is None or len(made.token) > 20
    await admin.change_settings(store, project, {"webhook_url": None})
    shown = await admin.show_project(store, project)
    assert (shown["webhook_url"], shown["webhook_active"], shown["settings"]) == (None, False, {})
    again = await admin.change_settings(store, project, {"webhook_url": "https://operator.example/third"})
    assert again is not None
    assert again.token is None  # it is the one of before
    assert (await admin.show_project(store, project))["webhook_active"]


async def test_a_rotated_token_is_valid_for_a_while(store: Store, settings: Settings) -> None:
    made = await admin.create_project(store, settings, "Rotating")
    kind = TokenKind.SHOP_API

    async def opens(token: str, opened: TokenKind = kind) -> bool:
        return await opened_by(store, opened, f"Basic {b64encode(token.encode()).decode()}") == made.id

    second = await admin.rotate_token(store, made.id, kind, timedelta(hours=2))
    assert [await opens(made.shop_api_token), await opens(second.token)] == [True, True]
    third = await admin.rotate_token(store, made.id, kind, timedelta(0))
    assert [await opens(made.shop_api_token), await opens(second.token), await opens(third.token)] == [False, False, True]
    both = await asyncio.gather(*(admin.rotate_token(store, made.id, kind, timedelta(hours=1)) for _ in range(2)))
    assert [await opens(each.token) for each in (third, *both)] == [True, True, True]
    assert await opens(made.project_api_token, TokenKind.PROJECT_API)
    row = await store.collection(Control.PROJECTS).find_one({"_id": made.id})
    assert row is not None
    assert len([each for each in row["tokens"] if each["kind"] == "shop_api"]) == 3, "those that ended are forgotten"
    assert third.token not in repr(row)


async def test_a_name_is_taken_once(store: Store, settings: Settings, project: Project) -> None:
    tries = [admin.create_project(store, settings, "growth"), admin.create_project(store, settings, "Growth")]
    for outcome in await asyncio.gather(*tries, return_exceptions=True):
        assert isinstance(outcome, admin.AdminError)
        assert "exists already" in str(outcome)
    with pytest.raises(admin.AdminError, match="there are: Growth"):
        await admin.find_project(store, settings, "Groth")


async def test_two_at_once_make_one_project(store: Store, settings: Settings) -> None:
    outcomes = await asyncio.gather(*(admin.create_project(store, settings, "Twin") for _ in range(3)), return_exceptions=True)
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, admin.AdminError) for outcome in outcomes) == 2


async def test_the_webhook_keeps_its_secret_when_it_moves(store: Store, settings: Settings, project: Project) -> None:
    first = await admin.set_webhook(store, project, "https://a.example/")
    second = await admin.set_webhook(store, project, "https://b.example/")
    assert first.secret is not None
    assert (second.id, second.url, second.secret) == (first.id, "https://b.example/", None)


async def test_after_a_rotation_old_and_new_can_be_read(store: Store, settings: Settings, project: Project) -> None:
    old = project.cipher.seal("orders", "note", b"before", Encryption.RANDOMIZED)
    assert await admin.rotate_keys(store, settings, project.id, settle=0) == "k2"
    rotated = await Projects(store, settings.master()).get(project.id)
    new = rotated.cipher.seal("orders", "note", b"after", Encryption.RANDOMIZED)
    assert rotated.cipher.open("orders", "note", old) == b"before"
    assert ":k2:" in new
    with pytest.raises(DecryptionFailed):
        project.cipher.open("orders", "note", new)


async def test_a_company_is_announced_and_a_repeat_is_the_same(store: Store, settings: Settings, project: Project) -> None:
    wanted = {"website": "https://www.acme.example/", "email": "hi@acme.example", "remote_id": "7"}
    first = await admin.create_company(store, settings, project, **wanted)
    again = await admin.create_company(store, settings, project, **wanted)
    assert again["_id"] == first["_id"]
    assert first["website"] == "acme.example"
    ids = [bus.header(record.headers, "ce_id") async for record in read_all(settings, ACTIVITY.name)]
    assert ids == [f"created_company/{first['_id']}"] * 2
    with pytest.raises(admin.AdminError, match="remote_id: '7' belongs to company"):
        await admin.create_company(store, settings, project, website="other.example", remote_id="7")
    assert (await admin.find_company(store, project, "7"))["_id"] == first["_id"]


async def test_companies_without_a_remote_id_do_not_collide(store: Store, settings: Settings, project: Project) -> None:
    for website in ("a.example", "b.example"):
        await admin.create_company(store, settings, project, website=website)
    assert [c["website"] for c in await admin.list_companies(store, project)] == ["a.example", "b.example"]


async def test_a_webshop_is_tested_sealed_and_scheduled(
    store: Store, settings: Settings, projects: Projects, project: Project, company: ObjectId, shop: Shop
) -> None:
    made = await add(store, settings, projects, project, company, webhook_base_url="https://in.example")
    stored = await store.database(project.database)["webshops"].find_one({"_id": made.id})
    assert stored is not None
    assert "sesame" not in repr(stored)
    assert made.webhook_token not in repr(stored)
    assert stored["config"]["tier"] == 1
    opened = (await projects.webshop(project, made.id)).config
    assert (opened["secret"], opened["currency"], opened["replaced"]) == ("sesame", "DKK", "before")
    assert shop.subscribed == [made.webhook_url]
    hook = await store.collection(Control.HOOKS).find_one({"_id": token_hash(made.webhook_token)})
    assert hook == {"_id": token_hash(made.webhook_token), "project": project.id, "webshop": made.id, "relay": "fake"}
    shown = await admin.show_webshop(store, project, made.id)
    assert "config" not in shown
    assert [(row["resource"], row["mode"]) for row in shown["schedule"]] == [
        ("orders", "created_since_last_request"),
        ("orders", "updated_since_last_request"),
        ("products", "updated_since_last_request"),
        ("webhooks", "subscribe"),
    ]
    assert all(row["due_at"] for row in shown["schedule"])


async def test_the_secret_is_known_before_the_shop_is_told_where_to_send(
    store: Store, settings: Settings, projects: Projects, project: Project, company: ObjectId, shop: Shop
) -> None:
    known: list[str] = []

    async def look() -> None:
        row = await store.database(project.database)["webshops"].find_one({})
        assert row is not None
        known.append((await projects.webshop(project, row["_id"])).config["webhook_secret"])

    shop.trouble = lambda what: look() if what == "subscribe" else None
    await add(store, settings, projects, project, company, webhook_base_url="https://in.example")
    assert known == ["whisper"]


async def test_a_token_that_was_obtained_while_the_shop_was_tested_is_kept(
    store: Store,
    settings: Settings,
    projects: Projects,
    project: Project,
    company: ObjectId,
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it renews itself with serves once: the credentials' own is used up."""
    lent: list[Connection] = []

    def client(config: Mapping[str, Any], connection: Connection) -> httpx.AsyncClient:
        lent.append(connection)
        return RELAY.client(config, connection)

    async def obtains(_client: httpx.AsyncClient, _config: Mapping[str, Any]) -> dict[str, str]:
        async def obtain(_stale: Token | None) -> Token:
            return Token("first", None, "the next key")

        await lent[-1].tokens.renew(None, obtain)
        return {"currency": "DKK"}

    relay = replace(RELAY, client=client, settings=obtains)
    monkeypatch.setitem(registry.RELAYS, "fake", relay)
    monkeypatch.setitem(registry._BY_ID, registry.relay_id("fake"), relay)
    made = await add(store, settings, projects, project, company, webhook_base_url="https://in.example")
    assert "the next key" not in repr(await store.collection(Control.TOKENS).find_one({"_id": made.id}))
    webshop = await projects.webshop(project, made.id)
    assert await tokens_of(store, webshop, relay).held() == Token("first", None, "the next key")
    assert await lent[-1].tokens.held() == Token("first", None, "the next key"), "it subscribes with that one"


async def test_a_shop_that_refuses_the_credentials_is_not_stored(
    store: Store, settings: Settings, projects: Projects, project: Project, company: ObjectId, shop: Shop
) -> None:
    with pytest.raises(CredentialsRejected, match="cut a new one"):
        await add(store, settings, projects, project, company, secret="wrong")
    assert await admin.list_webshops(store, project) == []
    assert await store.collection(Control.HOOKS).count_documents({}) == 0


async def test_pausing_stops_the_schedule_and_resyncing_restarts_it(
    store: Store, settings: Settings, projects: Projects, project: Project, company: ObjectId, shop: Shop
) -> None:
    made = await add(store, settings, projects, project, company)
    jobs = store.collection(Control.JOBS)
    await jobs.update_many({}, {"$set": {"watermark": made.document["_id"].generation_time, "cursor": "x"}})
    stamps = {f"got_{row['resource']}_{row['mode']}_at": row["watermark"] async for row in jobs.find()}
    await store.database(project.database)["webshops"].update_one({"_id": made.id}, {"$set": stamps})
    await admin.pause_webshop(store, project, made.id)
    assert await jobs.count_documents({"due_at": None}) == 3
    await admin.resume_webshop(store, project, made.id)
    assert await jobs.count_documents({"due_at": {"$ne": None}, "cursor": "x"}) == 3
    await admin.resync_webshop(store, project, made.id)
    assert await jobs.count_documents({"watermark": None, "cursor": None, "due_at": {"$ne": None}}) == 3


async def test_a_destroyed_webshop_is_announced_to_the_normalizer(
    store: Store, settings: Settings, projects: Projects, project: Project, company: ObjectId, shop: Shop
) -> None:
    made = await add(store, settings, projects, project, company)
    await admin.destroy_webshop(store, settings, project, made.id)
    records = [rawlog.decode(project.cipher, r.headers, r.value, "") async for r in read_all(settings, RAW_LIVE.name)]
    assert [(r.kind, r.webshop) for r in records] == [(RawKind.WEBSHOP_DESTROYED, str(made.id))]
    assert str(company).encode() in records[0].body
    for collection in (Control.HOOKS, Control.JOBS, Control.SHOPS):
        assert await store.collection(collection).count_documents({}) == 0
    # The document goes last, when the normalizer has deleted the others.
    assert not (await projects.webshop(project, made.id)).active


async def test_a_shop_is_connected_once(
    store: Store,
    settings: Settings,
    projects: Projects,
    project: Project,
    company: ObjectId,
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(registry.RELAYS, "fake", replace(RELAY, identifiable_config_keys=("address",)))
    made = await add(store, settings, projects, project, company)
    shop.asked.clear()
    with pytest.raises(admin.AdminError, match=f"address alpha: this company has connected it already, as webshop {made.id}"):
        await add(store, settings, projects, project, company)
    assert shop.asked == [], "the shop need not be asked for that"
    other = await admin.create_company(store, settings, project, website="other.example")
    assert (await add(store, settings, projects, project, other["_id"])).id != made.id


async def test_nobody_connects_a_shop_to_a_company_that_is_being_destroyed(
    store: Store, settings: Settings, projects: Projects, project: Project, company: ObjectId, shop: Shop
) -> None:
    await add(store, settings, projects, project, company)
    with pytest.raises(admin.AdminError, match="is it running"):
        await admin.destroy_company(store, settings, project, company, patience=0)
    with pytest.raises(admin.AdminError, match="is being destroyed"):
        await add(store, settings, projects, project, company)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (
            ShopTrouble("GET /settings: 404 Not Found"),
            r"http://alpha: GET /settings: 404 Not Found\. Check that the address",
        ),
        (httpx.ConnectError("All connection attempts failed"), r"http://alpha: All connection attempts failed\. Check that"),
        (CredentialsRejected("cut a new key"), "http://alpha: cut a new key"),
    ],
)
async def test_a_shop_that_cannot_be_reached_is_named_with_what_to_check(
    store: Store,
    settings: Settings,
    projects: Projects,
    project: Project,
    company: ObjectId,
    shop: Shop,
    trouble: Exception,
    said: str,
) -> None:
    def fails(_what: str) -> None:
        raise trouble

    shop.trouble = fails
    with pytest.raises(RelayError, match=said):
        await add(store, settings, projects, project, company)
    assert await admin.list_webshops(store, project) == []


async def test_a_destroyed_project_leaves_no_key_and_no_data(
    store: Store, settings: Settings, projects: Projects, project: Project, company: ObjectId, shop: Shop
) -> None:
    await add(store, settings, projects, project, company)
    await admin.destroy_project(store, "Growth", settle=0)
    row = await store.collection(Control.PROJECTS).find_one({"_id": project.id})
    assert row is not None
    assert (row["data_keys"], row.get("identity_key"), row["tokens"]) == ([], None, [])
    assert await store.database(project.database).list_collection_names() == []
    assert await store.collection(Control.JOBS).count_documents({}) == 0
    with pytest.raises(Unknown):
        await Projects(store, settings.master()).get(project.id)
    assert (await admin.create_project(store, settings, "Growth")).database == project.database
