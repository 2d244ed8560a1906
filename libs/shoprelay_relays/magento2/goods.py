"""What products and variants tell in the same words."""

import html
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shoprelay_relays import units
from shoprelay_relays.fields import Raw
from shoprelay_relays.localtime import zone
from shoprelay_relays.magento2 import known
from shoprelay_relays.magento2.custom import Custom
from shoprelay_relays.spec import Draft, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import StockMessage

_CENT = Decimal("0.01")
_MADE_OF_OTHERS = {"configurable", "grouped", "bundle"}
STATUSES = {"1": "enabled", "2": "disabled"}
# visibility, https://developer.adobe.com/commerce/webapi/rest/ (catalogProductRepositoryV1)
SCOPES = {"1": "nowhere", "2": "catalog", "3": "search", "4": "catalog, search"}
_SEARCHABLE = {"3", "4"}
_BARCODES = ("ean", "gtin", "barcode", "ean13", "gtin13", "ean_code", "upc", "isbn")
_MAKERS = ("manufacturer", "brand")
_UNITS = {"kgs": "kg", "lbs": "lbs"}


def common(raw: Raw, custom: Custom, shop: Shop) -> dict[str, Any]:
    """Attributes that a product and a variant share by name."""
    scope, status = raw.text("visibility") or "", raw.text("status") or ""
    return {
        **_prices(raw, custom, shop.config),
        **_weight(raw, shop.config),
        **_rules(raw),
        **_texts(custom),
        "name": raw.text("name"),
        "sku": raw.text("sku"),
        "sku_2": raw.id(),
        "type": raw.text("type_id"),
        "status": STATUSES.get(status, status),
        "published": STATUSES.get(status) == "enabled",
        "published_scope": SCOPES.get(scope),
        "searchable": str(scope in _SEARCHABLE).lower() if scope else None,
        "path": custom.text("url_key"),
        "url": _page(custom, scope, shop),
        "category_ids": [shop.id("categories", key) for key in _categories(raw)],
        "images": images(raw, shop),
        "currency": shop.config.get("currency"),
    }


def _texts(custom: Custom) -> dict[str, Any]:
    shown = [f"<li>{html.escape(f'{name}: {value}', quote=False)}</li>" for name, value in custom.shown()]
    return {
        "description_1": custom.html("short_description"),
        "description_2": custom.html("description"),
        "description_3": f"<ul>{''.join(shown)}</ul>" if shown else None,
        "meta_title": custom.text("meta_title"),
        "meta_description": custom.text("meta_description"),
        "manufacturer": custom.word(*_MAKERS),
        "template": custom.text("page_layout"),
    }


def _prices(raw: Raw, custom: Custom, config: Mapping[str, Any]) -> dict[str, Any]:
    """Prices with tax: as the merchant enters them, or with the rate of their tax class, where it is known.

    A product that is sold in variants, or in parts, has no price of its own (0).
    """
    tax_class = custom.text("tax_class_id")
    rate = _rate(tax_class, config)
    add = rate if config.get("prices_include_tax") == "no" else None
    special, price = custom.number("special_price"), raw.number("price")
    if not price and raw.text("type_id") in _MADE_OF_OTHERS:
        price = None
    # A kit's special price is a percentage.
    special = None if raw.text("type_id") == "bundle" else special
    where = zone(config.get("time_zone"))
    return {
        "price": as_float(_with_tax(price, add)),
        "before_price": as_float(_with_tax(price if special is not None else None, add)),
        "offer_price": as_float(_with_tax(special, add)),
        "offer_started_at": custom.day("special_from_date", where),
        # The day that is named is the last one.
        "offer_finished_at": custom.day("special_to_date", where, ends=True),
        "cost_price": as_float(custom.number("cost")),
        "vat_class": custom.word("tax_class_id"),
        "vat_pct": as_float(Decimal(0) if tax_class == "0" else rate),
    }


def _rate(tax_class: str | None, config: Mapping[str, Any]) -> Decimal | None:
    found = known.table(config, "tax_rates").get(tax_class or "")
    return Decimal(found) if found else None


def _with_tax(price: Decimal | None, rate: Decimal | None) -> Decimal | None:
    return price if price is None or rate is None else (price * (1 + rate)).quantize(_CENT)


