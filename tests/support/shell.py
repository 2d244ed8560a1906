"""The operator's shell: types `shoprelay WORDS` against a test's servers."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from typer.testing import CliRunner, Result

from shoprelay_cli.tools import app
from shoprelay_runtime.settings import Settings

Typed = Callable[..., Awaitable[Result]]


def said(result: Result) -> str:
    """Standard error in one line, without the frame of an error."""
    return " ".join(result.stderr.replace("│", " ").split())


def shell(settings: Settings, monkeypatch: pytest.MonkeyPatch, *command: str) -> Typed:
    """A function that types this command with further words, in a thread of its own."""
    assert settings.master_key is not None
    for name, value in {
        "SHOPRELAY_KAFKA": settings.kafka,
        "SHOPRELAY_MONGO": settings.mongo,
        "SHOPRELAY_DATABASE": settings.database,
        "SHOPRELAY_PREFIX": settings.prefix,
        "SHOPRELAY_MASTER_KEY": settings.master_key.get_secret_value(),
    }.items():
        monkeypatch.setenv(name, value)

    async def typed(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, [*command, *words])

    return typed
