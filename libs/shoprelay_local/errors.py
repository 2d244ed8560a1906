"""The one kind of error of this package."""

from pathlib import Path


class LocalServerError(RuntimeError):
    """A machine-local server could not be had; the text says what happened and what to do."""


WIDEST = 300  # MongoDB's lines are JSON objects and can be far longer


def log_tail(log: Path, lines: int = 15) -> str:
    """The last telling lines of a server's log, indented, with its path: what an error message shows."""
    try:
        said = log.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        said = []
    tail = ([line for line in said if not _is_noise(line)] or said)[-lines:]
    shown = "\n".join(f"  | {line[:WIDEST]}" for line in tail) or "  | (empty)"
    return f"The last lines of {log}:\n{shown}"


def _is_noise(line: str) -> bool:
    # After its reason to end MongoDB tells 30 steps of ending, at severity I; Java follows its with a stack.
    return '"s":"I"' in line or line.startswith("\tat ")
