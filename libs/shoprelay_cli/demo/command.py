"""`shoprelay demo`."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError
from rich.console import Console

from shoprelay_cli.demo.checking import final_check, seen_everything, summary
from shoprelay_cli.demo.endpoint import Endpoint
from shoprelay_cli.demo.figures import Counting
from shoprelay_cli.demo.processes import Children, DemoFailed, alone, check_servers
from shoprelay_cli.demo.screen import Screen, say
from shoprelay_cli.demo.setting_up import SetUp, environment, set_up, shop_api_environment, write_environment
from shoprelay_local import servers
from shoprelay_runtime.bus import ensure_topics
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_simulators.listening import listen

FLOWS_SECONDS: Final = 60
LIFE_SECONDS: Final = 15
HOME: Final = Path(".shoprelay/demo")
SHOPS: Final = {"woocommerce": 7, "shopgo": 11}
# Ctrl-C, `kill`, and a terminal that is closed.
ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def demo(
    *,
    seconds: Annotated[int, typer.Option(help="End by itself after so many seconds; 0: at Ctrl-C.")] = 0,
    changes: Annotated[float, typer.Option(help="Changes a second in each simulated shop.")] = 2.0,
) -> None:
    """Run everything on this machine: Kafka, MongoDB, two simulated shops, the services and an operator's endpoint.

    With DEMO_EXIT=1 in the environment it ends once every flow was seen and everything was compared with the shops: exit code 0
    when all is right, 1 with the reasons otherwise; the last line is one JSON object of what was counted.
    """
    by_itself = os.environ.get("DEMO_EXIT", "") not in {"", "0"}
    # What ends a server is told once, and not by each client that misses it.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    _on_ends(signal.default_int_handler)
    counted = None
    try:
        with alone(HOME), _servers() as addresses:
            counted = asyncio.run(_demo(*addresses, seconds=seconds, changes=changes, by_itself=by_itself))
    except DemoFailed as error:
        sys.exit(f"shoprelay demo: {error}")
    except KeyboardInterrupt:
        say("stopped")
    if counted is None:  # somebody ended it: what it was to check by itself has not been checked
        sys.exit(1 if by_itself else 0)
    say(json.dumps(counted))
    sys.exit(0 if counted["ok"] else 1)


def _on_ends(handler: Any) -> None:
    for number in ENDS:
        signal.signal(number, handler)


@contextlib.contextmanager
def _servers() -> Iterator[tuple[str, str]]:
    """A fresh Kafka and MongoDB of the demo's own, gone afterwards."""
    servers.down(HOME, wipe=True)
    console = Console(stderr=True)
    try:
        addresses = servers.up(HOME, progress=console)
        yield addresses.kafka, addresses.mongo
    finally:
        # A second Ctrl-C must not leave what the first one was about to stop.
        _on_ends(signal.SIG_IGN)
        say("stopping Kafka and MongoDB")
        servers.down(HOME)


async def _demo(kafka: str, mongo: str, *, seconds: int, changes: float, by_itself: bool) -> dict[str, Any] | None:
    """What was counted when it ended by itself; None when somebody ended it, or the time that was given."""
    started = time.monotonic()
    values = environment(kafka, mongo)
    write_environment(HOME / "env", values)
    os.environ.update(values)
    settings = Settings()
    children = Children(values, HOME / "logs")
    stopping = asyncio.Event()
    for number in ENDS:
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    try:
        async with _everything(settings, children, changes) as (counting, made, urls, ports):
            write_environment(HOME / "env", {**values, **shop_api_environment(made, ports["shop-api"])})
            await _look(counting, made, children, ports, stopping, by_itself=by_itself, seconds=seconds)
            if stopping.is_set() or not by_itself:
                return None
            return await _end(counting, made, urls, started)
    except (KafkaError, PyMongoError) as error:
        check_servers(HOME)
        raise DemoFailed(f"{type(error).__name__}: {error}") from None
    finally:
        say("stopping the services and the shops")
        await children.stop()


@contextlib.asynccontextmanager
async def _everything(settings: Settings, children: Children, changes: float) -> AsyncIterator[Any]:
    store, endpoint = Store(settings.mongo, settings.database), Endpoint()
    say("creating topics, starting two shops and six services")
    await asyncio.gather(ensure_topics(settings), store.prepare_control())
    shops = {relay: await children.shop(relay, seed, changes) for relay, seed in SHOPS.items()}
    ports = await children.services()
    urls = {relay: str(hello["url"]) for relay, hello in shops.items()}
    async with listen(endpoint) as endpoint_url:
        ingest = f"http://127.0.0.1:{ports['webhook-ingest']}"
        made = await set_up(settings, store, endpoint, f"{endpoint_url}/shoprelay", ingest, shops)
        counting = Counting(settings, store, made.project, endpoint)
        await counting.start()
        try:
            yield counting, made, urls, ports
        finally:
            await counting.stop()
            store.close()


async def _look(
    counting: Counting,
    made: SetUp,
    children: Children,
    ports: Mapping[str, int],
    stopping: asyncio.Event,
    *,
    by_itself: bool,
    seconds: int,
) -> None:
    """Show what happens until it is enough."""
    begun = time.monotonic()
    until = begun + (FLOWS_SECONDS if by_itself else seconds or float("inf"))
    names = {str(webshop): relay for webshop, relay in made.shops.items()}
    with Screen(names, counting.endpoint, _hints(ports)) as screen:
        while time.monotonic() < until and not stopping.is_set():
            children.check()
            check_servers(HOME)
            screen.show(await counting.refresh())
            # The shops live for a while even when every flow was seen at once: what changes is the point.
            lived = time.monotonic() - begun > LIFE_SECONDS
            if by_itself and lived and not seen_everything(counting, len(made.shops)):
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), 1)


def _hints(ports: Mapping[str, int]) -> list[str]:
    command = Path(sys.executable).parent / "shoprelay"
    shown = command.relative_to(Path.cwd()) if command.is_relative_to(Path.cwd()) else command
    return [
        f"source {HOME}/env",
        f"{shown} tail documents.orders.v1 -n 3",
        f"{shown} bill     {shown} bill --recount     {shown} deliveries list",
        f"act in the shops: http://127.0.0.1:{ports['shop-api']}/docs and docs/guides/shop-api.md",
        "metrics: " + "  ".join(f"http://127.0.0.1:{port}/metrics ({name})" for name, port in ports.items()),
    ]


async def _end(counting: Counting, made: SetUp, urls: Mapping[str, str], started: float) -> dict[str, Any]:
    say(
        "every flow was seen; pausing the shops and comparing everything"
        if not seen_everything(counting, len(made.shops))
        else "time is up"
    )
    try:
        check = await final_check(counting, made, urls)
    except httpx.HTTPError as error:
        raise DemoFailed(f"a shop does not answer: {error}") from None
    for problem in check.problems[:20]:
        say(f"problem: {problem}")
    return summary(counting, check, time.monotonic() - started)
