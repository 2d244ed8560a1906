"""Magento 2 Open Source and Adobe Commerce, REST V1: https://developer.adobe.com/commerce/webapi/rest/"""

from datetime import timedelta
from functools import partial

from shoprelay_relays.magento2 import (
    actions,
    categories,
    credit_notes,
    customers,
    invoices,
    listing,
    lists,
    orders,
    papers,
    products,
    reading,
    shipments,
    variants,
    webhooks,
)
from shoprelay_relays.magento2.client import client
from shoprelay_relays.magento2.credentials import Credentials
from shoprelay_relays.magento2.settings import settings
from shoprelay_relays.people import account
from shoprelay_relays.spec import DATED, Limits, Mode, Relay, Resource, Webhook

_HOURLY, _DAILY = timedelta(hours=1), timedelta(days=1)


RELAY = Relay(
    name="magento2",
    label="Magento 2",
    docs="https://developer.adobe.com/commerce/webapi/rest/",
    author="Shoprelay",
    credentials=Credentials,
    client=client,
    settings=settings,
    resources=(
        Resource(
            "orders",
            orders.order,
            listing.orders,
            reading.order,
            frozenset(Mode),
            count=partial(listing.count, listing.ORDERS),
        ),
        # Stock, links between products and what stands in other tables move no date.
        Resource("products", products.product, listing.products, reading.product, DATED, sweep=_HOURLY),
        Resource("variants", variants.variant, read=reading.product),
        Resource(
            "customers",
            customers.customer,
            listing.customers,
            reading.customer,
            DATED,
            key=account,
            count=partial(listing.count, listing.CUSTOMERS),
        ),
        # A category that is renamed changes the breadcrumbs of those below it.
        Resource(
            "categories",
            categories.category,
            listing.categories,
            reading.category,
            DATED,
            every=_HOURLY,
            count=partial(listing.count, listing.CATEGORIES),
            sweep=_DAILY,
        ),
        # These come with their orders; their own lists find what changed in them alone.
        Resource(
            "shipments",
            shipments.shipment,
            partial(papers.pages, "shipments"),
            partial(reading.paper, "shipments"),
            DATED,
            every=_HOURLY,
            sweep=_DAILY,
            sweep_pages=papers.young_shipments,
        ),
        Resource(
            "invoices",
            invoices.invoice,
            partial(papers.pages, "invoices"),
            partial(reading.paper, "invoices"),
            DATED,
            every=_HOURLY,
        ),
        Resource(
            "credit_notes",
            credit_notes.credit_note,
            partial(papers.pages, "credit_notes"),
            partial(reading.paper, "credit_notes"),
            DATED,
            every=_HOURLY,
        ),
        # Addresses name them by code; their names are read once.
        Resource("countries", lists.map_country, listing.countries, reading.country, DATED, every=_DAILY),
        # Understood when given, never asked for: orders name these in passing.
        Resource("statuses", lists.map_status),
        Resource("payment_methods", lists.map_payment_method),
        Resource("delivery_methods", lists.map_delivery_method),
    ),
    passing=("order_lines", "stock_messages"),
    webhook=Webhook(check=webhooks.check, route=webhooks.route, prepare=webhooks.prepare),
    actions=actions.ACTIONS,
    # Magento names no limit; a list of orders is heavy work, and firewalls of hosts ban whoever asks too fast.
    limits=Limits(per_second=4, burst=20, parallel=2, gentle=True),
    identifiable_config_keys=("shop_url",),
    blind_spots=(
        "Stock moves no product's modified time: it is read with the product, when a module tells of it, and every hour.",
        "Rules for backorders and quantities are read only with the setting that asks for the stock item of each article.",
        "A price that catalogue rules, tiers or customer groups make is not read: prices are those of the product itself.",
        "Statuses, payment and delivery methods have no list: they are known once an order has them; a status by its code alone.",
        "When an order was paid is not told: its creation stands in, once it is authorized or paid.",
        "A track that is added to a shipment moves no date: shipments of the last month are read again every day.",
        "Fees that modules add are told by what is left of the total; they all count as the price of the payment method.",
        "A deleted record leaves nothing to find: it is noticed when it is next read.",
        "A variant that is taken off its configurable product and stays on its own is gone until the next sweep of all products.",
        "A product that is hidden (not visible individually) after it was shown alone keeps its product as it was last shown.",
        "A product in several configurable products is a variant of the one with the lowest id.",
        "Texts are those of one store view; with a store view chosen, products of other websites are not listed.",
        "The parts that a kit (bundle) or a group can be made of, typed options, and terms of store credit have no place.",
        "Adobe Commerce as a Cloud Service, which signs in by Adobe IMS at other addresses, is not read.",
        "The shop tells of changes only through a module of the merchant's; without it polls find them.",
    ),
)
