"""Lines of an order, and the totals that they come to."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop import shelves
from shoprelay_simulators.prestashop.amounts import NOTHING, TAX, amount, number, rounded, six
from shoprelay_simulators.prestashop.blanks import blank
from shoprelay_simulators.prestashop.query import Row

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop


@dataclass(frozen=True)
class Item:
    product: int
    combination: int
    quantity: int


def add_line(shop: "PrestaShop", order: int, item: Item) -> int:
    """In the order's currency. A combination without a reference has its product's."""
    head, product = shop.tables["orders"][order], shop.tables["products"][item.product]
    combination = shop.tables["combinations"].get(item.combination, {})
    before = amount(product, "price") + amount(combination, "price")
    rate = amount(head, "conversion_rate") or Decimal(1)
    detail = shop.add("order_details", blank("order_details") | {
        "id_order": str(order), "product_id": str(item.product), "product_attribute_id": str(item.combination),
        "product_name": _name(shop, product, combination, str(head["id_lang"])),
        "product_reference": combination.get("reference") or product["reference"], "product_ean13": product["ean13"],
        "original_product_price": six(before * rate), **charged(before * rate * (1 - _off(shop, item)), item.quantity),
    })  # fmt: skip
    shelves.take(shop, item.product, item.combination, item.quantity)
    return detail


def charged(net: Decimal, quantity: int) -> Row:
    """Unit prices have six decimals; what a line comes to is rounded."""
    net, gross = Decimal(six(net)), Decimal(six(net * TAX))
    return {
        "product_quantity": str(quantity), "product_price": six(net), "unit_price_tax_excl": six(net),
        "unit_price_tax_incl": six(gross), "total_price_tax_excl": six(rounded(net * quantity)),
        "total_price_tax_incl": six(rounded(gross * quantity)),
    }  # fmt: skip


def total(shop: "PrestaShop", order: int, shipping: Decimal, wrapping: Decimal, voucher: Decimal) -> None:
    """A voucher takes off no more than the goods are worth. What is paid is rounded for itself, at times a cent off its parts."""
    details = list(shop.where("order_details", id_order=order))
    goods, net = (sum((amount(row, f"total_price_tax_{tax}") for row in details), NOTHING) for tax in ("incl", "excl"))
    off = min(voucher, goods)
    found: Row = {"total_products": six(net), "total_products_wt": six(goods)}
    for name, incl in (("shipping", shipping), ("wrapping", wrapping), ("discounts", off)):
        found |= {f"total_{name}": six(incl), f"total_{name}_tax_incl": six(incl)}
        found[f"total_{name}_tax_excl"] = six(rounded(incl / TAX))
    beside = shipping + wrapping - off
    paid, excl = rounded(_exact(details, "incl") + beside), rounded(_exact(details, "excl") + beside / TAX)
    found |= {"total_paid": six(paid), "total_paid_tax_incl": six(paid), "total_paid_tax_excl": six(excl)}
    shop.change("orders", order, found)


def _exact(details: list[Row], tax: str) -> Decimal:
    return sum((amount(row, f"unit_price_tax_{tax}") * number(row, "product_quantity") for row in details), NOTHING)


def _off(shop: "PrestaShop", item: Item) -> Decimal:
    """What the catalogue takes off for every buyer: the newest reduction that the product has."""
    rows = [
        row
        for row in shop.where("specific_prices", id_product=item.product, reduction_type="percentage", id_customer=0)
        if number(row, "id_product_attribute") in {0, item.combination} and amount(row, "price") < 0
    ]
    return amount(rows[-1], "reduction") if rows else NOTHING


def _name(shop: "PrestaShop", product: Row, combination: Row, language: str) -> str:
    """In the order's language, with what the combination was chosen by."""
    listed = combination.get("associations")
    values = listed.get("product_option_values", []) if isinstance(listed, dict) else []
    rows = [shop.tables["product_option_values"][int(each["id"])] for each in values]
    chosen = [
        f"{_word(shop.tables['product_options'][number(row, 'id_attribute_group')]['public_name'], language)}: "
        f"{_word(row['name'], language)}"
        for row in rows
    ]
    return _word(product["name"], language) + (f" ({' - '.join(chosen)})" if chosen else "")


def _word(translated: object, language: str) -> str:
    assert isinstance(translated, list)
    return next((str(each["value"]) for each in translated if each["id"] == language), "")
