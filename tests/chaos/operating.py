"""What the operator's people do while it storms: shops are paused, imported anew, their lists changed; records are at fault, and
their dead letters are put back.
"""

import asyncio
import contextlib
import json
import os
import random
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bson import ObjectId
from pymongo.errors import PyMongoError

from shoprelay_runtime import admin, codec
from shoprelay_runtime.projects import Project
from shoprelay_runtime.store import Store
from shoprelay_simulators.woocommerce.living_goods import new_customer
from tests.chaos.fleet import Fleet
from tests.chaos.schedule import Action
from tests.chaos.shops import send_wrong

_COMMAND_SECONDS = 120.0


@dataclass
class Operator:
    """`connected`: (webshop, its shop) as actions number them. What the auditor has to know is in `log`."""

    fleet: Fleet
    store: Store
    project: Project
    connected: Sequence[tuple[ObjectId, Any]]
    environment: Mapping[str, str]
    rng: random.Random
    log: dict[str, Any] = field(default_factory=lambda: {"wrong": [], "blocked": [], "closed": {}})

    async def pause(self, action: Action) -> None:
        """Paused for a while; what it pushes is still taken."""
        webshop, _ = self.connected[int(action.target)]
        await insist(lambda: admin.pause_webshop(self.store, self.project, webshop))
        await asyncio.sleep(action.seconds)
        await insist(lambda: admin.resume_webshop(self.store, self.project, webshop))
        self.fleet.done["pauses"] += 1

    async def resync(self, action: Action) -> None:
        """A stamp on the webshop's document is set to null: import that anew."""
        webshop, _ = self.connected[int(action.target)]
        row = await insist(lambda: self._collection("webshops").find_one({"_id": webshop}))
        stamps = sorted(name for name, value in row.items() if name.startswith("got_") and name.endswith("_at") and value)
        if stamps:
            change = {"$set": {self.rng.choice(stamps): None}}
            await insist(lambda: self._collection("webshops").update_one({"_id": webshop}, change))
            self.fleet.done["resyncs"] += 1

    async def lists(self, action: Action) -> None:
        """Other statuses mean closed from now on, or none in particular."""
        webshop, _ = self.connected[int(action.target)]
        rows = await insist(lambda: self._collection("statuses").find({"webshop_id": webshop}).sort("remote_id", 1).to_list(None))
        chosen = self.rng.sample(rows, min(len(rows), self.rng.randrange(4)))
        change = {"$set": {"closed_status_ids": [row["_id"] for row in chosen]}}
        await insist(lambda: self._collection("webshops").update_one({"_id": webshop}, change))
        self.log["closed"][str(webshop)] = [row["remote_id"] for row in chosen]
        self.fleet.done["list changes"] += 1

    async def wrong(self, action: Action) -> None:
        """A shop sends a webhook that cannot be read. ShopGo's are hints, of which any will do."""
        _, shop = self.connected[int(action.target)]
        shop = shop if shop.platform == "woocommerce" else self.connected[0][1]
        self.log["wrong"].append(await send_wrong(shop, self.rng))
        self.fleet.done["wrong records"] += 1

    async def block(self, action: Action) -> None:
        """A document of the operator's own takes the key of a customer that is about to come, and goes away again."""
        webshop, shop = self.connected[int(action.target)]
        if shop.platform != "woocommerce":
            webshop, shop = self.connected[0]
        shop.paused = True  # so that the next customer is the one that is meant
        number = str(shop._counters["user"] + 1)
        own = {"_id": ObjectId(), "webshop_id": webshop}
        sealed = codec.seal(self.project.cipher, "customers", {"remote_id": number})
        self.log["blocked"].append({"id": str(own["_id"]), "webshop": str(webshop), "customer": number})
        await insist(lambda: self._collection("customers").update_one(own, {"$set": sealed}, upsert=True))
        new_customer(shop)
        shop.paused = False
        await asyncio.sleep(action.seconds)
        await insist(lambda: self._collection("customers").delete_one(own))
        self.fleet.done["blocks"] += 1
        await self.retry(action)

    async def retry(self, _action: Action) -> None:
        """`dlq retry --all`, which may be killed too."""
        self.fleet.done["retries"] += 1
        await self.command("dlq", "retry", "--all", dies=self.rng.random() < 0.3)

    async def command(self, *arguments: str, dies: bool = False) -> tuple[int, str]:
        """Run the command line; its exit code and what it printed."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "shoprelay_cli", *arguments, "--json"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **self.environment},
        )
        try:
            told, _ = await asyncio.wait_for(process.communicate(), self.rng.uniform(0.8, 3) if dies else _COMMAND_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            told, _ = await process.communicate()
            self.fleet.done["commands cut off"] += 1
        return process.returncode or 0, told.decode()

    def note(self, folder: Path) -> None:
        (folder / "operator.json").write_text(json.dumps(self.log))

    def _collection(self, name: str) -> Any:
        return self.store.database(self.project.database)[name]


async def insist(attempt: Callable[[], Awaitable[Any]]) -> Any:
    """As people do: again until it works."""
    async with asyncio.timeout(90):
        while True:
            try:
                return await attempt()
            except PyMongoError:
                await asyncio.sleep(0.5)
