"""The benches are not run by the tests; that what they use is still where they look for it is seen here."""

from importlib import import_module
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.mark.parametrize("name", sorted(path.stem for path in BENCH.glob("*.py")))
def test_a_bench_finds_what_it_uses(name: str) -> None:
    import_module(f"bench.{name}")
