"""Arithmetic that always holds, PHP's ways with types, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.spec import Mapped
from shoprelay_relays.units import whole
from shoprelay_relays.woocommerce import RELAY
from shoprelay_schema.documents import Order, OrderLine, Product, Variant
from tests.unit.relays.woocommerce.shop import CONFIG, FakeShop

CENT = Decimal("0.01")
cents = st.integers(0, 500_000).map(lambda number: Decimal(number) / 100)


def mapped(resource: str, body: dict[str, Any], config: dict[str, str] = CONFIG) -> Mapped:
    return RELAY.resource(resource).map(body, FakeShop(config))


def order(**given_: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "number": "1",
        "status": "processing",
        "line_items": [],
        "date_modified_gmt": "2031-01-01T00:00:00",
        **given_,
    }


def head(found: Mapped) -> Any:
    return found.drafts[0].document


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    """Orders as WooCommerce adds them up: lines, shipping and fees, each with its tax rounded on its own."""
    rate = draw(st.sampled_from([Decimal(0), Decimal("0.07"), Decimal("0.0725"), Decimal("0.19"), Decimal("0.25")]))

    def part(net: Decimal) -> dict[str, str]:
        return {"total": str(net), "total_tax": str((net * rate).quantize(CENT))}

    lines = []
    for number in range(draw(st.integers(0, 5))):
        before = draw(cents)
        after = part(draw(st.integers(0, int(before * 100)).map(lambda value: Decimal(value) / 100)))
        subtotal = {f"sub{name}": value for name, value in part(before).items()}
        lines.append({"id": number + 1, "quantity": draw(st.integers(1, 400)), **after, **subtotal})
    fees = [part(draw(st.sampled_from([1, -1])) * draw(cents)) for _ in range(draw(st.integers(0, 2)))]
    shipping = part(draw(cents))
    total = sum((Decimal(p["total"]) + Decimal(p["total_tax"]) for p in [*lines, *fees, shipping]), Decimal(0))
    amounts = {"shipping_total": shipping["total"], "shipping_tax": shipping["total_tax"], "total": str(total)}
    return order(line_items=lines, fee_lines=fees, **amounts)


@given(orders())
def test_price_is_lines_and_delivery_and_payment_less_discount(body: dict[str, Any]):
    documents = [draft.document for draft in mapped("orders", body).drafts]
    found = next(document for document in documents if isinstance(document, Order))
    lines = [document for document in documents if isinstance(document, OrderLine)]
    sold = sum(Decimal(repr(line.price)) * Decimal(line.quantity or 0) for line in lines)
    others = [Decimal(repr(value)) for value in (found.delivery_price, found.payment_price, found.discount_amount)]
    assert abs(sold + others[0] + others[1] - others[2] - Decimal(repr(found.price))) < CENT / 2
    assert all(value >= 0 for value in others[1:])


STATES = [
    ("pending", "open"),
    ("on-hold", "open"),
    ("processing", "open"),
    ("completed", "closed"),
    ("cancelled", "cancelled"),
    ("failed", "cancelled"),
    ("refunded", "refunded"),
    ("wc-completed", "closed"),
]


@pytest.mark.parametrize(
    ("amounts", "price"),
    [
        ({"subtotal": "80.00", "subtotal_tax": "20.00", "total": "40.00", "total_tax": "10.00"}, 50.0),
        ({"total": "40.00", "total_tax": "10.00"}, 25.0),
        ({"price": 20, "total_tax": "10.00"}, 25.0),
        ({"subtotal": "0.00", "total": "0.00"}, 0.0),
        ({}, None),
    ],
)
def test_a_line_without_a_subtotal_costs_what_it_was_sold_for_and_not_nothing(amounts: dict[str, Any], price: float | None):
    found = mapped("orders", order(line_items=[{"id": 1, "quantity": 2, **amounts}], total="100"))
    (line,) = (draft.document for draft in found.drafts if isinstance(draft.document, OrderLine))
    assert line.price == price
    assert head(found).discount_amount == (50.0 if "subtotal_tax" in amounts else 0.0)


def test_goods_by_measure_are_one_piece_at_the_price_of_the_whole_in_orders_and_refunds():
    line = {"id": 1, "quantity": 1.5, "subtotal": "60.00", "subtotal_tax": "15.00", "total": "60.00", "total_tax": "15.00"}
    found = mapped("orders", order(line_items=[line]))
    (bought,) = (draft.document for draft in found.drafts if isinstance(draft.document, OrderLine))
    assert (bought.quantity, bought.price, found.unknown) == (1, 75.0, ["order_lines.quantity=1.5"])
    back = {"id": 9, "parent_id": 1, "amount": "75.00", "line_items": [{**line, "quantity": -1.5, "total": "-60.00"}]}
    refund = mapped("refunds", back)
    assert [part["quantity"] for part in head(refund).order_lines] == [1]


@pytest.mark.parametrize(("status", "state"), STATES)
def test_the_state_of_each_status(status: str, state: str):
    found = mapped("orders", order(status=status, date_completed_gmt="2031-01-02T00:00:00"))
    dated = {name for name in ("closed", "cancelled", "refunded") if getattr(head(found), f"{name}_at")}
    # WooCommerce tells when an order was completed, and of no other end.
    assert (head(found).state, dated) == (state, {state} & {"closed"})
    assert found.unknown == []


def test_a_status_of_the_shops_own_is_open_and_counted():
    found = mapped("orders", order(status="packed"))
    assert (head(found).state, found.unknown) == ("open", ["status=packed"])


def test_only_methods_paid_later_count_as_created_before_they_are_paid():
    moments = {"date_created_gmt": "2031-01-01T08:00:00", "date_paid_gmt": "2031-01-03T08:00:00"}
    assert head(mapped("orders", order(payment_method="cod", **moments))).created_at.day == 1
    assert head(mapped("orders", order(payment_method="card", **moments))).created_at.day == 3
    assert head(mapped("orders", order(payment_method="card"))).created_at is None


@pytest.mark.parametrize("empty", [None, "", False, [], {}])
def test_nothing_in_phps_many_ways(empty: Any):
    names = (
        "billing",
        "shipping",
        "meta_data",
        "line_items",
        "fee_lines",
        "tax_lines",
        "shipping_lines",
        "coupon_lines",
        "refunds",
    )
    found = mapped("orders", order(**dict.fromkeys(names, empty)))
    assert [draft.document.collection for draft in found.drafts] == ["orders", "statuses"]


def test_a_list_with_a_gap_in_its_keys():
    found = mapped("orders", order(line_items={"0": {"id": 5, "quantity": 1}, "2": {"id": 7, "quantity": 1}}))
    assert [draft.key for draft in found.drafts if draft.document.collection == "order_lines"] == ["5", "7"]


def test_what_a_trimmed_payload_leaves_out_is_not_taken_for_empty():
    body = order()
    del body["line_items"]
    assert mapped("orders", body).owns == []


@pytest.mark.parametrize(
    ("via", "by"),
    [("checkout", None), ("store-api", None), ("admin", "admin"), ("rest-api", "rest-api"), ("", None)],
)
def test_only_what_is_no_buyer_created_an_order(via: str, by: str | None):
    found = head(mapped("orders", order(created_via=via)))
    assert (found.ordering_method, found.created_by) == (via or None, by)


def test_a_price_that_was_never_reduced_has_none_before_it():
    found = head(mapped("products", {"id": 1, "price": "10", "regular_price": "10", "sale_price": ""}))
    assert (found.price, found.before_price, found.offer_price) == (10.0, None, None)


def test_of_several_parcels_the_first_has_the_lines():
    items = [{"tracking_id": name, "tracking_number": name} for name in ("A", "B")]
    line = {"id": 5, "quantity": 2, "subtotal": "10.00", "total": "10.00", "sku": "PEG"}
    body = order(line_items=[line], meta_data=[{"key": "_wc_shipment_tracking_items", "value": items}])
    shipments = [draft.document for draft in mapped("orders", body).drafts if draft.document.collection == "shipments"]
    assert [[entry["quantity"] for entry in each.order_lines] for each in shipments] == [[2], []]


def test_a_lone_tracking_number_is_a_shipment():
    found = mapped("orders", order(meta_data=[{"key": "_tracking_number", "value": "PL7"}]))
    assert [(d.key, d.document.tracking_number) for d in found.drafts if d.document.collection == "shipments"] == [
        ("1/PL7", "PL7")
    ]


@pytest.mark.parametrize(
    "entry", ["x", None, {"key": None, "value": 1}, {"key": "_wc_shipment_tracking_items", "value": "a:0:{}"},
              {"key": "_wc_shipment_tracking_items", "value": ["x"]}, {"key": "_tracking_number", "value": {"a": 1}}]
)  # fmt: skip
def test_a_plug_ins_mistake_does_not_cost_the_order(entry: Any):
    found = mapped("orders", order(meta_data=[entry, {"key": "_billing_vat_number", "value": "DK7"}]))
    assert head(found).billing_vat_number == "DK7"


@pytest.mark.parametrize(("second", "tax"), [("5", "10.25"), ("10", "15.5")])
def test_taxes_on_top_of_each_other_are_told_by_what_they_came_to(second: str, tax: str):
    rates = [{"rate_id": 4, "rate_percent": 5}, {"rate_id": 5, "rate_percent": second, "compound": True}]
    taxes = [{"id": 4, "subtotal": "5.00"}, {"id": 5, "subtotal": str(Decimal(tax) - 5)}]
    line = {"id": 9, "quantity": 1, "total": "100", "total_tax": tax, "subtotal": "100", "subtotal_tax": tax, "taxes": taxes}
    found = mapped("orders", order(line_items=[line], tax_lines=rates, total=str(100 + Decimal(tax)), total_tax=tax))
    (sold,) = (draft.document for draft in found.drafts if isinstance(draft.document, OrderLine))
    assert (head(found).price, head(found).vat_pct) == (float(100 + Decimal(tax)), float(Decimal(tax) / 100))
    assert (sold.price, sold.vat_pct) == (float(100 + Decimal(tax)), float(Decimal(tax) / 100))


def test_a_tax_without_an_id_leaves_the_rate_to_the_amounts():
    taxes = [{"id": None, "subtotal": "2.50", "total": "2.50"}]
    line = {"id": 5, "quantity": 1, "subtotal": "10.00", "subtotal_tax": "2.50", "taxes": taxes}
    found = mapped("orders", order(line_items=[line]))
    assert [draft.document.vat_pct for draft in found.drafts if draft.document.collection == "order_lines"] == [0.25]


WRONG = [
    ("orders", order(total={"x": 1}), "total"),
    ("orders", order(line_items="x"), "line_items"),
    ("orders", order(line_items=[{"id": 1, "quantity": "many"}]), "line_items.0.quantity"),
    ("orders", order(line_items=[{"quantity": 1}]), "line_items.0.id"),
    ("orders", order(billing="x"), "billing"),
    ("orders", order(billing={"city": ["x"]}), "billing.city"),
    ("orders", order(date_created_gmt="yesterday"), "date_created_gmt"),
    ("orders", order(refunds=[{"id": 3, "total": "-"}]), "refunds.0.total"),
    ("orders", {"status": "processing"}, "id"),
    ("orders", ["x"], ""),
    ("products", {"id": 1, "images": [{"id": 1, "src": {"x": 1}}]}, "images.0.src"),
    ("products", {"id": 1, "dimensions": {"length": "long"}}, "dimensions.length"),
    ("products", {"id": 1, "sold_individually": "perhaps"}, "sold_individually"),
    ("variations", {"id": 1}, "parent_id"),
    ("refunds", {"id": 1, "amount": "1"}, "parent_id"),
    ("customers", {"id": 1, "billing": {"phone": {"x": 1}}}, "billing.phone"),
]


@pytest.mark.parametrize(("resource", "body", "field"), WRONG)
def test_a_wrong_type_is_refused_with_its_path(resource: str, body: Any, field: str):
    with pytest.raises(PayloadInvalid) as caught:
        mapped(resource, body)
    assert caught.value.field == field


def test_prices_entered_without_tax_have_the_shops_rate_added():
    net = {**CONFIG, "prices_include_tax": "no"}
    offered = {"price": "10", "regular_price": "12.50", "sale_price": "10"}
    found = head(mapped("products", {"id": 1, **offered, "tax_class": "reduced-rate"}, net))
    assert (found.price, found.before_price, found.offer_price, found.vat_pct) == (10.7, 13.38, 10.7, 0.07)
    assert head(mapped("products", {"id": 1, "price": "10", "tax_status": "none"}, net)).price == 10.0
    assert head(mapped("products", {"id": 1, "price": "10"}, {"prices_include_tax": "no"})).price == 10.0


@pytest.mark.parametrize(
    ("managed", "quantity", "stock"), [(True, 3, 3), (True, -2, -2), (True, None, None), (False, 5, None), ("parent", "4", 4)]
)
def test_stock(managed: Any, quantity: Any, stock: int | None):
    found = mapped("variations", {"id": 2, "parent_id": 1, "manage_stock": managed, "stock_quantity": quantity})
    assert head(found).stock == stock


def test_part_of_a_piece_is_not_promised_but_counted():
    found = mapped("variations", {"id": 2, "parent_id": 1, "manage_stock": True, "stock_quantity": 16.5})
    assert (head(found).stock, found.unknown) == (16, ["variants.stock=16.5"])


@pytest.mark.parametrize("kind", ["simple", "external", "grouped", "booking", "subscription"])
def test_whatever_is_not_variable_has_one_variant_with_its_sku(kind: str):
    documents = [draft.document for draft in mapped("products", {"id": 1, "type": kind, "sku": "A"}).drafts]
    assert [(type(document), document.sku) for document in documents] == [(Product, "A"), (Variant, "A")]


def test_the_random_related_products_do_not_change_a_product():
    one, two = ({"id": 1, "related_ids": numbers, "upsell_ids": [7]} for numbers in ([1, 2], [3]))
    assert mapped("products", one) == mapped("products", two)


@pytest.mark.parametrize(
    ("value", "unit", "found"),
    [
        ("2", "kg", (2, "kg")),
        ("0.45", "kg", (450, "g")),
        ("2.5", "g", (3, "g")),
        ("1.5", "lbs", (24, "oz")),
        ("1.05", "cm", (11, "mm")),
    ],
)
def test_measures_are_whole_numbers_with_their_unit(value: str, unit: str, found: tuple[int, str]):
    measures, told = whole({"weight": Decimal(value)}, unit)
    assert (measures["weight"], told) == found
