"""The query of a list: read, checked as WordPress does, and written back into the Link header."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

from shoprelay_simulators.woocommerce.dates import parse_filter
from shoprelay_simulators.woocommerce.errors import invalid_params

Value = str | list[str]
Problem = tuple[str, str] | None
Check = Callable[[str, "Args"], Problem]

DATES = ("after", "before", "modified_after", "modified_before")
LISTS = {"include", "exclude", "status", "parent", "parent_exclude", "include_types"}


@dataclass
class Args:
    """Parameters by name, in the order asked. A list may come as `a,b`, `x[]=a` or `x[0]=a`."""

    zone: ZoneInfo
    values: dict[str, Value] = field(default_factory=dict)

    @classmethod
    def read(cls, query: Sequence[tuple[str, str]], zone: ZoneInfo) -> "Args":
        args = cls(zone)
        for name, text in query:
            base, bracket, _ = name.partition("[")
            if bracket:
                held = args.values.setdefault(base, [])
                args.values[base] = [*([held] if isinstance(held, str) else held), text]
            else:
                args.values[base] = text.split(",") if base in LISTS else text
        return args

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        return value if isinstance(value, str) else ",".join(value)

    def words(self, name: str) -> list[str]:
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def ids(self, name: str) -> list[int]:
        return [int(word) for word in self.words(name) if word.isdigit()]

    def integer(self, name: str, default: int) -> int:
        return int(self.text(name, str(default)))

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in {"true", "1"}

    def moment(self, name: str) -> datetime | None:
        text = self.text(name)
        return parse_filter(text, self.zone, are_gmt=self.flag("dates_are_gmt")) if text else None

    def check(self, orderings: Sequence[str], checks: dict[str, Check] | None = None) -> None:
        """Raises one 400 that names every refused parameter, in the order asked."""
        known = {**COMMON, "orderby": one_of(orderings), **(checks or {})}
        found = {name: known[name](name, self) for name in self.values if name in known}
        problems = {name: problem for name, problem in found.items() if problem}
        if problems:
            raise invalid_params(problems)

    def query(self, page: int, defaults: dict[str, Value]) -> str:
        """The query of a neighbouring page: as asked, resolved defaults and the page added."""
        values: dict[str, Value] = {**self.values, **{k: v for k, v in defaults.items() if k not in self.values}}
        values["page"] = str(page)
        return "&".join(part for name, value in values.items() for part in _pairs(name, value))


def _pairs(name: str, value: Value) -> list[str]:
    if isinstance(value, list):
        return [f"{name}%5B{index}%5D={quote_plus(item)}" for index, item in enumerate(value)]
    if name == "dates_are_gmt":
        value = "1" if value.lower() in {"1", "true"} else "0"
    return [f"{name}={quote_plus(value)}"]


def one_of(allowed: Sequence[str]) -> Check:
    def check(name: str, args: Args) -> Problem:
        given = args.values[name]
        items = [given] if isinstance(given, str) else given
        listed = ", ".join(allowed[:-1]) + f", and {allowed[-1]}"
        for index, item in enumerate(items):
            if item not in allowed:
                label = name if isinstance(given, str) else f"{name}[{index}]"
                return "rest_not_in_enum", f"{label} is not one of {listed}."
        return None

    return check


def between(low: int, high: int | None) -> Check:
    def check(name: str, args: Args) -> Problem:
        text = args.text(name)
        if not text.lstrip("-").isdigit():
            return "rest_invalid_type", f"{name} is not of type integer."
        if high is None:
            text_if_low = f"{name} must be greater than or equal to {low}"
            return None if int(text) >= low else ("rest_out_of_bounds", text_if_low)
        if low <= int(text) <= high:
            return None
        return "rest_out_of_bounds", f"{name} must be between {low} (inclusive) and {high} (inclusive)"

    return check


def a_date(name: str, args: Args) -> Problem:
    return None if args.moment(name) else ("rest_invalid_date", "Invalid date.")


COMMON: dict[str, Check] = {
    "dp": between(0, 8),
    "customer": between(0, None),
    "product": between(0, None),
    "page": between(1, None),
    "per_page": between(1, 100),
    "offset": between(0, None),
    "order": one_of(("asc", "desc")),
}
DATE_CHECKS: dict[str, Check] = dict.fromkeys(DATES, a_date)
