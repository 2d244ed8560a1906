"""What goes along with a record, and what stays behind it."""

from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop import shelves
from shoprelay_simulators.prestashop.amounts import number

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

# With a record of the first go those of the second that name it by the third. Lines and histories outlive their order.
_WITH = {
    "products": (("combinations", "id_product"), ("stock_availables", "id_product")),
    "combinations": (("stock_availables", "id_product_attribute"),),
    "categories": (("categories", "id_parent"),),
    "customers": (("carts", "id_customer"),),
}


def delete(shop: "PrestaShop", resource: str, key: int) -> None:
    """An address that an order needs only hides."""
    if resource == "addresses" and _needed(shop, key):
        shop.change(resource, key, {"deleted": "1"})
        return
    row = shop.tables[resource][key]
    for part, field in _WITH.get(resource, ()):
        for each in list(shop.where(part, **{field: key})):
            if number(each) in shop.tables[part]:
                delete(shop, part, number(each))
    shop.remove(resource, key)
    if resource == "combinations":
        shelves.sum_up(shop, number(row, "id_product"))


def _needed(shop: "PrestaShop", address: int) -> bool:
    naming = ({"id_address_delivery": address}, {"id_address_invoice": address})
    return any(True for fields in naming for _ in shop.where("orders", **fields))
