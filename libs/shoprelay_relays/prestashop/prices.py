"""Prices including tax, from prices without and from reductions kept apart.

https://devdocs.prestashop-project.org/8/webservice/resources/specific_prices/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import money, times
from shoprelay_relays.values import as_float

# Behaviour of a tax rule: this tax alone, beside the others, or on top of them.
_ALONE, _BESIDE, _ON_TOP = 0, 1, 2
_NONE = Decimal(-1)
"""A specific price of -1 reduces the product's own price; any other takes its place."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A reduction that every buyer of one piece gets."""

    price: Decimal
    started_at: datetime | None
    finished_at: datetime | None


def tax_rate(product: Raw) -> Decimal | None:
    """The tax of a product's group where the shop stands, as a fraction; None where it is not known."""
    if product.reference("id_tax_rules_group") is None:
        return Decimal(0)
    if "tax_rules" not in product:
        return None
    rules = [rule for rule in product.items("tax_rules") if not rule.reference("id_state") and not _by_zip_code(rule)]
    total = Decimal(0)
    for rule in sorted(rules, key=lambda rule: rule.integer("behavior") or 0):
        rate = rule.child("tax").amount("rate") / 100
        if rule.integer("behavior") == _ON_TOP:
            total += (1 + total) * rate
        elif rule.integer("behavior") == _BESIDE or not total:
            total += rate
    return total


def gross(price: Decimal | None, rate: Decimal | None) -> Decimal | None:
    """Including tax, to the cent as buyers see it; without a known rate the price is left as it is."""
    if price is None or rate is None:
        return price
    return (price * (1 + rate)).quantize(money.CENT, ROUND_HALF_UP)


def told(
    product: Raw, combination: str | None, net: Decimal | None, rate: Decimal | None, config: Mapping[str, Any]
) -> dict[str, Any]:
    """price, before_price, offer_price and its times. An offer without times is in force: it is the price."""
    regular, offer = gross(net, rate), _offer(product, combination, net, rate, config)
    always = offer and offer.started_at is None and offer.finished_at is None
    return {
        "price": as_float(offer.price if offer and always else regular),
        "before_price": as_float(regular if offer else None),
        "offer_price": as_float(offer.price if offer else None),
        "offer_started_at": offer.started_at if offer else None,
        "offer_finished_at": offer.finished_at if offer else None,
    }


def _offer(
    product: Raw, combination: str | None, net: Decimal | None, rate: Decimal | None, config: Mapping[str, Any]
) -> Offer | None:
    rows = [row for row in product.items("specific_prices") if for_all(row, combination, config)]
    if not rows or net is None:
        return None
    # As the shop chooses: what is for this very product and combination goes before what is for all.
    row = max(rows, key=lambda row: (bool(row.reference("id_product")), bool(row.reference("id_product_attribute")), _age(row)))
    where = times.zone(config)
    return Offer(_reduced(row, net, rate), times.moment(row, "from", where), times.moment(row, "to", where))


def for_all(row: Raw, combination: str | None, config: Mapping[str, Any]) -> bool:
    """Whether any buyer of one piece gets it: not for one customer, group, cart, or another shop, currency or country."""
    attribute = row.reference("id_product_attribute")
    mine = {"id_currency": config.get("currency_id"), "id_country": config.get("country_id"), "id_shop": config.get("shop_id")}
    elsewhere = [name for name, own in mine.items() if (told := row.reference(name)) and own and told != own]
    personal = [name for name in ("id_customer", "id_group", "id_cart") if row.reference(name)]
    return not elsewhere and not personal and attribute in {None, combination} and (row.integer("from_quantity") or 1) <= 1


def _reduced(row: Raw, net: Decimal, rate: Decimal | None) -> Decimal:
    fixed = row.number("price")
    base = net if fixed is None or fixed == _NONE else fixed
    off = row.amount("reduction")
    if row.text("reduction_type") == "percentage":
        return gross(base * (1 - off), rate) or Decimal(0)
    if row.flag("reduction_tax"):
        return (gross(base, rate) or Decimal(0)) - off
    return gross(base - off, rate) or Decimal(0)


def _age(row: Raw) -> int:
    return row.integer("id") or 0


def _by_zip_code(rule: Raw) -> bool:
    return (rule.text("zipcode_from") or "0") != "0"
