"""Pin requirements/*.in to *.txt with hashes and without addresses; each purpose within the versions of the ones before it."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PURPOSES = ("build", "main", "local", "tests", "lint")
OPTIONS = "--universal --python-version=3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --quiet"


def lock(purpose: str, before: tuple[str, ...]) -> None:
    """Write requirements/<purpose>.txt."""
    constraints = [f"--constraint={HERE / name}.txt" for name in before]
    target = HERE / f"{purpose}.txt"
    command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS.split(), *constraints, f"{HERE / purpose}.in", "-o", str(target)]
    subprocess.run(command, check=True, cwd=HERE.parent)


for number, name in enumerate(PURPOSES):
    lock(name, PURPOSES[:number])
