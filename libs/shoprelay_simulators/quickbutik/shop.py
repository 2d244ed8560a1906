"""One Quickbutik shop: its orders and products, its clock, its key."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from shoprelay_simulators.clock import Clock, utc_now
from shoprelay_simulators.faults import Faults
from shoprelay_simulators.ledger import Ledger
from shoprelay_simulators.messages import Json, Request, Response
from shoprelay_simulators.quickbutik import api, living
from shoprelay_simulators.quickbutik.rows import PAID, Line, Order, Product, Variant, order_json, product_json
from shoprelay_simulators.world.chance import chance
from shoprelay_simulators.world.goods import catalogue
from shoprelay_simulators.world.people import nordic_person

HISTORY = timedelta(days=60)
_METHODS = ("klarna", "swish", "invoice")


class QuickbutikShop:
    """Deterministic: the same seed, size, clock and calls give the same bytes.

    Webhooks of Quickbutik are GET requests that merchants set up by hand; this shop has none set up.
    """

    platform = "quickbutik"

    def __init__(
        self, seed: int = 1, *, orders: int = 40, products: int = 12, customers: int = 10, clock: Clock = utc_now
    ) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a reproducible world, no secret
        self.clock, self.site_url, self.paused = clock, "http://127.0.0.1", False
        self.faults, self.ledger = Faults(), Ledger()
        self.api_key = f"sk_test_{self.rng.getrandbits(128):032x}"
        self.categories = ("Hem", "Kläder", "Presenter & papper")
        self.people = [nordic_person(self.rng, number) for number in range(max(1, customers))]
        self.products: dict[int, Product] = {}
        self.orders: dict[int, Order] = {}
        self._last = {"order": 1000, "product": 10, "variant": 20, "refund": 0}
        opened = clock() - HISTORY
        for goods in catalogue(self.rng, max(1, products)):
            row = Product(self.next_id("product"), goods, self.rng.choice(self.categories), opened, self.rng.randint(0, 30))
            options = [("Storlek", size) for size in goods.sizes]
            row.variants = [
                Variant(self.next_id("variant"), f"{goods.sku}-{option[1]}", option, self.rng.randint(0, 9)) for option in options
            ]
            self.products[row.id] = row
        for number in range(orders):
            self.place(opened + HISTORY * (number + 1) / (orders + 1))

    def next_id(self, kind: str) -> int:
        self._last[kind] += 1
        return self._last[kind]

    def place(self, at: datetime | None = None) -> Order:
        """A new order, some of them paid at once."""
        now = at or self.clock()
        row = Order(
            self.next_id("order"),
            self.rng.choice(self.people),
            [self._line() for _ in range(self.rng.randint(1, 3))],
            created=now,
            status_at=now,
            method=self.rng.choice(_METHODS),
            on_top=chance(self.rng, 10),
            discount=Decimal(10) if chance(self.rng, 20) else Decimal(0),
        )
        if row.method != "invoice":
            row.status, row.paid = PAID, now
        self.orders[row.id] = row
        self.changed("orders", row.id)
        return row

    def _line(self) -> Line:
        product = self.rng.choice(list(self.products.values()))
        return Line(product, self.rng.choice(product.variants) if product.variants else None, self.rng.randint(1, 3))

    def set_status(self, row: Order, status: str) -> None:
        """A change of the status dates the order, for the filter alone."""
        row.status, row.status_at = status, self.clock()
        if status == PAID:
            row.paid = self.clock()
        self.changed("orders", row.id)

    def edit(self, row: Order, notes: str) -> None:
        """An edit dates nothing."""
        row.notes = notes
        self.changed("orders", row.id)

    def refund(self, row: Order, amount: Decimal) -> None:
        """Neither does a refund."""
        row.refunds.append((self.next_id("refund"), amount, self.clock()))
        self.changed("orders", row.id)

    def sell(self, row: Product, pieces: int) -> None:
        """Stock moves no product's date."""
        (row.variants[0] if row.variants else row).qty -= pieces
        self.changed("products", row.id)

    def modify(self, row: Product) -> None:
        row.modified, row.visible = self.clock(), not row.visible
        self.changed("products", row.id)

    def delete(self, resource: str, row_id: int) -> None:
        del (self.orders if resource == "orders" else self.products)[row_id]
        self.changed(resource, row_id)

    def changed(self, resource: str, row_id: int) -> None:
        """Notes a row as it is now."""
        order, product = self.orders.get(row_id), self.products.get(row_id)
        if resource == "orders":
            shown = order_json(order) if order else None
        else:
            shown = product_json(product, details=True) if product else None
        self.ledger.note(self.clock(), resource, str(row_id), shown)

    def opened(self, site_url: str) -> None:
        self.site_url = site_url

    def step(self) -> str:
        """One random change; says which."""
        return living.step(self)

    async def deliver_due(self) -> int:
        return 0

    def credentials(self) -> dict[str, str]:
        return {"api_key": self.api_key}

    def final_state(self) -> dict[str, dict[str, Json]]:
        return api.shown(self)

    def answer(self, request: Request) -> Response:
        return api.answer(self, request)
