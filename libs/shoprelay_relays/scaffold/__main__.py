"""`python -m shoprelay_relays.scaffold NAME`: writes a relay of no real platform, and the simulated shop that it reads."""

import re
import sys
from pathlib import Path
from string import Template
from typing import Final

_HERE: Final = Path(__file__).parent
_ROOT: Final = _HERE.parents[2]


def scaffold(name: str, root: Path = _ROOT) -> list[Path]:
    """Write the files of a new relay under `root` and return them. ValueError when the name cannot be one or is taken."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", name):
        raise ValueError(f"name: expected small letters, digits and _, such as acme_shop; got {name!r}")
    relay, simulator = root / "libs" / "shoprelay_relays" / name, root / "libs" / "shoprelay_simulators" / name
    suite = root / "tests" / "contract" / "relays" / name
    files = {
        relay.with_suffix(".py"): "relay.txt",
        simulator.with_suffix(".py"): "simulator.txt",
        suite / "facts.py": "facts.txt",
        suite / "simulated.py": "simulated.txt",
        suite / "test_golden.py": "test_golden.txt",
        suite / "test_simulated.py": "test_simulated.txt",
        suite / "payloads" / "order.json": "order.txt",
    }
    if taken := [path for path in (*files, relay, simulator) if path.exists()]:
        raise ValueError(f"{taken[0].relative_to(root)} exists already")
    for path, template in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template((_HERE / template).read_text()).substitute(_words(name)))
    return list(files)


def _words(name: str) -> dict[str, str]:
    """acme_shop is "Acme Shop", and its simulated shop an AcmeShop; that of acme as well."""
    label = name.replace("_", " ").title()
    return {"name": name, "label": label, "shop": label.removesuffix(" Shop").replace(" ", "") + "Shop"}


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
    shop = _words(name)["shop"]
    sys.stdout.write(
        "\nNext, enter the relay\n"
        f"  in libs/shoprelay_relays/registry.py:     import {name}, and    {name}.RELAY,\n"
        f"  in libs/shoprelay_simulators/making.py:   from shoprelay_simulators.{name} import {shop}, and\n"
        f'    "{name}": lambda w: {shop}(w.seed, orders=w.orders, clock=w.clock),\n'
        f"then run\n  .venv/bin/pytest tests/contract/relays -k {name}\n"
        "and do what the failing tests say. ADDING_A_RELAY.md explains each step.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
