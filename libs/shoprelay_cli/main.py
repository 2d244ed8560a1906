"""`shoprelay`: one sub-command per service, and the operator's tools."""

import importlib
import sys
from typing import Final

SERVICES: Final = {
    "webhook-ingest": "Take shops' webhooks: a 200 means that the raw record is safe.",
    "relay-poller": "Ask shops for what changed, when it is due.",
    "normalizer": "Turn raw records into documents, events and usage.",
    "billing-meter": "Count usage exactly once and issue each day's statement.",
    "notifier": "Call the operator's webhook until it has heard.",
    "shop-api": "Act in shops and run the account, over HTTP: the Shop API and the Project API.",
}


def run_service(name: str, arguments: list[str]) -> None:
    """Run one service in this process."""
    importlib.import_module(f"services.{name.replace('-', '_')}.main").run(arguments)


def run() -> None:
    """The console script."""
    if len(sys.argv) > 1 and sys.argv[1] in SERVICES:
        # A service does not carry the tools' imports: they would double its memory. httpx has a command line of its own, and
        # structlog pretty tracebacks: both go on without when they cannot import this.
        sys.modules["httpx._main"] = sys.modules["rich"] = None  # type: ignore[assignment]
        run_service(sys.argv[1], sys.argv[2:])
        return
    from shoprelay_cli.tools import run_tools

    run_tools()
