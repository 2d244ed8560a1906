"""`python -m tests.chaos.storm --seconds 90 --seed 1`: everything at once while processes die; then quiet, drain and audit.

The schedule is drawn from the seed and printed. What the storm leaves is in its folder (`.shoprelay/chaos`, or CHAOS_HOME).
"""

import argparse
import asyncio
import base64
import json
import os
import random
import secrets
import shutil
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bson import ObjectId

from shoprelay_local import ports, servers
from shoprelay_local.state import load
from shoprelay_runtime.bus import ensure_topics
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_simulators.listening import listen
from shoprelay_simulators.serving import Shop
from tests.chaos import zone
from tests.chaos.audit import audit, table
from tests.chaos.calm import Calm, say
from tests.chaos.doing import Scene
from tests.chaos.doors import Door, door, goes_through, second_listener
from tests.chaos.fleet import Fleet
from tests.chaos.operating import Operator
from tests.chaos.outside import Balancer, LoggingEndpoint, write_down
from tests.chaos.promises import Promise, taken_again
from tests.chaos.recovery import LIMIT, Recovery
from tests.chaos.schedule import SERVICES, draw
from tests.chaos.setting_up import QUICK, connect
from tests.chaos.shops import living, make_shops

_START_SECONDS = 240.0  # where many processes share few cores


