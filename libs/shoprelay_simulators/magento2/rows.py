"""A row as the API shows it."""

from typing import Any

Row = dict[str, Any]

SHOWN = 4
"""visibility: catalog and search."""
