"""Quickbutik, REST API v1: https://quickbutik.dev/api-v1/introduction"""

from datetime import timedelta

from shoprelay_relays.quickbutik import categories, listing, orders, products
from shoprelay_relays.quickbutik.client import client, count, settings
from shoprelay_relays.quickbutik.credentials import Credentials
from shoprelay_relays.spec import DATED, Limits, Mode, Relay, Resource

_HOURLY, _DAILY = timedelta(hours=1), timedelta(days=1)

RELAY = Relay(
    name="quickbutik",
    label="Quickbutik",
    docs="https://quickbutik.dev/api-v1/introduction",
    author="Shoprelay",
    credentials=Credentials,
    client=client,
    settings=settings,
    resources=(
        # An edit of lines, addresses or notes, and a refund, move none of the dates that a filter knows.
        Resource(
            "orders",
            orders.order,
            listing.orders,
            listing.order,
            frozenset(Mode),
            sweep=_DAILY,
            sweep_pages=listing.young_orders,
        ),
        # There is no filter by date, so each poll reads the whole list; that a sale moves the date is not documented.
        Resource(
            "products",
            products.product,
            listing.products,
            listing.product,
            DATED,
            every=timedelta(minutes=30),
            count=count,
            sweep=_HOURLY,
        ),
        Resource("categories", categories.category, listing.categories, modes=DATED, every=_HOURLY),
    ),
    passing=(
        "countries",
        "credit_notes",
        "customers",
        "delivery_methods",
        "order_lines",
        "payment_methods",
        "statuses",
        "variants",
    ),
    # The documentation tells of 429 and of no number; client libraries keep to two a second.
    limits=Limits(per_second=2, burst=10, parallel=1),
    identifiable_config_keys=("shop_url",),
    blind_spots=(
        "This relay was written by the published documentation: no real shop of Quickbutik has been asked yet.",
        "Orders have no time of their last change: polls find new ones and those whose status changed.",
        "What else changes in an order (lines, addresses, notes, refunds) is found within a day, in orders of the last month.",
        "Webhooks of Quickbutik are GET requests without a signature, made by hand: they are not taken, polls find everything.",
        "Products have no filter by date: each poll reads the whole list, and every hour hands all of it on for the stock.",
        "Customers are known only from orders, by their e-mail. A buyer without one is no customer.",
        "Payment and delivery methods, statuses and countries are known once an order names them.",
        "Shipments are not told: a tracking number can be written and never read. An order that is done is closed.",
        "When an order was closed, cancelled or refunded is not told: whoever sees it first dates it.",
        "What a refund looks like is not documented: one that cannot be understood is counted as unknown.",
        "Product prices are taken to include VAT. Those of orders are made to, by the order's own tax.",
        "The location of the stock in a warehouse, packages of products and metadata have no place.",
        "A fee of the payment method and a gift card are in no field of their own; the total is the one before gift cards.",
        "A product names its category, not the category's id: two categories of one name cannot be told apart.",
        "A deleted record leaves nothing to find: it is noticed when it is next read.",
    ),
)
