"""PrestaShop, Webservice (1.6 to 9; recorded with 8.2.1): https://devdocs.prestashop-project.org/8/webservice/"""

from datetime import timedelta
from functools import partial

from shoprelay_relays.people import account
from shoprelay_relays.prestashop import (
    actions,
    categories,
    composing,
    customers,
    lines,
    lists,
    orders,
    papers,
    parcels,
    products,
    reading,
    sides,
)
from shoprelay_relays.prestashop.client import client
from shoprelay_relays.prestashop.credentials import Credentials
from shoprelay_relays.prestashop.listing import Listing, plain
from shoprelay_relays.prestashop.settings import settings
from shoprelay_relays.spec import DATED, Limits, Mode, Relay, Resource

ORDERS = Listing("orders", composing.orders, sides.ORDERS)
PRODUCTS = Listing("products", composing.products)
CUSTOMERS = Listing("customers", composing.customers, sides.CUSTOMERS)
CATEGORIES = Listing("categories", plain)
STATES = Listing("order_states", plain, dated=False, record="statuses")
COUNTRIES = Listing("countries", plain, dated=False)
CARRIERS = Listing("carriers", plain, dated=False, record="delivery_methods")

_HOURLY = timedelta(hours=1)

RELAY = Relay(
    name="prestashop",
    label="PrestaShop",
    docs="https://devdocs.prestashop-project.org/8/webservice/",
    author="Shoprelay",
    credentials=Credentials,
    client=client,
    settings=settings,
    resources=(
        Resource(
            "orders",
            orders.order,
            ORDERS.pages,
            partial(reading.read, ORDERS),
            frozenset(Mode),
            count=ORDERS.count,
            # Lines and tracking numbers that other programs write over the API move no date.
            sweep=timedelta(hours=6),
            sweep_pages=ORDERS.recent,
        ),
        Resource(
            "products",
            products.product,
            PRODUCTS.pages,
            partial(reading.read, PRODUCTS),
            DATED,
            count=PRODUCTS.count,
            # Stock, combinations and sale prices move no date, and have none.
            sweep=_HOURLY,
        ),
        Resource(
            "customers",
            customers.customer,
            CUSTOMERS.pages,
            partial(reading.read, CUSTOMERS),
            DATED,
            key=account,
            count=CUSTOMERS.count,
        ),
        Resource(
            "categories",
            categories.category,
            CATEGORIES.pages,
            partial(reading.read, CATEGORIES),
            DATED,
            every=_HOURLY,
            count=CATEGORIES.count,
        ),
        Resource("statuses", lists.map_status, STATES.pages, partial(reading.read, STATES), DATED, every=_HOURLY),
        # Orders name these in passing; they are read by hints, and understood when given.
        Resource("countries", lists.map_country, read=partial(reading.read, COUNTRIES)),
        Resource("delivery_methods", lists.map_delivery_method, read=partial(reading.read, CARRIERS)),
        Resource("payment_methods", lists.map_payment_method),
        # Parts of the above by themselves; the ids of combinations are "product/combination".
        Resource(
            "combinations",
            products.combination,
            read=partial(reading.variant, PRODUCTS),
            collection="variants",
            key=lambda remote_id: remote_id,
        ),
        Resource("order_lines", lines.detail),
        Resource("shipments", parcels.carrier, read=partial(reading.parcel, ORDERS)),
        Resource("invoices", papers.invoice),
        Resource("credit_notes", papers.slip),
    ),
    actions=actions.ACTIONS,
    # PrestaShop has no limit; its hosts are small. A page with all that belongs to it takes some twenty quick requests.
    limits=Limits(per_second=8, burst=40, parallel=3, gentle=True),
    identifiable_config_keys=("shop_url", "shop_id"),
    blind_spots=(
        "PrestaShop sends no webhooks of its own: what changes is seen by the next poll.",
        "Stock, combinations and sale prices move no date: they are seen by the hourly sweep of all products.",
        "Lines and tracking numbers that programs change over the API move no date: a sweep of 45 days of orders sees them.",
        "Refunds, payments, messages and corrected addresses move no date of the order: they are found by dates of their own.",
        "A deleted record leaves nothing to find: it is noticed when the record is next read.",
        "A refund row does not say whether the money went back to a card, and neither does the order.",
        "A change of a tax rate, or of the name of a status, manufacturer or option, is seen when the record is next listed.",
        "Times are the shop's, without an offset: in the hour that an autumn night has twice, the later reading is assumed.",
        "An order's total can be a cent off the sum of its lines and charges: PrestaShop rounds each by itself.",
        "Orders of one split checkout share their number (the reference), and their payment is booked once.",
        "Gift wrapping is told as the payment price; the free text of an address ('other') has no place in the documents.",
        "A price is that of one piece for any buyer in the shop's own country; discounts by group or amount are not told.",
        "In several shops of one installation a product's price is that of the shop whose number was given, else the default's.",
        "A shop without JSON is read as XML; a record that even alone cannot be read is kept for the operator.",
    ),
)
