"""A body's attributes as Magento's. https://developer.adobe.com/commerce/webapi/rest/tutorials/configurable-product/create-simple-products/"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shoprelay_relays.actions.bodies.goods import Shared
from shoprelay_relays.localtime import zone
from shoprelay_relays.magento2 import known
from shoprelay_relays.spec import Json

Config = Mapping[str, Any]

_CUSTOM = {
    "description_1": "short_description",
    "description_2": "description",
    "meta_title": "meta_title",
    "meta_description": "meta_description",
    "path": "url_key",
    "cost_price": "cost",
}
_RULES = {"allow_backorders": "backorders", "manage_stock": "manage_stock", "low_stock_limit": "notify_stock_qty"}
ATTRIBUTES = (
    *_CUSTOM,
    *_RULES,
    "name",
    "price",
    "offer_price",
    "offer_started_at",
    "offer_finished_at",
    "published",
    "weight",
    "category_ids",
    "manufacturer",
)
"""What can be written of a product that is there."""
TAXABLE = "2"
"""The tax class "Taxable Goods" of every installation."""
_UNIT = Decimal("0.0001")


def product(data: Shared, config: Config, tax_class: object) -> dict[str, Json]:
    """The product's own fields and its `custom_attributes`; without what is written in other places (stock, images, options)."""
    found: dict[str, Json] = {name: getattr(data, name) for name in ("name", "weight") if getattr(data, name) is not None}
    if data.price is not None:
        found["price"] = float(stored(data.price, config, tax_class))
    if data.published is not None:
        found["status"] = 1 if data.published else 2
    if data.category_ids is not None:
        links = [{"position": 0, "category_id": one.known_as("remote_id")} for one in data.category_ids]
        found["extension_attributes"] = {"category_links": links}
    custom = _custom(data, config, tax_class)
    return found | ({"custom_attributes": custom} if custom else {})


def stored(price: float, config: Config, tax_class: object) -> Decimal:
    """The price as the merchant enters prices: with tax, or without where the rate of its class is known."""
    rate = known.table(config, "tax_rates").get(str(tax_class or ""))
    whole = Decimal(str(price))
    return (whole / (1 + Decimal(rate))).quantize(_UNIT) if rate and config.get("prices_include_tax") == "no" else whole


def rules(data: Shared) -> dict[str, Json]:
    """Of the stock item: a rule counts once it is not the shop's own any more."""
    found: dict[str, Json] = {}
    for name, field in _RULES.items():
        if (value := getattr(data, name)) is not None:
            found |= {field: int(value) if field == "backorders" else value, f"use_config_{field}": False}
    return found


def custom(values: Mapping[str, Json]) -> list[Json]:
    return [{"attribute_code": code, "value": value} for code, value in values.items()]


def _custom(data: Shared, config: Config, tax_class: object) -> list[Json]:
    given = {code: getattr(data, name) for name, code in _CUSTOM.items() if getattr(data, name) is not None}
    if data.offer_price is not None:
        given["special_price"] = float(stored(data.offer_price, config, tax_class))
    if data.offer_started_at is not None:
        given["special_from_date"] = _day(data.offer_started_at, config)
    if data.offer_finished_at is not None:
        # The day that is named is the last one.
        given["special_to_date"] = _day(data.offer_finished_at - timedelta(seconds=1), config)
    return custom(given)


def _day(moment: datetime, config: Config) -> str:
    return moment.astimezone(zone(config.get("time_zone"))).strftime("%Y-%m-%d 00:00:00")
