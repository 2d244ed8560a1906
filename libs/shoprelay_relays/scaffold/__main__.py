"""`python -m shoprelay_relays.scaffold NAME`: writes a relay's first file and its place in the contract suite."""

import re
import sys
from pathlib import Path
from string import Template
from typing import Final

_HERE: Final = Path(__file__).parent
_ROOT: Final = _HERE.parents[2]
_REGISTRY: Final = _HERE.parent / "registry.py"


def scaffold(name: str, root: Path = _ROOT) -> list[Path]:
    """Write the files of a new relay under `root` and return them. ValueError when the name cannot be one or is taken."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", name):
        raise ValueError(f"name: expected small letters, digits and _, such as acme_shop; got {name!r}")
    relays, suite = root / "libs" / "shoprelay_relays", root / "tests" / "contract" / "relays" / name
    files = {
        relays / f"{name}.py": "relay.txt",
        suite / "facts.py": "facts.txt",
        suite / "payloads" / "README.txt": "README.txt",
    }
    if taken := [path for path in (*files, relays / name) if path.exists()]:
        raise ValueError(f"{taken[0].relative_to(root)} exists already")
    words = {"name": name, "label": name.replace("_", " ").title()}
    for path, template in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template((_HERE / template).read_text()).substitute(words))
    return list(files)


def main(arguments: list[str]) -> int:
    """The command: 0 when the files were written."""
    if len(arguments) != 1 or not arguments[0]:
        sys.stderr.write("usage: make relay name=acme_shop\n")
        return 2
    name = arguments[0]
    try:
        written = scaffold(name)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for path in written:
        sys.stdout.write(f"wrote {path.relative_to(_ROOT)}\n")
    sys.stdout.write(
        f"\nNext: enter it in {_REGISTRY.relative_to(_ROOT)} (import {name}, add {name}.RELAY), then run\n"
        f"  .venv/bin/pytest tests/contract/relays -k {name}\n"
        "and do what the failing tests say. ADDING_A_RELAY.md explains each step.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
