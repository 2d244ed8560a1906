"""What was bought in a ShopGo order: lines, and the products and variants that only orders tell of."""

from collections import Counter
from decimal import Decimal
from typing import Any

from shoprelay_relays.shopgo.facts import Facts, amount, bilingual
from shoprelay_relays.spec import Draft, Json
from shoprelay_relays.values import a_list, an_object, as_float, integer, text
from shoprelay_schema.documents import OrderLine, Product, Variant

# The finest coin among ShopGo's currencies: dinars have three decimals.
_THOUSANDTH = Decimal("0.001")


def purchases(facts: Facts) -> list[tuple[str, dict[str, Any]]]:
    """(field, purchase) in an order of their own: what a purchase becomes must not hang on its place in the list."""
    found = [
        (f"purchases.{i}", an_object(raw, f"purchases.{i}"))
        for i, raw in enumerate(a_list(facts.body.get("purchases"), "purchases"))
    ]
    return sorted(found, key=lambda item: _rank(*item))


def lines(facts: Facts) -> list[Draft]:
    """One order line per purchase. Purchases have no id: the key is the order, the sku, and which of its equals it is."""
    seen: Counter[str] = Counter()
    drafts = []
    for field, purchase in purchases(facts):
        sku = text(purchase.get("sku"))
        seen[sku or ""] += 1
        key = f"{facts.number}/{sku or ''}/{seen[sku or '']}"
        drafts.append(Draft(_line(facts, purchase, field, sku, key), key))
    return drafts


def products(facts: Facts) -> list[Draft]:
    """A product and a variant per sku, dated by the order so that the latest sale decides name, image and price."""
    drafts: dict[str, tuple[Draft, Draft]] = {}
    for field, purchase in purchases(facts):
        sku = text(purchase.get("sku"))
        if sku is None or sku in drafts:
            continue
        common = _common(facts, purchase, field, sku)
        variant = Variant(**common, product_sku=sku, product_id=facts.shop.id("products", sku), variations=_variations(purchase))
        drafts[sku] = (_derived(facts, Product(**common), sku), _derived(facts, variant, sku))
    return [draft for pair in drafts.values() for draft in pair]


def _derived(facts: Facts, document: Product | Variant, sku: str) -> Draft:
    return Draft(document, sku, derived=True, version=facts.version)


def _line(facts: Facts, purchase: dict[str, Any], field: str, sku: str | None, key: str) -> OrderLine:
    return OrderLine(
        order_id=facts.shop.id("orders", facts.number),
        order_number=facts.number,
        remote_id=key,
        variant_sku=sku,
        variant_id=facts.shop.id("variants", sku) if sku else None,
        product_name=bilingual(purchase.get("name")),
        quantity=integer(purchase.get("quantity"), f"{field}.quantity"),
        price=as_float(_unit_price(purchase, field)),
    )


def _common(facts: Facts, purchase: dict[str, Any], field: str, sku: str) -> dict[str, Any]:
    image = text(purchase.get("image"))
    return {
        "sku": sku,
        "name": bilingual(purchase.get("name")),
        "price": as_float(_unit_price(purchase, field)),
        "currency": facts.currency,
        "images": [{"url": image, "position": 1}] if image else None,
    }


def _rank(field: str, purchase: dict[str, Any]) -> tuple[str, ...]:
    price = _unit_price(purchase, field)
    parts = (text(purchase.get("sku")), bilingual(purchase.get("name")), price, purchase.get("quantity"), _variations(purchase))
    return tuple(str(part) for part in parts)


def _unit_price(purchase: dict[str, Any], field: str) -> Decimal | None:
    price = amount(purchase.get("unit_price"), f"{field}.unit_price")
    total = amount(purchase.get("total"), f"{field}.total")
    quantity = integer(purchase.get("quantity"), f"{field}.quantity")
    if price is None and total is not None and quantity:
        return (total / quantity).quantize(_THOUSANDTH)
    return price


def _variations(purchase: dict[str, Any]) -> list[dict[str, str]]:
    """ShopGo does not describe an attribute: {name, value} pairs, or one object of names and values, are understood."""
    attributes = purchase.get("attributes")
    if isinstance(attributes, dict):
        pairs = [(text(name), bilingual(value)) for name, value in attributes.items()]
    elif isinstance(attributes, list):
        pairs = [_pair(attribute) for attribute in attributes if isinstance(attribute, dict)]
    else:
        pairs = []
    return [{"type": name, "value": value} for name, value in pairs if name and value]


def _pair(attribute: dict[str, Json]) -> tuple[str | None, str | None]:
    name = next((found for key in ("name", "label", "type", "code") if (found := bilingual(attribute.get(key)))), None)
    return name, bilingual(attribute.get("value"))
