"""Both APIs hold to their own document, whatever they are sent: schemathesis makes the calls.

A status that the document does not have is a failure, 500 among them.
"""

import asyncio
import sys
from base64 import b64encode
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import pytest

from services.shop_api import main
from shoprelay_runtime import reachable
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from tests.integration.test_shop_api import side
from tests.support.shop_api import basic

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
_CHECKS = "status_code_conformance,content_type_conformance,response_schema_conformance"
_EXAMPLES = 4


async def _resolved(host: str, _port: int) -> list[str]:
    """The simulated shop alone has an address: invented ones are not looked for on the internet."""
    if host == "localhost":
        return ["127.0.0.1"]
    raise OSError("no such host in this test")


def _refused(address: str, *, allow_private: bool) -> str:
    return "" if allow_private and ip_address(address).is_loopback else "not of this test"


async def tried(address: str, paths: str, token: str, folder: Path) -> str:
    """What schemathesis complains of; "" for nothing."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json"]
    command += ["--header", f"Authorization: Basic {b64encode(token.encode()).decode()}", "--include-path-regex", paths]
    command += ["--checks", _CHECKS, "--phases", "examples,fuzzing", "--max-examples", str(_EXAMPLES), "--request-timeout", "60"]
    run = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert run.stdout is not None
    said = (await run.stdout.read()).decode()
    return said if await run.wait() else ""


async def test_the_apis_do_what_their_document_says(
    store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "guarded_transport", partial(guarded_transport, resolve=_resolved))
    monkeypatch.setattr(reachable, "refusal", _refused)
    async with side(store, settings) as one:
        # The owner in the example of webshops__create, so that it goes on to the shop that it names.
        company = {"website": "acme.example"}
        made = await one.api.post("/project_api/v1/companies", json=company, headers=basic(one.at.made.project_api_token))
        assert made.status_code == 201, made.text
        address = str(one.api.base_url).rstrip("/")
        for paths, token in (("^/shop_api/", one.at.made.shop_api_token), ("^/project_api/", one.at.made.project_api_token)):
            said = await tried(address, paths, token, tmp_path)
            assert not said, said
