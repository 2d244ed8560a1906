"""The administration's commands, as a person types them."""

import asyncio
import json
from typing import Any

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from shoprelay_cli.companies import app as company_app
from shoprelay_cli.projects import app as project_app
from shoprelay_cli.webshops import app as webshop_app
from shoprelay_relays import registry
from shoprelay_runtime.admin import projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from tests.support.shell import said
from tests.support.world import normalizing
from tests.unit.poller.fakes import RELAY, SHOPS, Shop

pytestmark = pytest.mark.integration


@pytest.fixture
async def type_(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Types a command in a shell of its own, as the commands run their own event loop."""
    assert settings.master_key is not None
    monkeypatch.setitem(registry.RELAYS, "fake", RELAY)
    monkeypatch.setitem(registry._BY_ID, registry.relay_id("fake"), RELAY)
    monkeypatch.setitem(SHOPS, "alpha", Shop())
    for name, value in {
        "SHOPRELAY_KAFKA": settings.kafka,
        "SHOPRELAY_MONGO": settings.mongo,
        "SHOPRELAY_DATABASE": settings.database,
        "SHOPRELAY_PREFIX": settings.prefix,
        "SHOPRELAY_PARTITIONS": "2",
        "SHOPRELAY_MASTER_KEY": settings.master_key.get_secret_value(),
        "SHOPRELAY_ALLOW_PRIVATE_ADDRESSES": "true",
    }.items():
        monkeypatch.setenv(name, value)

    async def typed(app: Typer, *words: str, answer: str | None = None) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, list(words), answer)

    return typed


async def test_from_nothing_to_a_connected_shop_and_back(type_: Any, settings: Settings) -> None:
    made = await type_(project_app, "create", "Growth", "--webhook-url", "https://operator.example/", "--json")
    assert {"shop_api_token", "webhook_secret"} <= json.loads(made.stdout).keys()
    await type_(company_app, "create", "--website", "acme.example", "--remote-id", "42", "--json")
    words = ("add", "fake", "--company", "42", "--set", "address=alpha", "--set", "secret=-")
    added = await type_(webshop_app, *words, "--webhook-base-url", "https://in.example", "--json", answer="sesame\n")
    assert added.exit_code == 0, added.output
    assert "sesame" not in added.output
    shop = json.loads(added.stdout[added.stdout.index("{") :])
    assert shop["webhook_url"].startswith("https://in.example/webhooks/")
    shown = await type_(webshop_app, "show", shop["_id"])
    assert "sesame" not in shown.output
    assert "created_since_last_request" in shown.stdout
    for word in ("pause", "resume", "resync"):
        assert (await type_(webshop_app, word, shop["_id"])).exit_code == 0
    refused = await type_(webshop_app, "set-credentials", shop["_id"], "--set", "secret=-", answer="another\n")
    assert (refused.exit_code, "another" in refused.output) == (1, False)
    changed = await type_(webshop_app, "set-credentials", shop["_id"], "--set", "secret=-", "--set", "tier=2", answer="sesame\n")
    assert changed.exit_code == 0, changed.output
    listed = await type_(webshop_app, "list", "--json")
    assert [(row["_id"], row["active"]) for row in json.loads(listed.stdout)] == [(shop["_id"], True)]
    assert (await type_(webshop_app, "destroy", shop["_id"], answer="n\n")).exit_code == 1
    assert (await type_(webshop_app, "destroy", shop["_id"], "--yes", "--no-wait")).exit_code == 0
    (left,) = json.loads((await type_(webshop_app, "list", "--json")).stdout)
    assert (left["active"], left["status"]) == (False, "destroying")
    async with normalizing(settings):
        assert (await type_(webshop_app, "destroy", shop["_id"], "--yes")).exit_code == 0
        assert json.loads((await type_(webshop_app, "list", "--json")).stdout) == []
        refused = await type_(company_app, "destroy", "42", answer="n\n")
        assert (refused.exit_code, "nothing else" in refused.stderr) == (1, True)
        assert (await type_(company_app, "destroy", "42", "--yes")).exit_code == 0
    assert json.loads((await type_(company_app, "list", "--json")).stdout) == []


async def test_a_missing_credential_lists_what_the_platform_asks_for(type_: Any) -> None:
    refused = await type_(webshop_app, "add", "fake", "--company", "42", "--set", "address=alpha")
    assert refused.exit_code == 2
    assert "secret: Field required" in refused.stderr
    assert "The key to it." in refused.stderr
    assert "for example sesame" in refused.stderr


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("add", "shopfy", "--company", "1"), "no relay 'shopfy'; there are"),
        (("add", "fake", "--company", "1", "--set", "hunter2"), "expected NAME=VALUE"),
        (("show", "12"), "is no _id: expected 24 hexadecimal digits"),
        (("list",), "say which project: there are none yet"),
    ],
)
async def test_what_is_wrong_is_named(type_: Any, words: tuple[str, ...], text: str) -> None:
    refused = await type_(webshop_app, *words)
    assert refused.exit_code == 2
    assert text in said(refused)
    assert "hunter2" not in refused.output


async def test_settings_and_tokens_of_a_project(type_: Any) -> None:
    made = json.loads((await type_(project_app, "create", "Growth", "--json")).stdout)
    assert (await type_(project_app, "set", "allowed_languages", '["en"]')).exit_code == 0
    refused = await type_(project_app, "set", "support_email", "nobody")
    assert (refused.exit_code, "support_email: expected something such as" in said(refused)) == (2, True)
    assert json.loads((await type_(project_app, "show", "--json")).stdout)["settings"] == {"allowed_languages": ["en"]}
    rotated = await type_(project_app, "rotate-token", "shop_api", "--overlap-hours", "1", "--json")
    told = json.loads(rotated.stdout)
    assert (told["kind"], told["token"] != made["shop_api_token"], "shown again" in rotated.stderr) == ("shop_api", True, True)
    assert (await type_(project_app, "rotate-token", "master")).exit_code == 2
    refused = await type_(project_app, "rotate-webhook")
    assert (refused.exit_code, "there is no webhook yet" in said(refused)) == (2, True)
    first = json.loads((await type_(project_app, "set-webhook", "https://operator.example/", "--json")).stdout)
    rotated = await type_(project_app, "rotate-webhook", "--json")
    told = json.loads(rotated.stdout)
    assert (told["secret"] != first["secret"], told["token"] != first["token"], "shown again" in rotated.stderr) == (True,) * 3


async def test_a_project_is_destroyed_only_by_its_name(type_: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projects, "SETTLE", 0.0)
    await type_(project_app, "create", "Growth")
    kept = await type_(project_app, "destroy", "Growth", answer="growth\n")
    assert (kept.exit_code, "nothing was destroyed" in kept.stderr) == (1, True)
    assert (await type_(project_app, "show")).exit_code == 0
    assert (await type_(project_app, "destroy", "Growth", answer="Growth\n")).exit_code == 0
    assert json.loads((await type_(project_app, "list", "--json")).stdout) == []
