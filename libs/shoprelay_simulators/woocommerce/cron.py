"""When the shop gets to its queue: WordPress has no clock of its own, its visitors wake it."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

PAUSE = timedelta(minutes=1)
STANDSTILL = timedelta(minutes=5)


class Cron:
    """`by_visits`: whether the queue waits for the next request, and runs once a minute at most; else it runs when asked to."""

    def __init__(self, shop: "WooShop") -> None:
        self.shop, self.by_visits, self.visited = shop, False, False
        self.ran = self.stands_until = datetime.min.replace(tzinfo=UTC)

    def runs(self) -> bool:
        """Whether the queue runs now."""
        now = self.shop.clock()
        if now < self.stands_until:
            return False
        if self.by_visits and (not self.visited or now < self.ran + PAUSE):
            return False
        self.ran, self.visited = now, False
        return True

    def kill(self) -> None:
        """The process of a delivery ends in the middle of it: that one is lost, and no other is made for five minutes."""
        self.stands_until = self.shop.clock() + STANDSTILL
        pending = self.shop.hooks.pending
        if pending:
            pending.pop(next(iter(pending)))
