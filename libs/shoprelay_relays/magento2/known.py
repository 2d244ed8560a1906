"""What `settings` learnt of a shop, as the mapping reads it from the config."""

import json
from collections.abc import Mapping
from typing import Any


def table(config: Mapping[str, Any], name: str) -> dict[str, str]:
    """A table of words by id; empty where it was not learnt."""
    found = json.loads(config.get(name) or "{}")
    return {str(key): str(value) for key, value in found.items() if value is not None}


def sources(config: Mapping[str, Any]) -> list[str]:
    """The codes of the sources that the website sells from."""
    return [str(code) for code in json.loads(config.get("sources") or "[]")]
