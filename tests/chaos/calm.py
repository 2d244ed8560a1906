"""After the storm: all faults end, everything comes to rest, and that by itself."""

import sys
import time
from asyncio import gather, wait_for
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from tests.chaos.doing import Scene
from tests.chaos.outside import LoggingEndpoint
from tests.chaos.patience import patient
from tests.chaos.promises import Promise
from tests.chaos.rest import drained, imported, polled, stated
from tests.chaos.shops import webhooks_delivered

_REST_SECONDS = patient(240.0)


@dataclass(frozen=True)
class Calm:
    """`folder`: of the evidence; `away`: how far from UTC the project's days begin."""

    folder: Path
    away: timedelta
    settings: Settings
    store: Store

    async def come(self, scene: Scene, endpoint: LoggingEndpoint) -> list[Promise]:
        say("quiet: the shops stand still, nothing is killed any more")
        self._still(scene, endpoint)
        (self.folder / "polled").write_text("inf")
        rest, began = Promise("everything comes to rest by itself", 1), time.monotonic()
        try:
            if moving := await self._settled(scene, rest, began):
                rest.violations.append(f"after {_REST_SECONDS:.0f} s: {moving}")
        except TimeoutError as error:
            rest.violations.append(str(error) or "the shops could not send their webhooks")
        say(f"at rest after {time.monotonic() - began:.1f} s")
        services = scene.fleet.services.values()
        died = Promise("no service ends by itself, and each that is asked to leave does so in time", len(services))
        died.violations = [f"{s.name} with {s.left}" for s in services if s.left] + scene.fleet.troubles
        return [rest, died]

    def _still(self, scene: Scene, endpoint: LoggingEndpoint) -> None:
        for shop in scene.shops:
            shop.paused = True
            shop.faults.planned.clear()
            shop.faults.webhooks = "normal"
        scene.balancer.cutting, endpoint.failing = False, 0.0
        scene.fleet.wake()

    async def _settled(self, scene: Scene, rest: Promise, began: float) -> str:
        """What still moves, after each step's time; "" for nothing."""

        def past(what: str) -> None:
            say(f"{what} after {time.monotonic() - began:.1f} s")

        operator, store = scene.operator, self.store
        await scene.fleet.ready(_REST_SECONDS)
        past("all services are ready")
        await wait_for(gather(*scene.balancer.later, *(webhooks_delivered(shop) for shop in scene.shops)), _REST_SECONDS)
        past("the shops have sent what they had to send")
        moving = await polled(self.settings, store, _REST_SECONDS)
        past("everything is polled once more")
        (self.folder / "polled").write_text(str(time.time()))
        code, said = await operator.command("dlq", "retry", "--all")
        rest.expect(code == 0, f"dlq retry --all: {said[-300:]}")
        webshops = [webshop for webshop, _ in operator.connected]
        moving = moving or await imported(self.settings, store, operator.project, webshops, _REST_SECONDS)
        past("everything is imported anew")
        # Polls go on as long as there are pollers: what is audited must not move.
        await scene.fleet.retire("relay-poller")
        moving = moving or await drained(self.settings, store, _REST_SECONDS)
        return moving or await stated(store, datetime.now(UTC) + self.away, _REST_SECONDS)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
