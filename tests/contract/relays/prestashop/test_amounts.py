"""The relay, and amounts that do not add up, are booked twice, or are in another currency."""

from decimal import Decimal

import pytest

from shoprelay_relays.prestashop import RELAY
from shoprelay_schema.documents import CreditNote, DeliveryMethod, Invoice, Order, OrderLine, Shipment
from shoprelay_simulators import ManualClock
from shoprelay_simulators.prestashop import acts
from shoprelay_simulators.prestashop.acts import Item
from tests.contract.relays.prestashop.side import Side, connected, of


async def put_back(side: Side, order: int, state: int) -> None:
    """As programs do that read an order, change it and write it whole."""
    read = (await side.client.get(f"orders/{order}")).text
    before = side.shop.tables["orders"][order]["current_state"]
    body = read.replace(f"<current_state><![CDATA[{before}]]>", f"<current_state><![CDATA[{state}]]>")
    assert (await side.client.put(f"orders/{order}", content=body.encode())).status_code == 200


async def test_an_order_that_a_program_put_into_another_state_has_its_invoice_and_its_payment(side: Side):
    """The order itself has forgotten both."""
    order = acts.place(side.shop, 1, [Item(1, 0, 1)])
    await put_back(side, order, 4)
    row = side.shop.tables["orders"][order]
    assert [row[name] for name in ("invoice_number", "valid", "total_paid_real")] == ["0", "0", "0.000000"]
    documents = await side.documents("orders", order)
    (told,), (invoice,) = of(Order, documents), of(Invoice, documents)
    assert (told.state, told.price) == ("closed", float(str(row["total_paid"])))
    assert (invoice.amount, invoice.paid_amount) == (told.price, told.price)
    assert len(of(Shipment, documents)) == 1


async def test_a_split_checkout_is_paid_by_one_payment_whose_sum_no_order_has_twice(side: Side):
    orders = [acts.place(side.shop, 1, [item], reference="DELTDELTD") for item in (Item(1, 0, 1), Item(3, 0, 2))]
    for order in orders:
        acts.set_state(side.shop, order, acts.PAID)
    for order in orders:
        documents = await side.documents("orders", order)
        (told,), (invoice,) = of(Order, documents), of(Invoice, documents)
        assert (told.order_number, invoice.paid_amount) == ("DELTDELTD", told.price)


async def test_a_payment_that_is_not_what_the_cart_was_worth_does_not_change_the_price(side: Side):
    cart = acts.fill_cart(side.shop, 1, [Item(1, 0, 1)], 2, 1)
    row = side.shop.tables["carts"][cart]
    named = ("id_address_delivery", "id_currency", "id_customer", "id_carrier")
    inner = "".join(f"<{name}>{row[name]}</{name}>" for name in named)
    inner += f"<id_cart>{cart}</id_cart><module>kortmodul</module><payment>Kort</payment><total_paid>4000</total_paid>"
    response = await side.client.post("orders", content=f"<prestashop><order>{inner}</order></prestashop>")
    assert response.status_code == 201
    order = max(side.shop.tables["orders"])
    (told,) = of(Order, await side.documents("orders", order))
    net = Decimal(str(side.shop.tables["products"][1]["price"]))
    assert (told.state, told.price) == ("open", float(acts.rounded(net * acts.TAX) + 49))


async def test_all_amounts_of_an_order_are_in_its_own_currency(side: Side):
    order = acts.place(side.shop, 1, [Item(1, 0, 2)], currency=2)
    acts.set_state(side.shop, order, acts.PAID)
    (line,) = side.shop.where("order_details", id_order=order)
    acts.refund(side.shop, int(str(line["id"])), 1)
    side.shop.change("currencies", 2, {"conversion_rate": "0.200000"})
    documents = await side.documents("orders", order)
    (told,), (invoice,), (note,) = of(Order, documents), of(Invoice, documents), of(CreditNote, documents)
    unit = Decimal(str(side.shop.tables["products"][1]["price"])) * acts.TAX * Decimal("0.134")
    goods = acts.rounded(unit * 2)
    assert (told.currency, told.price, told.delivery_price) == ("EUR", float(goods + Decimal("6.57")), 6.57)
    assert (invoice.amount, invoice.paid_amount) == (told.price, told.price)
    assert note.amount == float(acts.rounded(unit))


