"""One PrestaShop: its tables, its clock, its key; answers requests and lives."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from shoprelay_simulators.clock import Clock, utc_now
from shoprelay_simulators.faults import Faults
from shoprelay_simulators.ledger import Ledger
from shoprelay_simulators.messages import Json, Request, Response
from shoprelay_simulators.prestashop import living
from shoprelay_simulators.prestashop import seed as seeding
from shoprelay_simulators.prestashop.api import answer
from shoprelay_simulators.prestashop.kinds import KINDS
from shoprelay_simulators.prestashop.query import Row
from shoprelay_simulators.prestashop.showing import shown

LEDGER = ("orders", "products", "customers", "categories")
# Changes of these belong to a record of the ledger, by this field of theirs.
_PARTS = {
    "order_details": ("orders", "id_order"),
    "order_carriers": ("orders", "id_order"),
    "order_slip": ("orders", "id_order"),
    "order_invoices": ("orders", "id_order"),
    "order_histories": ("orders", "id_order"),
    "messages": ("orders", "id_order"),
    "combinations": ("products", "id_product"),
    "stock_availables": ("products", "id_product"),
    "specific_prices": ("products", "id_product"),
    "addresses": ("customers", "id_customer"),
}


_VOUCHERS = (1, 7, 8)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


class PrestaShop:
    """Deterministic: the same seed, sizes, clock and calls give the same shop.

    `json` False: a shop that answers XML whatever it is asked for. `behind`: how far its clock is behind ours.
    `drops_authorization`: PHP never sees the header, as on some CGI hosts. `refused`: resources that the key may not read;
    `forbidden`: what it may not do ("PUT orders").
    `enabled`: the webservice; `maintenance`: of the pages, which leaves it alone.
    `broken`: ids of orders that a module gives a field with a name that is no XML.
    """

    platform = "prestashop"

    def __init__(
        self,
        seed: int = 1,
        *,
        orders: int = 40,
        products: int = 20,
        customers: int = 12,
        clock: Clock = utc_now,
        site_url: str = "http://127.0.0.1",
        timezone: str = "Europe/Copenhagen",
        json: bool = True,
        behind: timedelta = timedelta(0),
        drops_authorization: bool = False,
        version: str = "8.2.1",
    ) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a reproducible world, no secret
        self.order_of_rows = random.Random(seed)  # noqa: S311 - rows without an order come in any
        self.clock, self.site_url, self.zone = clock, site_url, ZoneInfo(timezone)
        self.json, self.behind, self.drops_authorization = json, behind, drops_authorization
        self.faults, self.ledger, self.paused = Faults(), Ledger(), False
        self.key = "".join(self.rng.choices("ABCDEFGHIJKLMNPQRSTUVWXYZ123456789", k=32))
        self.version = version
        self.host: str | None = None
        self.enabled, self.maintenance = True, False
        self.refused: set[str] = set()
        self.forbidden: set[str] = set()
        self.broken: set[int] = set()
        self.tables: dict[str, dict[int, Row]] = {name: {} for name in KINDS}
        self._last: dict[str, int] = {}
        self._open = False
        self.past: datetime | None = None
        seeding.fill(self, orders=orders, products=products, customers=customers)
        self.past = None

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])

    @property
    def absent(self) -> set[str]:
        """Resources that this version does not have yet."""
        return set() if _numbers(self.version) >= _VOUCHERS else {"order_cart_rules"}

    def now(self) -> datetime:
        """The shop's clock: UTC, whole seconds. While it is made, its past."""
        return self.past or (self.clock().astimezone(UTC) - self.behind).replace(microsecond=0)

    def local(self, at: datetime | None = None) -> str:
        """A time as it is stored: the shop's own, without an offset."""
        return (at or self.now()).astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")

    def add(self, resource: str, row: Row) -> int:
        """A new row with the next id and its dates; ids are never used twice."""
        number = self._last.get(resource, 0) + 1
        self.put(resource, number, row)
        return number

    def put(self, resource: str, number: int, row: Row) -> None:
        """The same under an id of one's choice."""
        self._last[resource] = max(number, self._last.get(resource, 0))
        dates = KINDS[resource].dates
        made = {"date_add": self.local(), "date_upd": self.local()}
        self.tables[resource][number] = {"id": number, **{name: made[name] for name in dates if name not in row}, **row}
        self.note(resource, number)

    def change(self, resource: str, number: int, values: Row, *, moves: bool = True) -> None:
        """`moves`: whether the change moves the row's own date; what moves another row's is said by who changes it."""
        row = self.tables[resource][number]
        row.update(values)
        if moves:
            self.touch(resource, number)
        else:
            self.note(resource, number)

    def touch(self, resource: str, number: int) -> None:
        if "date_upd" in KINDS[resource].dates:
            self.tables[resource][number]["date_upd"] = self.local()
        self.note(resource, number)

    def remove(self, resource: str, number: int) -> None:
        row = self.tables[resource].pop(number)
        self.note(resource, number)
        if resource in _PARTS:
            of, field = _PARTS[resource]
            self.note(of, int(str(row.get(field) or 0)))

    def where(self, resource: str, **fields: object) -> Iterator[Row]:
        """Rows whose fields have these values, by id."""
        wanted = {name: str(value) for name, value in fields.items()}
        for row in list(self.tables[resource].values()):
            if all(str(row.get(name)) == value for name, value in wanted.items()):
                yield row

    def note(self, resource: str, number: int) -> None:
        """Notes in the ledger what a change makes of the record that it belongs to."""
        if not self._open:
            return
        row = self.tables[resource].get(number)
        if resource in _PARTS and row is not None:
            resource, field = _PARTS[resource]
            number = int(str(row.get(field)) or 0)
        if resource in LEDGER:
            here = number in self.tables[resource]
            self.ledger.note(self.now(), resource, str(number), shown(self, resource, number) if here else None)

    def credentials(self) -> dict[str, str]:
        return {"key": self.key}

    def answer(self, request: Request) -> Response:
        return answer(self, request)

    def step(self) -> str:
        """One random change; says which."""
        return living.step(self)

    async def deliver_due(self) -> int:
        """PrestaShop sends nothing."""
        return 0

    def opened(self, site_url: str) -> None:
        self.site_url, self._open = site_url, True
        for resource in LEDGER:
            for number in self.tables[resource]:
                self.note(resource, number)

    def final_state(self) -> dict[str, dict[str, Json]]:
        return {name: {str(number): shown(self, name, number) for number in self.tables[name]} for name in LEDGER}
