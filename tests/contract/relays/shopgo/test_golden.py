"""Orders in ShopGo's shape, with invented values, and the documents that they become.

A card order of cups with a discount, delivered and partly refunded; an order in Arabic by someone without e-mail; a cancelled
and hidden one; one paid in cash after all, and paid back. `shoprelay relay try shopgo orders FILE` prints the golden file.
"""

import json
from pathlib import Path

from shoprelay_relays.trial import try_payload

HERE = Path(__file__).parent


def test_orders_become_their_documents() -> None:
    found = try_payload("shopgo", "orders", (HERE / "payloads" / "orders.json").read_bytes())
    assert found == json.loads((HERE / "golden" / "orders.json").read_text())


def test_the_price_of_an_order_is_the_sum_of_its_parts() -> None:
    found = try_payload("shopgo", "orders", (HERE / "payloads" / "orders.json").read_bytes())["documents"]
    for order in found["orders"]:
        lines = [line["price"] * line["quantity"] for line in found["order_lines"] if line["order_id"] == order["_id"]]
        assert sum(lines) + order.get("delivery_price", 0) - order["discount_amount"] == order["price"]


def test_every_reference_leads_somewhere() -> None:
    found = try_payload("shopgo", "orders", (HERE / "payloads" / "orders.json").read_bytes())["documents"]
    known = {document["_id"] for documents in found.values() for document in documents}
    for documents in found.values():
        for document in documents:
            references = {name: value for name, value in document.items() if name.endswith("_id") and name != "remote_id"}
            assert {n: v for n, v in references.items() if v not in known} == {
                name: document[name] for name in ("company_id", "webshop_id")
            }
