"""Coupons of the simulated WooCommerce shop, and the words of theirs that reach products."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shoprelay_simulators.woocommerce import coupons
from tests.contract.relays.woocommerce.watched import Watched, watched

TOPICS = [f"{kind}.{event}" for kind in ("coupon", "product") for event in ("created", "updated", "deleted", "restored")]


@pytest.fixture
async def side() -> AsyncIterator[Watched]:
    async with watched(TOPICS) as made:
        yield made


async def coupon(side: Watched) -> Any:
    made = await side.ask("POST", "coupons", {"code": "Paaske25", "amount": "25", "discount_type": "percent"})
    assert (made["code"], made["amount"], made["status"]) == ("paaske25", "25.00", "publish")
    assert ("coupon.created", made["id"]) in await side.told()
    return made


@pytest.mark.parametrize(("edit", "dated"), [({"amount": "12"}, False), ({"description": "Kun i dag"}, True)])
async def test_an_amount_moves_no_date_and_a_description_does_and_both_are_sent(
    side: Watched, edit: dict[str, str], dated: bool
) -> None:
    path = f"coupons/{(await coupon(side))['id']}"
    changed = await side.ask("PUT", path, edit)
    assert {name: changed[name] for name in edit} == {name: f"{v}.00" if v.isdigit() else v for name, v in edit.items()}
    assert await side.moved(path) == dated
    assert await side.told() == [("coupon.updated", changed["id"])]


@pytest.mark.parametrize("trashed_first", [True, False])
@pytest.mark.parametrize("in_a_batch", [True, False])
async def test_a_coupon_that_is_deleted_for_good_is_not_sent(side: Watched, trashed_first: bool, in_a_batch: bool) -> None:
    key = (await coupon(side))["id"]
    if trashed_first:
        await side.ask("DELETE", f"coupons/{key}")
        assert (await side.read(f"coupons/{key}"))["status"] == "trash"
        await side.told()
    if in_a_batch:
        await side.ask("POST", "coupons/batch", {"delete": [key]})
    else:
        await side.ask("DELETE", f"coupons/{key}", force="true")
    gone = await side.api.get(f"coupons/{key}")
    assert (gone.status_code, gone.json()["code"]) == (404, "woocommerce_rest_shop_coupon_invalid_id")
    assert await side.told() == []


async def test_the_trash_and_the_way_out_of_it_are_told_under_products_as_well_and_there_as_an_error(side: Watched) -> None:
    key = (await coupon(side))["id"]
    await side.ask("DELETE", f"coupons/{key}")
    assert await side.told() == [("coupon.deleted", key), ("product.deleted", key)]
    coupons.restore(side.shop, side.shop.coupons[key])
    side.inbox.calls.clear()
    await side.shop.deliver_due()
    said = {call.header("X-WC-Webhook-Topic"): json.loads(call.body) for call in side.inbox.calls}
    assert (said["coupon.restored"]["id"], said["coupon.restored"]["status"]) == (key, "publish")
    assert said["product.restored"]["code"] == "woocommerce_rest_product_invalid_id"
    assert "id" not in said["product.restored"]


async def test_the_coupon_of_the_trash_is_on_no_order(side: Watched) -> None:
    key = (await coupon(side))["id"]
    body = {"line_items": [{"product_id": side.simple().id}], "coupon_lines": [{"code": "paaske25"}]}
    made = await side.ask("POST", "orders", body)
    assert [(line["code"], line["nominal_amount"]) for line in made["coupon_lines"]] == [("paaske25", 25)]
    await side.ask("DELETE", f"coupons/{key}")
    assert (await side.api.post("orders", json=body)).json()["code"] == "woocommerce_rest_invalid_coupon"


async def test_a_code_is_given_once_and_not_left_out(side: Watched) -> None:
    await coupon(side)
    for body, code in (({"code": "PAASKE25"}, "coupon_code_already_exists"), ({}, "empty_coupon_code")):
        answer = await side.api.post("coupons", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, f"woocommerce_rest_{code}")