@dataclass
class Storm:
    """One run. `every`: seconds between two actions; `rate`: changes a second in each shop."""

    seed: int
    seconds: float
    every: float
    rate: float
    home: Path
    away: timedelta = timedelta()

    @property
    def folder(self) -> Path:
        return self.home / "evidence"

    async def run(self) -> list[Promise]:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o700)
        await asyncio.to_thread(servers.down, self.home, wipe=True)
        taken = {port for server in load(self.home).values() for port in server.ports}
        free = (port for port in ports.free() if port not in taken)
        inner, outer, third = islice(free, 3)
        with second_listener(inner, outer):
            addresses = await asyncio.to_thread(servers.up, self.home)
            values = self._values(addresses)
            os.environ.update(values)
            mongo = load(self.home)["mongo"].ports[0]
            async with AsyncExitStack() as stack:
                doors = {
                    "kafka": await stack.enter_async_context(door(outer, inner)),
                    "mongo": await stack.enter_async_context(door(third, mongo)),
                }
                through = {
                    "SHOPRELAY_KAFKA": f"127.0.0.1:{outer}",
                    "SHOPRELAY_MONGO": f"mongodb://127.0.0.1:{third}/?directConnection=true",
                }
                environment = lambda name: {**values, **through} if goes_through(name) else values  # noqa: E731
                fleet = Fleet(self.home, self.folder / "logs", environment, free)
                found = await self._inside(stack, Settings(), values, fleet, doors)
        await asyncio.to_thread(servers.down, self.home)
        figures = self.folder / "figures.json"
        violated = sum(len(each.violations) for each in found)
        broken = {each.text: each.violations[:5] for each in found if each.violations}
        figures.write_text(json.dumps({**json.loads(figures.read_text()), "violations": violated, "broken": broken}))
        if violated:
            say(f"to audit it again: SHOPRELAY_HOME={self.home} shoprelay local up; python -m tests.chaos.audit {self.folder}")
        return found

    def _values(self, addresses: servers.Addresses) -> dict[str, str]:
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        where = {"SHOPRELAY_KAFKA": addresses.kafka, "SHOPRELAY_MONGO": addresses.mongo, "SHOPRELAY_MASTER_KEY": key}
        return {
            **QUICK,
            **where,
            "SHOPRELAY_PREFIX": "storm.",
            "SHOPRELAY_DATABASE": "storm",
            "PYTHONTZPATH": zone.path(self.folder / "zones"),
        }

    async def _inside(
        self, stack: AsyncExitStack, settings: Settings, values: dict[str, str], fleet: Fleet, doors: dict[str, Door]
    ) -> list[Promise]:
        store = Store(settings.mongo, settings.database)
        stack.callback(store.close)
        await asyncio.gather(ensure_topics(settings), store.prepare_control())
        fleet.start(SERVICES)
        stack.push_async_callback(fleet.end)
        shops = make_shops(self.seed)
        urls = await stack.enter_async_context(living(shops, self.rate))
        ingests = [f"http://127.0.0.1:{s.port}" for name, s in fleet.services.items() if name.startswith("webhook-ingest")]
        balancer = Balancer(ingests, random.Random(self.seed))
        stack.push_async_callback(balancer.client.aclose)
        endpoint = LoggingEndpoint(rng=random.Random(self.seed))
        front = await stack.enter_async_context(listen(balancer))
        back = await stack.enter_async_context(listen(endpoint))
        await fleet.ready(_START_SECONDS)
        self.away = zone.offset(datetime.now(UTC) + timedelta(seconds=0.4 * self.seconds))
        zone.write(self.folder / "zones", self.away)
        project, connected = await connect(settings, store, endpoint, back, front, shops, urls)
        self._note(settings, values, project, connected)
        numbered = [(ObjectId(webshop), shop) for webshop, shop in connected.items()]
        operator = Operator(fleet, store, project, numbered, values, random.Random(self.seed))
        before = sum(len(shop.ledger.versions) for shop in shops)
        recovery = Recovery(fleet)
        watching = asyncio.create_task(recovery.watch())
        scene = Scene(fleet, shops, balancer, doors, operator, settings.mongo)
        await self._blow(scene)
        fleet.done["changes"] = sum(len(shop.ledger.versions) for shop in shops) - before
        promises = await Calm(self.folder, self.away, settings, store).come(scene, endpoint)
        watching.cancel()
        operator.note(self.folder)
        rows = await store.collection(Control.HOOKS).find().to_list(None)
        write_down(self.folder, connected, {row["_id"]: str(row["webshop"]) for row in rows}, balancer, endpoint)
        promises += [recovery.promise(), taken_again(balancer.log, fleet.servers, LIMIT), *await audit(self.folder)]
        self._tell(fleet, balancer, endpoint, recovery)
        return promises

    def _note(self, settings: Settings, values: dict[str, str], project: Project, connected: dict[str, Shop]) -> None:
        run = {
            "kafka": settings.kafka,
            "mongo": settings.mongo,
            "prefix": settings.prefix,
            "database": settings.database,
            "master_key": values["SHOPRELAY_MASTER_KEY"],
            "project": str(project.id),
            "utc_offset": self.away.total_seconds(),
            "shops": {w: {"platform": shop.platform, "ledger": f"ledger-{w}.json"} for w, shop in connected.items()},
        }
        (self.folder / "run.json").write_text(json.dumps(run))

    async def _blow(self, scene: Scene) -> None:
        for shop in scene.shops:
            shop.paused = False
        began, lasting = time.monotonic(), set()
        for action in draw(self.seed, self.seconds, self.every, len(scene.shops)):
            await asyncio.sleep(max(0.0, began + action.at - time.monotonic()))
            say(f"{time.monotonic() - began:6.1f} s  {action}")
            lasting.add(asyncio.create_task(scene.do(action)))
        await asyncio.sleep(max(0.0, began + self.seconds - time.monotonic()))
        await asyncio.gather(*lasting)

    def _tell(self, fleet: Fleet, balancer: Balancer, endpoint: LoggingEndpoint, recovery: Recovery) -> None:
        taken = sum(200 <= each["status"] < 300 for each in balancer.log)
        say(
            f"seed {self.seed}, {self.seconds:.0f} s: {dict(fleet.done)}; {taken} of {len(balancer.log)} webhooks taken, "
            f"{len(endpoint.log)} calls of the endpoint"
        )
        say(f"longest until all services were ready again, in seconds, after a {recovery.longest()}")
        figures = {"seed": self.seed, "seconds": self.seconds, "recovery": recovery.longest(), "done": fleet.done}
        (self.folder / "figures.json").write_text(json.dumps(figures))


def storm(seed: int, seconds: float, *, every: float = 0.8, rate: float = 4.0) -> list[Promise]:
    """Blow, and give what the audit found."""
    home = Path(os.environ.get("CHAOS_HOME") or ".shoprelay/chaos").absolute()
    return asyncio.run(Storm(seed, seconds, every, rate, home).run())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.storm")
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=float, default=0.8, help="seconds between two actions, on average")
    parser.add_argument("--rate", type=float, default=4.0, help="changes a second in each shop")
    options = parser.parse_args()
    found = storm(options.seed, options.seconds, every=options.every, rate=options.rate)
    say(table(found))
    sys.exit(any(each.violations for each in found))


if __name__ == "__main__":
    main()
