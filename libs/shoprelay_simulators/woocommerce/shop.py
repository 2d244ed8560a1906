"""One WooCommerce shop: its rows, its clock, its keys; answers requests, lives, sends webhooks."""

import random
from collections.abc import Callable, Container
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from shoprelay_simulators.clock import Clock, utc_now
from shoprelay_simulators.faults import Faults
from shoprelay_simulators.ledger import Ledger
from shoprelay_simulators.messages import Json, Request, Response
from shoprelay_simulators.woocommerce import living
from shoprelay_simulators.woocommerce import seed as seeding
from shoprelay_simulators.woocommerce.api import answer
from shoprelay_simulators.woocommerce.auth import Gate
from shoprelay_simulators.woocommerce.coupons_api import coupon_json
from shoprelay_simulators.woocommerce.cron import Cron
from shoprelay_simulators.woocommerce.errors import WpError, invalid_id
from shoprelay_simulators.woocommerce.hooks import Hooks
from shoprelay_simulators.woocommerce.order_json import order_json, refund_json
from shoprelay_simulators.woocommerce.people_json import brand_json, category_json, customer_json, tag_json
from shoprelay_simulators.woocommerce.product_json import product_json, variation_json
from shoprelay_simulators.woocommerce.rows import ApiKey, Coupon, Customer, Order, Product, Refund, Term, Webhook
from shoprelay_simulators.woocommerce.sales import DailyJob

VERSION = "10.0.2"
WORDPRESS = "6.8.8"
KINDS = {
    "orders": "shop_order",
    "products": "product",
    "variations": "product_variation",
    "refunds": "shop_order_refund",
    "coupons": "shop_coupon",
}