async def test_a_total_that_is_a_cent_less_than_its_parts_is_the_price(side: Side):
    for product in (1, 3):
        side.shop.change("products", product, {"price": "8.004000"})
    documents = await side.documents("orders", acts.place(side.shop, 1, [Item(1, 0, 1), Item(3, 0, 1)]))
    (told,) = of(Order, documents)
    parts = sum(line.price * line.quantity for line in of(OrderLine, documents)) + told.delivery_price
    assert (told.price, round(parts, 2)) == (69.01, 69.02)


async def test_a_voucher_takes_off_what_the_order_says_and_not_what_it_is_worth(side: Side):
    order = acts.place(side.shop, 1, [Item(1, 0, 1)], voucher=Decimal(5000))
    (told,) = of(Order, await side.documents("orders", order))
    assert (told.price, told.discount_codes) == (49.0, ["SOMMER50"])
    assert told.discount_amount == float(str(side.shop.tables["orders"][order]["total_products_wt"]))


@pytest.mark.parametrize("version", ["1.7.7.0", "1.7.8.11", "8.0.0"])
async def test_every_version_tells_the_same_of_an_order_but_for_what_it_does_not_have(clock: ManualClock, version: str):
    async with connected(clock, version=version) as side:
        order = acts.place(side.shop, 1, [Item(1, 0, 1)], voucher=Decimal(20))
        side.shop.change("orders", order, {"note": "Haster"})
        assert (await RELAY.settings(side.client, side.config))["version"] == version
        assert order in await side.ids("orders")
        (told,) = of(Order, await side.documents("orders", order))
    has = version != "1.7.7.0"
    assert told.discount_amount == 20.0
    assert ("discount_codes" in told.model_fields_set) == has
    assert told.company_note == ("Haster" if has else None)


async def test_a_key_that_may_not_read_the_parts_reads_the_orders_all_the_same(side: Side):
    acts.set_state(side.shop, 1, acts.SHIPPED)
    (whole,) = of(Order, await side.documents("orders", 1))
    side.shop.refused = {"order_carriers", "order_payments", "order_slip", "messages", "carriers", "order_cart_rules"}
    assert len(await side.ids("orders")) == 12
    documents = await side.documents("orders", 1)
    (told,) = of(Order, documents)
    assert (told.price, told.state, told.delivery_method_id) == (whole.price, "closed", whole.delivery_method_id)
    assert of(Shipment, documents) == of(DeliveryMethod, documents) == []
    assert [invoice.paid_amount for invoice in of(Invoice, documents)] == [None]


async def test_the_amounts_of_every_order_add_up(side: Side):
    for record in await side.listed("orders"):
        documents = [draft.document for draft in side.mapped(record).drafts]
        (order,) = of(Order, documents)
        lines = sum(line.price * line.quantity for line in of(OrderLine, documents))
        added = lines + order.delivery_price + order.payment_price - order.discount_amount
        assert abs(Decimal(added) - Decimal(order.price)) < Decimal("0.005")


async def test_a_payment_that_is_booked_four_times_is_paid_once(side: Side):
    acts.set_state(side.shop, 1, 2)
    total = Decimal(str(side.shop.tables["orders"][1]["total_paid_tax_incl"]))
    for _ in range(3):
        acts.pay(side.shop, 1, total, "Bankoverførsel")
    side.shop.change("orders", 1, {"total_paid_real": acts.six(total * 4)})
    documents = await side.documents("orders", 1)
    assert Decimal(str(of(Order, documents)[0].price)) == total
    (invoice,) = of(Invoice, documents)
    assert Decimal(str((invoice.paid_amount or 0) + (invoice.captured_amount or 0))) == total


async def test_the_orders_of_a_split_checkout_share_their_number_and_their_payment(side: Side):
    shop, items = side.shop, [[Item(1, 0, 1)], [Item(2, 0, 2)]]
    orders = [acts.place(shop, 1, item, reference="SPLITSPLI") for item in items]
    totals = [Decimal(str(shop.tables["orders"][order]["total_paid_tax_incl"])) for order in orders]
    acts.set_state(shop, orders[0], 2)
    (payment,) = shop.where("order_payments", order_reference="SPLITSPLI")
    payment["amount"] = acts.six(sum(totals))
    shop.tables["orders"][orders[1]]["total_paid_real"] = "0.000001"
    acts.set_state(shop, orders[1], 2)
    for order, total in zip(orders, totals, strict=True):
        documents = await side.documents("orders", order)
        assert of(Order, documents)[0].order_number == "SPLITSPLI"
        assert [Decimal(str(invoice.paid_amount)) for invoice in of(Invoice, documents)] == [total]
