"""What is special about PrestaShop's records."""

from typing import Any

import pytest

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import RELAY, times, words
from shoprelay_relays.prestashop.states import meaning
from shoprelay_schema.documents import Customer, Invoice, Order, OrderLine, Product, Shipment, Variant
from tests.unit.relays.woocommerce.shop import FakeShop

CONFIG = {"time_zone": "Europe/Copenhagen", "language_id": "2"}
ORDER = {"id": 7, "date_add": "2026-03-02 10:30:05", "date_upd": "2026-03-02 10:30:05", "reference": "ABCDEFGHI"}


def mapped(resource: str, body: dict[str, Any], **config: str):
    return RELAY.resource(resource).map(body, FakeShop({**CONFIG, **config}))


def of(kind: type, found: Any) -> list[Any]:
    return [draft.document for draft in found.drafts if isinstance(draft.document, kind)]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([{"id": "1", "value": "Cup"}, {"id": "2", "value": "Kop"}], "Kop"),
        ([{"id": "1", "value": "Cup"}, {"id": "2", "value": ""}], "Cup"),
        ([{"id": "2", "value": ""}], None),
        ("Kop", "Kop"),
        ("", None),
        ([], None),
    ],
)
def test_a_text_in_the_shops_own_language_or_in_another(value: Any, found: str | None):
    assert words.text(Raw({"name": value}), "name", "2") == found


@pytest.mark.parametrize(
    ("local", "version"),
    [
        ("2026-10-25 01:59:59", "2026-10-24T23:59:59.000000Z"),
        ("2026-10-25 02:00:00", "2026-10-25T01:59:59.000000Z"),
        ("2026-10-25 02:59:59", "2026-10-25T01:59:59.000000Z"),
        ("2026-10-25 03:00:00", "2026-10-25T02:00:00.000000Z"),
        ("2026-03-29 03:00:02", "2026-03-29T01:00:02.000000Z"),
        ("0000-00-00 00:00:00", ""),
    ],
)
def test_all_times_of_a_double_hour_are_one_version(local: str, version: str):
    assert times.version(Raw({"date_upd": local}), times.zone(CONFIG)) == version


@pytest.mark.parametrize(
    ("key", "flags", "config", "state"),
    [
        ("4", {}, {}, "closed"),
        ("6", {}, {}, "cancelled"),
        ("7", {"id": 7, "shipped": "0"}, {}, "refunded"),
        ("8", {}, {}, "open"),
        ("21", {"id": 21, "shipped": "1"}, {}, "closed"),
        ("21", {"id": 21}, {}, "open"),
        ("21", {}, {}, None),
        ("19", {"id": 19}, {"state_cancelled": "19"}, "cancelled"),
        ("6", {"id": 6}, {"state_cancelled": "19"}, "open"),
    ],
)
def test_what_a_state_means(key: str, flags: dict[str, Any], config: dict[str, str], state: str | None):
    assert meaning(key, Raw(flags), config) == state


def test_a_state_that_nothing_tells_of_is_counted_and_the_order_is_open():
    found = mapped("orders", ORDER | {"current_state": "21"})
    assert found.unknown == ["status=21"]
    assert of(Order, found)[0].state == "open"


@pytest.mark.parametrize(
    ("module", "more", "placed"),
    [
        ("ps_wirepayment", {}, True),
        ("ps_cashondelivery", {}, True),
        ("kortmodul", {}, False),
        ("kortmodul", {"valid": "1"}, True),
        ("kortmodul", {"invoice_date": "2026-03-02 10:31:00"}, True),
        ("kortmodul", {"order_histories": [{"id": 1, "id_order_state": "2", "date_add": "2026-03-02 10:31:00",
                                            "order_state": {"id": 2, "paid": "1"}}]}, True),
    ],
)  # fmt: skip
def test_an_order_counts_as_placed_once_it_is_paid_or_needs_no_payment_first(module: str, more: dict[str, Any], placed: bool):
    (order,) = of(Order, mapped("orders", ORDER | {"module": module} | more))
    assert (order.created_at is not None) == placed


