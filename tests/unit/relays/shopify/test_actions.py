"""What Shopify's actions refuse, in whose words, and how they find what a document names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from services.shop_api.careful import Careful
from shoprelay_relays.actions import BY_KEY, Call, Done, Reference
from shoprelay_relays.errors import CannotDo, CredentialsRejected, Refused, ShopTrouble
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.http.tokens import MemoryTokens
from shoprelay_relays.shopify import RELAY
from shoprelay_relays.spec import Connection
from shoprelay_simulators import ShopifyShop, serve
from tests.contract.relays.shopify.acting import (
    customer_id,
    line_id,
    made_shop,
    order_id,
    order_row,
    product_id,
    reached,
    stocked,
    variant_id,
    variant_row,
)


@dataclass
class At:
    """One shop, and what was asked of it."""

    shop: ShopifyShop
    client: httpx.AsyncClient
    careful: Careful
    config: dict[str, Any]

    async def act(self, key: str, target: str = "", document: dict[str, Any] | None = None, **data: Any) -> Done:
        reference = Reference(BY_KEY[key].resource, target, document or {})
        return await RELAY.actions[key].run(Call(self.client, self.config, reference, BY_KEY[key].body.model_validate(data)))


@asynccontextmanager
async def opened() -> AsyncIterator[At]:
    async def before() -> None:
        return None

    shop = made_shop("public")
    async with httpx.AsyncHTTPTransport(verify=False) as wire, serve(shop) as url:
        config, careful = reached(shop, url), Careful(wire, before)
        async with RELAY.client(config, Connection(careful, MemoryTokens())) as client:
            yield At(shop, client, careful, config)


@pytest.mark.parametrize(
    ("key", "tag", "data", "field"),
    [
        ("orders/capture", "paid", {}, ""),
        ("orders/capture", "authorized", {"capture_amount": 351}, "capture_amount"),
        ("orders/close", "authorized", {"capture_amount": 5}, "capture_amount"),
        ("orders/refund", "authorized", {}, ""),
        ("orders/refund", "paid", {"refund_amount": 350.01}, "refund_amount"),
        ("orders/return", "paid", {"refund_amount": 5}, "refund_amount"),
        ("orders/return", "paid", {"include_discount": False}, "include_discount"),
        ("orders/return", "paid", {"order_lines": [{"variant_sku": "NONE"}]}, "order_lines"),
        ("orders/create_shipment", "sent", {}, "order_lines"),
        ("orders/create_order_line", "paid", {"sku": "NONE"}, ""),
        ("orders/create_order_line", "paid", {"sku_3": "1"}, ""),
        ("orders/cancel", "paid", {"refund_amount": 5}, "refund_amount"),
        ("orders/update", "paid", {"shipping_country": {"remote_id": "Denmark"}}, "shipping_country"),
    ],
)
async def test_what_cannot_be_done_to_an_order_is_said_before_it_is_changed(key: str, tag: str, data: dict[str, Any], field: str):
    async with opened() as at:
        with pytest.raises(CannotDo) as refused:
            await at.act(key, order_id(at.shop, tag), **data)
        assert refused.value.field == field
        assert not at.careful.trail.changed


@pytest.mark.parametrize(
    ("key", "data", "field"),
    [
        ("orders/create", {"variants": []}, "variants"),
        ("orders/create", {"variants": [{"sku": "NONE"}]}, "variants"),
        ("orders/create", {"variants": [{"sku_2": "999999"}]}, "variants"),
        ("orders/create", {"variants": [{"sku_2": "MUG"}]}, "variants"),
        ("products/create", {"name": "Mug", "sku": "MUG", "variants": [{"sku": "A"}]}, "sku"),
        ("products/create", {"name": "Mug", "variants": [{"sku": "A"}, {"sku": "B"}]}, "variants.variations"),
        ("products/create", {"name": "Mug", "variants": [{"sku": "A", "name": "Blue"}]}, "variants.name"),
        ("products/create", {"name": "Mug", "stock": 4, "manage_stock": False}, "stock"),
        ("categories/create", {"name": "Mugs", "images": [{"url": "https://a.example"}] * 2}, "images"),
    ],
)
async def test_what_cannot_be_created_is_said_before_anything_is(key: str, data: dict[str, Any], field: str):
    async with opened() as at:
        with pytest.raises(CannotDo) as refused:
            await at.act(key, **data)
        assert refused.value.field == field
        assert not at.careful.trail.changed


async def test_parts_of_pieces_are_refused():
    async with opened() as at:
        part = [{"_id": line_id(at.shop, "paid"), "quantity": 0.5}]
        with pytest.raises(CannotDo, match="whole pieces"):
            await at.act("orders/create_shipment", order_id(at.shop, "paid"), order_lines=part)
        with pytest.raises(CannotDo, match="of which 3 are left"):
            await at.act("orders/create_shipment", order_id(at.shop, "paid"), order_lines=[{**part[0], "quantity": 4}])


async def test_the_shop_s_own_words_are_told():
    async with opened() as at:
        await at.act("orders/cancel", order_id(at.shop, "paid"))
        with pytest.raises(Refused, match="already been canceled"):
            await at.act("orders/cancel", order_id(at.shop, "paid"))
        with pytest.raises(Refused, match="Email has already been taken"):
            await at.act(
                "customers/create", email=at.shop.rows["Customer"][f"gid://shopify/Customer/{customer_id(at.shop)}"]["email"]
            )
        with pytest.raises(Refused, match="Option does not exist"):
            await at.act("products/create_variant", product_id(at.shop), variations=[{"type": "Smell", "value": "Rose"}])


@pytest.mark.parametrize(
    "key", ["orders/close", "orders/destroy", "orders/refund", "shipments/destroy", "customers/destroy", "products/destroy"]
)
async def test_what_is_not_there_is_said_to_be_gone(key: str):
    async with opened() as at:
        with pytest.raises(NotThere):
            await at.act(key, "999999")


async def test_a_name_is_no_id_of_shopify():
    async with opened() as at:
        with pytest.raises(CannotDo, match="ids are numbers"):
            await at.act("orders/close", "#1001")


async def test_a_mutation_that_the_app_may_not_do_changed_nothing():
    async with opened() as at:
        at.shop.access.scopes -= {"write_inventory"}
        with pytest.raises(CredentialsRejected, match="write_inventory") as denied:
            await at.act("variants/change_stock", stocked(at.shop), stock=3)
        assert isinstance(denied.value, Refused)


async def test_a_mutation_for_which_the_points_do_not_suffice_changed_nothing():
    async with opened() as at:
        at.shop.bucket.left, at.shop.bucket.restore = 5, 0.5
        with pytest.raises(ShopTrouble) as throttled:
            await at.act("orders/destroy", order_id(at.shop, "paid"))
        assert isinstance(throttled.value, Refused)
        assert throttled.value.retry_after
        assert len(at.shop.rows["Order"]) == 5


async def test_a_count_that_has_moved_is_not_overwritten(monkeypatch: pytest.MonkeyPatch):
    async with opened() as at:
        own, variant = stocked(at.shop), variant_row(at.shop)
        levels = at.shop.rows["InventoryItem"][variant["inventoryItem"].gid]["inventoryLevels"]
        answer = at.shop.answer

        def sold_meanwhile(request: Any) -> Any:
            if b"inventorySetQuantities" in request.body:
                levels[1]["quantities"][0]["quantity"] = 4
            return answer(request)

        monkeypatch.setattr(at.shop, "answer", sold_meanwhile)
        with pytest.raises(Refused, match="no longer matches"):
            await at.act("variants/change_stock", own, stock=12)
        assert levels[1]["quantities"][0]["quantity"] == 4


async def test_a_line_of_a_document_is_found_by_the_name_of_its_order():
    async with opened() as at:
        row, line = order_row(at.shop, "paid"), line_id(at.shop, "paid")
        row["lineItems"][0]["sku"] = None
        document = {"remote_id": line, "order_number": row["name"]}
        done = await at.act("order_lines/update", "5f", document, quantity=4)
        assert done.reads == [("orders", order_id(at.shop, "paid"))]
        assert row["lineItems"][0]["currentQuantity"] == 4
        reads = RELAY.actions["order_lines/update"].reads(
            Call(at.client, at.config, Reference("order_lines", "5f", document), BY_KEY["order_lines/update"].body())
        )
        assert reads == [("orders", f"name/{row['name']}")]
        read = RELAY.resource("orders").read
        assert read is not None
        found = await read(at.client, reads[0][1], at.config)
        assert [record.remote_id for record in found] == [order_id(at.shop, "paid")]


async def test_a_line_without_a_sku_is_named_with_its_order():
    async with opened() as at:
        row, line = order_row(at.shop, "paid"), line_id(at.shop, "paid")
        row["lineItems"][0]["sku"] = None
        with pytest.raises(CannotDo, match="ORDER/LINE"):
            await at.act("order_lines/destroy", line)
        await at.act("order_lines/destroy", f"{order_id(at.shop, 'paid')}/{line}")
        assert row["lineItems"][0]["currentQuantity"] == 0


async def test_an_order_of_what_is_not_there_is_refused():
    async with opened() as at:
        variant_row(at.shop)["inventoryPolicy"] = "DENY"
        with pytest.raises(Refused, match="claim inventory"):
            await at.act("orders/create", variants=[{"sku_2": variant_id(at.shop), "quantity": 5000}])
        assert len(at.shop.rows["Order"]) == 5


async def test_a_fulfilment_keeps_its_other_tracking_numbers():
    async with opened() as at:
        parcel = order_row(at.shop, "sent")["fulfillments"][0]
        parcel["trackingInfo"] = [{"company": "GLS", "number": each, "url": None} for each in ("A", "B")]
        await at.act("shipments/update", parcel["id"].rpartition("/")[2], tracking_number="C")
        assert [row["number"] for row in parcel["trackingInfo"]] == ["C", "B"]
