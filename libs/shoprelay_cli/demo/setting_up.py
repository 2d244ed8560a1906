"""The demo's own set-up: one project, one company, two shops, as an operator would make them."""

import base64
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bson import ObjectId

from shoprelay_cli.demo.endpoint import Endpoint
from shoprelay_runtime import admin
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was created. `shops`: relay name by webshop id."""

    project: Project
    company: ObjectId
    shops: dict[ObjectId, str]
    shop_api_token: str = field(repr=False)


def environment(kafka: str, mongo: str) -> dict[str, str]:
    """What the demo's processes are told. The master key is made for this run."""
    return {
        "SHOPRELAY_KAFKA": kafka,
        "SHOPRELAY_MONGO": mongo,
        "SHOPRELAY_MASTER_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "SHOPRELAY_PARTITIONS": "4",
        # Shops and endpoint are on this machine; and nobody wants to wait minutes for a poll.
        "SHOPRELAY_ALLOW_PRIVATE_ADDRESSES": "true",
        "SHOPRELAY_POLLER_EVERY_SECONDS": "5",
    }


def write_environment(path: Path, values: Mapping[str, str]) -> None:
    """A file to `source`, after which `shoprelay` is found; readable by its owner alone: it holds the master key and tokens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"export PATH='{Path(sys.executable).parent}':\"$PATH\"\n")
        file.writelines(f"export {name}='{value}'\n" for name, value in values.items())


def shop_api_environment(made: SetUp, port: int) -> dict[str, str]:
    """What the examples of the Shop API's guide need: its address, the header that opens it, and the shops."""
    token = base64.b64encode(made.shop_api_token.encode()).decode()
    shops = {f"{relay.upper()}_WEBSHOP": str(webshop) for webshop, relay in made.shops.items()}
    return {"SHOP_API": f"http://127.0.0.1:{port}/shop_api/v1", "SHOP_API_AUTH": f"Authorization: Basic {token}", **shops}


async def set_up(
    settings: Settings, store: Store, endpoint: Endpoint, endpoint_url: str, ingest: str, shops: Mapping[str, Mapping[str, Any]]
) -> SetUp:
    """Create the project with the endpoint as its webhook, the company, and connect both shops, webhooks included."""
    created = await admin.create_project(store, settings, "demo", time_zone="Europe/Copenhagen", webhook_url=endpoint_url)
    if created.endpoint is None or created.endpoint.token is None or created.endpoint.secret is None:
        raise AssertionError("a new project's endpoint has a token and a secret")
    endpoint.token, endpoint.secret = created.endpoint.token, created.endpoint.secret
    projects = Projects(store, settings.master())
    project = await projects.get(created.id)
    company = await admin.create_company(
        store, settings, project, website="example.com", email="owner@example.com", remote_id="1"
    )
    connected = {}
    for relay, hello in shops.items():
        credentials = _credentials(relay, hello)
        added = await admin.add_webshop(
            store, settings, projects, project, company["_id"], relay, credentials, webhook_base_url=ingest
        )
        connected[added.id] = relay
    return SetUp(project, company["_id"], connected, created.shop_api_token)


def _credentials(relay: str, hello: Mapping[str, Any]) -> dict[str, Any]:
    if relay == "woocommerce":
        # The simulated shop stands behind a TLS proxy that is not there: plain http, and Basic as over https.
        return {"shop_url": hello["url"], "auth": "basic", **hello["credentials"]}
    return {"base_url": f"{hello['url']}/v1/management/", "api_key": hello["credentials"]["api_key"]}
