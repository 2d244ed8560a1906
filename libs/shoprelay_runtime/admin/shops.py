"""Connecting a webshop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from bson import ObjectId
from pydantic import BaseModel, SecretStr, ValidationError

from shoprelay_relays.errors import CredentialsRejected, RelayError, ShopTrouble
from shoprelay_relays.http.tokens import Token
from shoprelay_relays.registry import by_name, relay_id
from shoprelay_relays.spec import Connection, Relay
from shoprelay_runtime import codec
from shoprelay_runtime.admin.errors import AdminError
from shoprelay_runtime.admin.jobs import lists_fingerprint, reconcile
from shoprelay_runtime.admin.modes import polls, switch, switched_on
from shoprelay_runtime.admin.subscribing import subscribe_or_say_why, way_out
from shoprelay_runtime.crypto import new_token, token_hash
from shoprelay_runtime.projects import Project, Projects, webshop_of
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.shop_tokens import tokens_of
from shoprelay_runtime.store import Bson, Control, Session, Store
from shoprelay_schema.documents import Webshop

CONNECTED = "connected"
"""The webshop's `status` when nothing is wrong."""


@dataclass(frozen=True, slots=True)
class AddedWebshop:
    """A new webshop. `webhook_url` carries a secret and is shown once; None when no base address was given.

    `webhook_trouble`: why the shop was not pointed at it, "" when it was; None when the relay leaves that to the merchant.
    """

    id: ObjectId
    document: Bson = field(repr=False)
    webhook_token: str = field(repr=False)
    webhook_url: str | None = field(repr=False)
    webhook_trouble: str | None


