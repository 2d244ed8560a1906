"""What callers are told of what real shops were seen to refuse."""

from typing import Any

import pytest

from shoprelay_relays.actions import BY_KEY, Call, Reference
from shoprelay_relays.errors import Refused, RelayError
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.woocommerce import RELAY
from tests.contract.relays.woocommerce.side import Side, connected, simple, uncounted


async def act(side: Side, endpoint: str, target: object, data: dict[str, Any]) -> object:
    reference = Reference(endpoint.partition("/")[0], str(target), {})
    body = BY_KEY[endpoint].body.model_validate(data)
    return await RELAY.actions[endpoint].run(Call(side.client, side.config, reference, body))


async def test_entities_in_what_a_shop_says_are_letters_to_the_caller() -> None:
    async with connected() as side:
        await side.client.post("products", json={"name": "Kop", "sku": 'KOP "A" & B'})
        with pytest.raises(Refused, match=r'product_invalid_sku: .*\(KOP "A" & B\)'):
            await act(side, "products/update", simple(side.shop).id, {"sku": 'KOP "A" & B'})
        variants = [{"sku": 'KOP "A" & B', "variations": [{"type": "Farve", "value": "Blå"}]}]
        with pytest.raises(RelayError, match=r'variants\.0: product_invalid_sku: .*\(KOP "A" & B\)'):
            await act(side, "products/create", "", {"name": "Kop", "variants": variants})


async def test_a_refund_that_the_gateway_declines_is_refused_and_nothing_is_booked() -> None:
    async with connected() as side:
        order = uncounted(side.shop)
        side.shop.orders[order].payment_method, side.shop.declines_refunds = "testcard", True
        before = await side.read("orders", order)
        with pytest.raises(Refused, match="woocommerce_rest_cannot_create_order_refund"):
            await act(side, "orders/refund", order, {"refund_amount": 1})
        assert await side.read("orders", order) == before


async def test_a_change_of_what_was_deleted_is_no_refusal_but_a_record_that_is_not_there() -> None:
    async with connected() as side:
        order = uncounted(side.shop)
        await side.client.delete(f"orders/{order}", params={"force": "true"})
        with pytest.raises(NotThere):
            await act(side, "orders/update_status", order, {"status_id": "completed"})
