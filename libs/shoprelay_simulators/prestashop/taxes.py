"""Taxes. One that lines of orders name is never changed: it stays for them, deleted, and another takes its place in the rules."""

from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop.amounts import number
from shoprelay_simulators.prestashop.query import Row

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop


def in_use(shop: "PrestaShop", tax: int) -> bool:
    return any(str(tax) in _named(row) for row in shop.tables["order_details"].values())


def replaced(shop: "PrestaShop", tax: int, values: Row) -> int:
    """The id of the new one."""
    row = shop.tables["taxes"][tax]
    made = shop.add("taxes", {name: value for name, value in {**row, **values}.items() if name != "id"})
    shop.change("taxes", tax, {"deleted": "1"})
    for rule in shop.where("tax_rules", id_tax=tax):
        shop.change("tax_rules", number(rule), {"id_tax": str(made)})
    return made


def _named(line: Row) -> set[str]:
    listed = line.get("associations")
    return {each["id"] for each in listed.get("taxes", [])} if isinstance(listed, dict) else set()