async def add_webshop(
    store: Store,
    settings: Settings,
    projects: Projects,
    project: Project,
    company: ObjectId,
    relay_name: str,
    credentials: Mapping[str, Any],
    *,
    webhook_base_url: str | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AddedWebshop:
    """Test the credentials against the shop, connect it, and have everything polled that the relay can be polled for.

    With `webhook_base_url` (the public address of webhook-ingest) the shop is also told to send its webhooks there. AdminError
    names the credential that is wrong, or the webshop as which the company has connected this shop already; CredentialsRejected
    and ShopTrouble name the shop's address and say what it answered. Nothing is stored then.
    """
    relay = known_relay(relay_name)
    await _refuse_unknown_company(store, project, company)
    given = checked_credentials(relay, credentials)
    await refuse_connected(store, project, company, relay, given)
    async with way_out(settings, transport) as way:
        config, obtained = await tested(relay, given, way)
    await refuse_connected(store, project, company, relay, config)  # some shops say who they are only when they are asked
    token = new_token()
    document = _document(project, company, relay, config, token)
    await _insert(store, project, relay, document, token, obtained)
    url = webhook_url(webhook_base_url, token) if webhook_base_url else None
    trouble: str | None = None
    if url and relay.webhook and relay.webhook.subscribe:
        trouble = await subscribe_or_say_why(store, settings, projects, project, document["_id"], url, transport)
    return AddedWebshop(document["_id"], document, token, url, trouble)


def known_relay(name: str) -> Relay:
    """The relay of this name; AdminError says which ones exist."""
    try:
        return by_name(name)
    except KeyError as error:
        raise AdminError(f"relay: {error.args[0]}") from None


def webhook_url(base: str, token: str) -> str:
    """The address that a shop sends its webhooks to."""
    return f"{base.rstrip('/')}/webhooks/{token}"


def checked_credentials(relay: Relay, credentials: Mapping[str, Any]) -> dict[str, Any]:
    """The credentials as the webshop's config keeps them; AdminError names each one that is missing, unknown or wrong."""
    fields = relay.credentials.model_fields
    if unknown := sorted(set(credentials) - set(fields)):
        raise AdminError(f"{unknown[0]}: {relay.label} has no such credential; it has {', '.join(fields)}")
    try:
        model = relay.credentials.model_validate(dict(credentials))
    except ValidationError as error:
        # Never the input: it may be a secret.
        raise AdminError("\n".join(_wrong(dict(e)) for e in error.errors(include_input=False))) from None
    return {name: value for name in fields if (value := _revealed(model, name)) is not None}


def _wrong(error: dict[str, Any]) -> str:
    where = ".".join(map(str, error["loc"])) or "credentials"
    return f"{where}: {error['msg'].removeprefix('Value error, ')}"


def _revealed(model: BaseModel, name: str) -> Any:
    value = getattr(model, name)
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


async def _refuse_unknown_company(store: Store, project: Project, company: ObjectId, session: Session | None = None) -> None:
    found = await store.database(project.database)["companies"].find_one({"_id": company}, {"destroying_at": 1}, session=session)
    if found is None:
        raise AdminError(f"company: there is none with the _id {company} in project {project.name}")
    if found.get("destroying_at"):
        raise AdminError(f"company: {company} is being destroyed")


async def refuse_connected(
    store: Store, project: Project, company: ObjectId, relay: Relay, config: Mapping[str, Any], but: ObjectId | None = None
) -> None:
    """A shop that is connected twice is read and billed twice: AdminError. `but`: not counting this webshop."""
    wanted = identity(relay, config)
    if wanted is None:
        return
    others = {"company_id": company, "relay_id": relay_id(relay.name), "_id": {"$ne": but}}
    async for row in store.database(project.database)["webshops"].find(others):
        if identity(relay, webshop_of(project, row).config) == wanted:
            names = ", ".join(f"{name} {config[name]}" for name in relay.identifiable_config_keys)
            raise AdminError(f"{names}: this company has connected it already, as webshop {row['_id']}")


def identity(relay: Relay, config: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Which shop these credentials are for; None when they do not say."""
    values = [str(config.get(name) or "").strip() for name in relay.identifiable_config_keys]
    return tuple(map(_bare, values)) if values and all(values) else None


def _bare(value: str) -> str:
    """An address without what does not tell shops apart: scheme, case, the last slash."""
    return value.split("://", 1)[1].rstrip("/").lower() if "://" in value else value


async def tested(
    relay: Relay, config: dict[str, Any], transport: httpx.AsyncBaseTransport
) -> tuple[dict[str, Any], Token | None]:
    """The config as it is stored, and the token that was obtained on the way."""
    connection = Connection(transport)
    async with relay.client(config, connection) as client:
        address = f"{client.base_url.scheme}://{client.base_url.netloc.decode()}"
        try:
            learnt = await relay.settings(client, config)
        except CredentialsRejected as error:
            raise CredentialsRejected(f"{address}: {error}") from error
        except (RelayError, httpx.HTTPError) as error:
            raise ShopTrouble(
                f"{address}: {error or type(error).__name__}. Check that the address is right and complete, that it opens in a "
                f"browser, and that a {relay.label} shop answers there."
            ) from error
    # A relay empties what must not be kept (a password that was exchanged for a key).
    kept = {name: value for name, value in {**config, **learnt}.items() if value not in {"", None}}
    return kept, await connection.tokens.held()


def _document(project: Project, company: ObjectId, relay: Relay, config: Mapping[str, Any], token: str) -> Bson:
    """The webshop as it is stored. What the relay can be polled for is switched on, but for history by itself."""
    switches = {switch(resource.name, mode): True for resource, mode in polls(relay) if switched_on(mode)}
    model = Webshop.model_validate(
        {
            "company_id": company,
            "relay_id": relay_id(relay.name),
            "active": True,
            "status": CONNECTED,
            "config": config,
            "webhook_token": token,
            **switches,
        }
    )
    return {"_id": ObjectId(), **codec.seal(project.cipher, "webshops", codec.plain(model))}


async def _insert(store: Store, project: Project, relay: Relay, document: Bson, token: str, obtained: Token | None) -> None:
    """The document, its webhook address and its schedule, all or nothing."""
    webshop = document["_id"]
    hook = {"_id": token_hash(token), "project": project.id, "webshop": webshop, "relay": relay.name}
    shop = {"_id": webshop, "project": project.id, "owner": None, "lease_until": None, "lists": lists_fingerprint(document)}
    # By name, so that it can be forgotten: the config does not say who wrote what.
    shop["learnt"] = sorted(set(document["config"]) - set(relay.credentials.model_fields))
    if obtained is not None:
        # Before the shop can be polled: what renews it serves once, and is not in the credentials any more.
        await tokens_of(store, webshop_of(project, document), relay).keep(obtained)
    try:
        async with store.transaction() as session:
            await _refuse_unknown_company(store, project, document["company_id"], session)
            await store.database(project.database)["webshops"].insert_one(document, session=session)
            await store.collection(Control.HOOKS).insert_one(hook, session=session)
            await store.collection(Control.SHOPS).insert_one(shop, session=session)
            await reconcile(store, project, webshop, datetime.now(UTC), session=session)
    except BaseException:
        await store.collection(Control.TOKENS).delete_one({"_id": webshop})
        raise
