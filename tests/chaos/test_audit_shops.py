"""The auditor is shown documents that are not what a shop holds, and services that were away for too long."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.fleet import Fleet
from tests.chaos.likeness import differences
from tests.chaos.recovery import Recovery

_PARTS = ("order_lines", "credit_notes", "invoices", "shipments")
_COLLECTIONS = ("orders", *_PARTS, "products", "variants", "customers", "categories")


def nothing() -> dict[str, Any]:
    return {name: [] for name in _COLLECTIONS}


def shopgo() -> dict[str, Any]:
    money = {"amount": "12.50", "currency": "JOD"}
    nobody = {"email": ""}
    order = {
        **dict.fromkeys(("buyer", "billing_address", "shipping_address"), nobody),
        "total": money,
        "cancelled": False,
        "authorized": False,
        "confirmed": True,
        "visible": True,
        "purchases": [{"quantity": 2}, {"quantity": 1}],
        "payments": [{"total": money}],
        "shipments": [{"state": "shipped"}, {"state": "ready"}],
    }
    return {"orders": {"R1": order}}


def documents() -> dict[str, Any]:
    order = {"remote_id": "R1", "price": 12.5, "currency": "JOD", "state": "open", "email": None, "tags": []}
    part = {"order_number": "R1"}
    return {
        **nothing(),
        "orders": [order],
        "order_lines": [{**part, "quantity": 2}, {**part, "quantity": 1}],
        "invoices": [{**part, "amount": 12.5}],
        "shipments": [part],
    }


def test_documents_that_are_the_shop_s_are_found_good() -> None:
    assert differences("shopgo", shopgo(), documents()) == []
    assert (
        differences(
            "shopgo", shopgo(), {**documents(), "orders": [{**documents()["orders"][0], "state": "closed"}]}, ["confirmed"]
        )
        == []
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda d: d["orders"].clear(), "order R1 has 0 documents"),
        (lambda d: d["orders"].append(d["orders"][0]), "order R1 has 2 documents"),
        (lambda d: d["orders"].append({"remote_id": "R2"}), "order R2 has 1 documents, and the shop lacks it"),
        (lambda d: d["orders"][0].update(price=12.6), "price is 12.6"),
        (lambda d: d["orders"][0].update(state="closed"), "state is 'closed'"),
        (lambda d: d["order_lines"].pop(), "pieces are 2, the shop has 3"),
        (lambda d: d["invoices"].append(d["invoices"][0]), "invoices are 25.0"),
        (lambda d: d["credit_notes"].append({"order_number": "R1", "amount": 1}), "credit_notes are 1"),
        (lambda d: d["shipments"].clear(), "shipments are None, the shop has 1"),
    ],
)
def test_a_document_that_is_not_as_the_shop_s_is_found(wrong: Callable[[Any], Any], said: str) -> None:
    found = documents()
    wrong(found)
    assert [text for text in differences("shopgo", shopgo(), found) if said in text], differences("shopgo", shopgo(), found)


def woo() -> tuple[dict[str, Any], dict[str, Any]]:
    """A customer and a category, and their documents."""
    shop = {name: {} for name in ("orders", "products", "variations", "customers", "categories")}
    shop["customers"] = {"5": {"email": "ida@a.dk", "first_name": "Ida", "last_name": ""}}
    shop["categories"] = {"7": {"name": "K&oslash;kken"}}
    found = {**nothing(), "categories": [{"remote_id": "7", "name": "Køkken"}]}
    account = {"remote_id": "5", "email": "ida@a.dk", "first_name": "Ida", "last_name": None}
    guest = {"remote_id": "bo@a.dk", "email": "bo@a.dk"}
    return shop, {**found, "customers": [account, guest]}


def test_a_customer_who_is_gone_or_renamed_is_found() -> None:
    shop, found = woo()
    assert differences("woocommerce", shop, found) == []
    assert differences("woocommerce", {**shop, "customers": {}}, found) == ["customer 5 has 1 documents, and the shop lacks it"]
    found["categories"][0]["name"] = "Kokken"
    assert differences("woocommerce", shop, found) == ["category 7: name is 'Kokken', the shop has 'Køkken'"]


@pytest.mark.parametrize(("seconds", "kept"), [(29.0, True), (31.0, False)])
@pytest.mark.parametrize("which", ["waited", "cut_off"])
def test_a_service_that_is_away_for_too_long_is_found(seconds: float, kept: bool, which: str) -> None:
    recovery = Recovery(Fleet(Path(), Path(), lambda _: {}, iter(())))
    getattr(recovery, which)["kafka kill"].append((seconds, "notifier-1"))
    assert (recovery.promise().violations == []) is kept
