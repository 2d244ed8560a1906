"""A shop's token over several processes: renewed by one, stored before it is used, encrypted."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId

from shoprelay_relays.http.tokens import Token
from shoprelay_runtime.crypto import Cipher, new_key
from shoprelay_runtime.shop_tokens import ShopTokens
from shoprelay_runtime.store import Control, Store

pytestmark = pytest.mark.integration


def made(store: Store, webshop: ObjectId, cipher: Cipher, **credentials: Any) -> ShopTokens:
    return ShopTokens(store, cipher, webshop, {"client_id": "c", **credentials})


def a_cipher() -> Cipher:
    return Cipher(str(ObjectId()), {"k1": new_key()}, "k1")


async def test_fifty_callers_in_two_processes_renew_once(store: Store) -> None:
    cipher, webshop, asked = a_cipher(), ObjectId(), []
    processes = [made(store, webshop, cipher) for _ in range(2)]
    stale = Token("old", datetime.now(UTC) - timedelta(hours=1), "r0")
    await processes[0].keep(stale)

    async def obtain(before: Token | None) -> Token:
        asked.append(before)
        await asyncio.sleep(0.05)
        row = await store.collection(Control.TOKENS).find_one({"_id": webshop})
        assert row is not None
        assert row["renewing"]
        return Token(f"new{len(asked)}", datetime.now(UTC) + timedelta(hours=1), "r1")

    found = await asyncio.gather(*(processes[n % 2].renew(stale, obtain) for n in range(50)))
    assert {token.access for token in found} == {"new1"}
    assert [token and token.refresh for token in asked] == ["r0"]
    assert (await made(store, webshop, cipher).held()) == found[0]


async def test_the_token_is_stored_encrypted(store: Store) -> None:
    webshop, cipher = ObjectId(), a_cipher()
    await made(store, webshop, cipher).keep(Token("hush-a", None, "hush-r"))
    assert "hush" not in repr(await store.collection(Control.TOKENS).find_one({"_id": webshop}))
    assert await made(store, webshop, cipher).held() == Token("hush-a", None, "hush-r")


async def test_a_token_of_other_credentials_is_none(store: Store) -> None:
    webshop, cipher = ObjectId(), a_cipher()
    await made(store, webshop, cipher).keep(Token("a"))
    assert await made(store, webshop, cipher, client_id="another").held() is None


async def test_a_renewal_that_failed_or_died_is_taken_up_by_the_next(store: Store) -> None:
    webshop, cipher = ObjectId(), a_cipher()
    tokens = made(store, webshop, cipher)

    async def fails(_: Token | None) -> Token:
        raise ConnectionError

    async def works(_: Token | None) -> Token:
        return Token("a")

    with pytest.raises(ConnectionError):
        await tokens.renew(None, fails)
    assert (await tokens.renew(None, works)).access == "a"
    dead = {"$set": {"renewing": "dead", "until": datetime.now(UTC) - timedelta(seconds=1)}}
    await store.collection(Control.TOKENS).update_one({"_id": webshop}, dead)
    assert (await tokens.renew(Token("a"), works)).access == "a"
