"""Every figure in turn, and bench/RESULTS.md of what they say: `python -m bench.results [--only NAME ...] [--runs N]`.

Each figure is a script of its own; all use one Kafka and one MongoDB. One that fails stands in the table with its reason. Stop
everything else on the machine: a figure that competes for the processors says little, though ratios bear more than rates.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile

import psutil
from pymongo import MongoClient
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench.figures import Row
from bench.place import ROOT, servers
from shoprelay_local.jars import LIST

FIGURES = (
    "ingest",
    "latency",
    "poll",
    "normalize",
    "live_beside_backfill",
    "meter",
    "notify",
    "shop_api",
    "schedule",
    "memory",
    "scale",
)
_MET = {">=": float.__ge__, "<=": float.__le__, ">": float.__gt__, "<": float.__lt__}


@dataclass
class Result:
    """What a script said, or why it failed."""

    figure: str
    seconds: float
    rows: list[Row] = field(default_factory=list)
    failure: str = ""


def present() -> list[str]:
    """The figures whose scripts are there."""
    return [name for name in FIGURES if (ROOT / "bench" / f"{name}.py").exists()]


def run(figure: str, runs: int | None, shown: Progress) -> Result:
    """Run a script to its end, showing its lines as they come."""
    command = [sys.executable, "-m", f"bench.{figure}", "--json", *(["--runs", str(runs)] if runs else [])]
    task, began, last = shown.add_task(figure, total=None, told="starts"), time.monotonic(), ""
    with (
        TemporaryFile("w+", encoding="utf-8", errors="replace") as errors,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            last = line.strip() or last
            _show(shown, task, figure, line.strip())
        code = process.wait()
        errors.seek(0)
        lines = [line.strip() for line in errors if line.strip()]
    result = _result(figure, time.monotonic() - began, code, last, lines)
    shown.update(task, total=1, completed=1, told=result.failure or "done")
    return result


def _show(shown: Progress, task: object, figure: str, line: str) -> None:
    """The last line on a terminal, every line in a log."""
    if shown.console.is_terminal:
        shown.update(task, told=line[:100])  # type: ignore[arg-type]
    elif not line.startswith("{"):
        shown.console.print(f"{figure}: {line}", markup=False, highlight=False, soft_wrap=True)


def _result(figure: str, seconds: float, code: int, last: str, errors: Sequence[str]) -> Result:
    if code:
        return Result(figure, seconds, failure=f"ended with {code}: {errors[-1][:200] if errors else 'it said nothing'}")
    try:
        return Result(figure, seconds, json.loads(last)["rows"])
    except (ValueError, KeyError, TypeError):
        return Result(figure, seconds, failure="its last line is no JSON with rows")


def met(row: Row) -> str:
    """Whether the goal is met: of the ratio, and of the number itself where there is no baseline."""
    found = re.match(r"(>=|<=|>|<)\s*([\d.]+)", row.get("goal") or "")
    if found is None:
        return ""
    value = row["ours"] if row.get("ratio") is None else row["ratio"]
    return "yes" if _MET[found[1]](float(value), float(found[2])) else "**no**"


def machine(kafka: str) -> Iterator[str]:
    """What it ran on; not where."""
    memory = psutil.virtual_memory().total / 2**30
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    cores = f"{os.cpu_count()} cores{f' ({model[1]})' if model else ''}"
    yield f"- Machine: {cores}, {memory:.0f} GB, {platform.system()} {platform.release()}"
    with MongoClient[Row](os.environ["SHOPRELAY_MONGO"]) as client:
        mongo = client.server_info()["version"]
    ours = f"Shoprelay {version('shoprelay')}"
    yield f"- {ours} on Python {platform.python_version()}, Kafka {kafka}, MongoDB {mongo}"


def kafka_version() -> str:
    """Of the Kafka that `servers` starts. A broker does not tell its version: of one that was named nothing is known."""
    if os.environ.get("SHOPRELAY_KAFKA"):
        return "(one that was running)"
    found = re.search(r"org\.apache\.kafka:kafka_[\d.]+:([\d.]+)", LIST.read_text(encoding="utf-8"))
    return found[1] if found else "?"


def table(results: Sequence[Result]) -> Iterator[str]:
    """One line for each row; a figure that failed has one as well."""
    yield "| figure | | ours | baseline | ratio | spread | goal | met? |"
    yield "|---|---|---:|---:|---:|---:|---|---|"
    for result in results:
        if result.failure:
            yield f"| {result.figure} | **failed**: {result.failure.replace('|', '/')} | | | | | | |"
        for row in result.rows:
            numbers = (f"{_number(row['ours'])} {row['unit']}", _number(row.get("baseline")), _number(row.get("ratio")))
            spread = " to ".join(map(_number, row.get("spread") or ()))
            yield f"| {result.figure} | {row['name']} | {' | '.join(numbers)} | {spread} | {row.get('goal') or ''} | {met(row)} |"


def used(results: Sequence[Result]) -> Iterator[str]:
    """What it took, where the figures say so."""
    yield "| figure | | CPU seconds per 1,000 | peak RSS, MB |"
    yield "|---|---|---|---|"
    for result in results:
        for row in result.rows:
            told = [row.get(name) or {} for name in ("cpu_seconds_per_1000", "peak_rss_mb")]
            if any(told):
                cpu, rss = (", ".join(f"{name} {_number(value)}" for name, value in each.items()) for each in told)
                yield f"| {result.figure} | {row['name']} | {cpu} | {rss} |"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def text(results: Sequence[Result], about: Sequence[str]) -> str:
    """The file."""
    took = sum(result.seconds for result in results) / 60
    head = [
        "# What was measured",
        "",
        *about,
        f"- {datetime.now(UTC):%Y-%m-%d}, {took:.0f} minutes; `make bench` writes this file",
        "",
    ]
    said = (
        "Medians of runs that took turns with their baseline. `ratio` is ours divided by the baseline's, `spread` the least and\n"
        "the largest ratio of two runs that followed each other. A row without a baseline has a goal for the number itself, and\n"
        "the spread is the number's. What each baseline is, and what counts as done, stands at the head of `bench/<figure>.py`."
    )
    return "\n".join([*head, said, "", *table(results), "", *used(results), ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=present(), metavar="NAME", help=f"of {', '.join(present())}")
    parser.add_argument("--runs", type=int, help="runs of each case; else as many as each figure thinks right")
    parser.add_argument("--into", type=Path, default=ROOT / "bench" / "RESULTS.md", help="the file to write")
    given = parser.parse_args()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[told]}", markup=False),
    )
    console = Console(stderr=True)
    results: list[Result] = []
    kafka = kafka_version()
    with servers(), Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        about = [*machine(kafka), f"- {given.runs or 5} runs of each case, in turns"]
        for name in given.only or present():
            results.append(run(name, given.runs, shown))
            # After each one: hours of work outlive what breaks the next.
            given.into.write_text(text(results, about), encoding="utf-8")
    print(f"{given.into} is written")
    sys.exit(any(result.failure for result in results))


if __name__ == "__main__":
    main()
