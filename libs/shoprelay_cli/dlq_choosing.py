"""Which dead letters a command is about, as its options say it."""

from dataclasses import dataclass

from shoprelay_runtime.admin import dead_letters, find_project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store


@dataclass(frozen=True, slots=True)
class Options:
    """Which letters are meant; empty: all."""

    topic: str = ""
    project: str = ""
    webshop: str = ""
    reason: str = ""

    async def filter(self, store: Store, settings: Settings) -> dead_letters.Filter:
        """The same with the project; Missing when there is none of that name."""
        project = await find_project(store, settings, self.project) if self.project else None
        return dead_letters.Filter(self.topic, project, self.webshop, self.reason)
