"""WooCommerce, REST API v3: https://woocommerce.github.io/woocommerce-rest-api-docs/"""

from datetime import timedelta
from functools import partial

from shoprelay_relays.people import account
from shoprelay_relays.spec import DATED, Limits, Mode, Relay, Resource, Webhook
from shoprelay_relays.woocommerce import (
    actions,
    around,
    categories,
    customers,
    listing,
    lists,
    orders,
    products,
    reading,
    refunds,
    tracking,
    variations,
    webhooks,
)
from shoprelay_relays.woocommerce.client import client
from shoprelay_relays.woocommerce.credentials import Credentials
from shoprelay_relays.woocommerce.settings import settings

_HOURLY, _DAILY = timedelta(hours=1), timedelta(days=1)

RELAY = Relay(
    name="woocommerce",
    label="WooCommerce",
    docs="https://woocommerce.github.io/woocommerce-rest-api-docs/",
    author="Shoprelay",
    credentials=Credentials,
    client=client,
    settings=settings,
    resources=(
        # A refund that is deleted moves no date, nor does (without HPOS) an edit of lines or meta.
        Resource(
            "orders",
            orders.order,
            listing.orders,
            reading.order,
            frozenset(Mode),
            count=listing.count_orders,
            sweep=_DAILY,
            sweep_pages=listing.young_orders,
            becomes=(
                "orders",
                "order_lines",
                "credit_notes",
                "shipments",
                "invoices",
                "customers",
                "countries",
                "statuses",
                "payment_methods",
                "delivery_methods",
            ),
        ),
        # A tag, a brand or an option that is renamed moves no product's date.
        Resource(
            "products",
            products.product,
            listing.products,
            reading.product,
            DATED,
            count=partial(listing.count, "products"),
            sweep=_DAILY,
            becomes=("products", "variants", "stock_messages"),
        ),
        # No date filter: each poll walks them all.
        Resource(
            "customers",
            customers.customer,
            listing.customers,
            reading.customer,
            DATED,
            key=account,
            every=_HOURLY,
            count=partial(listing.count, "customers"),
            becomes=("customers", "countries"),
        ),
        Resource(
            "categories",
            categories.category,
            listing.categories,
            reading.category,
            DATED,
            every=_HOURLY,
            count=partial(listing.count, "products/categories"),
            becomes=("categories",),
        ),
        Resource("statuses", lists.map_status, listing.statuses, modes=DATED, every=_HOURLY),
        # Read or pushed, as parts of the above; their ids are "product/variation" and "order/refund".
        Resource(
            "variations",
            variations.variation,
            read=reading.variation,
            collection="variants",
            becomes=("variants", "stock_messages"),
        ),
        Resource("refunds", refunds.refund, read=reading.refund, collection="credit_notes", becomes=("credit_notes",)),
        # Orders name these in passing: they are listed for callers alone, and shipments never.
        Resource("shipments", tracking.tracking),
        Resource("countries", lists.map_country, around.countries, modes=DATED, every=_DAILY),
        Resource("payment_methods", lists.map_payment_method, around.payment_methods, modes=DATED, every=_DAILY),
        Resource("delivery_methods", lists.map_delivery_method, around.delivery_methods, modes=DATED, every=_DAILY),
    ),
    actions=actions.ACTIONS,
    passing=("invoices", "order_lines", "stock_messages"),
    webhook=Webhook(
        check=webhooks.check,
        route=webhooks.route,
        keep=webhooks.KEEP,
        delivery=webhooks.DELIVERY,
        prepare=webhooks.prepare,
        subscribe=webhooks.subscribe,
    ),
    # WordPress names no limit; most hosts are small, and some ban whoever asks too fast.
    limits=Limits(per_second=4, burst=20, parallel=2, gentle=True),
    identifiable_config_keys=("shop_url",),
    blind_spots=(
        "A refund that is deleted moves no date: orders of the last month are read again daily, older ones when they change.",
        "A forced delete (past the trash) sends nothing and leaves nothing to find: it is noticed when the record is next read.",
        "Without HPOS, edits of lines and meta move no date: webhooks, polls of open orders and that daily reading see them.",
        "The new name of a tag, a brand or an option moves no product's date: all products are read again every day.",
        "That daily reading asks for each variable product by itself before WooCommerce 10.3, and for fifty at a time since.",
        "Goods sold by measure (1.5 m) count as one piece at the price of the whole; part of a piece in stock is left out.",
        "Parent-managed stock moves the product's date alone; its variations are read along with the product.",
        "Customers, categories and statuses have no date filter: each poll reads all of them.",
        "A customer or a status that is deleted without a webhook stays.",
        "A block checkout dates an order by the opening of its cart, so a poll by creation can miss a long-lived cart.",
        "A shop whose clock is behind ours by more than the overlap can have changes missed by a poll.",
        "Webhooks leave when the shop has visitors and are sent once; after seven failures in a row the shop switches one off.",
        "Webhooks reach public addresses at port 80, 443 or 8080 alone; elsewhere they fail, and polls do the work.",
        "When an order was cancelled or refunded is not told: the time of its last change stands in.",
        "Options typed for a line, a refund's reason and the payment's transaction id have no place in the documents.",
        "Shipments and invoices are known only from the meta data of the usual plug-ins.",
        "A variation does not tell its product's sku.",
    ),
)
