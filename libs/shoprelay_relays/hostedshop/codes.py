"""Codes of the platform, and lists as XML and JSON have them."""

from collections.abc import Mapping
from typing import Any

import orjson

from shoprelay_relays.fields import Raw

# LanguageISO is a country's code.
LANGUAGES = {
    "DK": "da",
    "UK": "en",
    "GB": "en",
    "US": "en",
    "SE": "sv",
    "NO": "no",
    "DE": "de",
    "AT": "de",
    "FI": "fi",
    "NL": "nl",
    "BE": "nl",
    "FR": "fr",
    "ES": "es",
    "IT": "it",
    "PL": "pl",
    "PT": "pt",
    "IS": "is",
    "FO": "fo",
    "GL": "kl",
}

NOT_RECEIVED, DRAFT, CREDIT_NOTE = "0", "99", "100"
"""Statuses that every shop has; 1 is "order received". All others are the shop's own."""


def language(raw: Raw, unknown: list[str]) -> str | None:
    code = raw.text("LanguageISO")
    if code is not None and code.upper() not in LANGUAGES:
        unknown.append(f"language={code}")
    return LANGUAGES.get((code or "").upper(), code)


def listed(raw: Raw, key: str) -> list[Raw]:
    """A list of records; XML has them as the element `item`, once or several times."""
    if not raw.is_object(key):
        return raw.items(key)
    inner = raw.child(key)
    return [inner.child("item")] if inner.is_object("item") else inner.items("item")


def learnt(config: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A table that `settings` keeps in the webshop's config as JSON: countries, groups."""
    told = config.get(name)
    return orjson.loads(told) if isinstance(told, str) and told else {}
