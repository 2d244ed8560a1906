"""What products and variants tell in the same words.

https://devdocs.prestashop-project.org/8/webservice/resources/products/
"""

import html
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shoprelay_relays import units
from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import prices, words
from shoprelay_relays.spec import Shop
from shoprelay_relays.values import as_float

# What is done when the stock is used up; 2 leaves it to the shop's own setting.
_DENY, _ALLOW = "0", "1"


def common(raw: Raw, shop: Shop) -> dict[str, Any]:
    """Attributes of a product that its variants share."""
    config, language = shop.config, shop.config.get("language_id")
    rate, scope, active = prices.tax_rate(raw), raw.text("visibility"), raw.flag("active")
    return {
        "currency": config.get("currency"),
        "type": raw.text("product_type") or raw.text("type"),
        "url": _url(raw, config),
        "path": words.text(raw, "link_rewrite", language),
        "status": None if active is None else "active" if active else "inactive",
        "published": bool(active),
        "published_scope": scope,
        "searchable": None if scope is None else str(scope in {"both", "search"}).lower(),
        "description_1": words.html(raw, "description_short", language),
        "description_2": words.html(raw, "description", language),
        "description_3": _features(raw, language),
        "meta_title": words.text(raw, "meta_title", language),
        "meta_description": words.text(raw, "meta_description", language),
        "manufacturer": raw.text("manufacturer_name"),
        "category_ids": [shop.id("categories", key) for key in _categories(raw)],
        "tags": [name for tag in raw.items("tags") if (name := tag.text("name"))],
        "vat_class": raw.reference("id_tax_rules_group"),
        "vat_pct": as_float(rate),
        "manage_stock": config.get("manage_stock", "1") == "1",
    }


def own(
    product: Raw, raw: Raw, combination: str | None, impact: Decimal, weight: Decimal, config: Mapping[str, Any]
) -> dict[str, Any]:
    """What a combination (`raw`) may tell for itself, else its product: price, weight, least quantity, messages."""
    net = product.number("price")
    language = config.get("language_id")
    cost = raw.amount("wholesale_price") or product.number("wholesale_price")
    low = raw.integer("low_stock_threshold")
    return {
        **prices.told(product, combination, None if net is None else net + impact, prices.tax_rate(product), config),
        **_measures(product, weight, config),
        "cost_price": as_float(cost or None),
        "min_quantity": raw.integer("minimal_quantity"),
        "low_stock_limit": low if low is not None else product.integer("low_stock_threshold"),
        "in_stock_message": words.text(raw, "available_now", language) or words.text(product, "available_now", language),
        "no_stock_message": words.text(raw, "available_later", language) or words.text(product, "available_later", language),
    }


def barcode(raw: Raw) -> str | None:
    return next((found for name in ("ean13", "upc", "isbn") if (found := raw.text(name))), None)


def stock(product: Raw, combination: str | None, config: Mapping[str, Any]) -> dict[str, Any]:
    """`stock` and `allow_backorders` of one variant. The product's own `quantity` is always 0."""
    rows = [row for row in product.items("stock_availables") if row.reference("id_product_attribute") == combination]
    if not rows:
        return {}
    out_of_stock = rows[0].text("out_of_stock") or _DENY
    by_default = config.get("allow_backorders") == "1"
    return {
        "stock": rows[0].integer("quantity") or 0,
        "allow_backorders": out_of_stock == _ALLOW or (out_of_stock != _DENY and by_default),
    }


def images(raws: list[Raw], config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The originals, which lie under the digits of their ids whatever the theme and the language."""
    base = str(config.get("shop_url") or "").rstrip("/")
    found = (raw.id() for raw in raws)
    return [
        {"remote_id": key, "url": f"{base}/img/p/{'/'.join(key)}/{key}.jpg", "title": None, "position": position}
        for position, key in enumerate(found, start=1)
    ]


def _url(raw: Raw, config: Mapping[str, Any]) -> str | None:
    """The one address that every shop answers, with or without friendly ones."""
    base = str(config.get("shop_url") or "").rstrip("/")
    return f"{base}/index.php?controller=product&id_product={raw.id()}" if base else None


def _categories(raw: Raw) -> list[str]:
    """The default category first; it may be deleted, and then stays named."""
    default = raw.reference("id_category_default")
    listed = raw.child("associations").references("categories")
    return list(dict.fromkeys([*([default] if default else []), *listed]))


def _features(raw: Raw, language: str | None) -> str | None:
    """The features as the list that the shop shows under "Data sheet"."""
    pairs = [
        (words.text(row.child("feature"), "name", language), words.text(row.child("feature_value"), "value", language))
        for row in raw.items("features")
    ]
    rows = [f"<li>{html.escape(f'{name}: {value}', quote=False)}</li>" for name, value in pairs if name and value]
    return f"<ul>{''.join(rows)}</ul>" if rows else None


def _measures(product: Raw, weight: Decimal, config: Mapping[str, Any]) -> dict[str, Any]:
    """Weights and sizes; 0 is what PrestaShop has where nothing was entered."""
    total = product.amount("weight") + weight
    heavy, weight_unit = units.whole({"weight": total or None}, config.get("weight_unit") or units.WEIGHT)
    sides = {"length": "depth", "width": "width", "height": "height"}
    size, size_unit = units.whole(
        {side: product.amount(name) or None for side, name in sides.items()}, config.get("dimension_unit") or units.DIMENSION
    )
    return {**heavy, "weight_unit": weight_unit, **size, "size_unit": size_unit}
