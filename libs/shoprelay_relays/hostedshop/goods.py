"""What products and variants tell in the same words."""

from typing import Any

from shoprelay_relays import units
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop import prices
from shoprelay_relays.hostedshop.codes import listed
from shoprelay_relays.spec import Draft, Shop
from shoprelay_relays.values import as_float
from shoprelay_schema.documents import StockMessage

_WHEN_EMPTY = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
"""OutOfStockBuy: whether more can be bought than there is. Otherwise it is for the shop's own setting."""


def common(raw: Raw, shop: Shop) -> dict[str, Any]:
    """Attributes of a product that its variants share."""
    online = raw.flag("Online")
    published = bool(online) and raw.flag("Status") is not False
    return {
        "currency": shop.config.get("currency"),
        "type": raw.text("Type"),
        "url": raw.text("ProductUrl") or raw.text("Url"),
        "path": raw.text("SeoLink"),
        "status": None if online is None else "online" if online else "offline",
        "published": published,
        **texts(raw, raw),
        "meta_title": raw.text("SeoTitle"),
        "meta_description": raw.text("SeoDescription"),
        "manufacturer": _producer(raw.child("Producer")),
        "category_ids": [shop.id("categories", key) for key in _categories(raw)],
        "tags": [title for one in listed(raw, "CustomData") if (title := one.text("Title"))],
        "vat_class": raw.reference("VatGroupId"),
        "vat_pct": as_float(prices.vat_rate(raw, shop)),
        "low_stock_limit": raw.integer("StockLow"),
    }


def texts(product: Raw, raw: Raw) -> dict[str, str | None]:
    """A variant's own texts (`raw`) go before its product's; a short one products alone have."""
    short, said = product.html("DescriptionShort"), raw.html("Description") or product.html("Description")
    return {
        "description_1": short or said,
        "description_2": raw.html("DescriptionLong") or product.html("DescriptionLong"),
        "description_3": said if short else None,
    }


def own(product: Raw, raw: Raw, shop: Shop, unknown: list[str]) -> dict[str, Any]:
    """What a variant (`raw`) may tell for itself, else its product: price, weight, least quantity, messages."""
    cost = raw.number("BuyingPrice") or product.number("BuyingPrice")
    weight = raw.number("Weight") or product.number("Weight")
    heavy, unit = units.whole({"weight": weight or None}, units.WEIGHT)
    in_stock, no_stock = words(product, raw)
    return {
        **prices.told(product, raw, shop, unknown),
        **heavy,
        "weight_unit": unit,
        "cost_price": as_float(cost or None),
        "min_quantity": raw.integer("MinAmount") or product.integer("MinAmount"),
        "in_stock_message": in_stock,
        "no_stock_message": no_stock,
    }


def stock(product: Raw, raw: Raw, shop: Shop, unknown: list[str]) -> dict[str, Any]:
    """What is told of variants alone. A product without variants has its own stock."""
    count, code = raw.integer("Stock"), product.text("OutOfStockBuy")
    if code is not None and code.lower() not in _WHEN_EMPTY:
        unknown.append(f"out_of_stock_buy={code}")
    message = _message(product, raw, count)
    return {
        "stock": count,
        "allow_backorders": _WHEN_EMPTY.get((code or "").lower()),
        "locations": {
            place: there
            for one in listed(raw, "StockLocations")
            if (place := one.reference("StockLocationId")) is not None
            for there in [one.integer("Stock")]
        },
        "barcode": raw.text("Ean"),
        "stock_message_id": shop.id("stock_messages", message) if message else None,
    }


def words(product: Raw, raw: Raw) -> tuple[str | None, str | None]:
    """What is shown with stock and without; a variant's own time of delivery goes before its product's."""
    own = raw.child("DeliveryTime")
    told = own if own.reference("Id") else product.child("DeliveryTime")
    return told.text("TitleInStock"), told.text("TitleNoStock")


def messages(product: Raw, raws: list[Raw]) -> list[Draft]:
    """Each message that applies now, once."""
    found = dict.fromkeys(filter(None, (_message(product, raw, raw.integer("Stock")) for raw in raws)))
    return [Draft(StockMessage(remote_id=word), word, derived=True) for word in found]


def images(product: Raw, only: list[str], shop: Shop) -> list[dict[str, Any]]:
    """The pictures in the shop's order; `only` these numbers, if any. They lie under the tenant's own host."""
    rows = sorted(listed(product, "Pictures"), key=lambda row: row.integer("Sorting") or 0)
    mine = [row for row in rows if row.reference("Id") in only] or rows
    tenant = shop.config.get("solution_id")
    base = f"https://{tenant}.sfstatic.io" if tenant else ""
    return [
        {
            "remote_id": row.reference("Id"),
            "url": f"{base}/upload_dir/pics/{name}",
            "title": next((text for alt in listed(row, "ImageAltTexts") if (text := alt.text("Text"))), None),
            "position": position,
        }
        for position, row in enumerate(mine, start=1)
        if (name := row.text("FileName"))
    ]


def _message(product: Raw, raw: Raw, count: int | None) -> str | None:
    in_stock, no_stock = words(product, raw)
    return in_stock if (count or 0) > 0 else no_stock


def _producer(raw: Raw) -> str | None:
    """A brand is a user of the shop."""
    names = (raw.text("Firstname"), raw.text("Lastname"))
    return raw.text("Company") or " ".join(name for name in names if name) or None


def _categories(raw: Raw) -> list[str]:
    """The main category first."""
    main = raw.reference("CategoryId")
    further = [] if raw.is_object("SecondaryCategoryIds") else raw.references("SecondaryCategoryIds")
    return list(dict.fromkeys([*([main] if main else []), *further]))
