"""Stock that a shop would take and then forget is not written, and what cannot be put back is known before anything is booked."""

import pytest

from shoprelay_relays.errors import CannotDo
from shoprelay_simulators import PrestaShop
from shoprelay_simulators.prestashop import acts
from shoprelay_simulators.prestashop.acts import Item
from tests.unit.relays.prestashop.test_actions import acting


@pytest.fixture
def shop() -> PrestaShop:
    return PrestaShop(7, orders=4, products=6, customers=3)


def sized(shop: PrestaShop) -> int:
    """A product with combinations, of which the first is one."""
    return int(str(shop.tables["combinations"][1]["id_product"]))


@pytest.mark.parametrize("data", [{"stock": 12}, {"stock_change": 2}])
async def test_the_sum_of_a_products_combinations_is_not_written(shop: PrestaShop, data: dict[str, int]) -> None:
    """The shop takes it, and overwrites it with the next write of a combination."""
    async with acting(shop) as (act, wire):
        with pytest.raises(CannotDo, match="name one of them"):
            await act("variants/change_stock", f"{sized(shop)}/0", data)
        assert wire.changes == []
        assert (await act("variants/change_stock", f"{sized(shop)}/1", {"stock": 12})).result == {"stock": 12}


async def test_a_return_to_the_stock_of_what_is_deleted_is_refused_before_it_is_credited(shop: PrestaShop) -> None:
    order = acts.place(shop, 1, [Item(1, 0, 1)])
    acts.delete(shop, "products", 1)
    async with acting(shop) as (act, wire):
        with pytest.raises(CannotDo, match="no stock of 1/0"):
            await act("orders/return", str(order), {"restock": True})
        assert wire.changes == []
        await act("orders/return", str(order), {"restock": False})
    assert len(list(shop.where("order_slip", id_order=order))) == 1


async def test_a_stock_below_zero_is_changed_as_any_other(shop: PrestaShop) -> None:
    async with acting(shop) as (act, _):
        await act("variants/change_stock", "1/0", {"stock": -4})
        assert (await act("variants/change_stock", "1/0", {"stock_change": 6})).result == {"stock": 2}
