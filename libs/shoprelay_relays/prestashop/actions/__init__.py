"""What can be done in a PrestaShop: https://devdocs.prestashop-project.org/8/webservice/"""

from shoprelay_relays.actions import action
from shoprelay_relays.prestashop.actions import (
    accounts,
    categories,
    creating,
    editing,
    found,
    images,
    orders,
    parcels,
    products,
    shops,
    slips,
    stock,
    webshop,
)

_STATUS = "A status does in the shop what it is set up to do there (invoice, payment, stock). The buyer gets no e-mail."
_PAPER = "A credit slip moves no money: pay back at the payment provider."

_WORDS = "Texts are written in the shop's main language; a new record has them in all."
_PRICES = "Prices are stored without tax, by the product's tax rules."

ACTIONS = {
    "categories/create": action(categories.create, *categories.ATTRIBUTES, comments=_WORDS),
    "categories/update": action(categories.update, *categories.ATTRIBUTES, reads=categories.reads, comments=_WORDS),
    "categories/destroy": action(
        categories.destroy, reads=categories.reads, comments="The categories below it are deleted with it."
    ),
    "customers/create": action(
        accounts.create,
        *accounts.ATTRIBUTES,
        "addresses",
        comments="Without a password the buyer has to ask for one.",
        example={"email": "ada@example.com", "first_name": "Ada", "last_name": "Berg"},
    ),
    "customers/update": action(accounts.update, *accounts.ATTRIBUTES, reads=accounts.reads),
    "customers/destroy": action(
        accounts.destroy,
        reads=accounts.reads,
        comments="The customer is gone for good; orders keep its number, and their addresses.",
    ),
    "orders/update": action(
        editing.update,
        *editing.ATTRIBUTES,
        reads=orders.reads,
        comments=f"A corrected address is a new one of this order alone. {_STATUS}",
    ),
    "orders/close": action(
        orders.close,
        "status_id",
        reads=orders.reads,
        comments=f"Moves the order into `status_id`, else into the shop's status for delivered orders. {_STATUS}",
        example={},
    ),
    "orders/create_shipment": action(
        parcels.create_shipment,
        "tracking_number",
        "courier",
        "status_id",
        reads=orders.reads,
        comments="PrestaShop sends orders whole. `courier` is one of the shop's carriers, by name. Moves the order into "
        f"`status_id`, else into the shop's status for shipped orders. {_STATUS}",
        example={"tracking_number": "ABC123456789"},
    ),
    "orders/refund": action(
        slips.refund,
        "refund_amount",
        "status_id",
        reads=orders.reads,
        comments=f"{_PAPER} Without an amount all that is left is credited, and the order moves into the shop's status for "
        "refunded orders, unless `status_id` names another one.",
    ),
    "orders/return": action(
        slips.return_,
        "order_lines",
        "order_line_ids",
        "include_shipping",
        "restock",
        "status_id",
        reads=orders.reads,
        comments=f"{_PAPER} The slip does not put goods back either: `restock` adds them to the stock beside it.",
    ),
    "orders/update_status": action(orders.update_status, "status_id", reads=orders.reads, comments=_STATUS),
    "orders/cancel": action(
        orders.cancel,
        "refund",
        reads=orders.reads,
        comments="Moves the order into the shop's status for cancelled orders, which puts the goods back in stock; `refund` "
        "can only be false.",
    ),
    "orders/destroy": action(
        orders.destroy,
        reads=orders.reads,
        comments="The order is gone for good, and leaves its lines behind in the database. Nothing is put back in stock.",
    ),
    "shipments/update": action(
        parcels.update,
        "tracking_number",
        "courier",
        reads=parcels.reads,
        comments="`courier` is one of the shop's carriers, by name.",
        example={"tracking_number": "ABC123456789"},
    ),
    "variants/change_stock": action(
        stock.change_stock,
        "stock",
        "stock_change",
        reads=found.reads,
        comments="PrestaShop only sets counts: a change is read, added and set, so that a sale in between can be lost.",
    ),
    "products/create": action(
        creating.create,
        *products.PRODUCT,
        "barcode",
        "stock",
        "variants",
        "images",
        comments="Each variant is a combination: `variations` are options and their values, which are made where missing. "
        f"The tax rules are those of most products. {_WORDS} {_PRICES}",
    ),
    "products/update": action(
        products.update,
        *products.PRODUCT,
        reads=found.reads,
        comments=f"`category_ids` replaces all that there are. {_WORDS} {_PRICES}",
    ),
    "products/destroy": action(products.destroy, reads=found.reads),
    "products/create_variant": action(
        creating.create_variant,
        *products.VARIANT,
        "stock",
        "variations",
        reads=found.reads,
        comments=f"A combination; options and values are made where they are missing. {_PRICES}",
    ),
    "products/add_image": action(images.add, "url", reads=found.reads),
    "products/remove_image": action(images.remove, "remote_id", "url", reads=found.reads),
    "variants/update": action(products.update_variant, *products.VARIANT, reads=found.reads, comments=_PRICES),
    "variants/destroy": action(
        products.destroy_variant, reads=found.reads, comments="Of a combination; a product without any is its own variant."
    ),
    "variants/add_image": action(images.add_to_variant, "url", reads=found.reads),
    "variants/remove_image": action(
        images.remove_from_variant, "remote_id", "url", reads=found.reads, comments="The product loses it as well."
    ),
    "shop_ids/index": action(shops.index, comments="As the webshop's setting `shop_id` names them; needs the right on shops."),
    "webshops/update": action(
        webshop.update,
        *webshop.ATTRIBUTES,
        comments="`settings` are those of `configurations`, such as PS_SHOP_PHONE. The key needs the right to modify these.",
    ),
}
