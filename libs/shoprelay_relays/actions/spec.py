"""How a relay serves an endpoint: a plain function, and what of the body it passes on."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx

from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.reference import Reference

D_co = TypeVar("D_co", bound=Body, covariant=True)


@dataclass(frozen=True, slots=True)
class Call(Generic[D_co]):
    """One call of an endpoint for one shop.

    `target`: what the path names (of an endpoint that creates: an empty reference). `data`: the checked body, its references
    looked up. `config`: the webshop's, decrypted.
    """

    client: httpx.AsyncClient = field(repr=False)
    config: Mapping[str, Any] = field(repr=False)
    target: Reference
    data: D_co


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it.

    `result`: what the caller is told, in the words of the document model as far as there are any.
    `reads`: (resource, remote_id) of the relay that are to be read beside those that were known before: what was created.
    """

    result: Any
    reads: Sequence[tuple[str, str]] = ()


Reads = Sequence[tuple[str, str]]
"""(resource, remote_id) of a relay; "*" lists the whole resource."""


def _nothing(_call: Call[Any]) -> Reads:
    return ()


@dataclass(frozen=True, slots=True)
class Action:
    """One endpoint as one platform serves it.

    `run(call)` asks the shop, through `call.client` alone. It may raise CannotDo for what the platform cannot do, NotThere,
    CredentialsRejected, ShopTrouble, and RelayError with the shop's own words for what it refuses. Requests that only read are
    marked so (`asking.SAFE`) where their verb does not say it.
    `reads(call)`: what the call touches, as far as that is known beforehand: it is read afterwards, also when it is not known
    what came of the call.
    `takes`: the attributes of `data` that it passes on, by name; any other one that a caller gives is refused before the shop is
    asked. `comments`: what is special on this platform, for people.
    `example`: a body's `data` that works on this platform, where the endpoint's own example does not.
    """

    run: Callable[[Call[Any]], Awaitable[Done]]
    takes: frozenset[str] = frozenset()
    reads: Callable[[Call[Any]], Reads] = _nothing
    comments: str = ""
    example: Mapping[str, Any] | None = None


def action(
    run: Callable[[Call[Any]], Awaitable[Done]],
    *takes: str,
    reads: Callable[[Call[Any]], Reads] = _nothing,
    comments: str = "",
    example: Mapping[str, Any] | None = None,
) -> Action:
    """An action, with the attributes that it takes in a row."""
    return Action(run, frozenset(takes), reads, comments, example)