def test_an_order_ended_when_the_last_stretch_of_its_state_began():
    rows = [(1, "2", "10:00"), (2, "4", "11:00"), (3, "2", "12:00"), (4, "4", "13:00"), (5, "5", "14:00")]
    history = [{"id": i, "id_order_state": state, "date_add": f"2026-03-02 {at}:00"} for i, state, at in rows]
    (order,) = of(Order, mapped("orders", ORDER | {"current_state": "5", "order_histories": history}))
    assert order.closed_at.isoformat() == "2026-03-02T12:00:00+00:00"
    assert [event["status"] for event in order.events] == ["2", "4", "2", "4", "5"]


def test_what_is_received_is_no_price():
    (order,) = of(Order, mapped("orders", ORDER | {"total_paid_tax_incl": "20.230000", "total_paid_real": "40.460000"}))
    assert order.price == 20.23


def test_a_line_is_as_dear_as_the_shop_rounded_it():
    """19.966 a piece, rounded by line: three come to 59.90, one to 19.97."""
    line = {"product_id": "3", "unit_price_tax_incl": "19.966000"}
    details = [
        {"id": 1, "product_quantity": "3", "total_price_tax_incl": "59.900000", **line},
        {"id": 2, "product_quantity": "1", "total_price_tax_incl": "19.970000", **line},
    ]
    three, one = of(OrderLine, mapped("orders", ORDER | {"order_details": details}))
    assert (three.price, one.price) == (19.966667, 19.97)
    assert round(three.price * 3, 2) == 59.9


def test_a_total_that_is_a_cent_off_its_parts_is_the_total_all_the_same():
    lines = [{"id": 1, "product_id": "3", "product_quantity": "1", "total_price_tax_incl": "99.990000"}]
    totals = {"total_paid_tax_incl": "148.980000", "total_shipping_tax_incl": "49.000000", "total_discounts_tax_incl": "0.000000"}
    found = mapped("orders", ORDER | totals | {"order_details": lines})
    (order,), (line,) = of(Order, found), of(OrderLine, found)
    assert (order.price, order.delivery_price, order.discount_amount, line.price) == (148.98, 49.0, 0.0, 99.99)


def test_an_order_that_is_not_on_its_way_has_no_parcel_yet():
    row = {"id": 4, "id_order": "7", "tracking_number": "", "date_add": "2026-03-02 10:30:05"}
    assert of(Shipment, mapped("orders", ORDER | {"order_carriers": [row]})) == []
    assert len(of(Shipment, mapped("orders", ORDER | {"order_carriers": [row | {"tracking_number": "A"}]}))) == 1
    assert len(of(Shipment, mapped("orders", ORDER | {"order_carriers": [row], "delivery_date": "2026-03-03 08:00:00"}))) == 1


def test_of_several_parcels_of_one_invoice_the_first_has_its_lines():
    lines = [
        {"id": 1, "product_id": "3", "product_quantity": "2", "id_order_invoice": "1"},
        {"id": 2, "product_id": "4", "product_quantity": "1", "id_order_invoice": "2"},
    ]
    rows = [
        {"id": each, "tracking_number": number, "id_order_invoice": invoice, "date_add": ORDER["date_add"]}
        for each, number, invoice in ((1, "", "1"), (2, "B", "1"), (3, "C", "1"), (4, "D", "2"))
    ]
    found = of(Shipment, mapped("orders", ORDER | {"order_details": lines, "order_carriers": rows}))
    assert [(each.tracking_number, [entry["quantity"] for entry in each.order_lines]) for each in found] == [
        ("B", [2]),
        ("C", []),
        ("D", [1]),
    ]


def test_a_buyer_who_has_it_sent_elsewhere_has_two_addresses():
    buyer = {"customer": {"id": 4, "email": "a@b.example"}, "address_invoice": {"id": 1, "city": "A"}}

    def told(**more: Any) -> list[tuple[str, bool, bool]]:
        (customer,) = of(Customer, mapped("orders", ORDER | buyer | more))
        return [(each["city"], each["billing_default"], each["shipping_default"]) for each in customer.addresses]

    assert told(address_delivery={"id": 2, "city": "B"}) == [("A", True, False), ("B", False, True)]
    assert told(address_delivery={"id": 1, "city": "A"}) == [("A", True, True)]
    assert told() == [("A", True, True)]


def test_what_vouchers_were_worth_when_they_were_added_is_not_what_they_took_off():
    rules = [{"id": 1, "name": "A", "value": "50.000000"}, {"id": 2, "name": "B", "value": "54.600000"}]
    (order,) = of(Order, mapped("orders", ORDER | {"total_discounts_tax_incl": "124.400000", "order_cart_rules": rules}))
    assert order.discount_amount == 124.4


