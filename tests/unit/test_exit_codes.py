"""The rule of exit codes over all commands: 2 when the command line is wrong, 1 when the work failed; and what is said of it."""

import base64
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import typer
from aiokafka.errors import KafkaConnectionError
from pymongo.errors import OperationFailure, ServerSelectionTimeoutError
from typer.testing import CliRunner, Result

from shoprelay_cli import console
from shoprelay_cli.tools import app
from shoprelay_relays.errors import CredentialsRejected
from shoprelay_runtime.admin import AdminError
from tests.support.shell import said

SOME = "65f0a1b2c3d4e5f6a7b8c9d0"
# Of each command that takes a project, what it needs besides.
OF_A_PROJECT = {
    "bill": "",
    "company create": "--website acme.example",
    "company destroy": "acme.example --yes",
    "company list": "",
    "company show": "acme.example",
    "deliveries list": "",
    "deliveries replay": "--failed",
    "dlq discard": "--all --yes",
    "dlq list": "",
    "dlq retry": "--all",
    "explain": f"orders {SOME}",
    "project destroy": "--confirm nobody",
    "project rotate-keys": "",
    "project rotate-token": "shop_api",
    "project rotate-webhook": "",
    "project set": "catch_all_date 2026-01-01",
    "project set-webhook": "https://example.com/events",
    "project show": "",
    "replay": "",
    "tail": "usage.v1",
    "webshop add": "woocommerce --company 1 --set shop_url=https://shop.example --set consumer_key=k --set consumer_secret=s",
    "webshop backfill pause": SOME,
    "webshop backfill resume": SOME,
    "webshop backfill show": "",
    "webshop destroy": f"{SOME} --yes",
    "webshop list": "",
    "webshop pause": SOME,
    "webshop resume": SOME,
    "webshop resync": SOME,
    "webshop show": SOME,
    "webshop rotate-webhook": SOME,
    "webshop set-credentials": f"{SOME} --set consumer_key=k",
    "webshop subscribe": f"{SOME} --token t --webhook-base-url https://in.example.com",
}
OPTIONAL = {"bill", "deliveries list", "deliveries replay", "dlq discard", "dlq list", "dlq retry", "tail"}
"""Those that are about all projects when none is named."""


