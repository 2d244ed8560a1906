"""Holds documents against what the shops hold, record by record, by rules of its own: it shares no mapping with the relays."""

import html
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

Rows = Mapping[str, Mapping[str, Any]]
Documents = Mapping[str, Sequence[Mapping[str, Any]]]
_STATES = {"completed": "closed", "cancelled": "cancelled", "failed": "cancelled", "refunded": "refunded"}
_UNBORN = {"trash", "checkout-draft", "auto-draft"}


def differences(relay: str, shop: Mapping[str, Rows], found: Documents, closed: Collection[str] = ()) -> list[str]:
    """Every difference between a shop and its documents, in words. `closed`: the statuses that the merchant says mean closed."""
    return list(_woocommerce(shop, found, closed) if relay == "woocommerce" else _shopgo(shop, found, closed))


def _woocommerce(shop: Mapping[str, Rows], found: Documents, closed: Collection[str]) -> Iterator[str]:
    orders = {i: row for i, row in shop["orders"].items() if row["status"] not in _UNBORN}
    products = {i: row for i, row in shop["products"].items() if row["status"] != "trash"}
    variants = {
        str(v): shop["variations"].get(str(v), row) for row in products.values() for v in row["variations"] or [row["id"]]
    }
    refunds = {str(refund["id"]): {**refund, "order": row} for row in orders.values() for refund in row["refunds"]}
    lines = {str(line["id"]): {**line, "order": row} for row in orders.values() for line in row["line_items"]}
    people = [document for document in found["customers"] if "@" not in str(document["remote_id"])]
    yield from _same("order", {i: _woo_order(row, closed) for i, row in orders.items()}, found["orders"])
    yield from _same("order line", {i: _woo_line(row) for i, row in lines.items()}, found["order_lines"])
    yield from _same("refund", {i: _woo_refund(row) for i, row in refunds.items()}, found["credit_notes"])
    yield from _same("product", {i: _woo_product(row) for i, row in products.items()}, found["products"], "sku_2")
    yield from _same("variant", {i: _woo_variant(row) for i, row in variants.items()}, found["variants"], "sku_2")
    yield from _same("customer", {i: _woo_customer(row) for i, row in shop["customers"].items()}, people)
    yield from _same(
        "category", {i: {"name": html.unescape(r["name"])} for i, r in shop["categories"].items()}, found["categories"]
    )


def _same(what: str, expected: Rows, stored: Sequence[Mapping[str, Any]], key: str = "remote_id") -> Iterator[str]:
    """By the shop's id; each attribute that is expected."""
    by_id: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for document in stored:
        by_id[str(document.get(key))].append(document)
    for identity in sorted(by_id.keys() | expected.keys()):
        documents = by_id.get(identity, [])
        if len(documents) != (identity in expected):
            holds = "holds" if identity in expected else "lacks"
            yield f"{what} {identity} has {len(documents)} documents, and the shop {holds} it"
            continue
        for name, value in expected[identity].items():
            if documents[0].get(name) != value:
                yield f"{what} {identity}: {name} is {documents[0].get(name)!r}, the shop has {value!r}"


def _state(own: str, status: str, closed: Collection[str]) -> str:
    """Once the merchant has said which statuses mean closed, every other one is open."""
    return own if not closed else "closed" if status in closed else "open"


def _woo_order(row: Mapping[str, Any], closed: Collection[str]) -> dict[str, Any]:
    bill = row["billing"]
    shown = row["shipping"] if any(row["shipping"].get(n) for n in ("first_name", "last_name", "address_1", "city")) else bill
    return {
        "order_number": row["number"],
        "price": _float(row["total"]),
        "currency": row["currency"],
        "state": _state(_STATES.get(row["status"], "open"), row["status"], closed),
        "email": bill["email"] or None,
        "customer_note": row["customer_note"] or None,
        "billing_first_name": bill["first_name"] or None,
        "billing_last_name": bill["last_name"] or None,
        "billing_address_1": bill["address_1"] or None,
        "billing_zip_code": bill["postcode"] or None,
        "billing_city": bill["city"] or None,
        "billing_phone": bill["phone"] or None,
        "shipping_address_1": shown["address_1"] or None,
        "shipping_city": shown["city"] or None,
        "discount_codes": [line["code"] for line in row["coupon_lines"]],
    }


