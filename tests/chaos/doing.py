"""How each action of the schedule is done."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shoprelay_simulators.serving import Shop
from tests.chaos.doors import Door, goes_through
from tests.chaos.fleet import Fleet
from tests.chaos.operating import Operator
from tests.chaos.outside import Balancer
from tests.chaos.schedule import Action
from tests.chaos.shops import plan_fault


@dataclass(frozen=True)
class Scene:
    """What there is to act on. `mongo`: MongoDB's address."""

    fleet: Fleet
    shops: Sequence[Shop]
    balancer: Balancer
    doors: Mapping[str, Door]
    operator: Operator
    mongo: str

    async def do(self, action: Action) -> None:
        if hasattr(self.operator, action.what):
            await getattr(self.operator, action.what)(action)
        else:
            await getattr(self, f"_{action.what}")(action)

    async def _kill(self, action: Action) -> None:
        self.fleet.kill(action.target)

    async def _volley(self, action: Action) -> None:
        for name in self.fleet.services:
            if name.startswith(action.target):
                self.fleet.kill(name)

    async def _stop(self, action: Action) -> None:
        await self.fleet.stop_for(action.target, action.seconds)

    async def _roll(self, action: Action) -> None:
        await self.fleet.roll(action.target)

    async def _join(self, action: Action) -> None:
        await self.fleet.join("normalizer-3", action.seconds)

    async def _kafka(self, action: Action) -> None:
        await self.fleet.kill_server("kafka", action.seconds)

    async def _mongo(self, action: Action) -> None:
        await self.fleet.kill_server("mongo", action.seconds)

    async def _freeze(self, action: Action) -> None:
        await self.fleet.freeze_server(action.target, action.seconds)

    async def _stepdown(self, _action: Action) -> None:
        await self.fleet.step_down(self.mongo)

    async def _cut(self, action: Action) -> None:
        self.fleet.done["connections cut"] += self.doors[action.target].cut()
        self.fleet.disturbed(filter(goes_through, self.fleet.services))

    async def _shut(self, action: Action) -> None:
        self.fleet.done["doors shut"] += 1
        await self.doors[action.target].shut(action.seconds)
        self.fleet.disturbed(filter(goes_through, self.fleet.services))

    async def _stall(self, action: Action) -> None:
        self.fleet.done["doors stalled"] += 1
        await self.doors[action.target].stall(action.seconds)
        self.fleet.disturbed(filter(goes_through, self.fleet.services))

    async def _shop(self, action: Action) -> None:
        number, kind, times = action.target.split()
        plan_fault(self.shops[int(number)], kind, int(times))

    async def _webhooks(self, action: Action) -> None:
        number, mode = action.target.split()
        self.shops[int(number)].faults.webhooks = mode

    async def _unheard(self, action: Action) -> None:
        self.balancer.cutting = True
        await asyncio.sleep(action.seconds)
        self.balancer.cutting = False
