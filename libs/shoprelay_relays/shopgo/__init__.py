"""ShopGo, Management API v1: https://docs.shopgo.me/1.0.0/management-api/general"""

from datetime import timedelta

from shoprelay_relays.shopgo import actions, credentials, listing, webhooks
from shoprelay_relays.shopgo.orders import map_order
from shoprelay_relays.spec import Mode, Relay, Resource, Webhook

RELAY = Relay(
    name="shopgo",
    label="ShopGo",
    docs="https://docs.shopgo.me/1.0.0/management-api/general",
    author="Shoprelay",
    credentials=credentials.Credentials,
    client=credentials.client,
    settings=credentials.settings,
    resources=(
        Resource(
            "orders",
            map=map_order,
            pages=listing.pages,
            read=listing.read,
            modes=frozenset({Mode.CREATED_SINCE_LAST_REQUEST, Mode.UPDATED_SINCE_LAST_REQUEST}),
            # Each poll is the whole history of the store; the webhook is what makes new orders quick.
            every=timedelta(minutes=15),
        ),
    ),
    actions=actions.ACTIONS,
    passing=(
        "countries",
        "credit_notes",
        "customers",
        "delivery_methods",
        "invoices",
        "order_lines",
        "payment_methods",
        "products",
        "shipments",
        "statuses",
        "variants",
    ),
    webhook=Webhook(check=webhooks.check, route=webhooks.route, subscribe=webhooks.subscribe),
    identifiable_config_keys=("store_id",),
    blind_spots=(
        "Every poll reads all orders in one answer: ShopGo has no paging, no filter and no modified time.",
        "Products, variants and customers are known only from orders: no stock, no categories, nothing that was never sold.",
        "A buyer without e-mail is known by phone; one without either is no customer.",
        "There is no list of statuses: the steps of ShopGo's order processing stand in for one.",
        "When an order was cancelled or completed is not told, nor which lines are in a shipment, nor a tracking number.",
        "Price adjustments, charges and attributes are not described by ShopGo: what cannot be understood is counted as unknown.",
        "Prices are taken as they come: ShopGo has no VAT fields.",
        "The confirm-order webhook is not signed and says nothing that is relied on: it only causes a read.",
        "A deleted order is noticed only when it is read again.",
    ),
)
