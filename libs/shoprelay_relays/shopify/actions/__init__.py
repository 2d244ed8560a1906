"""What can be done in a Shopify shop: https://shopify.dev/docs/api/admin-graphql/latest#mutations"""

from shoprelay_relays.actions import action
from shoprelay_relays.shopify.actions import (
    categories,
    creating,
    customers,
    editing,
    images,
    orders,
    payments,
    products,
    returned,
    sending,
    stock,
    variants,
)

_LINES = ("order_lines", "order_line_ids")
_CAPTURE = ("capture", "capture_amount")
_CAPTURED = "A shop may be set to take payments by itself when an order is sent: then it does, whatever `capture` says."
_EDITED = (
    "Shopify keeps what was ordered: pieces that are taken off stand in a credit note without money, and are in stock again. "
    "With bypass_db a line is named ORDER/LINE, or by its number alone where what it sells has a sku."
)
_IMAGE = "Shopify fetches the image in the background: the document has it some moments later."
_PUBLISHED = "`published` needs the access scopes read_publications and write_publications, and means the online store."
_HIDDEN = f"`published` false makes it a draft. {_PUBLISHED}"
_PRICES = "Prices are as entered in Shopify, which adds taxes (or takes them out) at the checkout. Weights are grams."

_ORDERS = {
    "orders/create": action(
        creating.create,
        *creating.PLACES,
        "email",
        "customer_note",
        "tags",
        "variants",
        "customer",
        "delivery_method",
        "delivery_price",
        "payment_method",
        "paid",
        comments="In the shop's own currency. Shopify reckons no taxes of such an order, and sends no mail. Its stock goes down.",
    ),
    "orders/update": action(
        orders.update,
        *orders.PLACE,
        "email",
        "customer_note",
        "tags",
        reads=orders.reads,
        comments="The note that Shopify has is the customer's note. The billing address cannot be changed.",
        example={"customer_note": "Packed by Ada.", "tags": ["packed"]},
    ),
    "orders/destroy": action(
        orders.destroy,
        reads=orders.reads,
        comments="Shopify deletes only some orders, such as those made by an app; cancel others.",
    ),
    "orders/close": action(orders.close, *_CAPTURE, reads=orders.reads, comments="Archives the order."),
    "orders/create_shipment": action(
        sending.create,
        *_LINES,
        *_CAPTURE,
        "tracking_number",
        "courier",
        reads=orders.reads,
        comments=f"Each place that sends a part of it makes a shipment of its own. Buyers get no mail. {_CAPTURED}",
    ),
    "orders/capture": action(payments.capture, "capture_amount", reads=orders.reads),
    "orders/refund": action(
        payments.refund, "refund_amount", reads=orders.reads, comments="Money alone; register goods that come back with return."
    ),
    "orders/return": action(
        returned.give_back,
        *_LINES,
        "include_shipping",
        "include_discount",
        "refund",
        "refund_amount",
        "restock",
        reads=orders.reads,
        comments="A refund that names its lines, with the amounts that Shopify suggests. What was not sent is cancelled.",
    ),
    "orders/cancel": action(
        orders.cancel,
        "refund",
        "refund_amount",
        reads=orders.reads,
        comments="In the background; what was not sent is in stock again, and an authorized payment is released.",
    ),
    "orders/create_order_line": action(
        editing.create_line, "id_", "sku", "sku_2", "quantity", reads=orders.reads, comments="At the variant's own price."
    ),
    "order_lines/update": action(editing.update_line, "quantity", reads=editing.line_reads, comments=_EDITED),
    "order_lines/destroy": action(editing.destroy_line, reads=editing.line_reads, comments=_EDITED),
    "shipments/update": action(sending.update, "tracking_number", "courier", reads=sending.reads),
    "shipments/destroy": action(sending.destroy, reads=sending.reads, comments="Cancels it: what was in it is to be sent again."),
}

_GOODS = {
    "products/create": action(
        products.create,
        *products.HEAD,
        *variants.ATTRIBUTES,
        "images",
        "stock",
        "variants",
        comments=f"A product has one or more variants; the stock lies at the primary location. {_PRICES} {_HIDDEN}",
        example={
            "name": "Mug",
            "price": 99.0,
            "variants": [
                {"sku": "MUG-BLUE", "stock": 10, "variations": [{"type": "Colour", "value": "Blue"}]},
                {"sku": "MUG-RED", "stock": 5, "variations": [{"type": "Colour", "value": "Red"}]},
            ],
        },
    ),
    "products/update": action(
        products.update,
        *products.HEAD,
        reads=products.reads,
        comments=f"Prices and stock are the variants'. Categories that rules fill cannot be chosen. {_HIDDEN}",
    ),
    "products/destroy": action(products.destroy, reads=products.reads),
    "products/create_variant": action(
        variants.create,
        *variants.ATTRIBUTES,
        "images",
        "stock",
        reads=products.reads,
        comments=f"Its types of variation are those that the product has. {_PRICES}",
    ),
    "products/add_image": action(images.add, "url", "title", reads=products.reads, comments=_IMAGE),
    "products/remove_image": action(
        images.remove, "remote_id", "url", reads=products.reads, comments="Needs the access scope write_files."
    ),
    "variants/update": action(variants.update, *variants.ATTRIBUTES, reads=variants.reads, comments=_PRICES),
    "variants/destroy": action(variants.destroy, reads=variants.reads),
    "variants/change_stock": action(
        stock.change_stock,
        "stock",
        "stock_change",
        reads=variants.reads,
        comments="Of several locations the one with most is changed. `stock` is refused when a sale comes in between: try again.",
    ),
    "variants/add_image": action(images.add_to_variant, "url", "title", reads=variants.reads, comments=_IMAGE),
    "variants/remove_image": action(
        images.remove_from_variant, "remote_id", "url", reads=variants.reads, comments="The product keeps it."
    ),
}

_OTHERS = {
    "customers/create": action(customers.create, *customers.ATTRIBUTES, "addresses"),
    "customers/update": action(customers.update, *customers.ATTRIBUTES, reads=customers.reads),
    "customers/destroy": action(
        customers.destroy, reads=customers.reads, comments="Shopify deletes only customers without orders."
    ),
    "categories/create": action(categories.create, *categories.ATTRIBUTES, comments=f"A collection, flat. {_PUBLISHED}"),
    "categories/update": action(categories.update, *categories.ATTRIBUTES, reads=categories.reads, comments=_PUBLISHED),
    "categories/destroy": action(categories.destroy, reads=categories.reads),
}

ACTIONS = {**_ORDERS, **_GOODS, **_OTHERS}
