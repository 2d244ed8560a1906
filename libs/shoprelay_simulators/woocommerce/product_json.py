"""Products and variations as the API shows them; a variation has two faces (its own list, and /products/{id})."""

from datetime import datetime
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.dates import gmt, local
from shoprelay_simulators.woocommerce.links import links
from shoprelay_simulators.woocommerce.order_json import plain_meta
from shoprelay_simulators.woocommerce.rows import Image, Product

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

DIMENSIONS: Json = {"length": "", "width": "", "height": ""}


def price_of(product: Product, now: datetime) -> tuple[str, bool]:
    """The price asked now and whether that is an offer."""
    running = (product.sale_from is None or product.sale_from <= now) and (product.sale_to is None or now < product.sale_to)
    offer = bool(product.sale_price) and running
    return (product.sale_price if offer else product.regular_price), offer


def stock_json(product: Product, parent: Product | None) -> Json:
    """A variation without stock of its own shows its parent's and says manage_stock "parent"."""
    borrowed = parent is not None and parent.manage_stock and not product.manage_stock
    owner = parent if borrowed and parent else product
    return {
        "manage_stock": "parent" if borrowed else product.manage_stock,
        "stock_quantity": owner.stock if owner.manage_stock else None,
    }


def stock_status(product: Product, parent: Product | None) -> str:
    owner = parent if parent and parent.manage_stock and not product.manage_stock else product
    if not owner.manage_stock:
        return product.stock_status
    if (owner.stock or 0) > 0:
        return "instock"
    return "onbackorder" if owner.backorders != "no" else "outofstock"


