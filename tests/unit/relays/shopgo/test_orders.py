"""What a ShopGo order becomes."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.shopgo.orders import map_order
from shoprelay_relays.spec import Draft, Mapped
from shoprelay_relays.trial import DemoShop

from .conftest import money, order, payment, purchase, shipment

Map = Callable[..., Mapped]


def documents(mapped: Mapped, collection: str) -> list[Any]:
    return [draft.document for draft in mapped.drafts if draft.document.collection == collection]


def the(mapped: Mapped, collection: str) -> Any:
    (document,) = documents(mapped, collection)
    return document


def drafts(mapped: Mapped, collection: str) -> list[Draft]:
    return [draft for draft in mapped.drafts if draft.document.collection == collection]


def test_dinars_keep_their_third_decimal(mapped: Map) -> None:
    found = mapped(total=money("1234567890.125"), purchases=[purchase("A", "0.105")])
    assert the(found, "orders").price == 1234567890.125
    assert the(found, "order_lines").price == 0.105


def test_a_line_keeps_its_identity_when_the_purchases_are_reordered(mapped: Map) -> None:
    bought = [purchase("A"), purchase("B"), purchase("A", "9.000"), purchase("A", name={"en": "Engraved", "ar": ""})]
    before = {d.key: d.document for d in drafts(mapped(purchases=bought), "order_lines")}
    random.shuffle(bought)
    assert {d.key: d.document for d in drafts(mapped(purchases=bought), "order_lines")} == before
    assert len(before) == 4


def test_the_order_owns_its_parts(mapped: Map) -> None:
    found = mapped(purchases=[purchase("A"), purchase("B")], payments=[payment("5.000"), payment("-5.000", "refund")])
    shop = DemoShop()
    owned = {collection: ids for parent, collection, ids in found.owns if parent.key == "R1700000001"}
    assert set(owned) == {"order_lines", "shipments", "invoices", "credit_notes"}
    for collection, ids in owned.items():
        assert ids == [shop.id(collection, d.key) for d in drafts(found, collection)]
    assert len(owned["order_lines"]) == 2
    assert owned["shipments"] == []


@pytest.mark.parametrize(
    ("changes", "state", "status"),
    [
        ({}, "open", "Created"),
        ({"confirmed": True}, "open", "Confirmed"),
        ({"confirmed": True, "authorized": True}, "open", "Authorized"),
        ({"cancelled": True, "authorized": True}, "cancelled", "Cancelled"),
        ({"payments": [payment("21.000")]}, "open", "Created"),
        ({"payments": [payment("21.000")], "shipments": [shipment("1", "shipped")]}, "open", "Created"),
        ({"payments": [payment("21.000")], "shipments": [shipment("1", "delivered")]}, "closed", "Completed"),
        (
            {"payments": [payment("21.000")], "shipments": [shipment("1", "delivered"), shipment("2", "ready")]},
            "open",
            "Created",
        ),
        ({"payments": [payment("20.999")], "shipments": [shipment("1", "delivered")]}, "open", "Created"),
        (
            {"payments": [payment("21.000"), payment("-4.000", "refund")], "shipments": [shipment("1", "delivered")]},
            "closed",
            "Completed",
        ),
        ({"payments": [payment("21.000"), payment("-21.000", "refund")]}, "refunded", "Refunded"),
        ({"payments": [payment("21.000"), payment("-20.000", "refund"), payment("-1.000", "refund")]}, "refunded", "Refunded"),
    ],
)
def test_the_state_follows_flags_payments_and_shipments(mapped: Map, changes: Any, state: str, status: str) -> None:
    found = mapped(**changes)
    names = {
        DemoShop().id("statuses", draft.key): draft.document.name
        for draft in found.drafts
        if draft.document.collection == "statuses"
    }
    assert (the(found, "orders").state, names[the(found, "orders").status_id]) == (state, status)


def test_a_card_order_counts_as_created_once_it_is_paid(mapped: Map) -> None:
    assert the(mapped(), "orders").created_at is None
    partly = [payment("20.000", "credit_card", "2024-03-02T10:00:00+00:00")]
    assert the(mapped(payments=partly), "orders").created_at is None
    paid = the(mapped(payments=[*partly, payment("1.000", "cash", "2024-03-05T10:00:00+03:00")]), "orders")
    assert paid.created_at.isoformat() == "2024-03-05T07:00:00+00:00"
    assert paid.initialized_at.isoformat() == "2024-03-01T09:30:00.123000+00:00"


@pytest.mark.parametrize("method", ["cash", "cash_on_delivery", "bank_transfer"])
def test_an_order_that_is_paid_later_counts_as_created_at_once(mapped: Map, method: str) -> None:
    found = the(mapped(payment_method=method), "orders")
    assert found.created_at == found.initialized_at


def test_a_card_payment_is_captured_and_any_other_is_paid(mapped: Map) -> None:
    found = documents(mapped(payments=[payment("20.000", "credit_card"), payment("1.000", "cash")]), "invoices")
    assert sorted((i.amount, i.captured_amount, i.paid_amount) for i in found) == [(1.0, None, 1.0), (20.0, 20.0, None)]


@pytest.mark.parametrize(
    ("method", "refund", "refunded", "returned"),
    [
        ("credit_card", payment("-4.250", "refund"), 4.25, None),
        ("cash", payment("-4.250", "refund"), None, 4.25),
        ("cash", payment("4.250", "refund"), None, 4.25),
        ("cash", payment("-4.250", "cash"), None, 4.25),
    ],
)
def test_a_refund_becomes_a_credit_note(mapped: Map, method: str, refund: Any, refunded: float, returned: float) -> None:
    found = mapped(payments=[payment("21.000", method), refund])
    note = the(found, "credit_notes")
    assert (note.amount, note.refunded_amount, note.returned_amount) == (4.25, refunded, returned)
    assert len(documents(found, "invoices")) == 1


def test_two_equal_payments_are_two_invoices(mapped: Map) -> None:
    found = drafts(mapped(payments=[payment("10.500"), payment("10.50")]), "invoices")
    assert len({draft.key for draft in found}) == 2


def test_intended_and_actual_payment_methods_are_both_known(mapped: Map) -> None:
    found = mapped(payments=[payment("21.000", "cash_on_delivery"), payment("-1.000", "refund")])
    names = {m.remote_id: m.name for m in documents(found, "payment_methods")}
    assert names == {"credit_card": "Credit card", "cash_on_delivery": "Cash on delivery"}
    assert the(found, "orders").payment_method_id == DemoShop().id("payment_methods", "credit_card")


def test_only_shipments_that_left_are_told_of(mapped: Map) -> None:
    found = mapped(shipments=[shipment("1", "ready"), shipment("2", "shipped"), shipment("3", "delivered")])
    assert sorted(s.remote_id for s in documents(found, "shipments")) == ["2", "3"]
    assert the(found, "delivery_methods").name == "aramex"
    assert the(found, "orders").delivery_method_id == DemoShop().id("delivery_methods", "aramex")


@pytest.mark.parametrize(
    ("buyer", "key"),
    [
        ({"email": "Rana@Example.com", "phone": "+962 79 000 111"}, "email:rana@example.com"),
        ({"email": "", "phone": "+962 79 000 111"}, "phone:+96279000111"),
        ({"email": "", "phone": "0096279000111"}, "phone:+96279000111"),
        ({"email": None, "phone": ""}, "phone:079000111"),
    ],
)
def test_a_buyer_is_known_by_email_or_else_by_phone(mapped: Map, buyer: Any, key: str) -> None:
    found = mapped(buyer=buyer)
    (customer,) = drafts(found, "customers")
    assert (customer.key, customer.document.remote_id) == (key, key.partition(":")[2])
    assert the(found, "orders").customer_id == DemoShop().id("customers", key)


def test_a_buyer_without_email_and_phone_is_no_customer(mapped: Map) -> None:
    found = mapped(buyer={}, billing_address={"name": "Anonymous"}, shipping_address={})
    assert documents(found, "customers") == []
    assert the(found, "orders").customer_id is None


def test_what_is_learnt_in_passing_is_dated_by_the_order(mapped: Map) -> None:
    old, new = (drafts(mapped(created=f"202{n}-01-01T00:00:00+00:00"), "products")[0] for n in (3, 4))
    assert old.derived
    assert old.version < new.version
    assert mapped().version == ""


def test_one_sku_bought_twice_is_one_product_whatever_the_order_of_purchases(mapped: Map) -> None:
    bought = [purchase("A", "9.000"), purchase("A", "10.000")]
    there, back = mapped(purchases=bought), mapped(purchases=bought[::-1])
    assert the(there, "products") == the(back, "products")
    assert the(there, "variants").product_id == DemoShop().id("products", "A")


@pytest.mark.parametrize(
    ("adjustment", "discount", "delivery", "surcharge"),
    [
        ({"name": {"en": "Ramadan", "ar": "رمضان"}, "total": money("-2.125")}, 2.125, None, None),
        ({"type": "discount", "amount": "2.125"}, 2.125, None, None),
        ({"description": {"ar": "خصم"}, "amount": money("2.125")}, 2.125, None, None),
        ({"title": "Shipping", "value": money("3.000")}, 0.0, 3.0, None),
        ({"title": "Cash on delivery fee", "price": "1.500"}, 0.0, None, 1.5),
    ],
)
def test_adjustments_of_every_likely_shape(
    mapped: Map, adjustment: Any, discount: float, delivery: float | None, surcharge: float | None
) -> None:
    found = the(mapped(adjustments=[adjustment]), "orders")
    assert (found.discount_amount, found.delivery_price, found.payment_price) == (discount, delivery, surcharge)


def test_what_cannot_be_understood_is_counted_and_not_refused(mapped: Map) -> None:
    found = mapped(
        adjustments=["free"],
        payment_method="crypto",
        shipments=[shipment("1", "lost")],
        purchases=[purchase("A", charges=[{"x": 1}])],
    )
    assert sorted(found.unknown) == [
        "adjustments=shape",
        "payment_method=crypto",
        "purchase.charges=undescribed",
        "shipment.state=lost",
    ]


def test_a_hidden_order_is_an_order_with_a_tag(mapped: Map) -> None:
    assert the(mapped(visible=False), "orders").tags == ["hidden"]
    assert the(mapped(), "orders").tags == []


def test_an_arabic_name_stands_in_for_a_missing_english_one(mapped: Map) -> None:
    assert the(mapped(purchases=[purchase("A", name={"en": "", "ar": "كوب"})]), "order_lines").product_name == "كوب"


def test_a_missing_unit_price_is_the_share_of_the_total(mapped: Map) -> None:
    line = the(mapped(purchases=[purchase("A", quantity=3, unit_price=None, total=money("10.000"))]), "order_lines")
    assert line.price == 3.333


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": ""}, "number"),
        ({"total": money("ten")}, "total.amount"),
        ({"created": "yesterday"}, "created"),
        ({"purchases": [purchase("A"), purchase("B", quantity="two")]}, "purchases.1.quantity"),
        ({"purchases": {"sku": "A"}}, "purchases"),
        ({"payments": [payment("NaN")]}, "payments.0.total.amount"),
        ({"shipments": ["1"]}, "shipments.0"),
    ],
)
def test_a_payload_at_fault_names_the_field(changes: Any, field: str) -> None:
    with pytest.raises(PayloadInvalid) as error:
        map_order(order(**changes), DemoShop())
    assert error.value.field == field


def test_a_bare_order_is_mapped() -> None:
    found = map_order({"number": 17}, DemoShop())
    settable = [("statuses", name) for name in ("authorized", "cancelled", "completed")]
    assert [(d.document.collection, d.key) for d in found.drafts] == [("orders", "17"), *settable, ("statuses", "created")]
