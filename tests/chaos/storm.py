"""`python -m tests.chaos.storm --seconds 90 --seed 1`: everything at once while processes die; then quiet, drain and audit.

The schedule is drawn from the seed and printed. What the storm leaves is in its folder (`.shoprelay/chaos`, or CHAOS_HOME), so
that `python -m tests.chaos.audit FOLDER/evidence` can be run again while the folder's servers run.
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
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from bson import ObjectId

from shoprelay_local import servers
from shoprelay_runtime.bus import ensure_topics
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_simulators.listening import listen
from shoprelay_simulators.serving import Shop
from tests.chaos.audit import audit, table
from tests.chaos.doing import Scene
from tests.chaos.fleet import Fleet
from tests.chaos.outside import Balancer, LoggingEndpoint, living, make_shops, webhooks_delivered, write_down
from tests.chaos.promises import Promise, taken_again
from tests.chaos.rest import drained, imported
from tests.chaos.schedule import SERVICES, draw
from tests.chaos.setting_up import QUICK, connect

_REST_SECONDS = 240.0


@dataclass
class Storm:
    """One run. `every`: seconds between two actions; `rate`: changes a second in each shop."""

    seed: int
    seconds: float
    every: float
    rate: float
    home: Path

    @property
    def folder(self) -> Path:
        return self.home / "evidence"

    async def run(self) -> list[Promise]:
        shutil.rmtree(self.folder, ignore_errors=True)
        await asyncio.to_thread(servers.down, self.home, wipe=True)
        addresses = await asyncio.to_thread(servers.up, self.home)
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        where = {"SHOPRELAY_KAFKA": addresses.kafka, "SHOPRELAY_MONGO": addresses.mongo, "SHOPRELAY_MASTER_KEY": key}
        values = {**QUICK, **where, "SHOPRELAY_PREFIX": "storm.", "SHOPRELAY_DATABASE": "storm"}
        os.environ.update(values)
        self.folder.mkdir(parents=True, mode=0o700)
        async with AsyncExitStack() as stack:
            found = await self._inside(stack, Settings(), values)
        if any(each.violations for each in found):
            say(f"Kafka and MongoDB still run on {self.home}, for python -m tests.chaos.audit {self.folder}")
        else:
            await asyncio.to_thread(servers.down, self.home)
        return found

    async def _inside(self, stack: AsyncExitStack, settings: Settings, values: dict[str, str]) -> list[Promise]:
        store = Store(settings.mongo, settings.database)
        stack.callback(store.close)
        await asyncio.gather(ensure_topics(settings), store.prepare_control())
        fleet = Fleet(self.home, self.folder / "logs", values)
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
        await fleet.ready(90)
        project, connected = await connect(settings, store, endpoint, back, front, shops, urls)
        self._note(settings, values, project, connected)
        await self._blow(Scene(fleet, shops, balancer, settings.mongo))
        promises = await self._calm(fleet, shops, balancer, endpoint, settings, store, project, connected)
        rows = await store.collection(Control.HOOKS).find().to_list(None)
        write_down(self.folder, connected, {row["_id"]: str(row["webshop"]) for row in rows}, balancer, endpoint)
        promises += [taken_again(balancer.log, fleet.servers), *await audit(self.folder)]
        self._tell(fleet, shops, balancer, endpoint)
        return promises

    def _note(self, settings: Settings, values: dict[str, str], project: Project, connected: dict[str, Shop]) -> None:
        run = {
            "kafka": settings.kafka,
            "mongo": settings.mongo,
            "prefix": settings.prefix,
            "database": settings.database,
            "master_key": values["SHOPRELAY_MASTER_KEY"],
            "project": str(project.id),
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

    async def _calm(
        self,
        fleet: Fleet,
        shops: Sequence[Shop],
        balancer: Balancer,
        endpoint: LoggingEndpoint,
        settings: Settings,
        store: Store,
        project: Project,
        connected: dict[str, Shop],
    ) -> list[Promise]:
        say("quiet: the shops stand still, nothing is killed any more")
        for shop in shops:
            shop.paused = True
            shop.faults.planned.clear()
            shop.faults.webhooks = "normal"
        balancer.cutting, endpoint.failing = False, 0.0
        fleet.wake()
        rest = Promise("everything comes to rest by itself", 1)
        began = time.monotonic()
        try:
            await fleet.ready(60)
            say(f"all services are ready after {time.monotonic() - began:.1f} s")
            await asyncio.wait_for(asyncio.gather(*balancer.later, *(webhooks_delivered(shop) for shop in shops)), 60)
            moving = await imported(settings, store, project, map(ObjectId, connected), _REST_SECONDS)
            say(f"everything is imported anew after {time.monotonic() - began:.1f} s")
            # Polls go on as long as there are pollers: what is audited must not move.
            await fleet.retire("relay-poller")
            moving = moving or await drained(settings, store, _REST_SECONDS)
            rest.violations += [f"after {_REST_SECONDS:.0f} s: {moving}"] if moving else []
        except TimeoutError as error:
            rest.violations.append(str(error) or "the shops could not send their webhooks")
        say(f"at rest after {time.monotonic() - began:.1f} s")
        died = Promise("no service ends by itself", len(fleet.services))
        died.violations = [f"{s.name} with {s.left}" for s in fleet.services.values() if s.left]
        return [rest, died]

    def _tell(self, fleet: Fleet, shops: Sequence[Shop], balancer: Balancer, endpoint: LoggingEndpoint) -> None:
        changes = sum(len(shop.ledger.versions) for shop in shops)
        taken = sum(200 <= each["status"] < 300 for each in balancer.log)
        say(
            f"seed {self.seed}, {self.seconds:.0f} s: {dict(fleet.done)}; {changes} versions in the shops, {taken} of "
            f"{len(balancer.log)} webhooks taken, {len(endpoint.log)} calls of the endpoint"
        )


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def storm(seed: int, seconds: float, *, every: float = 1.5, rate: float = 4.0) -> list[Promise]:
    """Blow, and give what the audit found."""
    home = Path(os.environ.get("CHAOS_HOME") or ".shoprelay/chaos").absolute()
    return asyncio.run(Storm(seed, seconds, every, rate, home).run())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.storm")
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=float, default=1.5, help="seconds between two actions, on average")
    parser.add_argument("--rate", type=float, default=4.0, help="changes a second in each shop")
    options = parser.parse_args()
    found = storm(options.seed, options.seconds, every=options.every, rate=options.rate)
    say(table(found))
    sys.exit(any(each.violations for each in found))


if __name__ == "__main__":
    main()
