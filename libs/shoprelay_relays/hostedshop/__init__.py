"""HostedShop, SOAP API as of 2026: https://api.hostedshop.dk/doc/

One platform under four brands: DanDomain Webshop, Smartweb, ScanNet Webshop and Wannafind. They differ in name alone.
"""

from datetime import timedelta
from functools import partial

from shoprelay_relays.hostedshop import categories, customers, lists, orders, products, webhooks
from shoprelay_relays.hostedshop import listing as lists_of
from shoprelay_relays.hostedshop.actions import ACTIONS
from shoprelay_relays.hostedshop.client import client
from shoprelay_relays.hostedshop.credentials import Credentials
from shoprelay_relays.hostedshop.reading import read
from shoprelay_relays.hostedshop.settings import settings
from shoprelay_relays.people import account
from shoprelay_relays.spec import DATED, UPDATED, Limits, Mode, Relay, Resource, Webhook

_HOURLY = timedelta(hours=1)

RESOURCES = (
    Resource(
        "orders",
        orders.order,
        lists_of.orders,
        partial(read, "orders"),
        frozenset(Mode),
        # Which changes date an order anew is not documented: captured payments and tracking codes may not.
        sweep=timedelta(hours=6),
        sweep_pages=lists_of.recent_orders,
    ),
    Resource(
        "products",
        products.product,
        lists_of.products,
        partial(read, "products"),
        UPDATED,
        # New products and sold stock have no date of a change.
        sweep=_HOURLY,
    ),
    Resource("customers", customers.customer, lists_of.users, partial(read, "customers"), DATED, key=account),
    Resource(
        "categories",
        categories.category,
        partial(lists_of.whole, "Category_GetAll", "categories"),
        partial(read, "categories"),
        DATED,
        every=_HOURLY,
    ),
    *(
        Resource(name, mapping, partial(lists_of.whole, operation, name), modes=DATED, every=_HOURLY)
        for name, operation, mapping in (
            ("statuses", "OrderStatusCode_GetAll", lists.map_status),
            ("payment_methods", "Payment_GetAll", lists.map_payment_method),
            ("delivery_methods", "Delivery_GetAll", lists.map_delivery_method),
            ("countries", "Product_GetDeliveryCountryAll", lists.map_country),
            ("stock_messages", "Product_GetDeliveryTimeAll", lists.map_stock_message),
        )
    ),
)

BLIND_SPOTS = (
    "Orders keep amounts without VAT, and mostly without its rate: then the rate of the country of delivery is taken.",
    "The price of an order is added up from its lines and charges; the order's own total is without VAT.",
    "New products and sold stock date no change: they are seen by the hourly sweep of all products, or by a webhook.",
    "Which changes of an order date it anew is not documented: a sweep of 45 days of orders sees the others.",
    "Webhooks are made by hand in the administration, for orders and products alone. They are signed, but carry no time.",
    "A deleted record leaves nothing to find: it is noticed when the record is next read.",
    "Times are Danish ones, without an offset: in the hour that an autumn night has twice, the later reading is assumed.",
    "There are no records of shipments, invoices and refunds: tracking codes, invoice numbers and credit orders stand for them.",
    "When an invoice was made is not told.",
    "What a shop's own order statuses mean is not told: an order is closed once it has a date of sending.",
    "Prices for a user or a group, for several pieces, and in other currencies are not told.",
    "Several delivery addresses within one order, and the parts of a bundle, are not told.",
    "Goods that are sold in fractions (2.5 m) are told as one piece at the price of all.",
    "Texts are in the shop's main language.",
)


def _relay(name: str, label: str) -> Relay:
    return Relay(
        name=name,
        label=label,
        docs="https://api.hostedshop.dk/doc/",
        author="Shoprelay",
        credentials=Credentials,
        client=client,
        settings=settings,
        resources=RESOURCES,
        passing=("credit_notes", "invoices", "order_lines", "shipments", "variants"),
        webhook=Webhook(webhooks.check, webhooks.route, webhooks.KEEP),
        # The SOAP API names no limit; its twin for GraphQL names five requests a second.
        limits=Limits(per_second=4, burst=10, parallel=2),
        identifiable_config_keys=("shop_url", "username"),
        blind_spots=BLIND_SPOTS,
        actions=ACTIONS,
    )


DANDOMAIN = _relay("dandomain", "DanDomain Webshop")
SMARTWEB = _relay("smartweb", "Smartweb")
SCANNET = _relay("scannet", "ScanNet Webshop")
WANNAFIND = _relay("wannafind", "Wannafind")
BRANDS = (DANDOMAIN, SMARTWEB, SCANNET, WANNAFIND)
