"""Products and variations as the API shows them; a variation has two faces (its own list, and /products/{id})."""

from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.links import links
from shoprelay_simulators.woocommerce.order_json import plain_meta
from shoprelay_simulators.woocommerce.product_parts import (
    DIMENSIONS,
    DOWNLOADS,
    attributes_json,
    choices_json,
    dates,
    image_json,
    permalink,
    price_html,
    sale_dates,
    shown_price,
    stock_json,
    stock_status,
    term_json,
)
from shoprelay_simulators.woocommerce.rows import Product

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

# A product names no variations of other statuses (class-wc-product-variable-data-store-cpt.php, read_children).
SOLD = {"publish", "private"}


def product_json(shop: "WooShop", product: Product) -> Json:
    """A product under /products/{id}; a variation is readable there too, as type "variation"."""
    parent = shop.products.get(product.parent_id)
    children = [child for child in shop.variations_of(product.id) if child.status in SOLD]
    price, offer = shown_price(shop, product, children)
    stock = stock_json(product, parent)
    up = f"products/{product.parent_id}" if product.parent_id else ""
    body: Json = {
        "id": product.id,
        "name": f"{parent.name} - {product.name}" if parent else product.name,
        "slug": product.slug,
        "permalink": permalink(shop, product),
        **dates(shop, product.created, product.modified),
        "type": product.type,
        "status": product.status,
        "featured": False,
        "catalog_visibility": product.visibility,
        "description": product.description,
        "short_description": product.short_description,
        "sku": product.sku or (parent.sku if parent else ""),
        "price": price,
        "regular_price": product.regular_price,
        "sale_price": product.sale_price,
        **sale_dates(shop, product),
        "on_sale": offer,
        "purchasable": product.status == "publish" and bool(price),
        "total_sales": "0" if parent else product.sales,
        **DOWNLOADS,
        "external_url": "",
        "button_text": "",
        "tax_status": "taxable",
        "tax_class": "",
        **stock,
        "backorders": product.backorders,
        "backorders_allowed": product.backorders != "no",
        "backordered": False,
        "low_stock_amount": product.low_stock,
        "sold_individually": False,
        "weight": product.weight,
        "dimensions": DIMENSIONS,
        "shipping_required": True,
        "shipping_taxable": True,
        "shipping_class": "",
        "shipping_class_id": 0,
        "reviews_allowed": not parent,
        "average_rating": "0.00",
        "rating_count": 0,
        "upsell_ids": [],
        "cross_sell_ids": [],
        "parent_id": product.parent_id,
        "purchase_note": "",
        "categories": [term_json(shop.categories[i]) for i in product.categories if i in shop.categories],
        "brands": [term_json(shop.brands[i]) for i in product.brands if i in shop.brands],
        "tags": [term_json(shop.tags[i]) for i in product.tags if i in shop.tags],
        "images": [image_json(shop, image) for image in product.images or (parent.images if parent else [])],
        "attributes": choices_json(parent, product) if parent else attributes_json(product),
        "default_attributes": [],
        "variations": [child.id for child in children],
        "grouped_products": [],
        "menu_order": product.menu_order,
        "price_html": price_html(price),
        "related_ids": [],
        "meta_data": [plain_meta(meta) for meta in product.meta],
        "stock_status": stock_status(product, parent),
        "has_options": product.type == "variable",
        "post_password": "",
        "global_unique_id": product.gtin,
        "_links": links(shop.site_url, "products", product.id, up=up),
    }
    return body


def variation_json(shop: "WooShop", product: Product) -> Json:
    """A variation under /products/{parent}/variations."""
    parent = shop.products[product.parent_id]
    price, offer = shown_price(shop, product, [])
    images = product.images or parent.images
    collection = f"products/{parent.id}/variations"
    return {
        "id": product.id,
        "type": "variation",
        **dates(shop, product.created, product.modified),
        "description": product.description,
        "permalink": permalink(shop, product),
        "sku": product.sku or parent.sku,
        "global_unique_id": product.gtin,
        "price": price,
        "regular_price": product.regular_price,
        "sale_price": product.sale_price,
        **sale_dates(shop, product),
        "on_sale": offer,
        "status": product.status,
        "purchasable": product.status == "publish" and bool(price),
        **DOWNLOADS,
        "tax_status": "taxable",
        "tax_class": "",
        **stock_json(product, parent),
        "stock_status": stock_status(product, parent),
        "backorders": product.backorders,
        "backorders_allowed": product.backorders != "no",
        "backordered": False,
        "low_stock_amount": product.low_stock,
        "weight": product.weight or parent.weight,
        "dimensions": DIMENSIONS,
        "shipping_class": "",
        "shipping_class_id": 0,
        "image": image_json(shop, images[0]) if images else None,
        "attributes": choices_json(parent, product),
        "menu_order": product.menu_order,
        "meta_data": [plain_meta(meta) for meta in product.meta],
        "name": product.name,
        "parent_id": parent.id,
        "_links": links(shop.site_url, collection, product.id, up=f"products/{parent.id}"),
    }
