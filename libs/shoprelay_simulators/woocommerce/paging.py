"""Lists: date windows, order (with its missing tie-breaker), pages, totals, Link."""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.args import Args, Value


class Dated(Protocol):
    id: int
    created: datetime


class Modified(Dated, Protocol):
    @property
    def modified(self) -> datetime: ...


class HasId(Protocol):
    @property
    def id(self) -> int: ...


D = TypeVar("D", bound=Dated)
M = TypeVar("M", bound=Modified)
T = TypeVar("T", bound=HasId)
Sort = Callable[[T], object]


@dataclass(frozen=True)
class Page:
    """One page of rendered rows. `defaults` go into Link; `forgets_total`: past the end the totals read 0."""

    items: list[Json]
    total: int
    defaults: dict[str, Value]
    late_defaults: dict[str, Value]
    forgets_total: bool = False


def window(rows: Iterable[M], args: Args) -> list[M]:
    """after, before, modified_after, modified_before: all exclusive, in whole seconds."""
    after, before = args.moment("modified_after"), args.moment("modified_before")
    return [
        row
        for row in created_window(rows, args)
        if (after is None or row.modified > after) and (before is None or row.modified < before)
    ]


def created_window(rows: Iterable[D], args: Args) -> list[D]:
    after, before = args.moment("after"), args.moment("before")
    return [row for row in rows if (after is None or row.created > after) and (before is None or row.created < before)]


def chosen(rows: Iterable[T], args: Args) -> list[T]:
    """The rows that `include` and `exclude` leave."""
    include, exclude = args.ids("include"), set(args.ids("exclude"))
    wanted = set(include) if args.words("include") else None
    return [row for row in rows if row.id not in exclude and (wanted is None or row.id in wanted)]


def ordered(rows: Iterable[T], args: Args, sorts: dict[str, Sort[T]], default: str, order: str = "desc") -> list[T]:
    """Rows in the asked order. Rows that tie come in an order that differs from page to page.

    The shop sorts by the one column and cuts a page out with LIMIT; the database settles ties as it
    likes, so walking by a date repeats some rows and never shows others. `id` and `include` do not tie.
    """
    by = args.text("orderby", default)
    if by == "include":
        positions = {row_id: index for index, row_id in enumerate(args.ids("include"))}
        return sorted(rows, key=lambda row: positions.get(row.id, len(positions)))
    start = _start(args)
    whim = sorted(rows, key=lambda row: zlib.crc32(f"{row.id}:{start}".encode()))
    key = sorts[by]
    return sorted(whim, key=key, reverse=args.text("order", order) == "desc")  # type: ignore[arg-type]


def cut(rows: Sequence[T], args: Args) -> Sequence[T]:
    start = _start(args)
    return rows[start : start + args.integer("per_page", 10)]


def _start(args: Args) -> int:
    if "offset" in args.values:
        return args.integer("offset", 0)
    return (args.integer("page", 1) - 1) * args.integer("per_page", 10)


def headers(page: Page, args: Args, url: str) -> list[tuple[str, str]]:
    """X-WP-Total, X-WP-TotalPages and, when there is a neighbour, Link with prev and next only."""
    total = 0 if page.forgets_total and not page.items else page.total
    per_page, number = args.integer("per_page", 10), args.integer("page", 1)
    pages = -(-total // per_page)
    defaults = {**page.defaults, **(page.late_defaults if page.items else {})}
    links = []
    if number > 1:
        links.append(f'<{url}?{args.query(min(number - 1, pages), defaults)}>; rel="prev"')
    if pages > number:
        links.append(f'<{url}?{args.query(number + 1, defaults)}>; rel="next"')
    totals = [("X-WP-Total", str(total)), ("X-WP-TotalPages", str(pages))]
    return [*totals, ("Link", ", ".join(links))] if links else totals


def only_fields(item: Json, args: Args) -> Json:
    """`_fields=id,billing.email`: the named fields, in the resource's own order."""
    names = args.words("_fields")
    if not names:
        return item
    trimmed: Json = {}
    for key, value in item.items():
        inner = [name.partition(".")[2] for name in names if name.partition(".")[0] == key]
        if "" in inner or (inner and not isinstance(value, dict)):
            trimmed[key] = value
        elif inner and isinstance(value, dict):
            trimmed[key] = {name: part for name, part in value.items() if name in inner}
    return trimmed
