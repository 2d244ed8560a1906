"""What the suite must be told of a relay's actions: ACTED of `tests/contract/actions/<name>.py`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """One call of one endpoint in a simulated shop.

    `target(shop)`: makes the shop ready, and gives what the path names, as the shop knows it; nothing for what is created.
    `data(shop)`: the body's `data`, with the shop's own identifiers, as with `bypass_db`.
    `shop_says(shop)`: what the simulated shop holds afterwards, read from the shop itself; `holds`: what that must be.
    `document`: (collection, attributes) that a document must have, once what the call touched was read and mapped; attributes
    None: no such document is left. `result`: attributes of what the caller is told.
    """

    endpoint: str
    shop_says: Callable[[Any], Any]
    holds: Any
    target: Callable[[Any], str] = lambda _shop: ""
    data: Callable[[Any], dict[str, Any]] = lambda _shop: {}
    document: tuple[str, dict[str, Any] | None] | None = None
    result: dict[str, Any] = field(default_factory=dict)
    name: str = ""

    def __str__(self) -> str:
        return f"{self.endpoint}{'-' + self.name if self.name else ''}"


def change_stock(
    name: str, *, target: Callable[[Any], str], data: dict[str, Any], shop_says: Callable[[Any], Any], holds: Any, left: int
) -> Case:
    """A case of variants/change_stock; `left` is what the document and the caller are told."""
    return Case(
        "variants/change_stock",
        name=name,
        target=target,
        data=lambda _shop: data,
        shop_says=shop_says,
        holds=holds,
        document=("variants", {"stock": left}),
        result={"stock": left},
    )


@dataclass(frozen=True)
class Acted:
    """`shop()`: a simulated shop with something of everything; `config(shop, url)`: how its relay reaches it."""

    shop: Callable[[], Any]
    config: Callable[[Any, str], dict[str, Any]]
    cases: tuple[Case, ...]
