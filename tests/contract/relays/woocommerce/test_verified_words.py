"""The relay through what real shops were seen to say late, twice or of what is gone."""

import pytest

from shoprelay_schema.documents import Order
from shoprelay_simulators.listening import Message, Receive, Send, listen, read_body
from shoprelay_simulators.receiver import Received, receiver
from shoprelay_simulators.woocommerce import changes
from tests.contract.relays.woocommerce.side import connected, documents, uncounted


async def test_a_late_word_of_a_creation_is_the_order_of_today() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        made = (await side.client.post("orders", json={"status": "processing"})).json()
        side.clock.advance(60)
        await side.client.put(f"orders/{made['id']}", json={"status": "completed"})
        heard = await side.heard(inbox)
        assert len(heard) == 2
        assert [documents([one], Order)[str(made["id"])].state for one in heard] == ["closed", "closed"]


async def test_word_of_what_is_gone_by_then_is_genuine_and_says_nothing() -> None:
    async with connected() as side, receiver() as inbox:
        await side.hear(inbox)
        order = (await side.client.post("orders", json={})).json()
        product = (await side.client.post("products", json={"name": "Kortlivet"})).json()
        for path in (f"orders/{order['id']}", f"products/{product['id']}"):
            await side.client.delete(path, params={"force": "true"})
        assert await side.told(inbox) == []
        assert len(inbox.calls) == 3


async def test_a_change_during_a_delivery_is_told_after_it() -> None:
    async with connected() as side, receiver() as inbox:
        order = uncounted(side.shop)

        async def app(scope: Message, receive: Receive, send: Send) -> None:
            headers = tuple((key.decode(), value.decode()) for key, value in scope["headers"])
            body = await read_body(receive)
            if body.startswith(b"{") and not inbox.calls:
                await side.client.put(f"orders/{order}", json={"customer_note": "anden"})
            inbox.calls.append(Received(scope["path"], headers, body))
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})

        async with listen(app) as inbox.url:
            await side.hear(inbox)
            await side.client.put(f"orders/{order}", json={"customer_note": "første"})
            first, second = [documents(await side.heard(inbox), Order) for _ in range(2)]
        assert [each[str(order)].customer_note for each in (first, second)] == ["første", "anden"]


@pytest.mark.parametrize("secret", ["a & <b>", "\"citat\" og 'andet'", "a &amp; b"])
async def test_whatever_the_secret_is_its_signatures_are_genuine(secret: str) -> None:
    async with connected() as side, receiver() as inbox:
        side.config["webhook_secret"] = secret
        await side.hear(inbox)
        order = uncounted(side.shop)
        changes.change_order(side.shop, side.shop.orders[order])
        assert await side.told(inbox) == [("orders", str(order))]
        assert inbox.calls[0].header("X-WC-Webhook-Signature")