def _woo_line(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"order_number": row["order"]["number"], "quantity": row["quantity"], "variant_sku": row["sku"] or None}


def _woo_refund(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"order_number": row["order"]["number"], "amount": abs(_float(row["total"]))}


def _woo_product(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": html.unescape(row["name"]).strip(), "sku": row["sku"] or None, "published": row["status"] == "publish"}


def _woo_variant(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"sku": row["sku"] or None}


def _woo_customer(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"email": row["email"], "first_name": row["first_name"] or None, "last_name": row["last_name"] or None}


def _shopgo(shop: Mapping[str, Rows], found: Documents, closed: Collection[str]) -> Iterator[str]:
    yield from _same("order", {number: _shopgo_order(row, closed) for number, row in shop["orders"].items()}, found["orders"])
    pieces: dict[str, int] = defaultdict(int)
    for line in found["order_lines"]:
        pieces[line["order_number"]] += line["quantity"]
    yield from _counts("pieces", {n: sum(p["quantity"] for p in row["purchases"]) for n, row in shop["orders"].items()}, pieces)
    for collection, sign in (("invoices", 1), ("credit_notes", -1)):
        paid = {n: _total(row["payments"], sign) for n, row in shop["orders"].items()}
        told: dict[str, Decimal] = defaultdict(Decimal)
        for document in found[collection]:
            told[document["order_number"]] += Decimal(str(document["amount"]))
        yield from _counts(collection, {n: amount for n, amount in paid.items() if amount}, told)
    sent = {n: sum(s["state"] in {"shipped", "delivered"} for s in row["shipments"]) for n, row in shop["orders"].items()}
    shipped: dict[str, int] = defaultdict(int)
    for document in found["shipments"]:
        shipped[document["order_number"]] += 1
    yield from _counts("shipments", {n: count for n, count in sent.items() if count}, shipped)


def _counts(what: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    for number in sorted(expected.keys() | found.keys()):
        if expected.get(number) != found.get(number):
            yield f"order {number}: {what} are {found.get(number)}, the shop has {expected.get(number)}"


def _total(payments: Sequence[Mapping[str, Any]], sign: int) -> Decimal:
    return sum((max(sign * Decimal(each["total"]["amount"]), Decimal(0)) for each in payments), Decimal(0))


def _shopgo_order(row: Mapping[str, Any], closed: Collection[str]) -> dict[str, Any]:
    step = _step(row)
    own = {"cancelled": "cancelled", "refunded": "refunded", "completed": "closed"}.get(step, "open")
    return {
        "price": _float(row["total"]["amount"]),
        "currency": row["total"]["currency"],
        "state": _state(own, step, closed),
        "email": row["buyer"]["email"] or row["billing_address"]["email"] or row["shipping_address"]["email"] or None,
        "tags": [] if row["visible"] else ["hidden"],
    }


def _step(row: Mapping[str, Any]) -> str:
    """How far an order is: https://docs.shopgo.me/1.0.0/developer-guides/order-processing."""
    total = Decimal(row["total"]["amount"])
    delivered = row["shipments"] and all(each["state"] == "delivered" for each in row["shipments"])
    if row["cancelled"]:
        return "cancelled"
    if 0 < total <= _total(row["payments"], -1):
        return "refunded"
    if delivered and _total(row["payments"], 1) >= total:
        return "completed"
    return "authorized" if row["authorized"] else "confirmed" if row["confirmed"] else "created"


def _float(text: str) -> float:
    return float(Decimal(text))
