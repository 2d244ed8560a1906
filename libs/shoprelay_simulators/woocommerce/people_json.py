"""Customers, categories, tags and webhooks as the API shows them."""

import hashlib
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.dates import gmt, local
from shoprelay_simulators.woocommerce.links import links
from shoprelay_simulators.woocommerce.order_json import plain_meta
from shoprelay_simulators.woocommerce.product_parts import image_json
from shoprelay_simulators.woocommerce.rows import Customer, Term, Webhook

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

ADDRESS = ("first_name", "last_name", "company", "address_1", "address_2", "city", "postcode", "country", "state")
HOOKS: dict[str, list[str]] = {
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
    "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
    "product.created": [
        "woocommerce_process_product_meta",
        "woocommerce_new_product",
        "woocommerce_new_product_variation",
    ],
    "product.updated": [
        "woocommerce_process_product_meta",
        "woocommerce_update_product",
        "woocommerce_update_product_variation",
    ],
    "product.deleted": ["wp_trash_post"],
    "product.restored": ["untrashed_post"],
    "customer.created": ["user_register", "woocommerce_created_customer", "woocommerce_new_customer"],
    "customer.updated": ["profile_update", "woocommerce_update_customer"],
    "customer.deleted": ["delete_user"],
    "coupon.created": ["woocommerce_process_shop_coupon_meta", "woocommerce_new_coupon"],
    "coupon.updated": ["woocommerce_process_shop_coupon_meta", "woocommerce_update_coupon"],
    "coupon.deleted": ["wp_trash_post"],
    "coupon.restored": ["untrashed_post"],
}


def customer_json(shop: "WooShop", customer: Customer) -> Json:
    face = hashlib.sha256(customer.email.encode()).hexdigest()
    return {
        "id": customer.id,
        "date_created": local(customer.created, shop.zone),
        "date_created_gmt": gmt(customer.created),
        "date_modified": local(customer.modified, shop.zone),
        "date_modified_gmt": gmt(customer.modified),
        "email": customer.email,
        "first_name": customer.first,
        "last_name": customer.last,
        "role": customer.role,
        "username": customer.username,
        "billing": {name: customer.billing.get(name, "") for name in (*ADDRESS, "email", "phone")},
        "shipping": {name: customer.shipping.get(name, "") for name in (*ADDRESS, "phone")},
        "is_paying_customer": customer.paying,
        "avatar_url": f"https://secure.gravatar.com/avatar/{face}?s=96&d=mm&r=g",
        "meta_data": [plain_meta(meta) for meta in customer.meta],
        "_links": links(shop.site_url, "customers", customer.id),
    }


def category_json(shop: "WooShop", term: Term) -> Json:
    return _branch(
        shop, term, "products/categories", [row.categories for row in shop.products.values() if row.status == "publish"]
    )


def brand_json(shop: "WooShop", term: Term) -> Json:
    held = [row.brands for row in shop.products.values() if row.status == "publish"]
    return _branch(shop, term, "products/brands", held)


def _branch(shop: "WooShop", term: Term, collection: str, held: list[list[int]]) -> Json:
    """A term that may have a parent and an image. `held`: the terms of each product that can be bought."""
    up = f"{collection}/{term.parent}" if term.parent else ""
    return {
        "id": term.id,
        "name": term.name,
        "slug": term.slug,
        "parent": term.parent,
        "description": term.description,
        "display": "default",
        "image": image_json(shop, term.image) if term.image else None,
        "menu_order": term.menu_order,
        "count": sum(term.id in terms for terms in held),
        "_links": links(shop.site_url, collection, term.id, up=up),
    }


def tag_json(shop: "WooShop", term: Term) -> Json:
    return {
        "id": term.id,
        "name": term.name,
        "slug": term.slug,
        "description": term.description,
        "count": sum(term.id in row.tags and row.status == "publish" for row in shop.products.values()),
        "_links": links(shop.site_url, "products/tags", term.id),
    }


def webhook_json(shop: "WooShop", webhook: Webhook) -> Json:
    """The secret and the failure count are never shown."""
    resource, _, event = webhook.topic.partition(".")
    return {
        "id": webhook.id,
        "name": webhook.name,
        "status": webhook.status,
        "topic": webhook.topic,
        "resource": resource,
        "event": event,
        "hooks": HOOKS.get(webhook.topic, [event]),
        "delivery_url": webhook.url,
        "date_created": local(webhook.created, shop.zone),
        "date_created_gmt": gmt(webhook.created),
        "date_modified": local(webhook.modified, shop.zone),
        "date_modified_gmt": gmt(webhook.modified),
        "_links": links(shop.site_url, "webhooks", webhook.id),
    }
