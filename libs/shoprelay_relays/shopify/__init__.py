"""Shopify, GraphQL Admin API 2026-07: https://shopify.dev/docs/api/admin-graphql

One implementation for two kinds of app: a public one that merchants install by OAuth, and a custom one of a single shop.
"""

from dataclasses import replace
from datetime import timedelta

from shoprelay_relays.people import account
from shoprelay_relays.shopify import (
    api,
    categories,
    movements,
    orders,
    parties,
    products,
    reading,
    variants,
    webhooks,
)
from shoprelay_relays.shopify.access import client
from shoprelay_relays.shopify.actions import ACTIONS
from shoprelay_relays.shopify.credentials import CustomApp, PublicApp
from shoprelay_relays.shopify.listing import COLLECTIONS, CUSTOMERS, ORDERS, PRODUCTS, count, pages, walking
from shoprelay_relays.shopify.settings import settings
from shoprelay_relays.spec import DATED, Limits, Mode, Relay, Resource, Webhook

# The lists are a search index, which learns of a change some moments after it was made.
_OVERLAP = timedelta(minutes=5)

RELAY = Relay(
    name="shopify",
    label="Shopify",
    docs="https://shopify.dev/docs/api/admin-graphql",
    author="Shoprelay",
    credentials=PublicApp,
    client=client,
    settings=settings,
    resources=(
        Resource(
            "orders",
            orders.order,
            pages(ORDERS),
            reading.order,
            frozenset(Mode),
            overlap=_OVERLAP,
            count=lambda shop, _config: count(shop, ORDERS),
            at_once=walking(ORDERS),
        ),
        Resource(
            "products",
            products.product,
            pages(PRODUCTS),
            reading.product,
            DATED,
            overlap=_OVERLAP,
            count=lambda shop, _config: count(shop, PRODUCTS),
            at_once=walking(PRODUCTS),
            sweep=timedelta(days=1),
        ),
        Resource(
            "customers",
            parties.customer,
            pages(CUSTOMERS),
            reading.customer,
            DATED,
            key=account,
            overlap=_OVERLAP,
            every=timedelta(minutes=15),
            count=lambda shop, _config: count(shop, CUSTOMERS),
            at_once=walking(CUSTOMERS),
        ),
        Resource(
            "categories",
            categories.category,
            pages(COLLECTIONS),
            reading.category,
            DATED,
            overlap=_OVERLAP,
            every=timedelta(hours=1),
            count=lambda shop, _config: count(shop, COLLECTIONS),
        ),
        # Read as parts of the above, or because a webhook says that stock moved.
        Resource("variants", variants.variant, read=reading.variant),
        # Read with its order, of which it is a part.
        Resource("shipments", movements.map_shipment, read=reading.shipment),
        # Understood when given, never asked for: orders have them.
        Resource("countries", parties.map_country),
    ),
    webhook=Webhook(
        check=webhooks.check,
        route=webhooks.route,
        keep=webhooks.KEEP,
        delivery=webhooks.DELIVERY,
        subscribe=webhooks.subscribe,
    ),
    # Points of queries: the smallest plan has 2,000 and gets 100 back each second; larger ones say so in their answers.
    limits=Limits(per_second=100, burst=2000, parallel=3, learn=api.learn),
    identifiable_config_keys=("shop_url",),
    actions=ACTIONS,
    passing=("credit_notes", "delivery_methods", "invoices", "order_lines", "payment_methods", "statuses"),
    blind_spots=(
        "Without the access scope read_all_orders, orders older than 60 days are not there: not listed, not read, not counted.",
        "An app without access to protected customer data reads nothing at all: half an answer is never taken for the truth.",
        "Orders, invoices and credit notes are in the buyer's currency (presentment), products in the shop's own.",
        "Prices of products are as entered: Shopify tells no tax rate before the checkout.",
        "Shopify makes no invoices: each payment that was taken stands for one.",
        "There is no list of statuses, payment methods, delivery methods and countries: they are known once an order has them.",
        "A status is how far an order is paid and how far it is sent, together: PAID/UNFULFILLED.",
        "When an order is refunded, its lines stay as they were ordered: what was taken back is in the credit notes.",
        "Tips, duties, additional fees and cash rounding are the order's payment price; a tip that is a line is a line.",
        "The total of an edited order is the sum of its lines, delivery, duties and fees, less the discounts.",
        "Of an order with 250 refunds, fulfilments or payments or more, only 250 of each can be read.",
        "Of a fulfilment with several tracking numbers the first one is kept.",
        "What is deleted is noticed by its webhook or when it is next read; no list tells of it.",
        "The browser's name and language stand only in webhook bodies, which are not kept as documents.",
        "Collections have no tree, and tell no time of creation: each poll of new ones asks for changed ones.",
        "Stock that moves without the product's modified time is seen by its webhook, else by the daily sweep.",
        "Shopify removes a webhook after eight failures in a row: polling goes on without it.",
    ),
)

CUSTOM_APP = replace(RELAY, name="shopify_custom_app", label="Shopify custom app", credentials=CustomApp)
