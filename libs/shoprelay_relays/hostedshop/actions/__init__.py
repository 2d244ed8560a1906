"""What can be done in a shop of the HostedShop family.

There is no operation that edits an order's lines or addresses, deletes an order, pays back or makes a credit note.
"""

from shoprelay_relays.actions import action
from shoprelay_relays.hostedshop.actions import (
    asked,
    categories,
    creating,
    customers,
    images,
    orders,
    payments,
    places,
    products,
    shipments,
    shop,
    sold,
    status,
    variants,
)

_MAIL = "Status 1 (order received) always sends the buyer an e-mail; others do as the shop's settings say."
_TAKES = (
    "A payment is taken whole, after it was made less where capture_amount says so. What the shop lists as status 1 is taken "
    "already."
)
_TRACKING = "A shipment is a tracking code, of the order or of whole lines; there is no place for a courier."
_PRICE = "price alone ends a reduction; beside before_price it is the reduced price. Price lines of the shop go before both."
_WEIGHT = "weight is in kilograms."
_STOCK = (
    "The platform takes counts alone: stock_change is added to the count that the shop had just before, and what is sold in that "
    "moment is lost. What is counted at several places cannot be changed."
)
_FILES = "The platform fetches no files: the address is that of a file in the shop's own folder upload_dir/pics."
_FILE = "https://shop000000.sfstatic.io/upload_dir/pics/mug.jpg"
_NAMED = 'With bypass_db: the number in the shop, "product/variant", or an item number that is no number of the shop.'
_ADDRESSES = "A user has one address for bills and one for deliveries; all others are refused. Texts go into the main language."
_LAND = "Countries are those that the shop delivers to."

_PLACES = tuple(f"{side}_{name}" for side in ("billing", "shipping") for name in (*places.FIELDS, "province", "country"))
_LINES = ("order_lines", "order_line_ids")

ORDERS = {
    "orders/create": action(
        creating.create,
        *_PLACES,
        *("billing_vat_number", "email", "customer_note", "company_note", "status", "variants", "currency", "customer"),
        *("delivery_method", "delivery_price", "payment_method"),
        comments="The platform makes no order without a delivery method and a payment method. What is sold has to be online and "
        f"in stock: other lines are left out, and left_out says which. {_LAND}",
        example={
            "email": "ada@example.com",
            "billing_first_name": "Ada",
            "billing_last_name": "Berg",
            "billing_address_1": "Havnegade 1",
            "billing_zip_code": "1058",
            "billing_city": "Copenhagen",
            "variants": [{"sku": "MUG-BLUE", "quantity": 2}],
            "delivery_method": {"remote_id": "1"},
            "payment_method": {"remote_id": "1"},
        },
    ),
    "orders/update": action(
        orders.update,
        *("company_note", "status"),
        reads=status.reads,
        comments=f"company_note takes the place of the comment that was there. {_MAIL}",
    ),
    "orders/update_status": action(
        status.update_status, "status_id", reads=status.reads, comments=_MAIL, example={"status_id": "2"}
    ),
    "orders/close": action(
        status.close,
        *("capture", "capture_amount", "status_id"),
        reads=status.reads,
        comments=f"Takes the payment, then moves the order into status 3 (sent), or status_id. {_TAKES}",
    ),
    "orders/cancel": action(
        status.cancel,
        *("refund", "status_id"),
        reads=status.reads,
        comments="Moves the order into status 5 (cancelled), or status_id. refund releases what is reserved on the buyer's card; "
        "what was taken is paid back at the payment service.",
    ),
    "orders/create_shipment": action(
        shipments.create,
        *_LINES,
        *("tracking_number", "status_id", "capture", "capture_amount"),
        reads=status.reads,
        comments=f"{_TRACKING} The order is sent once it is in a status that says so, such as 3 or 7 (partly). {_MAIL}",
        example={"tracking_number": "ABC123456789", "status_id": "3"},
    ),
    "orders/create_invoice": action(
        orders.create_invoice,
        *("capture", "status_id"),
        reads=status.reads,
        comments="The invoice is about the whole order, and to be paid at once.",
        example={"capture": True},
    ),
    "orders/capture": action(
        payments.capture, "capture_amount", "status_id", reads=status.reads, comments=_TAKES, example={"capture_amount": 100.99}
    ),
    "shipments/update": action(
        shipments.update,
        "tracking_number",
        reads=shipments.reads,
        comments=_TRACKING,
        example={"tracking_number": "ABC123456789"},
    ),
    "shipments/destroy": action(
        shipments.destroy, reads=shipments.reads, comments="Takes the tracking code away; not of an order that is sent."
    ),
}

