"""What products and variations tell in the same words.

https://woocommerce.github.io/woocommerce-rest-api-docs/#product-properties
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shoprelay_relays import units
from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Shop
from shoprelay_relays.values import as_float
from shoprelay_relays.woocommerce.meta import Meta
from shoprelay_schema.documents import StockMessage

_CENT = Decimal("0.01")
_COST_KEYS = ("wc_cog_cost", "cost_price", "alg_wc_cog_cost", "purchase_price", "wc_cost_of_good")
_BARCODE_KEYS = ("ean", "gtin", "barcode", "ean13", "alg_ean", "wpm_gtin_code", "ts_gtin", "hwp_product_gtin", "upc")


def common(raw: Raw, meta: Meta, config: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes that a product and a variant share by name."""
    return {
        **_prices(raw, meta, config),
        **_measures(raw, config),
        "sku": raw.text("sku"),
        "type": raw.text("type"),
        "url": raw.text("permalink"),
        "status": raw.text("status"),
        "published": raw.text("status") == "publish",
        "description_2": raw.html("description"),
        "offer_started_at": raw.time("date_on_sale_from_gmt"),
        "offer_finished_at": raw.time("date_on_sale_to_gmt"),
        "allow_backorders": raw.text("backorders") in {"notify", "yes"},
        # A variation may leave its stock to the product ("parent"): it is managed, there.
        "manage_stock": raw.text("manage_stock") == "parent" or bool(raw.flag("manage_stock")),
        "low_stock_limit": _floor(raw.number("low_stock_amount")),
        "currency": config.get("currency"),
    }


def _prices(raw: Raw, meta: Meta, config: Mapping[str, Any]) -> dict[str, Any]:
    """Prices including tax; a shop that enters them without has the shop's own rate added, when it is known."""
    taxable = (raw.text("tax_status") or "taxable") == "taxable"
    vat_class = raw.text("tax_class") or "standard"
    rates = json.loads(config.get("tax_rates") or "{}")
    rate = Decimal(str(rates[vat_class])) if taxable and vat_class in rates else None
    add = rate if rate and config.get("prices_include_tax") == "no" else None
    offer = raw.number("sale_price")
    return {
        "price": as_float(_with_tax(raw.number("price"), add)),
        "before_price": as_float(_with_tax(raw.number("regular_price") if offer is not None else None, add)),
        "offer_price": as_float(_with_tax(offer, add)),
        "cost_price": as_float(_cost(raw, meta)),
        "vat_class": vat_class if taxable else raw.text("tax_status"),
        "vat_pct": as_float(rate if taxable else Decimal(0)),
    }


def _with_tax(price: Decimal | None, rate: Decimal | None) -> Decimal | None:
    return price if price is None or rate is None else (price * (1 + rate)).quantize(_CENT)


def _cost(raw: Raw, meta: Meta) -> Decimal | None:
    goods_sold = raw.child("cost_of_goods_sold").number("total_value")
    if goods_sold is not None:
        return goods_sold
    return Raw({"cost": meta.text(*_COST_KEYS)}, raw.path("meta_data")).number("cost")


def _measures(raw: Raw, config: Mapping[str, Any]) -> dict[str, Any]:
    sides = raw.child("dimensions")
    weight, weight_unit = units.whole({"weight": raw.number("weight")}, config.get("weight_unit") or units.WEIGHT)
    size, size_unit = units.whole(
        {side: sides.number(side) for side in ("length", "width", "height")}, config.get("dimension_unit") or units.DIMENSION
    )
    return {**weight, "weight_unit": weight_unit, **size, "size_unit": size_unit}


def barcode(raw: Raw, meta: Meta) -> str | None:
    return raw.text("global_unique_id") or meta.text(*_BARCODE_KEYS)


def stock(raw: Raw, unknown: list[str]) -> int | None:
    """Pieces in stock; None when the shop does not count. Part of a piece cannot be promised, so it is cut."""
    number = raw.number("stock_quantity")
    if number is None or (raw.text("manage_stock") != "parent" and not raw.flag("manage_stock")):
        return None
    if number != number.to_integral_value():
        unknown.append(f"variants.stock={number}")
    return _floor(number)


def stock_message(raw: Raw) -> Draft | None:
    """instock, outofstock or onbackorder: what the shop says beside the count."""
    word = raw.text("stock_status")
    return Draft(StockMessage(remote_id=word), word, derived=True) if word else None


def images(raws: list[Raw]) -> list[dict[str, Any]]:
    """Images in their order; the placeholder of a product without one has no address of its own."""
    found = [(raw, raw.text("src")) for raw in raws]
    return [
        {"remote_id": raw.reference("id"), "url": src, "title": raw.text("alt") or raw.text("name"), "position": position}
        for position, (raw, src) in enumerate(((raw, src) for raw, src in found if src), start=1)
    ]


def link(draft: Draft | None, shop: Shop) -> Any:
    return shop.id(draft.document.collection, draft.key) if draft else None


def _floor(number: Decimal | None) -> int | None:
    return None if number is None else int(number // 1)
