"""What can be done in a WooCommerce shop."""

from shoprelay_relays.actions import action
from shoprelay_relays.woocommerce.actions import (
    asked,
    belonging,
    categories,
    creating,
    customers,
    images,
    lines,
    meant,
    orders,
    products,
    refunds,
    shipments,
    shop,
    status,
    stock,
    variants,
)

_LINES = ("order_lines", "order_line_ids")
_TWICE = "A price with tax is set in a second request, once the shop has said what tax it puts on it."
_EDITS = "WooCommerce itself lets lines be edited while an order is pending or on hold; its API does not mind."
_ADDRESS = "A changed address makes WooCommerce work out the taxes again."
_NOTE = "company_note is added to the order's private notes, those before it stay."
_TRACKING = "Only where the plug-in Shipment Tracking or Advanced Shipment Tracking is active."
_IMAGE = ("url", "title", "position")
_PRICE = "price alone ends an offer; beside before_price it is the offer."
_STOCK = "A count turns stock management on."
_IMAGES = "images stand in for all that were there."
_OWN = "A variation has sku, prices, stock, barcode, weight, description_2, published and one image of its own."
_ACCOUNT = "An account has one address for bills (with company and phone) and one for deliveries."
_LIST = "The list of images is read and set as a whole: one that is changed at the same moment can be lost."

ORDERS = {
    "orders/create": action(
        creating.create,
        *orders.ATTRIBUTES,
        *("variants", "currency", "customer", "delivery_method", "delivery_price", "payment_method", "paid"),
        comments=f"{_TWICE} {_NOTE}",
    ),
    "orders/update": action(orders.update, *orders.ATTRIBUTES, reads=status.reads, comments=f"{_ADDRESS} {_NOTE}"),
    "orders/destroy": action(orders.destroy, reads=status.reads, comments="The order goes to the trash."),
    "orders/close": action(
        status.close,
        "status_id",
        reads=status.reads,
        comments="Moves the order into the status completed, or the one that is given. WooCommerce takes no payment by itself: "
        "the payment's plug-in does, most of them when an order becomes completed.",
        example={},
    ),
    "orders/create_shipment": action(
        shipments.create,
        *("tracking_number", "courier", "status_id"),
        reads=status.reads,
        comments=f"{_TRACKING} A shipment there is one of the whole order.",
        example={"tracking_number": "ABC123456789", "courier": "PostNord"},
    ),
    "orders/refund": action(
        refunds.refund,
        *("refund_amount", "status_id"),
        reads=status.reads,
        comments="The gateway that took the payment pays back; one that cannot is refused before anything is booked.",
    ),
    "orders/return": action(
        refunds.give_back,
        *_LINES,
        *("include_shipping", "include_payment", "include_discount", "refund", "refund_amount", "restock", "status_id"),
        reads=status.reads,
        comments="Makes a refund that names its lines. Without refund nothing is paid back by the gateway, it is only booked. "
        "Without lines: all that has not come back before. The delivery's price is credited when include_shipping says so.",
    ),
    "orders/update_status": action(status.update_status, "status_id", reads=status.reads, example={"status_id": "completed"}),
    "orders/cancel": action(
        refunds.cancel,
        *("refund", "refund_amount", "status_id"),
        reads=status.reads,
        comments="What the order held goes back on the shelf. status_id stands in for the status cancelled.",
    ),
    "orders/create_order_line": action(
        lines.create,
        *("id_", "sku", "sku_2", "sku_3", "name", "price", "quantity"),
        reads=status.reads,
        comments=f"{_TWICE} {_EDITS}",
    ),
    "order_lines/update": action(
        lines.update,
        *("price", "product_name", "quantity"),
        reads=belonging.reads,
        comments=f'With bypass_db it is named "order/line". {_EDITS}',
    ),
    "order_lines/destroy": action(
        lines.destroy, reads=belonging.reads, comments=f'With bypass_db it is named "order/line". {_EDITS}'
    ),
    "shipments/destroy": action(
        shipments.destroy, reads=belonging.reads, comments=f'With bypass_db it is named "order/shipment". {_TRACKING}'
    ),
}

GOODS = {
    "products/create": action(
        products.create,
        *asked.PRODUCT,
        *("barcode", "stock", "variants"),
        comments=f"With variants: a variable product, whose variations are made by further requests. {_PRICE} {_STOCK}",
    ),
    "products/update": action(products.update, *asked.PRODUCT, reads=meant.reads, comments=f"{_PRICE} {_IMAGES}"),
    "products/destroy": action(products.destroy, reads=meant.reads, comments="The product and its variations go to the trash."),
    "products/create_variant": action(
        products.create_variant,
        *asked.VARIANT,
        reads=meant.reads,
        comments=f"Only of a product that has variations. {_OWN} {_PRICE}",
    ),
    "products/add_image": action(images.add, *_IMAGE, reads=meant.reads, comments=_LIST),
    "products/remove_image": action(images.remove, "remote_id", "url", reads=meant.reads, comments=_LIST),
    "variants/update": action(variants.update, *asked.VARIANT, reads=meant.reads, comments=f"{_OWN} {_PRICE} {_STOCK}"),
    "variants/destroy": action(variants.destroy, reads=meant.reads, comments="A variation is deleted for good: it has no trash."),
    "variants/change_stock": action(
        stock.change_stock,
        *("stock", "stock_change"),
        reads=meant.reads,
        comments="The shop adds a change up itself. A variation that leaves its stock to its product changes the product's.",
    ),
    "variants/add_image": action(
        images.add, *_IMAGE, reads=meant.reads, comments=f"A variation has one image: a new one takes its place. {_LIST}"
    ),
    "variants/remove_image": action(images.remove, "remote_id", "url", reads=meant.reads, comments=_LIST),
}

OTHERS = {
    "customers/create": action(customers.create, *customers.ATTRIBUTES, comments=_ACCOUNT),
    "customers/update": action(customers.update, *customers.ATTRIBUTES, reads=customers.reads, comments=_ACCOUNT),
    "customers/destroy": action(
        customers.destroy,
        reads=customers.reads,
        comments="The account is deleted for good; its orders become those of a guest.",
    ),
    "categories/create": action(categories.create, *categories.ATTRIBUTES),
    "categories/update": action(categories.update, *categories.ATTRIBUTES, reads=categories.reads),
    "categories/destroy": action(
        categories.destroy, reads=categories.reads, comments="The category is deleted for good; its products stay."
    ),
    "webshops/update": action(
        shop.update,
        *("currency", "weight_unit", "settings"),
        comments="settings go by group/id, as tax/woocommerce_prices_include_tax; each is set by a request of its own.",
        example={"settings": {"general/woocommerce_currency_pos": "right_space"}},
    ),
}

ACTIONS = {**ORDERS, **GOODS, **OTHERS}
