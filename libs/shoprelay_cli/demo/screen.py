"""The demo's screen: live tables on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from rich.columns import Columns
from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table

from shoprelay_cli.demo.endpoint import Endpoint
from shoprelay_cli.demo.figures import Figures
from shoprelay_schema.topics import ACTIVITY, DOCUMENTS, USAGE


@dataclass(slots=True)
class Screen:
    """Shows figures. `hints` are the lines that say how to look closer."""

    shops: Mapping[str, str]
    endpoint: Endpoint
    hints: list[str]
    seconds: int = 0
    _live: Live | None = field(default=None)

    def __enter__(self) -> Self:
        if sys.stdout.isatty():
            console = Console()
            # Above what moves: so the figures fit a terminal of 24 lines.
            console.print(Panel("\n".join(self.hints), title="Look closer, from another terminal"))
            self._live = Live(console=console, refresh_per_second=4, transient=False)
            self._live.start()
        else:
            for hint in self.hints:
                say(hint)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live:
            self._live.stop()

    def show(self, figures: Figures) -> None:
        """One more look."""
        self.seconds += 1
        if self._live:
            self._live.update(self._tables(figures))
        elif self.seconds % 5 == 1:
            say(_line(figures, self.endpoint))

    def _tables(self, figures: Figures) -> Columns:
        shops = _table("Shops", ("shop", "records read", "webhooks"))
        for identity, name in self.shops.items():
            shops.add_row(name, str(figures.polled[identity]), str(figures.webhooks[identity]))
        documents = _table("Documents", ("collection", "stored", "events"))
        for name, count in sorted(figures.documents.items()):
            documents.add_row(name, str(count), str(figures.events[DOCUMENTS[name].name]))
        flow = _table("Flow", ("", ""))
        for label, value in _flow(figures, self.endpoint):
            flow.add_row(label, value)
        return Columns([Group(shops, flow), documents])


def _table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", show_header=bool(columns[0]))
    for number, name in enumerate(columns):
        table.add_column(name, justify="right" if number else "left")
    return table


def _flow(figures: Figures, endpoint: Endpoint) -> list[tuple[str, str]]:
    return [
        ("raw records that wait", str(figures.lag)),
        ("pages asked of shops", str(figures.pages)),
        ("events from webhooks", str(figures.pushed_events)),
        ("usage events", str(figures.events[USAGE.name])),
        ("activities", str(figures.events[ACTIVITY.name])),
        ("deliveries done", str(figures.deliveries.get("done", 0))),
        ("verified by the operator", str(endpoint.verified)),
        ("bill so far, EUR", f"{figures.bill:f}"),
    ]


def _line(figures: Figures, endpoint: Endpoint) -> str:
    return (
        f"read {figures.polled.total()} records and {figures.webhooks.total()} webhooks; "
        f"{sum(figures.documents.values())} documents, {figures.events.total()} events, {figures.lag} waiting; "
        f"{endpoint.verified} deliveries verified; bill {figures.bill:f} EUR"
    )


def say(text: str) -> None:
    """A plain line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
