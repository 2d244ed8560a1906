"""The parts that a product and a variation share: price, stock, dates, images, attributes."""

from datetime import datetime
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.dates import gmt, local
from shoprelay_simulators.woocommerce.rows import Image, Product, Term

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

DIMENSIONS: Json = {"length": "", "width": "", "height": ""}


def price_of(product: Product, now: datetime) -> tuple[str, bool]:
    """The price, as it was last written, and whether there is an offer now."""
    offered = bool(product.sale_price) and _offered(product, product.priced or now)
    return (product.sale_price if offered else product.regular_price), bool(product.sale_price) and _offered(product, now)


def _offered(product: Product, at: datetime) -> bool:
    return (product.sale_from is None or product.sale_from <= at) and (product.sale_to is None or at < product.sale_to)


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


DOWNLOADS: Json = {
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
        "alt": image.alt,
    }


def shown_price(shop: "WooShop", product: Product, children: list[Product]) -> tuple[str, bool]:
    if product.type != "variable":
        return price_of(product, shop.now())
    prices = [price_of(child, shop.now()) for child in children if child.status == "publish"]
    known = [(price, offer) for price, offer in prices if price]
    if not known:
        return "", False
    return min((price for price, _ in known), key=float), any(offer for _, offer in known)


def price_html(price: str) -> str:
    if not price:
        return ""
    shown = f"{float(price):.2f}".replace(".", ",")
    symbol = '<span class="woocommerce-Price-currencySymbol">kr.</span>'
    return f'<span class="woocommerce-Price-amount amount"><bdi>{shown}&nbsp;{symbol}</bdi></span>'


def dates(shop: "WooShop", created: datetime, modified: datetime) -> Json:
    return {
        "date_created": local(created, shop.zone),
        "date_created_gmt": gmt(created),
        "date_modified": local(modified, shop.zone),
        "date_modified_gmt": gmt(modified),
    }


def sale_dates(shop: "WooShop", product: Product) -> Json:
    return {
        "date_on_sale_from": local(product.sale_from, shop.zone),
        "date_on_sale_from_gmt": gmt(product.sale_from),
        "date_on_sale_to": local(product.sale_to, shop.zone),
        "date_on_sale_to_gmt": gmt(product.sale_to),
    }


def term_json(term: Term) -> Json:
    return {"id": term.id, "name": term.name, "slug": term.slug}


def attributes_json(product: Product) -> list[Json]:
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


def choices_json(parent: Product, product: Product) -> list[Json]:
    known = {attribute.name: attribute for attribute in parent.attributes}
    return [{"id": known[name].id, "name": name, "slug": known[name].slug, "option": option} for name, option in product.choices]
