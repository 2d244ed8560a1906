"""What the contract suite must be told of a relay: `tests/contract/relays/<name>/facts.py` holds its FACTS."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Signing:
    """How a relay's webhooks are signed: the config that holds these secrets, and the headers that one of them gives a body."""

    config: Callable[[list[str]], dict[str, Any]]
    headers: Callable[[str, bytes], dict[str, str]]


@dataclass(frozen=True)
class Facts:
    """`kinds`: what a fixture's file name begins with -> the resource that maps it.

    `platform`: what the index of recorded payloads calls the platform, where that is not the relay's name; `samples`: what it
    calls a record -> the resource that maps it; `not_mapped`: its other names, and why. `fewer`: by file name, how many of its
    records are no documents. `plain`: what the client makes of an answer's part before it is a record. `config`: beside made-up
    secrets, what the credentials need. Either `signing` or `unsigned` (why not) where the relay has webhooks.
    """

    kinds: Mapping[str, str]
    platform: str = ""
    samples: Mapping[str, str] = field(default_factory=dict)
    not_mapped: Mapping[str, str] = field(default_factory=dict)
    fewer: Mapping[str, int] = field(default_factory=dict)
    plain: Callable[[Any], Any] = lambda part: part
    config: Mapping[str, str] = field(default_factory=dict)
    signing: Signing | None = None
    unsigned: str = ""

    def resource(self, payload: str) -> str:
        """The resource that maps the payload of this name, such as product_simple."""
        found = next((resource for kind, resource in self.kinds.items() if f"{payload}_".startswith(f"{kind}_")), None)
        assert found, f"payloads/{payload}.json: facts.py has no kind that its name begins with; it has {', '.join(self.kinds)}"
        return found


def facts(relay: str) -> Facts:
    return import_module(f"tests.contract.relays.{relay}.facts").FACTS