GOODS = {
    "products/create": action(
        products.create,
        *asked.PRODUCT,
        *("barcode", "stock", "variants"),
        comments=f"name and category_ids are needed. Variants are made by further requests. {_PRICE} {_WEIGHT}",
        example={
            "name": "Mug",
            "sku": "MUG",
            "price": 99.0,
            "category_ids": ["5bf935bc3ab42fc4f4280d05"],
            "variants": [{"sku": "MUG-BLUE", "stock": 10, "variations": [{"type": "Colour", "value": "Blue"}]}],
        },
    ),
    "products/update": action(
        products.update, *asked.PRODUCT, reads=sold.reads, comments=f"{_PRICE} {_WEIGHT} The prices of variants are their own."
    ),
    "products/destroy": action(products.destroy, reads=sold.reads),
    "products/create_variant": action(
        variants.create, *asked.VARIANT, reads=sold.reads, comments=f"{_PRICE} {_WEIGHT} Without prices it has the product's."
    ),
    "products/add_image": action(images.add, *("url", "position"), reads=sold.reads, comments=_FILES, example={"url": _FILE}),
    "products/remove_image": action(
        images.remove, "remote_id", "url", reads=sold.reads, comments="The file stays in the shop's folder."
    ),
    "variants/update": action(
        variants.update,
        *dict.fromkeys((*asked.VARIANT, *asked.PRODUCT)),
        reads=sold.reads,
        comments="A variant has its own sku, prices, stock, barcode, weight, published and variations; what else products have "
        f"is for a product without variants. {_PRICE} {_WEIGHT} {_NAMED}",
    ),
    "variants/destroy": action(variants.destroy, reads=sold.reads, comments=_NAMED),
    "variants/add_image": action(
        images.add_to_variant,
        *("url", "position"),
        reads=sold.reads,
        comments=f"A variant has one image of its own: a new one takes its place. {_FILES} {_NAMED}",
        example={"url": _FILE},
    ),
    "variants/remove_image": action(
        images.remove_from_variant,
        *("remote_id", "url"),
        reads=sold.reads,
        comments=f"It stays one of the product's images. {_NAMED}",
    ),
    "variants/change_stock": action(
        variants.change_stock, *("stock", "stock_change"), reads=sold.reads, comments=f"{_STOCK} {_NAMED}"
    ),
}

OTHERS = {
    "customers/create": action(
        customers.create,
        *customers.ATTRIBUTES,
        comments=f"The user logs in by the e-mail address; without password one is made up that nobody knows. {_ADDRESSES}",
    ),
    "customers/update": action(
        customers.update,
        *customers.ATTRIBUTES,
        reads=customers.reads,
        comments=f"The name to log in by stays. Only buyers with an account. {_ADDRESSES}",
    ),
    "customers/destroy": action(customers.destroy, reads=customers.reads, comments="Only buyers with an account."),
    "categories/create": action(categories.create, *categories.ATTRIBUTES),
    "categories/update": action(categories.update, *categories.ATTRIBUTES, reads=categories.reads),
    "categories/destroy": action(categories.destroy, reads=categories.reads),
    "shop_ids/index": action(shop.sites, comments="The sites of the shop."),
}

ACTIONS = {**ORDERS, **GOODS, **OTHERS}
