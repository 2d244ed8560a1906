"""The relay, and goods that change in ways that move a date or none."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from shoprelay_relays.trial import DemoShop
from shoprelay_schema.documents import Category, OrderLine, Product, Status, Variant
from shoprelay_simulators import ManualClock, PrestaShop
from shoprelay_simulators.prestashop import acts, backoffice, shelves
from shoprelay_simulators.prestashop.acts import Item
from tests.contract.relays.prestashop.side import MARCH, Side, connected, of

ALONE = 1
"""A product without combinations."""


async def patch(side: Side, resource: str, number: int, inner: str) -> None:
    single = {"categories": "category", "taxes": "tax"}.get(resource, resource.removesuffix("s"))
    body = f"<prestashop><{single}><id>{number}</id>{inner}</{single}></prestashop>"
    response = await side.client.patch(f"{resource}/{number}", content=body.encode())
    assert response.status_code == 200, response.text


async def swept(side: Side, product: int) -> list[Any]:
    """What the sweep of all products tells of this one."""
    (record,) = (record for record in await side.listed("products") if record.remote_id == str(product))
    return [draft.document for draft in side.mapped(record).drafts]


MOVING: dict[str, Callable[[PrestaShop], object]] = {
    "price": lambda shop: backoffice.save_product(shop, ALONE, price=Decimal(111)),
    "stock": lambda shop: backoffice.save_product(shop, ALONE, pieces=11),
    "nothing": lambda shop: backoffice.save_product(shop, ALONE),
}


@pytest.mark.parametrize("save", MOVING.values(), ids=MOVING)
async def test_a_product_that_is_saved_on_its_page_comes_with_the_next_poll(side: Side, save: Callable[[PrestaShop], object]):
    side.clock.advance(3600)
    save(side.shop)
    (record,) = await side.listed("products", side.clock.now)
    (variant,) = of(Variant, [draft.document for draft in side.mapped(record).drafts])
    net = Decimal(str(side.shop.tables["products"][ALONE]["price"]))
    (stock,) = side.shop.where("stock_availables", id_product=ALONE)
    assert (variant.price, variant.stock) == (float(acts.rounded(net * acts.TAX)), int(str(stock["quantity"])))


async def test_a_combination_that_is_saved_on_the_page_is_seen_by_the_sweep(side: Side):
    side.clock.advance(3600)
    product = int(str(side.shop.tables["combinations"][1]["id_product"]))
    backoffice.save_combination(side.shop, 1, impact=Decimal(80), pieces=6)
    assert await side.ids("products", side.clock.now) == []
    (variant,) = (one for one in of(Variant, await swept(side, product)) if one.sku_2 == "1")
    net = Decimal(str(side.shop.tables["products"][product]["price"])) + 80
    assert (variant.price, variant.stock) == (float(acts.rounded(net * acts.TAX)), 6)


async def test_a_sale_takes_from_the_stock_and_moves_no_product(side: Side):
    side.clock.advance(3600)
    (before,) = of(Variant, await swept(side, ALONE))
    acts.place(side.shop, 1, [Item(ALONE, 0, 3)])
    assert await side.ids("products", side.clock.now) == []
    (after,) = of(Variant, await swept(side, ALONE))
    assert after.stock == before.stock - 3


async def test_what_is_written_to_combination_zero_is_no_stock_of_any_variant(side: Side):
    product = int(str(side.shop.tables["combinations"][1]["id_product"]))
    before = [(one.sku_2, one.stock) for one in of(Variant, await swept(side, product))]
    (parent,) = side.shop.where("stock_availables", id_product=product, id_product_attribute=0)
    await patch(side, "stock_availables", int(str(parent["id"])), "<quantity>999</quantity>")
    assert [(one.sku_2, one.stock) for one in of(Variant, await swept(side, product))] == before
    (own,) = side.shop.where("stock_availables", id_product_attribute=1)
    shelves.put(side.shop, int(str(own["id"])), 4)
    expected = [(key, 4 if key == "1" else count) for key, count in before]
    assert [(one.sku_2, one.stock) for one in of(Variant, await swept(side, product))] == expected


async def test_another_tax_rate_is_seen_by_the_sweep_and_old_orders_keep_theirs(side: Side):
    order = acts.place(side.shop, 1, [Item(ALONE, 0, 1)])
    side.clock.advance(3600)
    await patch(side, "taxes", 1, "<rate>10.000</rate>")
    assert await side.ids("products", side.clock.now) == []
    assert await side.ids("orders", side.clock.now) == []
    (variant,) = of(Variant, await swept(side, ALONE))
    net = Decimal(str(side.shop.tables["products"][ALONE]["price"]))
    assert (variant.vat_pct, variant.price) == (0.1, float(acts.rounded(net * Decimal("1.1"))))
    (line,) = of(OrderLine, await side.documents("orders", order))
    assert (line.vat_pct, line.price) == (0.25, float(acts.rounded(net * acts.TAX)))


async def test_a_state_that_is_renamed_moves_no_order_and_is_told_by_the_list_of_states(side: Side):
    side.clock.advance(3600)
    await patch(side, "order_states", 2, "<name><language id='2'>Betalt</language></name>")
    assert await side.ids("orders", side.clock.now) == []
    (record,) = (record for record in await side.listed("statuses", side.clock.now) if record.remote_id == "2")
    (status,) = of(Status, [draft.document for draft in side.mapped(record).drafts])
    assert status.name == "Betalt"


async def test_a_manufacturer_that_is_renamed_is_seen_by_the_sweep(side: Side):
    side.clock.advance(3600)
    await patch(side, "manufacturers", 1, "<name>Nyværk</name>")
    assert await side.ids("products", side.clock.now) == []
    (product,) = of(Product, await swept(side, ALONE))
    assert product.manufacturer == "Nyværk"


async def test_a_category_that_is_renamed_comes_itself_and_its_products_do_not(side: Side):
    side.clock.advance(3600)
    await patch(side, "categories", 4, "<name><language id='2'>Stof</language></name>")
    assert await side.ids("products", side.clock.now) == []
    (record,) = await side.listed("categories", side.clock.now)
    (category,) = of(Category, [draft.document for draft in side.mapped(record).drafts])
    assert (category.remote_id, category.name) == ("4", "Stof")


async def test_an_image_that_is_added_is_seen_by_the_sweep(side: Side):
    side.clock.advance(3600)
    (before,) = of(Product, await swept(side, ALONE))
    body = b'--x\r\nContent-Disposition: form-data; name="image"\r\n\r\n\xff\xd8\xff\r\n--x--'
    assert (await side.client.post(f"images/products/{ALONE}", content=body)).status_code == 201
    assert await side.ids("products", side.clock.now) == []
    (after,) = of(Product, await swept(side, ALONE))
    assert len(after.images) == len(before.images) + 1


@pytest.mark.parametrize("verb", ["PUT", "DELETE"])
async def test_a_sale_price_that_changes_or_ends_is_seen_by_the_sweep(side: Side, verb: str):
    row = acts.blank("specific_prices") | {"id_product": str(ALONE), "reduction": "0.500000"}
    made = side.shop.add("specific_prices", row)
    (before,) = of(Variant, await swept(side, ALONE))
    side.clock.advance(3600)
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in (row | {"reduction": "0.200000", "id": made}).items())
    body = f"<prestashop><specific_price>{fields}</specific_price></prestashop>" if verb == "PUT" else ""
    assert (await side.client.request(verb, f"specific_prices/{made}", content=body)).status_code == 200
    assert await side.ids("products", side.clock.now) == []
    (after,) = of(Variant, await swept(side, ALONE))
    assert before.before_price is not None
    kept = Decimal("0.8") if verb == "PUT" else Decimal(1)
    assert after.price == float(acts.rounded(Decimal(str(before.before_price)) * kept))
    assert after.before_price == (before.before_price if verb == "PUT" else None)


@pytest.mark.parametrize("resource", ["products", "categories", "orders"])
async def test_a_shop_with_one_language_says_the_same_in_plain_texts(clock: ManualClock, resource: str):
    found = []
    for languages in (2, 1):
        async with connected(ManualClock(MARCH)) as side:
            side.config["shop_url"] = "https://shop.test"
            if languages == 1:
                side.shop.remove("languages", 1)
            found.append([repr(side.mapped(record).drafts) for record in await side.listed(resource)])
    assert found[0] == found[1]


async def test_a_line_of_what_is_on_sale_costs_what_was_paid_for_it(side: Side):
    row = acts.blank("specific_prices") | {"id_product": str(ALONE), "reduction": "0.200000"}
    side.shop.add("specific_prices", row)
    order = acts.place(side.shop, 1, [Item(ALONE, 0, 1)])
    (line,) = of(OrderLine, await side.documents("orders", order))
    net = Decimal(str(side.shop.tables["products"][ALONE]["price"]))
    assert line.price == float(acts.rounded(net * Decimal("0.8") * acts.TAX))
    assert line.variant_id == DemoShop().id("variants", f"{ALONE}/0")


async def test_a_product_that_a_program_emptied_by_writing_a_part_of_it_is_told_as_it_is(side: Side):
    side.clock.advance(3600)
    inner = f"<id>{ALONE}</id><price>80</price><name><language id='2'>Rest</language></name>"
    body = f"<prestashop><product>{inner}</product></prestashop>"
    assert (await side.client.put(f"products/{ALONE}", content=body.encode())).status_code == 200
    (record,) = await side.listed("products", side.clock.now)
    documents = [draft.document for draft in side.mapped(record).drafts]
    (product,), (variant,) = of(Product, documents), of(Variant, documents)
    assert (product.name, product.published, product.manufacturer) == ("Rest", False, None)
    assert (variant.sku, variant.price) == (None, 80.0), "no tax is charged any more"
