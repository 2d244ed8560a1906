"""Stock. What a product with combinations has is the sum of theirs, in the row of combination 0, which every write of one sets
anew. No stock moves the product's date.
"""

from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop.amounts import number

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

_SOLD, _RETURNED, _COUNTED = 3, 8, 11


def take(shop: "PrestaShop", product: int, combination: int, quantity: int) -> None:
    for row in shop.where("stock_availables", id_product=product, id_product_attribute=combination):
        put(shop, number(row), number(row, "quantity") - quantity)


def put(shop: "PrestaShop", stock: int, quantity: int) -> None:
    shop.change("stock_availables", stock, {"quantity": str(quantity)})
    row = shop.tables["stock_availables"][stock]
    if number(row, "id_product_attribute"):
        sum_up(shop, number(row, "id_product"))


def sum_up(shop: "PrestaShop", product: int) -> None:
    """Whatever was written to the row of combination 0 is gone with it."""
    own = [row for row in shop.where("stock_availables", id_product=product) if number(row, "id_product_attribute")]
    total = str(sum(number(row, "quantity") for row in own))
    for row in shop.where("stock_availables", id_product=product, id_product_attribute=0):
        if row["quantity"] != total:
            shop.change("stock_availables", number(row), {"quantity": total})


def sold(shop: "PrestaShop", order: int, stock: int, quantity: int) -> None:
    _movement(shop, stock, quantity, -1, _SOLD, order)


def returned(shop: "PrestaShop", order: int, stock: int, quantity: int) -> None:
    _movement(shop, stock, quantity, 1, _RETURNED, order)


def counted(shop: "PrestaShop", stock: int, difference: int) -> None:
    _movement(shop, stock, abs(difference), 1 if difference > 0 else -1, _COUNTED, 0)


def _movement(shop: "PrestaShop", stock: int, quantity: int, sign: int, reason: int, order: int) -> None:
    """Only the back office writes one; it does not say which product it is of."""
    shop.add("stock_movements", {
        "id_product": "", "id_product_attribute": "", "id_warehouse": "", "id_employee": "1", "id_stock": str(stock),
        "id_stock_mvt_reason": str(reason), "id_order": str(order), "reference": "", "physical_quantity": str(quantity),
        "sign": str(sign), "last_wa": "0.000000", "current_wa": "0.000000", "price_te": "0.000000",
    })  # fmt: skip
