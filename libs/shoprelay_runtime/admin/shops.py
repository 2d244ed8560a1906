"""Connecting a webshop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from bson import ObjectId
from pydantic import BaseModel, SecretStr, ValidationError

from shoprelay_relays.errors import RelayError
from shoprelay_relays.registry import by_id, by_name, relay_id
from shoprelay_relays.spec import Connection, Relay
from shoprelay_runtime import codec
from shoprelay_runtime.admin.errors import AdminError
from shoprelay_runtime.admin.jobs import lists_fingerprint, polls, reconcile, switch
from shoprelay_runtime.crypto import new_token, token_hash
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store
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
    names the credential that is wrong; CredentialsRejected and ShopTrouble say what the shop answered. Nothing is stored then.
    """
    relay = known_relay(relay_name)
    await _refuse_unknown_company(store, project, company)
    config = await _tested(relay, checked_credentials(relay, credentials), transport or _guarded(settings))
    token = new_token()
    document = _document(project, company, relay, config, token)
    await _insert(store, project, relay, document, token)
    url = webhook_url(webhook_base_url, token) if webhook_base_url else None
    trouble: str | None = None
    if url and relay.webhook and relay.webhook.subscribe:
        trouble = await _subscribe_or_say_why(store, settings, projects, project, document["_id"], url, transport)
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


async def _refuse_unknown_company(store: Store, project: Project, company: ObjectId) -> None:
    if await store.database(project.database)["companies"].find_one({"_id": company}, {"_id": 1}) is None:
        raise AdminError(f"company: there is none with the _id {company} in project {project.name}")


def _guarded(settings: Settings) -> httpx.AsyncBaseTransport:
    return guarded_transport(allow_private=settings.allow_private_addresses)


async def _tested(relay: Relay, config: dict[str, Any], transport: httpx.AsyncBaseTransport) -> dict[str, Any]:
    async with relay.client(config, Connection(transport)) as client:
        learnt = await relay.settings(client, config)
    # A relay empties what must not be kept (a password that was exchanged for a key).
    return {name: value for name, value in {**config, **learnt}.items() if value not in {"", None}}


def _document(project: Project, company: ObjectId, relay: Relay, config: Mapping[str, Any], token: str) -> Bson:
    """The webshop as it is stored. What the relay can be polled for is switched on."""
    switches = {switch(resource, mode): True for resource, mode in polls(relay)}
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


async def _insert(store: Store, project: Project, relay: Relay, document: Bson, token: str) -> None:
    """The document, its webhook address and its schedule, all or nothing."""
    webshop = document["_id"]
    hook = {"_id": token_hash(token), "project": project.id, "webshop": webshop, "relay": relay.name}
    shop = {"_id": webshop, "project": project.id, "owner": None, "lease_until": None, "lists": lists_fingerprint(document)}
    async with store.transaction() as session:
        await store.database(project.database)["webshops"].insert_one(document, session=session)
        await store.collection(Control.HOOKS).insert_one(hook, session=session)
        await store.collection(Control.SHOPS).insert_one(shop, session=session)
        await reconcile(store, project, webshop, datetime.now(UTC), session=session)


async def _subscribe_or_say_why(
    store: Store,
    settings: Settings,
    projects: Projects,
    project: Project,
    webshop: ObjectId,
    url: str,
    transport: httpx.AsyncBaseTransport | None,
) -> str:
    try:
        await subscribe_webshop(store, settings, projects, project, webshop, url, transport=transport)
    except RelayError as error:
        return str(error)
    return ""


async def subscribe_webshop(
    store: Store,
    settings: Settings,
    projects: Projects,
    project: Project,
    webshop: ObjectId,
    url: str,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    """Point the shop's webhooks at `url`, and keep in its config what the relay wants remembered. Raises RelayError."""
    shop = await projects.webshop(project, webshop)
    relay = relay_of(shop.relay_id)
    if relay.webhook is None or relay.webhook.subscribe is None:
        raise AdminError(f"{relay.label} cannot be told where to send its webhooks: the merchant enters the address there")
    # Stored first: the shop sends at once, and what arrives before its secret is known is refused as forged.
    prepared = relay.webhook.prepare(shop.config)
    await _keep(store, project, webshop, prepared)
    config = {**shop.config, **prepared}
    async with relay.client(config, Connection(transport or _guarded(settings))) as client:
        kept = await relay.webhook.subscribe(client, config, url)
    await _keep(store, project, webshop, kept)


async def _keep(store: Store, project: Project, webshop: ObjectId, values: Mapping[str, str]) -> None:
    """Add to the webshop's config."""
    sealed = codec.seal(project.cipher, "webshops", {"config": dict(values)})["config"]
    if sealed:
        change = {f"config.{name}": value for name, value in sealed.items()}
        await store.database(project.database)["webshops"].update_one({"_id": webshop}, {"$set": change})


def relay_of(identity: ObjectId) -> Relay:
    """The relay of a webshop; AdminError when this version has none of that id."""
    try:
        return by_id(identity)
    except KeyError:
        raise AdminError(f"relay_id: this version has no relay {identity}") from None
