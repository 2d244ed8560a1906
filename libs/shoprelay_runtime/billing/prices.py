"""What things cost, from which day on. Amounts are EUR, exact decimals."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

UNIT: Final = Decimal("0.000001")
"""The smallest amount on a bill, a millionth of a euro: every price per piece is a whole number of them."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """The prices from the day `since` on. `month`: for each company that exchanged data, charged day by day."""

    since: date
    month: Decimal
    outgoing_request: Decimal
    incoming_request: Decimal
    incoming_product_request: Decimal
    piece: Decimal


PRICES: Final = (
    PriceList(
        since=date(2022, 3, 8),
        month=Decimal("2.99"),
        outgoing_request=Decimal("0.0001"),
        incoming_request=Decimal("0.00002"),
        incoming_product_request=Decimal("0.000004"),
        piece=Decimal("0.000002"),
    ),
)
"""Every price list there was, oldest first. An entry is never changed: new prices are a new entry with a day to come."""


def price_list(day: date, table: Sequence[PriceList] = PRICES) -> PriceList:
    """The entry that is in force on a day; ValueError for a day before the first one."""
    for entry in reversed(table):
        if entry.since <= day:
            return entry
    raise ValueError(f"there are no prices for {day}: the first ones apply from {table[0].since} on")


def daily_fee(day: date, month: Decimal) -> Decimal:
    """A day's share of a monthly fee, in whole units, so that the days of the month sum to the monthly fee exactly.

    The fee is divided evenly and rounded down; the units that this leaves over go to the first days of the month, one each:
    of 2.99 in a month of 31 days, the days 1 to 19 cost 0.096452 and the others 0.096451.
    """
    days = monthrange(day.year, day.month)[1]
    share, left_over = divmod(int(month / UNIT), days)
    return (share + (day.day <= left_over)) * UNIT