def product_json(shop: "WooShop", product: Product) -> Json:
    """A product under /products/{id}; a variation is readable there too, as type "variation"."""
    parent = shop.products.get(product.parent_id)
    children = shop.variations_of(product.id)
    price, offer = _price(shop, product, children)
    stock = stock_json(product, parent)
    up = f"products/{product.parent_id}" if product.parent_id else ""
    body: Json = {
        "id": product.id,
        "name": f"{parent.name} - {product.name}" if parent else product.name,
        "slug": product.slug,
        "permalink": permalink(shop, product),
        **_dates(shop, product.created, product.modified),
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
        **_sale_dates(shop, product),
        "on_sale": offer,
        "purchasable": product.status == "publish" and bool(price),
        "total_sales": "0" if parent else product.sales,
        **_DOWNLOADS,
        "external_url": "",
        "button_text": "",
        "tax_status": "taxable",
        "tax_class": "",
        **stock,
        "backorders": product.backorders,
        "backorders_allowed": product.backorders != "no",
        "backordered": False,
        "low_stock_amount": None,
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
        "categories": [_term(shop.categories[i]) for i in product.categories if i in shop.categories],
        "brands": [],
        "tags": [_term(shop.tags[i]) for i in product.tags if i in shop.tags],
        "images": [image_json(shop, image) for image in product.images or (parent.images if parent else [])],
        "attributes": _choices(parent, product) if parent else _attributes(product),
        "default_attributes": [],
        "variations": [child.id for child in children],
        "grouped_products": [],
        "menu_order": product.menu_order,
        "price_html": _price_html(price),
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
    price, offer = _price(shop, product, [])
    images = product.images or parent.images
    collection = f"products/{parent.id}/variations"
    return {
        "id": product.id,
        "type": "variation",
        **_dates(shop, product.created, product.modified),
        "description": product.description,
        "permalink": permalink(shop, product),
        "sku": product.sku or parent.sku,
        "global_unique_id": product.gtin,
        "price": price,
        "regular_price": product.regular_price,
        "sale_price": product.sale_price,
        **_sale_dates(shop, product),
        "on_sale": offer,
        "status": product.status,
        "purchasable": product.status == "publish" and bool(price),
        **_DOWNLOADS,
        "tax_status": "taxable",
        "tax_class": "",
        **stock_json(product, parent),
        "stock_status": stock_status(product, parent),
        "backorders": product.backorders,
        "backorders_allowed": product.backorders != "no",
        "backordered": False,
        "low_stock_amount": None,
        "weight": product.weight or parent.weight,
        "dimensions": DIMENSIONS,
        "shipping_class": "",
        "shipping_class_id": 0,
        "image": image_json(shop, images[0]) if images else None,
        "attributes": _choices(parent, product),
        "menu_order": product.menu_order,
        "meta_data": [plain_meta(meta) for meta in product.meta],
        "name": product.name,
        "parent_id": parent.id,
        "_links": links(shop.site_url, collection, product.id, up=f"products/{parent.id}"),
    }


_DOWNLOADS: Json = {
    "virtual": False,
    "downloadable": False,
    "downloads": [],
    "download_limit": -1,
    "download_expiry": -1,
}


def permalink(shop: "WooShop", product: Product) -> str:
    parent = shop.products.get(product.parent_id)
    if parent is None:
        return f"{shop.site_url}/product/{product.slug}/"
    slugs = {attribute.name: attribute.slug for attribute in parent.attributes}
    query = "&".join(f"attribute_{slugs[name]}={option.lower()}" for name, option in product.choices)
    return f"{shop.site_url}/product/{parent.slug}/?{query}"


def image_json(shop: "WooShop", image: Image) -> Json:
    """The local time of an image carries the zone's offset twice; the GMT time is right."""
    shifted = image.created.astimezone(shop.zone)
    twice = local(image.created + (shifted.utcoffset() or image.created - image.created), shop.zone)
    right = gmt(image.created)
    return {
        "id": image.id,
        "date_created": twice,
        "date_created_gmt": right,
        "date_modified": twice,
        "date_modified_gmt": right,
        "src": f"{shop.site_url}{image.src}",
        "name": image.name,
        "alt": "",
    }


def _price(shop: "WooShop", product: Product, children: list[Product]) -> tuple[str, bool]:
    if product.type != "variable":
        return price_of(product, shop.now())
    prices = [price_of(child, shop.now()) for child in children if child.status == "publish"]
    known = [(price, offer) for price, offer in prices if price]
    if not known:
        return "", False
    return min((price for price, _ in known), key=float), any(offer for _, offer in known)


def _price_html(price: str) -> str:
    if not price:
        return ""
    shown = f"{float(price):.2f}".replace(".", ",")
    symbol = '<span class="woocommerce-Price-currencySymbol">kr.</span>'
    return f'<span class="woocommerce-Price-amount amount"><bdi>{shown}&nbsp;{symbol}</bdi></span>'


def _dates(shop: "WooShop", created: datetime, modified: datetime) -> Json:
    return {
        "date_created": local(created, shop.zone),
        "date_created_gmt": gmt(created),
        "date_modified": local(modified, shop.zone),
        "date_modified_gmt": gmt(modified),
    }


def _sale_dates(shop: "WooShop", product: Product) -> Json:
    return {
        "date_on_sale_from": local(product.sale_from, shop.zone),
        "date_on_sale_from_gmt": gmt(product.sale_from),
        "date_on_sale_to": local(product.sale_to, shop.zone),
        "date_on_sale_to_gmt": gmt(product.sale_to),
    }


def _term(term: object) -> Json:
    return {name: getattr(term, name) for name in ("id", "name", "slug")}


def _attributes(product: Product) -> list[Json]:
    return [
        {
            "id": attribute.id,
            "name": attribute.name,
            "slug": attribute.slug,
            "position": 0,
            "visible": True,
            "variation": attribute.variation,
            "options": list(attribute.options),
        }
        for attribute in product.attributes
    ]


def _choices(parent: Product, product: Product) -> list[Json]:
    known = {attribute.name: attribute for attribute in parent.attributes}
    return [{"id": known[name].id, "name": name, "slug": known[name].slug, "option": option} for name, option in product.choices]
