"""The storm takes minutes: it is collected only when CHAOS_SECONDS says how many."""

import os

import pytest

collect_ignore = [] if os.environ.get("CHAOS_SECONDS") else ["test_storm.py"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "chaos: takes minutes and kills processes")
