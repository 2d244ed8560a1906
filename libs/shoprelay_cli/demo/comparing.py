"""Compares documents with what the shops hold, record by record, by rules of its own: it shares no mapping with the relays."""

import html
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import httpx
from bson import ObjectId

from shoprelay_runtime.codec import unseal
from shoprelay_runtime.projects import Project
from shoprelay_runtime.store import Store

Rows = Mapping[str, Mapping[str, Any]]
Documents = Mapping[str, Sequence[Mapping[str, Any]]]
_READ = ("orders", "order_lines", "products", "variants", "customers", "categories", "credit_notes", "invoices")


async def final_state(url: str) -> dict[str, Rows]:
    """What a simulated shop holds now, by resource and id."""
    async with httpx.AsyncClient(timeout=60) as client:
        answer = await client.get(f"{url}/_simulator/ledger")
        found: dict[str, Rows] = answer.raise_for_status().json()["final"]
        return found


async def documents(store: Store, project: Project, webshop: ObjectId) -> dict[str, list[dict[str, Any]]]:
    """A shop's documents, decrypted."""
    found = {}
    for name in _READ:
        rows = await store.database(project.database)[name].find({"webshop_id": webshop}).to_list(None)
        found[name] = [unseal(project.cipher, name, row) for row in rows]
    return found


def differences(relay: str, shop: Mapping[str, Rows], found: Documents) -> list[str]:
    """Every difference between a shop and its documents, in words."""
    return list(_woocommerce(shop, found) if relay == "woocommerce" else _shopgo(shop, found))


def _woocommerce(shop: Mapping[str, Rows], found: Documents) -> Iterator[str]:
    orders = {i: row for i, row in shop["orders"].items() if row.get("status") not in {"trash", "checkout-draft", "auto-draft"}}
    products = {i: row for i, row in shop["products"].items() if row.get("status") != "trash"}
    refunds = {str(refund["id"]): row for row in orders.values() for refund in row["refunds"]}
    variants = [v for row in products.values() for v in (row["variations"] or [row["id"]])]
    yield from _pairs("order", orders, found["orders"], _woo_order)
    yield from _pairs("product", products, found["products"], _woo_product, key="sku_2")
    yield from _pairs("customer", shop["customers"], _registered(found["customers"]), _woo_customer)
    yield from _pairs("category", shop["categories"], found["categories"], _woo_category)
    yield from _pairs("refund", refunds, found["credit_notes"], lambda *_: [])
    yield from _same("variants", sorted(map(str, variants)), sorted(str(v["sku_2"]) for v in found["variants"]))
    yield from _lines(
        {row["number"]: [(str(x["id"]), x["quantity"]) for x in row["line_items"]] for row in orders.values()}, found
    )


def _registered(customers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [c for c in customers if "@" not in str(c["remote_id"])]


def _pairs(what: str, rows: Rows, stored: Sequence[Mapping[str, Any]], compare: Any, key: str = "remote_id") -> Iterator[str]:
    by_id = {str(document[key]): document for document in stored}
    if extra := sorted(by_id.keys() - rows.keys()):
        yield f"{what}s that the shop does not hold: {', '.join(extra[:5])}"
    for identity, row in rows.items():
        if identity not in by_id:
            yield f"{what} {identity} has no document"
        else:
            for name, expected, got in compare(row, by_id[identity]):
                if expected != got:
                    yield f"{what} {identity}: {name} is {got!r}, the shop has {expected!r}"


def _woo_order(row: Mapping[str, Any], document: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    states = {"completed": "closed", "cancelled": "cancelled", "failed": "cancelled", "refunded": "refunded"}
    return [
        ("price", float(Decimal(row["total"])), document["price"]),
        ("number", row["number"], document["order_number"]),
        ("email", row["billing"]["email"] or None, document["email"]),
        ("state", states.get(row["status"], "open"), document["state"]),
        ("city", row["billing"]["city"] or None, document["billing_city"]),
    ]


def _woo_product(row: Mapping[str, Any], document: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    return [
        ("name", html.unescape(row["name"]).strip(), document["name"]),
        ("sku", row["sku"] or None, document["sku"]),
        ("categories", len(row["categories"]), len(document["category_ids"])),
    ]


def _woo_customer(row: Mapping[str, Any], document: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    return [("email", row["email"], document["email"]), ("first name", row["first_name"] or None, document["first_name"])]


def _woo_category(row: Mapping[str, Any], document: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    return [("name", html.unescape(row["name"]), document["name"])]


def _shopgo(shop: Mapping[str, Rows], found: Documents) -> Iterator[str]:
    yield from _pairs("order", shop["orders"], found["orders"], _shopgo_order)
    quantities = {number: sum(p["quantity"] for p in row["purchases"]) for number, row in shop["orders"].items()}
    stored: Counter[str] = Counter()
    for line in found["order_lines"]:
        stored[line["order_number"]] += line["quantity"]
    yield from _same("pieces by order", sorted(quantities.items()), sorted(stored.items()))
    payments = [p for row in shop["orders"].values() for p in row["payments"]]
    incoming = sum(Decimal(p["total"]["amount"]) > 0 for p in payments)
    yield from _same("payments", (incoming, len(payments) - incoming), (len(found["invoices"]), len(found["credit_notes"])))


def _shopgo_order(row: Mapping[str, Any], document: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    email = row["buyer"]["email"] or row["billing_address"]["email"] or row["shipping_address"]["email"]
    return [
        ("price", float(Decimal(row["total"]["amount"])), document["price"]),
        ("currency", row["total"]["currency"], document["currency"]),
        ("cancelled", row["cancelled"], document["state"] == "cancelled"),
        ("email", email or None, document["email"]),
    ]


def _lines(expected: Mapping[str, list[tuple[str, int]]], found: Documents) -> Iterator[str]:
    stored: dict[str, list[tuple[str, int]]] = {number: [] for number in expected}
    for line in found["order_lines"]:
        stored.setdefault(line["order_number"], []).append((line["remote_id"], line["quantity"]))
    for number, lines in stored.items():
        yield from _same(f"lines of order {number}", sorted(expected.get(number, [])), sorted(lines))


def _same(what: str, expected: object, got: object) -> Iterator[str]:
    if expected != got:
        yield f"{what}: stored {str(got)[:200]}, the shop has {str(expected)[:200]}"
