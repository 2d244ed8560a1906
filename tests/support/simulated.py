"""What the conduct suite must be told of a relay's simulated shop: SIMULATED of `tests/contract/relays/<name>/simulated.py`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import httpx

from shoprelay_relays.spec import Relay
from shoprelay_simulators import ManualClock

Config = dict[str, Any]
MISSING = """the relay {name} asks shops and has no simulated one. Add
- libs/shoprelay_simulators/{name}.py: a shop that answers as the platform does (the Shop of shoprelay_simulators/serving.py;
  `make relay` writes one),
- tests/contract/relays/{name}/simulated.py with SIMULATED = Simulated(...), which says how such a shop is made and changed
  (tests/support/simulated.py; woocommerce/simulated.py is a good one to begin with), or SIMULATED = "other" where it is the
  relay of that name in all but its name."""


@dataclass(frozen=True)
class Simulated:
    """How a simulated shop is driven; all of it concerns its orders, but for `removes`.

    `shop(count, at, clock)`: a shop with so many orders, all of which were last changed at `at`, a whole second.
    `config(shop, url)`: the credentials with which the relay reaches it. `ids(shop)`: the remote ids of its orders.
    `add` makes one more, `change` changes one, `remove` deletes one for good, as the platform does each.
    `several`: more than come in one page, where the platform has pages. `divides`: whether it can be asked for less at once.
    `everything`: whether a list may hold all there is, as the platform knows no window.
    `removes`: resource -> what deletes one of it, for the lists that go on over pages beside that of orders.
    `tokens(shop)`: the access tokens that are good now, where the platform has tokens that end; emptied, all of them have.
    `listen(shop, relay, client, config, url)`: has the shop send its webhooks to `url`, and gives the config that checks them.
    """

    shop: Callable[[int, datetime, ManualClock], Any]
    config: Callable[[Any, str], Config]
    ids: Callable[[Any], set[str]]
    add: Callable[[Any], Any]
    change: Callable[[Any, str], Any]
    remove: Callable[[Any, str], Any]
    several: int = 110
    divides: bool = True
    everything: bool = False
    removes: Mapping[str, Callable[[Any, str], Any]] = field(default_factory=dict)
    tokens: Callable[[Any], dict[str, Any]] | None = None
    listen: Callable[[Any, Relay, httpx.AsyncClient, Config, str], Awaitable[Config]] | None = None


async def subscribed(_shop: Any, relay: Relay, client: httpx.AsyncClient, config: Config, url: str) -> Config:
    """Webhooks that the relay itself points at an address."""
    assert relay.webhook is not None
    assert relay.webhook.subscribe is not None
    prepared = {**config, **relay.webhook.prepare(config)}
    return {**prepared, **await relay.webhook.subscribe(client, prepared, url)}


def simulated(name: str) -> Simulated | str | None:
    """The SIMULATED of a relay: its own, the name of the relay whose conduct is its own, or None where it has none."""
    module = f"tests.contract.relays.{name}.simulated"
    found = import_module(module).SIMULATED if find_spec(module) else None
    assert found is None or isinstance(found, Simulated | str)
    return found


def secrets_of(relay: Relay, config: Mapping[str, Any]) -> dict[str, str]:
    """What of a config the credentials' model calls secret."""
    fields = relay.credentials.model_fields
    return {
        name: str(config[name]) for name, field in fields.items() if "SecretStr" in str(field.annotation) and config.get(name)
    }