def _weight(raw: Raw, config: Mapping[str, Any]) -> dict[str, Any]:
    """A whole number in the shop's unit, or in the next finer one: 0.45 kg is 450 g."""
    unit = _UNITS.get(config.get("weight_unit") or "lbs") or str(config["weight_unit"])
    weight, unit = units.whole({"weight": raw.number("weight")}, unit)
    return {**weight, "weight_unit": None if weight["weight"] is None else unit}


def _rules(raw: Raw) -> dict[str, Any]:
    """What the stock item says of backorders and quantities; where sources are read, it is not."""
    item = stock_item(raw)
    backorders = item.integer("backorders")
    return {
        "allow_backorders": None if backorders is None else backorders > 0,
        "manage_stock": item.flag("manage_stock"),
        "min_quantity": _pieces(item.number("min_sale_qty")),
        "max_quantity": _pieces(item.number("max_sale_qty")),
        "low_stock_limit": _pieces(item.number("notify_stock_qty")),
    }


def stock_item(raw: Raw) -> Raw:
    learnt = raw.child("learnt")
    return learnt.child("stock_item") if "stock_item" in learnt else raw.child("extension_attributes").child("stock_item")


def stock(raw: Raw, config: Mapping[str, Any]) -> dict[str, Any]:
    """`stock` and `locations`: what can be sold, else what lies in the website's sources, else the stock item's count."""
    learnt = raw.child("learnt")
    items = learnt.items("source_items")
    here = known.sources(config)
    counts = [(i.text("source_code") or "", i.amount("quantity"), bool(i.flag("status"))) for i in items]
    total = sum((count for code, count, inside in counts if inside and (not here or code in here)), Decimal(0))
    salable = learnt.number("salable_quantity")
    if salable is None:
        salable = total if items else _counted(raw)
    return {"stock": _pieces(salable), "locations": {code: _pieces(count) for code, count, _ in counts} or None}


def _counted(raw: Raw) -> Decimal | None:
    """What the stock item counts; those of products that are made of others count nothing (0)."""
    item = stock_item(raw)
    if item.flag("manage_stock") is False or raw.text("type_id") in _MADE_OF_OTHERS:
        return None
    return item.number("qty")


def stock_message(raw: Raw) -> Draft | None:
    """in_stock or out_of_stock: what the shop says beside the count."""
    items = raw.child("learnt").items("source_items")
    inside = any(item.flag("status") for item in items) if items else stock_item(raw).flag("is_in_stock")
    if inside is None:
        return None
    word = "in_stock" if inside else "out_of_stock"
    return Draft(StockMessage(remote_id=word), word, derived=True)


def barcode(custom: Custom) -> str | None:
    return custom.text(*_BARCODES)


def images(raw: Raw, shop: Shop) -> list[dict[str, Any]]:
    """The gallery in its order, without what is hidden from the product's page."""
    shown = [entry for entry in raw.items("media_gallery_entries") if not entry.flag("disabled") and entry.text("file")]
    shown.sort(key=lambda entry: (entry.integer("position") or 0, entry.integer("id") or 0))
    return [
        {
            "remote_id": entry.reference("id"),
            "url": media(f"catalog/product{entry.text('file')}", shop),
            "title": entry.text("label") or raw.text("name"),
            "position": position,
        }
        for position, entry in enumerate(shown, start=1)
    ]


def media(path: str | None, shop: Shop) -> str | None:
    """The address of an image; categories name theirs by file alone or from /media/ on."""
    if not path:
        return None
    if path.startswith(("http://", "https://")):
        return path
    path = path.removeprefix("/media/").removeprefix("media/")
    return f"{shop.config.get('media_url') or '/media/'}{path if '/' in path else f'catalog/category/{path}'}"


def link(draft: Draft | None, shop: Shop) -> Any:
    return shop.id(draft.document.collection, draft.key) if draft else None


def _page(custom: Custom, scope: str, shop: Shop) -> str | None:
    key, suffix = custom.text("url_key"), shop.config.get("product_url_suffix")
    if key is None or scope == "1":
        return None
    return f"{shop.config.get('shop_link_url') or '/'}{key}{suffix or ''}"


def _categories(raw: Raw) -> list[str]:
    links = raw.child("extension_attributes").items("category_links")
    return list(dict.fromkeys(link.id("category_id") for link in links))


def _pieces(number: Decimal | None) -> int | None:
    """Part of a piece cannot be promised, so it is cut."""
    return None if number is None else int(number // 1)
