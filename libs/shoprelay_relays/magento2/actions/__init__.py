"""What can be done in a Magento 2 shop: https://developer.adobe.com/commerce/webapi/rest/"""

from shoprelay_relays.actions import action
from shoprelay_relays.magento2.actions import (
    accounts,
    carts,
    categories,
    creating,
    editing,
    images,
    orders,
    papers,
    products,
    shipments,
    shops,
    stock,
    writing,
)

_STATUS = "A status has to belong to the state that the order is in: the state follows from what is invoiced, sent and credited."

_PRICES = "Prices are stored with or without tax, as the merchant enters them (the webshop's setting `prices_include_tax`)."

ACTIONS = {
    "categories/create": action(categories.create, *categories.ATTRIBUTES),
    "categories/update": action(categories.update, *categories.ATTRIBUTES, reads=categories.reads),
    "categories/destroy": action(
        categories.destroy, reads=categories.reads, comments="The categories below it are deleted with it."
    ),
    "customers/create": action(
        accounts.create,
        *accounts.ATTRIBUTES,
        "password",
        comments="An address wants a telephone number. Without a password the buyer has to ask for one.",
        example={"email": "ada@example.com", "first_name": "Ada", "last_name": "Berg"},
    ),
    "customers/update": action(
        accounts.update, *accounts.ATTRIBUTES, reads=accounts.reads, comments="`addresses` replaces all that there are."
    ),
    "customers/destroy": action(accounts.destroy, reads=accounts.reads),
    "orders/create": action(
        carts.create,
        *carts.ATTRIBUTES,
        comments="A cart is filled and bought, as a guest or for `customer`; Magento prices it. Goods that are not sent "
        "(virtual, downloadable) cannot be ordered alone. `payment_method` is one that needs no buyer, such as banktransfer.",
        example={
            "email": "ada@example.com",
            "billing_first_name": "Ada",
            "billing_last_name": "Berg",
            "billing_address_1": "Havnegade 1",
            "billing_zip_code": "1058",
            "billing_city": "Copenhagen",
            "billing_phone": "12345678",
            "billing_country": {"remote_id": "DK"},
            "variants": [{"sku": "MUG-BLUE", "quantity": 2}],
            "delivery_method": {"remote_id": "flatrate_flatrate"},
            "payment_method": {"remote_id": "banktransfer"},
        },
    ),
    "orders/update": action(
        editing.update,
        *editing.ATTRIBUTES,
        reads=orders.reads,
        comments=f"A note is added to the order's comments. {_STATUS}",
    ),
    "orders/close": action(
        orders.close,
        "capture",
        "status_id",
        reads=orders.reads,
        comments="Magento completes an order once it is invoiced and sent: this invoices and sends what is left. `capture` false "
        f"books the invoice as paid and leaves the payment provider alone. {_STATUS}",
    ),
    "orders/create_shipment": action(
        orders.create_shipment,
        "order_lines",
        "order_line_ids",
        "tracking_number",
        "courier",
        "status_id",
        reads=orders.reads,
        comments="The goods leave the shop's default source, as Magento chooses it. The buyer gets no e-mail.",
    ),
    "orders/create_invoice": action(
        papers.create_invoice,
        "order_lines",
        "order_line_ids",
        "capture",
        "status_id",
        reads=orders.reads,
        comments="The first invoice has the delivery and the fees. Without `capture` it is booked as paid, and the payment "
        "provider is left alone.",
        example={"capture": True},
    ),
    "orders/capture": action(
        papers.capture,
        "invoice_id",
        "status_id",
        reads=orders.reads,
        comments="Magento captures invoices: the open ones; where there is none, a new one of all that is left. For a part, use "
        "orders/create_invoice with `capture`.",
        example={},
    ),
    "orders/refund": action(
        papers.refund,
        "refund_amount",
        "status_id",
        reads=orders.reads,
        comments="A credit memo for each invoice, or one over an amount. The payment provider pays back where it took the "
        "payment of that invoice; else the credit memo is only booked. Nothing is put back in stock.",
    ),
    "orders/return": action(
        papers.return_,
        "order_lines",
        "order_line_ids",
        "include_shipping",
        "refund",
        "restock",
        "status_id",
        reads=orders.reads,
        comments="A credit memo, which Magento counts as paid back. With `refund` the payment provider pays back.",
    ),
    "orders/update_status": action(
        orders.update_status, "status_id", reads=orders.reads, comments=f"{_STATUS} `holded` puts on hold."
    ),
    "orders/cancel": action(
        orders.cancel,
        "refund",
        "status_id",
        reads=orders.reads,
        comments="Only what is not invoiced can be cancelled; `refund` can only be false.",
    ),
    "shipments/update": action(
        shipments.update,
        "tracking_number",
        "courier",
        reads=shipments.reads,
        comments="A track cannot be edited: a new one takes its place, which stands behind the shipment's other tracks.",
    ),
    "shipments/destroy": action(
        shipments.destroy, reads=shipments.reads, comments="Only a further track of a shipment; shipments themselves stay."
    ),
    "variants/change_stock": action(
        stock.change_stock,
        "stock",
        "stock_change",
        reads=stock.reads,
        comments="Magento only sets counts: a change is read, added and set, so that a sale in between can be lost. Of several "
        "sources the default one takes the change.",
    ),
    "products/create": action(
        creating.create,
        *(name for name in writing.ATTRIBUTES if name != "sku"),
        "sku",
        "stock",
        "variations",
        "variants",
        "images",
        comments="With `variants` a configurable product. `variations` name attributes of the attribute set Default by label or "
        f"code; an option that is missing is made. {_PRICES}",
    ),
    "products/update": action(
        products.update,
        *writing.ATTRIBUTES,
        reads=products.reads,
        comments=f"A configurable product has the prices of its variants. `category_ids` replaces all that there are. {_PRICES}",
    ),
    "products/destroy": action(
        products.destroy, reads=products.reads, comments="Variants that belong to another product as well stay."
    ),
    "products/create_variant": action(
        creating.create_variant,
        *writing.ATTRIBUTES,
        "sku",
        "stock",
        "variations",
        "images",
        reads=products.reads,
        comments=f"Of a configurable product. `price` is needed. {_PRICES}",
        example={"sku": "MUG-GREEN", "price": 99.0, "stock": 3, "variations": [{"type": "Colour", "value": "Green"}]},
    ),
    "products/add_image": action(images.add, "url", "title", "position", reads=products.reads),
    "products/remove_image": action(images.remove, "remote_id", "url", reads=products.reads),
    "variants/update": action(products.update, *writing.ATTRIBUTES, reads=products.reads, comments=_PRICES),
    "variants/destroy": action(
        products.destroy_variant,
        reads=products.reads,
        comments="Of a configurable product; any other product is its own variant.",
    ),
    "variants/add_image": action(images.add, "url", "title", "position", reads=products.reads),
    "variants/remove_image": action(images.remove, "remote_id", "url", reads=products.reads),
    "shop_ids/index": action(shops.index, comments="The store views, as the webshop's setting `store_code` names them."),
}
