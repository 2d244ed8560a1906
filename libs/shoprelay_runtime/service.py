"""The frame of a service: settings, logs, health, SIGTERM drains and leaves."""

import argparse
import asyncio
import contextlib
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.metadata import version
from typing import Final, NoReturn, TypeVar

import uvloop

from shoprelay_runtime import logs, memory, metrics
from shoprelay_runtime.health import Health, watch_bus, watch_store
from shoprelay_runtime.settings import Settings, SettingsInvalid, load
from shoprelay_runtime.store import Store

S = TypeVar("S", bound=Settings)
DRAIN_SECONDS: Final = 8.0
_LONGEST_PAUSE: Final = 5.0  # servers that are back are noticed within it, and are not hammered while they are away
_SETTLED_SECONDS: Final = 60.0  # after so long, trouble is new trouble
_PING_SECONDS: Final = 3.0


Main = Callable[[S, Health], Awaitable[None]]


def run(
    name: str,
    settings_type: type[S],
    main: Main[S],
    default_port: int,
    arguments: list[str] | None = None,
    *,
    own_http: bool = False,
) -> None:
    """Run one service until SIGTERM or SIGINT; exits 1 with the reason on wrong settings and when the service died.

    `own_http`: `main` serves `health.port` itself, the three paths that every service has among its own (see `answer`).
    """
    parser = argparse.ArgumentParser(prog=f"shoprelay {name}", description=main.__doc__)
    parser.add_argument("--validate", action="store_true", help="check the settings and exit")
    parser.add_argument("--port", type=int, default=default_port, help="port of /health/live, /health/ready and /metrics")
    options = parser.parse_args(arguments)
    memory.share_one_heap()
    try:
        settings = load(settings_type)
        settings.master()
        if options.validate:
            sys.stdout.write(f"{name}: the settings are valid\n")
            return
        logs.configure(name, settings.log_level)
        memory.collect_seldom()
        uvloop.run(_serve_and_leave(settings, main, Health(name, options.port), own_http=own_http))
    except SettingsInvalid as error:
        sys.exit(f"{name}: {error}")


async def _serve_and_leave(settings: S, main: Main[S], health: Health, *, own_http: bool) -> NoReturn:
    code = await _serve(settings, main, health, own_http=own_http)
    # All is stored and closed. At its end Python would wait for each thread, and one may wait for a server that is away.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def _serve(settings: S, main: Main[S], health: Health, *, own_http: bool) -> int:
    health.missing("start", "the service has not started yet")
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, health.stopping.set)
    log = logs.logger(__name__)
    try:
        if own_http:
            log.info("starts", **_told(settings, health))
            await _until_stopped(main(settings, health), health)
        else:
            from shoprelay_runtime.health_http import health_server  # its server takes memory: the others do without

            async with health_server(health, settings.host, health.port), _watching(settings, health):
                log.info("starts", **_told(settings, health))
                await _until_stopped(main(settings, health), health)
    except SettingsInvalid:  # a port that is taken shows only now
        raise
    except Exception as error:
        metrics.ERRORS.labels(health.service, type(error).__name__).inc()
        log.exception("the service died", error=type(error).__name__)
        return 1
    log.info("left")
    return 0


def _told(settings: Settings, health: Health) -> dict[str, object]:
    """What a start says: which version, and where it works."""
    return {
        "version": version("shoprelay"),
        "port": health.port,
        "kafka": settings.kafka,
        "mongo": re.sub(r"//[^/]*@|\?.*", lambda found: "//" if "@" in found[0] else "", settings.mongo),  # no password
        "database": settings.database,
        "prefix": settings.prefix,
        "partitions": settings.partitions,
    }


@contextlib.asynccontextmanager
async def _watching(settings: Settings, health: Health) -> AsyncIterator[None]:
    store = Store(settings.mongo, settings.database)
    tasks = [
        asyncio.ensure_future(watch_bus(settings, health, _PING_SECONDS)),
        asyncio.ensure_future(watch_store(store, health, _PING_SECONDS)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        store.close()


async def _until_stopped(work: Awaitable[None], health: Health) -> None:
    task = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(health.stopping.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not task.done():
        await asyncio.wait({task}, timeout=DRAIN_SECONDS)
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
    elif task.cancelled():
        raise RuntimeError("its work was cancelled from within")
    if not task.cancelled():
        task.result()


async def eventually(health: Health, name: str, attempt: Callable[[], Awaitable[object]]) -> bool:
    """Try until it works, with back-off, not ready meanwhile; False when the service is asked to leave before that."""
    pause = 0.2
    while not health.stopping.is_set():
        try:
            await attempt()
        except Exception as error:  # noqa: BLE001 - whatever keeps a server away, the answer is to wait and say so
            health.missing(name, f"{type(error).__name__}: {str(error)[:200]}")
            logs.logger(__name__).warning("waits", **{"for": name, "error": type(error).__name__})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(health.stopping.wait(), pause)
            pause = min(pause * 2, 5.0)
        else:
            health.present(name)
            return True
    return False


async def keep_trying(health: Health, work: Callable[[], Awaitable[None]], troubles: tuple[type[Exception], ...]) -> None:
    """Do the work until the service is asked to leave. After trouble it waits, not ready, and begins anew."""
    health.missing("servers", "Kafka and MongoDB are not reached yet")
    health.present("start")
    pause = 1.0
    while not health.stopping.is_set():
        began = time.monotonic()
        try:
            await work()
        except troubles as error:
            metrics.ERRORS.labels(health.service, type(error).__name__).inc()
            health.missing("servers", f"{type(error).__name__}: {str(error)[:200] or 'a server did not answer in time'}")
            logs.logger(__name__).warning("starting anew", error=type(error).__name__, reason=str(error))
            pause = 1.0 if time.monotonic() - began > _SETTLED_SECONDS else min(2 * pause, _LONGEST_PAUSE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(health.stopping.wait(), pause)
