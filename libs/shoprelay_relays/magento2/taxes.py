"""The tax that belongs to a product's price: rates follow from rules over classes of products and of customers."""

import json
from collections.abc import Sequence
from decimal import Decimal

import httpx

from shoprelay_relays.errors import RelayError, ShopTrouble
from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2.client import get
from shoprelay_relays.magento2.criteria import query

_VISITOR = "0"
_ALL = 300


async def rates(shop: httpx.AsyncClient, groups: Sequence[Raw], country: str) -> str | None:
    """JSON: the rate, as a fraction, of each product tax class for a visitor from anywhere in this country; None: not known."""
    visitor = next((group.text("tax_class_id") for group in groups if group.text("id") == _VISITOR), None)
    if not country:
        return None
    try:
        rules = Raw((await get(shop, "taxRules/search", query([], "tax_calculation_rule_id", _ALL))).body).items("items")
        found = Raw((await get(shop, "taxRates/search", query([], "tax_calculation_rate_id", _ALL))).body).items("items")
    except ShopTrouble:
        raise
    except RelayError:
        return None
    here = {row.text("id") or "": row.amount("rate") for row in found if _everywhere(row, country)}
    classes: dict[str, dict[int, Decimal]] = {}
    for rule in sorted(rules, key=lambda row: row.integer("position") or 0):
        if visitor is None or visitor in rule.words("customer_tax_class_ids"):
            _add(classes, rule, here)
    return json.dumps({name: str(_charged(parts)) for name, parts in sorted(classes.items())})


def _everywhere(rate: Raw, country: str) -> bool:
    return (
        rate.text("tax_country_id") == country
        and not rate.reference("tax_region_id")
        and (rate.text("tax_postcode") or "*") == "*"
    )


def _add(classes: dict[str, dict[int, Decimal]], rule: Raw, here: dict[str, Decimal]) -> None:
    """Of the rules of one priority the first one counts; those of different priorities are charged one on top of the other."""
    found = [here[key] for key in rule.words("tax_rate_ids") if key in here]
    if found:
        for name in rule.words("product_tax_class_ids"):
            classes.setdefault(name, {}).setdefault(rule.integer("priority") or 0, found[0])


def _charged(parts: dict[int, Decimal]) -> Decimal:
    whole = Decimal(1)
    for _, rate in sorted(parts.items()):
        whole *= 1 + rate / 100
    return (whole - 1).normalize() + 0
