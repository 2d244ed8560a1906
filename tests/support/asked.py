"""A shop asked through its relay: what each platform's own tests need of it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from shoprelay_relays.spec import Gone, Mapped, Mode, Record, Relay, Window
from shoprelay_relays.trial import DemoShop


@dataclass
class Asked:
    """The relay and the client of one shop. `config` is what mapping finds in `shop.config`."""

    relay: Relay
    client: httpx.AsyncClient
    config: dict[str, Any] = field(default_factory=dict)

    async def listed(
        self, resource: str, since: datetime | None = None, mode: Mode = Mode.UPDATED_SINCE_LAST_REQUEST, *, sweep: bool = False
    ) -> dict[str, Record]:
        """The records of a list, or of the resource's sweep, by id: none may be there twice."""
        found = self.relay.resource(resource)
        pages = found.sweep_pages or found.pages if sweep else found.pages
        assert pages is not None
        window = Window(mode, since, datetime.now(UTC))
        records = [record async for page in pages(self.client, window, None, self.config) for record in page.records]
        assert len({(record.resource, record.remote_id) for record in records}) == len(records)
        return {record.remote_id: record for record in records if record.resource == resource}

    async def read(self, resource: str, remote_id: object) -> list[Record] | Gone:
        read = self.relay.resource(resource).read
        assert read is not None
        return await read(self.client, str(remote_id), self.config)

    def mapped(self, record: Record) -> Mapped:
        return self.relay.resource(record.resource).map(json.loads(record.body), DemoShop(config=self.config))
