"""The table of `shoprelay dlq list`: a line for each letter, as wide as the terminal. A letter's position is never cut."""

import shutil
from collections.abc import Sequence
from typing import Final

import typer

from shoprelay_runtime.store import Bson

_DROPPED: Final = ("type", "webshop", "of")
"""What a narrow terminal does without, the first one first."""
_REASON: Final = 30
"""So much of the reason is shown at least, where there is room for it."""
_UNBOUNDED: Final = 10_000
_GAP: Final = "  "


def print_(rows: Sequence[Bson], *, settled: bool) -> None:
    """Rows as dlq.py makes them. In a pipe nothing is left out."""
    width = shutil.get_terminal_size((_UNBOUNDED, 0)).columns
    for line in lines([_cells(row) for row in rows], width, settled=settled):
        typer.echo(line)


def lines(cells: Sequence[dict[str, str]], width: int, *, settled: bool) -> list[str]:
    """The table's lines, its head first."""
    head = ["position", "at", "of", "webshop", "type", *(["state"] if settled else []), "reason"]
    columns = {name: [name, *(each[name] for each in cells)] for name in head}
    widths = {name: max(map(len, column)) for name, column in columns.items()}
    for name in _DROPPED:
        if _needed(widths, min(widths["reason"], _REASON)) > width:
            del widths[name]
    room = max(width - _needed(widths, 0), len("reason"))
    columns["reason"] = [_cut(text, room) for text in columns["reason"]]
    rows = zip(*(columns[name] for name in widths), strict=True)
    return [_GAP.join(text.ljust(wide) for text, wide in zip(row, widths.values(), strict=True)).rstrip() for row in rows]


def _needed(widths: dict[str, int], reason: int) -> int:
    return sum(widths.values()) - widths["reason"] + reason + len(_GAP) * (len(widths) - 1)


def _cells(row: Bson) -> dict[str, str]:
    shown = {
        "position": row["position"],
        "at": row["at"][:19].replace("T", " "),
        "of": row["subject"],
        "webshop": row["webshop"],
        "type": row["type"].removeprefix("shoprelay."),
        "state": row["state"],
        "reason": ": ".join(each for each in (row["field"], row["reason"]) if each),
    }
    return {name: " ".join(text.split()) or "-" for name, text in shown.items()}


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"
