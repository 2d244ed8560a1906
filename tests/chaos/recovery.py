"""How long services need after a server is there again."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field

import httpx

from tests.chaos.fleet import Fleet
from tests.chaos.patience import patient
from tests.chaos.process import Service
from tests.chaos.promises import Promise

LIMIT = patient(30.0)


@dataclass
class Recovery:
    """Watches each return of a server. `waited`: by what had happened, then by service: seconds until it was ready again, counted
    from the server's return, or from when the service itself was last disturbed; `open`: not ready when the next server went.
    """

    fleet: Fleet
    waited: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    cut_off: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))

    async def watch(self) -> None:
        """Until cancelled."""
        seen = 0
        while True:
            await asyncio.sleep(0.2)
            if len(self.fleet.servers) > seen:
                seen = len(self.fleet.servers)
                at, what, name = self.fleet.servers[-1]
                if what == "back":
                    await self._returned(at, name, seen)

    async def _returned(self, back: float, name: str, seen: int) -> None:
        waiting = dict(self.fleet.services)
        async with httpx.AsyncClient() as client:
            while waiting and len(self.fleet.servers) == seen:
                for service in list(waiting.values()):
                    if not service.stopped and await service.ready(client):
                        self.waited[name].append((_since(back, service), service.name))
                        del waiting[service.name]
                await asyncio.sleep(0.2)
        self.cut_off[name] += [(_since(back, each), each.name) for each in waiting.values() if not each.stopped]

    def promise(self) -> Promise:
        """Those that were ready, in time; those that the next trouble came before, not late until then."""
        promise = Promise(f"every service is ready within {LIMIT:.0f} s of a server's return")
        for found in (self.waited, self.cut_off):
            for name, each in found.items():
                for seconds, service in each:
                    promise.expect(seconds <= LIMIT, f"{service}: {seconds:.1f} s after {name}")
        return promise

    def longest(self) -> dict[str, tuple[float, str]]:
        """By what had happened: until all were ready, at most, and who was the last."""
        return {name: (round(max(each)[0], 1), max(each)[1]) for name, each in sorted(self.waited.items()) if each}


def _since(back: float, service: Service) -> float:
    return max(0.0, time.time() - max(back, service.disturbed))
