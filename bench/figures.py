"""What every bench says in the end: its rows, for people or as the last line of JSON that `bench.results` reads."""

import argparse
import asyncio
import json
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import psutil

from shoprelay_runtime.store import Store

Row = dict[str, Any]


def options(about: str | None, runs: int = 5) -> argparse.ArgumentParser:
    """A parser with what every bench takes."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=runs, help="runs of each case, in turns")
    parser.add_argument("--json", action="store_true", help="the last line of the output is one JSON object")
    return parser


def compared(name: str, ours: Sequence[float], baseline: Sequence[float], unit: str, goal: str = "", **more: Any) -> Row:
    """A row of medians. `spread`: the ratios of runs that followed each other. The goal is one of the ratio."""
    ratios = [mine / other for mine, other in zip(ours, baseline, strict=True)]
    middle = statistics.median(ours), statistics.median(baseline)
    return {
        "name": name,
        "ours": round(middle[0], 4),
        "baseline": round(middle[1], 4),
        "unit": unit,
        "ratio": round(middle[0] / middle[1], 3),
        "spread": [round(min(ratios), 3), round(max(ratios), 3)],
        "goal": goal,
        **more,
    }


def measured(name: str, ours: Sequence[float], unit: str, goal: str = "", **more: Any) -> Row:
    """A row without a baseline: the goal is one of the number, and `spread` is the smallest and the largest number."""
    row = {"name": name, "ours": round(statistics.median(ours), 4), "baseline": None, "unit": unit, "ratio": None}
    return {**row, "spread": [round(min(ours), 4), round(max(ours), 4)], "goal": goal, **more}


def tell(figure: str, rows: Sequence[Row], *, as_json: bool) -> None:
    """Print the rows."""
    for row in rows:
        against = "" if row["baseline"] is None else f", baseline {row['baseline']:g}, ratio {row['ratio']:g}"
        spread = f" ({row['spread'][0]:g} to {row['spread'][1]:g})"
        goal = f", goal {row['goal']}" if row["goal"] else ""
        print(f"{row['name']}: {row['ours']:g} {row['unit']}{against}{spread}{goal}")
        for name in ("cpu_seconds_per_1000", "peak_rss_mb"):
            if name in row:
                print(f"    {name}: {', '.join(f'{key} {value:g}' for key, value in row[name].items())}")
    if as_json:
        print(json.dumps({"figure": figure, "rows": list(rows)}))


def medians(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Of several runs that tell the same things."""
    return {name: round(statistics.median(run[name] for run in runs), 4) for name in runs[0]}


def peak_rss(pid: int) -> float:
    """The most memory that a process ever had, in MB (VmHWM, https://man7.org/linux/man-pages/man5/proc_pid_status.5.html)."""
    return _status(pid, "VmHWM")


def rss(pid: int) -> float:
    """The memory that a process and its children have now, in MB."""
    return sum(_status(each, "VmRSS") for each in (pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))))


def _status(pid: int, name: str) -> float:
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:  # noqa: PTH123
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


async def mongod_cpu(store: Store) -> float:
    """CPU seconds that MongoDB has used so far, as it says itself."""
    about = (await store.control.command("serverStatus"))["extra_info"]
    return float(about["user_time_us"] + about["system_time_us"]) / 1e6


async def until(what: str, true: Callable[[], Awaitable[bool]], seconds: float, pause: float = 0.02) -> None:
    """Wait for something that another process brings about; when it takes longer than `seconds`, the bench ends and says so."""
    try:
        async with asyncio.timeout(seconds):
            while not await true():  # noqa: ASYNC110 - no event of ours tells of it
                await asyncio.sleep(pause)
    except TimeoutError:
        raise SystemExit(f"waited {seconds:g} s in vain: {what}") from None
