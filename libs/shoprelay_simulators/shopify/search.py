"""The search syntax of lists: field:value terms, comparators, AND, OR, NOT and brackets. https://shopify.dev/docs/api/usage/search-syntax

A field that a list does not know is left out with a warning, and everything else is answered.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shoprelay_simulators.shopify.paging import number

Row = dict[str, Any]
Test = Callable[[Row], bool]
_TOKENS = re.compile(r"""\(|\)|-?[\w.]+:(?:<=|>=|<|>)?(?:'[^']*'|"[^"]*"|[^\s()]+)|[^\s()]+""")
_TERM = re.compile(r"(-?)([\w.]+):(<=|>=|<|>)?(.*)", re.DOTALL)

_TIMES = {
    "orders": {"created_at": "createdAt", "updated_at": "updatedAt", "processed_at": "processedAt"},
    "products": {"created_at": "createdAt", "updated_at": "updatedAt", "published_at": "publishedAt"},
    "customers": {"customer_date": "createdAt", "updated_at": "updatedAt"},
    "collections": {"updated_at": "updatedAt"},
    "productVariants": {"updated_at": "updatedAt"},
}
_WORDS = {
    "orders": {
        "name": "name",
        "email": "email",
        "tag": "tags",
        "financial_status": "displayFinancialStatus",
        "fulfillment_status": "displayFulfillmentStatus",
        "test": "test",
        "po_number": "poNumber",
    },
    "products": {"title": "title", "handle": "handle", "vendor": "vendor", "status": "status", "tag": "tags"},
    "customers": {"email": "email", "tag": "tags", "state": "state", "first_name": "firstName", "last_name": "lastName"},
    "collections": {"title": "title", "handle": "handle"},
    "productVariants": {"sku": "sku", "barcode": "barcode", "title": "title"},
}


@dataclass
class Search:
    """A parsed query: whether a row is in the list, and the warnings."""

    kind: str
    warnings: list[dict[str, str]] = field(default_factory=list)

    def parsed(self, query: str) -> Test:
        tokens = _TOKENS.findall(query)
        return self._any(tokens)[0]

    def _any(self, tokens: list[str]) -> tuple[Test, list[str]]:
        tests = []
        while True:
            test, tokens = self._all(tokens)
            tests.append(test)
            if not tokens or tokens[0] != "OR":
                return (lambda row: any(test(row) for test in tests)), tokens
            tokens = tokens[1:]

    def _all(self, tokens: list[str]) -> tuple[Test, list[str]]:
        tests: list[Test] = []
        while tokens and tokens[0] not in {"OR", ")"}:
            word, tokens = tokens[0], tokens[1:]
            if word == "(":
                test, tokens = self._any(tokens)
                tests.append(test)
                tokens = tokens[1:]
            elif word == "NOT" and tokens:
                negated = self._term(tokens[0])
                tests.append(lambda row, negated=negated: not negated(row))  # type: ignore[misc]
                tokens = tokens[1:]
            elif word != "AND":
                tests.append(self._term(word))
        return (lambda row: all(test(row) for test in tests)), tokens

    def _term(self, token: str) -> Test:
        found = _TERM.fullmatch(token)
        if not found:
            word = token.strip("'\"").lower()
            return lambda row: word in str([row.get("name"), row.get("title"), row.get("email"), row.get("displayName")]).lower()
        minus, name, sign, value = found.groups()
        test = self._field(name, sign or "=", value.strip("'\""))
        return (lambda row: not test(row)) if minus else test

    def _field(self, name: str, sign: str, value: str) -> Test:
        if name == "id" and value.isdigit():
            return lambda row: _compare(number(row), int(value), sign)
        if (self.kind, name) == ("orders", "sku"):
            return lambda row: any(_same(line["sku"], value) for line in row["lineItems"])
        if name in _TIMES[self.kind]:
            moment, attribute = _moment(value), _TIMES[self.kind][name]
            return lambda row: row.get(attribute) is not None and _compare(_moment(row[attribute]), moment, sign)
        if name == "status" and self.kind == "orders":
            return lambda row: value in {"any", *_states(row)}
        if name in _WORDS[self.kind]:
            attribute = _WORDS[self.kind][name]
            return lambda row: _same(row.get(attribute), value)
        self.warnings.append({"field": name, "message": "Invalid search field for this query.", "code": "invalid_field"})
        return lambda _row: True


def _states(row: Row) -> set[str]:
    state = "cancelled" if row.get("cancelledAt") else "closed" if row.get("closedAt") else "open"
    return {state} if state == "closed" else {state, "not_closed"}


def _same(held: Any, value: str) -> bool:
    if isinstance(held, list):
        return any(str(item).lower() == value.lower() for item in held)
    return str(held).lower() == value.lower()


def _compare(one: Any, other: Any, sign: str) -> bool:
    return bool({"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other, "=": one == other}[sign])


def _moment(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
