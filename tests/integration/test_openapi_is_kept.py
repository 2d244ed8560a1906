"""Both APIs hold to their own document, whatever they are sent: schemathesis makes the calls.

A status that the document does not have is a failure, 500 among them.
"""

import asyncio
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from tests.integration.test_shop_api import side

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
_CHECKS = "status_code_conformance,content_type_conformance,response_schema_conformance"
_EXAMPLES = 4
_CALLS_OUT = "webshops__create"
"""It would look for invented shops on the internet."""


async def tried(address: str, paths: str, token: str, folder: Path) -> str:
    """What schemathesis complains of; "" for nothing."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json"]
    command += ["--header", f"Authorization: Basic {b64encode(token.encode()).decode()}", "--include-path-regex", paths]
    command += ["--checks", _CHECKS, "--phases", "examples,fuzzing", "--max-examples", str(_EXAMPLES), "--request-timeout", "60"]
    command += ["--exclude-operation-id", _CALLS_OUT]
    run = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert run.stdout is not None
    said = (await run.stdout.read()).decode()
    return said if await run.wait() else ""


async def test_the_apis_do_what_their_document_says(store: Store, settings: Settings, tmp_path: Path) -> None:
    async with side(store, settings) as one:
        address = str(one.api.base_url).rstrip("/")
        for paths, token in (("^/shop_api/", one.at.made.shop_api_token), ("^/project_api/", one.at.made.project_api_token)):
            said = await tried(address, paths, token, tmp_path)
            assert not said, said