class Empty:
    """A database in which nothing is."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.closed = False

    async def ping(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def collection(self, _name: str) -> "Empty":
        return self

    def find(self, *_: Any, **__: Any) -> "Empty":
        return self

    def sort(self, *_: Any) -> "Empty":
        return self

    async def find_one_and_update(self, *_: Any) -> None:
        return None

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        raise StopAsyncIteration


@pytest.fixture(autouse=True)
def _nothing_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "Store", Empty)
    monkeypatch.delenv("SHOPRELAY_PROJECT", raising=False)
    for name, value in {
        "KAFKA": "127.0.0.1:9",
        "MONGO": "mongodb://127.0.0.1:9",
        "MASTER_KEY": base64.urlsafe_b64encode(bytes(32)).decode(),
    }.items():
        monkeypatch.setenv(f"SHOPRELAY_{name}", value)


def type_(words: str) -> Result:
    return CliRunner().invoke(app, words.split())


def named_in(result: Result) -> str:
    """The option or argument that is named."""
    found = re.search(r"Invalid value for '(.+?)'", said(result))
    assert found, result.stderr
    return found[1].strip("[].").upper()


def commands(found: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    below = getattr(found, "commands", {})
    if not below:
        yield path.strip(), found
    for name, each in below.items():
        yield from commands(each, f"{path} {name}")


def words_of(command: str) -> str:
    found = dict(commands(typer.main.get_command(app)))[command]
    (project,) = [param for param in found.params if param.name == "project"]
    return f"{command} {'--project ' if project.param_type_name == 'option' else ''}"


def test_no_command_that_takes_a_project_is_forgotten() -> None:
    found = {
        name for name, each in commands(typer.main.get_command(app)) if any(param.name == "project" for param in each.params)
    }
    assert found == set(OF_A_PROJECT)


@pytest.mark.parametrize("command", OF_A_PROJECT)
def test_a_project_that_does_not_exist(command: str) -> None:
    result = type_(f"{words_of(command)} nobody {OF_A_PROJECT[command]}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no project 'nobody'" in said(result)
    assert named_in(result) in {"--PROJECT", "NAME"}


@pytest.mark.parametrize("command", sorted(OF_A_PROJECT.keys() - OPTIONAL - {"project destroy"}))
def test_it_is_not_said_which_project(command: str) -> None:
    result = type_(f"{command} {OF_A_PROJECT[command]}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "say which project: there are none yet" in said(result)


@pytest.mark.parametrize(
    ("words", "named", "expected"),
    [
        ("bill --company x", "--company", "'x' is no _id: expected 24 hexadecimal digits; see: shoprelay company list"),
        ("deliveries list --state lost", "--state", "expected one of pending"),
        ("deliveries replay", "DELIVERY", "expected the id of a delivery, or --failed"),
        ("deliveries replay --failed --since soon", "--since", "expected a time, or 30m, 2h, 3d; got 'soon'"),
        ("deliveries replay 17", "DELIVERY", "expected 24 hexadecimal digits"),
        ("deliveries show 17", "DELIVERY", "expected 24 hexadecimal digits"),
        ("dlq discard", "POSITION", "expected positions (see: shoprelay dlq list), or --all"),
        ("dlq list --topic raw", "--topic", "those that can have some: raw.live.v1"),
        ("dlq list --webshop xyz", "--webshop", "'xyz' is no _id of a webshop: expected 24 hexadecimal digits"),
        ("dlq retry raw.live.v1.dlq-0-1 --reason x", "POSITION", "filters go with --all"),
        (f"explain pears {SOME}", "COLLECTION", "the collections are: "),
        ("explain orders 1001", "ID", "'1001' is no _id: expected 24 hexadecimal digits"),
        (f"explain orders {SOME} colour", "FIELD", "orders have no field 'colour'; they have: "),
        ("relay show shopfy", "RELAY", "there is no relay 'shopfy'; there are "),
        ("relay try shopfy orders -", "RELAY", "there is no relay 'shopfy'; there are "),
        ("relay try shopgo products -", "RESOURCE", "ShopGo has no resource 'products'; it has orders"),
        ("relay try shopgo orders /no/such/file", "FILE", "/no/such/file: No such file or directory"),
        ("replay --collection pears", "--collection", "there is no 'pears'; there are "),
        ("replay --since yesterday", "--since", "expected a time such as 2026-03-01T12:00Z"),
        ("replay --webshop x", "--webshop", "'x' is no _id: expected 24 hexadecimal digits; see: shoprelay webshop list"),
        ("simulate amazon", "PLATFORM", "there is no 'amazon'; there are "),
        ("simulate shopgo --faults storm", "--faults", "storm"),
        ("tail nothing", "TOPIC", "there is no topic 'nothing'; there are: "),
        ("webshop add shopfy --company 1", "RELAY", "there is no relay 'shopfy'; there are"),
        ("webshop add shopgo --company 1 --set hunter2", "--set", "expected NAME=VALUE, got something without ="),
        ("webshop add woocommerce --company 1", "--set", "shop_url: Field required"),
        *(
            (f"webshop {word} 12", "WEBSHOP", "'12' is no _id: expected 24 hexadecimal digits; see: shoprelay webshop list")
            for word in (
                "show",
                "pause",
                "resume",
                "resync",
                "destroy --yes",
                "set-credentials --set a=b",
                "backfill pause",
                "backfill show",
            )
        ),
    ],
)
def test_what_cannot_be_meant(words: str, named: str, expected: str) -> None:
    result = type_(words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert named_in(result) == named.upper()
    assert expected in said(result)
    assert "hunter2" not in result.output


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (AdminError("another rotation of this project's keys is under way"), "another rotation"),
        (CredentialsRejected("the shop says 401"), "the shop says 401"),
        (OperationFailure("not authorized"), "MongoDB: not authorized"),
        (KafkaConnectionError("no broker"), "SHOPRELAY_KAFKA"),
        (ServerSelectionTimeoutError("127.0.0.1:9: refused"), "SHOPRELAY_MONGO: no MongoDB answers at 127.0.0.1:9"),
    ],
)
def test_work_that_fails(monkeypatch: pytest.MonkeyPatch, error: Exception, text: str) -> None:
    async def fails(_self: Empty) -> None:
        raise error

    monkeypatch.setattr(Empty, "ping", fails)
    for words in ("project list", "bill", "tail usage.v1", "dlq list", "replay"):
        result = type_(words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("error: ")
        assert text in result.stderr


def test_a_missing_setting_is_no_wrong_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPRELAY_MASTER_KEY", "")
    result = type_("tail usage.v1")
    assert (result.exit_code, "SHOPRELAY_MASTER_KEY" in result.stderr) == (1, True)