class WooShop:
    """Deterministic: the same seed, sizes, clock and calls give the same bytes.

    `tls_terminated`: behaves as behind https though it serves plain http; False makes it insist on OAuth 1.0a.
    `permalinks` False: plain ones, with which the API is at /?rest_route=/ alone.
    `order_tables` False: the older storage, in which edits of lines and order meta do not move date_modified.
    `lists_variations`: knows GET /variations, as WooCommerce does since 10.3.
    `tracks_shipments`: the plug-in Shipment Tracking is active.
    `webhook_delay`: seconds between a change and its delivery being due.
    `declines_refunds`: whether its gateway pays nothing back at present.
    `refuse_private_webhook_urls`: as the real shop, which sends to public addresses and its own alone.
    """

    platform = "woocommerce"
    version = VERSION
    wordpress = WORDPRESS
    agent = f"WooCommerce/{VERSION} Hookshot (WordPress/{WORDPRESS})"

    def __init__(
        self,
        seed: int = 1,
        *,
        orders: int = 60,
        products: int = 27,
        customers: int = 13,
        clock: Clock = utc_now,
        site_url: str = "http://127.0.0.1",
        timezone: str = "Europe/Copenhagen",
        currency: str = "DKK",
        tls_terminated: bool = True,
        permalinks: bool = True,
        order_tables: bool = True,
        lists_variations: bool = False,
        tracks_shipments: bool = False,
        refuse_private_webhook_urls: bool = False,
        webhook_delay: float = 0.0,
    ) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a reproducible world, no secret
        self.api_rng = random.Random(seed)  # noqa: S311 - what REST calls draw leaves the world's course alone
        self.clock, self.site_url, self.zone, self.currency = clock, site_url, ZoneInfo(timezone), currency
        self.order_tables, self.permalinks, self.lists_variations = order_tables, permalinks, lists_variations
        self.tracks_shipments = tracks_shipments
        self.faults, self.ledger, self.paused = Faults(), Ledger(), False
        self.declines_refunds = False
        self.cron = Cron(self)
        self.hooks = Hooks(self, webhook_delay, refuse_private=refuse_private_webhook_urls)
        self.key = ApiKey(f"ck_{self.rng.getrandbits(160):040x}", f"cs_{self.rng.getrandbits(160):040x}")
        self.gate = Gate([self.key], tls_terminated)
        self.orders: dict[int, Order] = {}
        self.products: dict[int, Product] = {}
        self.customers: dict[int, Customer] = {}
        self.categories: dict[int, Term] = {}
        self.tags: dict[int, Term] = {}
        self.brands: dict[int, Term] = {}
        self.refunds: dict[int, Refund] = {}
        self.coupons: dict[int, Coupon] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.settings: dict[str, str] = {}
        self.children: dict[int, list[int]] = {}
        self.refund_ids: dict[int, list[int]] = {}
        self._counters: dict[str, int] = {"post": 10, "user": 1, "term": 15}
        seeding.fill(self, orders=orders, products=products, customers=customers)
        self.daily = DailyJob(self)

    def now(self) -> datetime:
        """The shop's time: UTC, whole seconds."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def next_id(self, kind: str = "post") -> int:
        """Posts (orders, products, images, refunds, coupons) share one sequence, as in WordPress."""
        self._counters[kind] = self._counters.get(kind, 0) + 1
        return self._counters[kind]

    def credentials(self) -> dict[str, str]:
        return {"consumer_key": self.key.key, "consumer_secret": self.key.secret}

    def answer(self, request: Request) -> Response:
        self.cron.visited = True
        return answer(self, request)

    def step(self) -> str:
        """One random change; says which."""
        return living.step(self)

    async def deliver_due(self) -> int:
        if not self.cron.runs():
            return 0
        self.daily.run_when_due()
        return await self.hooks.deliver_due()

    def opened(self, site_url: str) -> None:
        """Takes its address and notes the state it opens with as first versions."""
        self.site_url = site_url
        for resource, rows in self.final_state().items():
            for row_id, body in rows.items():
                self.ledger.note(self.now(), resource, row_id, body)

    def record(self, resource: str, row_id: int) -> None:
        """Notes the row's present state, or that it is gone."""
        self.ledger.note(self.now(), resource, str(row_id), self._shown(resource, row_id))

    def record_product(self, product: Product) -> None:
        self.record("variations" if product.parent_id else "products", product.id)

    def final_state(self) -> dict[str, dict[str, Json]]:
        """What REST shows of every row, trashed ones included (they are readable by id)."""
        ids: dict[str, list[int]] = {
            "orders": list(self.orders),
            "refunds": list(self.refunds),
            "products": [row.id for row in self.products.values() if not row.parent_id],
            "variations": [row.id for row in self.products.values() if row.parent_id],
            "customers": list(self.customers),
            "categories": list(self.categories),
            "tags": list(self.tags),
        }
        return {name: {str(i): self._shown(name, i) or {} for i in row_ids} for name, row_ids in ids.items()}

    def _shown(self, resource: str, row_id: int) -> Json | None:
        try:
            return self.read(resource, row_id)
        except WpError:
            return None

    def read(self, resource: str, row_id: int) -> Json:
        """A row as a GET by id shows it; raises the 404 of a missing one."""
        rows, show = self._resources().get(resource, ({}, None))
        if show is None or row_id not in rows:
            raise _missing(resource)
        return show(row_id)

    def _resources(self) -> dict[str, tuple[Container[int], Callable[[int], Json]]]:
        return {
            "orders": (self.orders, lambda i: order_json(self, self.orders[i])),
            "refunds": (self.refunds, lambda i: refund_json(self, self.refunds[i], with_parent=True)),
            "products": (self.products, lambda i: product_json(self, self.products[i])),
            "variations": (self.products, lambda i: variation_json(self, self.products[i])),
            "coupons": (self.coupons, lambda i: coupon_json(self, self.coupons[i])),
            "customers": (self.customers, lambda i: customer_json(self, self.customers[i])),
            "categories": (self.categories, lambda i: category_json(self, self.categories[i])),
            "brands": (self.brands, lambda i: brand_json(self, self.brands[i])),
            "tags": (self.tags, lambda i: tag_json(self, self.tags[i])),
        }

    def variations_of(self, product_id: int) -> list[Product]:
        return [self.products[i] for i in self.children.get(product_id, ()) if i in self.products]

    def refunds_of(self, order_id: int) -> list[Refund]:
        """Newest first."""
        return [self.refunds[i] for i in reversed(self.refund_ids.get(order_id, ())) if i in self.refunds]

    def line_image(self, product: Product | None, parent: Product | None) -> Json:
        """The id of a line's image is a string, except for a variation's (a number) and a deleted product's (0)."""
        if product is None:
            return {"id": 0, "src": ""}
        images = product.images or (parent.images if parent else [])
        if not images:
            return {"id": 0 if parent else "", "src": ""}
        return {"id": images[0].id if parent else str(images[0].id), "src": f"{self.site_url}{images[0].src}"}


def _missing(resource: str) -> WpError:
    if resource == "customers":
        return WpError(404, "wc_user_invalid_id", "Invalid user ID.", allow=False)
    return invalid_id(KINDS.get(resource, resource))