def test_amounts_are_in_the_orders_currency_whatever_the_shops_is():
    euros = {"currency": {"id": 2, "iso_code": "EUR"}, "conversion_rate": "0.134000", "total_paid_tax_incl": "19.970000"}
    lines = [{"id": 1, "product_id": "3", "product_quantity": "1", "total_price_tax_incl": "19.970000"}]
    found = mapped("orders", ORDER | euros | {"order_details": lines}, currency="DKK")
    (order,), (line,) = of(Order, found), of(OrderLine, found)
    assert (order.currency, order.price, line.price) == ("EUR", 19.97, 19.97)


def test_two_invoices_share_what_was_paid():
    rows = [{"id": i, "number": str(i), "total_paid_tax_incl": "60.000000", "date_add": ORDER["date_add"]} for i in (1, 2)]
    paid = {"order_payments": [{"id": 1, "amount": "100.000000", "transaction_id": "ch_1"}]}
    found = mapped("orders", ORDER | {"total_paid_tax_incl": "120.000000", "order_invoices": rows} | paid)
    assert [invoice.captured_amount for invoice in of(Invoice, found)] == [60.0, 40.0]


def test_only_what_the_key_may_read_is_claimed_as_complete():
    owned = {collection for _, collection, _ in mapped("orders", ORDER | {"order_details": [], "order_slips": []}).owns}
    assert owned == {"order_lines", "credit_notes"}
    assert mapped("orders", ORDER).owns == []


def test_simple_products_and_combinations_do_not_share_a_key():
    simple = mapped("products", {"id": 5, "date_add": ORDER["date_add"]})
    combined = mapped("products", {"id": 9, "date_add": ORDER["date_add"], "combinations": [{"id": 5, "id_product": "9"}]})
    assert [draft.key for found in (simple, combined) for draft in found.drafts] == ["5", "5/0", "9", "9/5"]


def test_a_product_whose_combinations_are_not_there_claims_no_variants():
    listed = {"associations": {"combinations": [{"id": "5"}]}}
    found = mapped("products", {"id": 9, "date_add": ORDER["date_add"], "combinations": []} | listed)
    assert found.owns == []
    assert of(Variant, found) == []


def test_a_combination_without_a_reference_has_its_products_as_order_rows_say():
    body = {"id": 9, "date_add": ORDER["date_add"], "reference": "HL-300", "combinations": [{"id": 5, "reference": ""}]}
    assert of(Variant, mapped("products", body))[0].sku == "HL-300"


@pytest.mark.parametrize(("word", "default", "found"), [("0", "1", False), ("1", "0", True), ("2", "1", True), ("2", "0", False)])
def test_what_is_done_when_the_stock_is_used_up(word: str, default: str, found: bool):
    stock = [{"id": 1, "id_product_attribute": "0", "quantity": "0", "out_of_stock": word}]
    body = {"id": 9, "date_add": ORDER["date_add"], "stock_availables": stock}
    (variant,) = of(Variant, mapped("products", body, allow_backorders=default))
    assert (variant.stock, variant.allow_backorders) == (0, found)


def test_a_product_that_was_only_begun_is_nothing_yet():
    assert of(Product, mapped("products", {"id": 9, "date_add": ORDER["date_add"], "state": "0"})) == []


def test_of_addresses_the_first_living_one_serves_for_both():
    rows = [{"id": 1, "city": "A", "deleted": "1"}, {"id": 2, "city": "B", "deleted": "0"}, {"id": 3, "city": "C"}]
    (customer,) = of(Customer, mapped("customers", {"id": 4, "email": "A@b.example", "addresses": rows}))
    assert [(entry["city"], entry["billing_default"]) for entry in customer.addresses] == [("B", True), ("C", False)]


def test_php_has_several_words_for_nothing():
    body = {"id": 9, "date_add": ORDER["date_add"], "manufacturer_name": False, "new": None, "low_stock_threshold": None}
    (product,) = of(Product, mapped("products", body))
    assert (product.manufacturer, product.low_stock_limit) == (None, None)


@pytest.mark.parametrize(
    "resource", ["orders", "products", "customers", "categories", "statuses", "countries", "delivery_methods"]
)
def test_a_record_of_a_list_of_ids_is_read(resource: str):
    assert mapped(resource, {"id": 12}).reads == [(resource, "12")]
