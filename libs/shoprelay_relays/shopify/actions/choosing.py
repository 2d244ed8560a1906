"""The lines that a call chooses, by id or by sku."""

from collections.abc import Iterable, Iterator

from shoprelay_relays.actions.bodies.orders import ChosenLine
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.actions.asking import number, whole


def line_of(chosen: ChosenLine, lines: Iterable[Raw]) -> Raw:
    """The order's line (id, sku) that is meant. CannotDo for none, and for a sku that several lines have."""
    known = chosen.id_.known_as("remote_id") if chosen.id_ else None
    found = {number(line): line for line in lines if (number(line) == known if known else line.text("sku") == chosen.variant_sku)}
    if len(found) != 1:
        what = f"line {known}" if known else f"line with sku {chosen.variant_sku}"
        raise CannotDo("order_lines", f"the order has {'more than one' if found else 'no'} {what}: name it by its _id")
    return next(iter(found.values()))


def pieces(chosen: list[ChosenLine], lines: list[Raw], left: dict[str, int], nothing: str) -> Iterator[tuple[Raw, int]]:
    """(line, how many) of what is chosen, else of every line. `left`: how many of each, by the line's number, can be meant."""
    if not chosen:
        all_ = [(line, left.get(number(line), 0)) for line in lines if left.get(number(line), 0)]
        if not all_:
            raise CannotDo("order_lines", nothing)
        yield from all_
    for each in chosen:
        line = line_of(each, lines)
        most = left.get(number(line), 0)
        wanted = whole(each.quantity, "order_lines.quantity") or most
        if not 0 < wanted <= most:
            raise CannotDo("order_lines.quantity", f"{wanted or 'none'} of line {number(line)}, of which {most} are left")
        left[number(line)] = most - wanted
        yield line, wanted
