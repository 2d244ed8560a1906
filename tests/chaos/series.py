"""`python -m tests.chaos.series --seeds 20 --first 1 --seconds 120`: storm after storm, whatever each finds, and a total line.

What a storm printed is in `.shoprelay/chaos/SEED.log` (or CHAOS_HOME); what a storm that broke a promise left, in
`.shoprelay/chaos/SEED`.
"""

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.calm import say

_SERVERS = ("kafka kills", "mongo kills", "kafka freezes", "mongo freezes", "step downs")


@dataclass
class Series:
    """What all storms did together. `recovery`: the longest, by what had happened to a server."""

    done: Counter[str] = field(default_factory=Counter)
    recovery: dict[str, tuple[float, str]] = field(default_factory=dict)
    seconds: float = 0.0
    violations: int = 0
    broken: list[int] = field(default_factory=list)

    def add(self, seed: int, code: int, figures: Mapping[str, Any]) -> None:
        self.done.update(figures.get("done", {}))
        for what, longest in figures.get("recovery", {}).items():
            self.recovery[what] = max(tuple(longest), self.recovery.get(what, (0.0, "")))
        self.seconds += figures.get("seconds", 0.0)
        self.violations += figures.get("violations", 0)
        self.broken += [seed] if code else []

    def total(self, seeds: int) -> str:
        servers = sum(self.done[name] for name in _SERVERS)
        return (
            f"total: {seeds} seeds, {self.seconds:.0f} s of storm, {self.done['kills']} kills, {self.done['zombies']} zombies, "
            f"{servers} server kills, {self.done['changes']} changes, {self.violations} violations, "
            f"{len(self.broken)} seeds broken {self.broken or ''}"
        )


def one(home: Path, seed: int, seconds: float) -> tuple[int, dict[str, Any]]:
    """Blow one storm; its exit code and its figures."""
    log, folder = home / f"{seed}.log", home / str(seed)
    with log.open("wb") as file:
        command = [sys.executable, "-m", "tests.chaos.storm", "--seed", str(seed), "--seconds", str(seconds)]
        environment = {**os.environ, "CHAOS_HOME": str(folder)}
        code = subprocess.run(command, env=environment, stdout=file, stderr=subprocess.STDOUT, check=False).returncode
    figures = folder / "evidence" / "figures.json"
    found: dict[str, Any] = json.loads(figures.read_text()) if figures.exists() else {}
    if code == 0:
        shutil.rmtree(folder)
    return code, found


def series(home: Path, seeds: Iterable[int], seconds: float) -> Series:
    """One after the other."""
    home.mkdir(parents=True, exist_ok=True)
    whole = Series()
    for seed in seeds:
        began = time.monotonic()
        code, figures = one(home, seed, seconds)
        whole.add(seed, code, figures)
        done, recovery = figures.get("done", {}), figures.get("recovery", {})
        result = "good" if code == 0 else f"BROKEN, see {home / f'{seed}.log'}"
        say(f"seed {seed}: {result}; {time.monotonic() - began:.0f} s in all; {done}; ready again within, in seconds: {recovery}")
    return whole


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.series")
    parser.add_argument("--seeds", type=int, default=1, help="how many")
    parser.add_argument("--first", type=int, help="the first one; the others follow it (default: a random one)")
    parser.add_argument("--seconds", type=float, default=120)
    options = parser.parse_args()
    first = secrets.randbelow(10**6) if options.first is None else options.first
    home = Path(os.environ.get("CHAOS_HOME") or ".shoprelay/chaos").absolute()
    whole = series(home, range(first, first + options.seeds), options.seconds)
    say(f"ready again after a server's return within, in seconds: {whole.recovery}")
    say(whole.total(options.seeds))
    sys.exit(bool(whole.broken))


if __name__ == "__main__":
    main()
