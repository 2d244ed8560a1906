"""Personal data that a shop has erased stays away: from documents and from events, whatever is read, sent or replayed later.

A buyer asked to be forgotten: the shop deletes the account and empties the orders. Older records with the buyer's data stay on
the raw log for a while, encrypted, and a replay reads them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from shoprelay_cli import replay
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Json, Relay
from shoprelay_runtime import admin
from shoprelay_runtime.codec import unseal
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.documents import SHOP_COLLECTIONS
from shoprelay_schema.topics import DOCUMENTS
from shoprelay_simulators import ShopifyShop, WooShop
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.woocommerce import changes
from tests.integration.test_poller_shops import imported, polling
from tests.support.connected import Connected, connected
from tests.support.mapping import reading
from tests.support.shell import shell
from tests.support.world import Event, drained, normalizing, read_topics

pytestmark = pytest.mark.integration
PERSON = ("Philomena", "Quisenberry", "philomena@quisenberry.example", "Zwetschgenallee 77", "+4570998877")


@dataclass(frozen=True)
class Case:
    """`introduce` gives (customer, order) of the buyer, `forget(shop, customer, order)` erases them as the platform does.

    `again` is how a mended mapping reads an order.
    """

    make: Callable[[], Any]
    introduce: Callable[[Any], tuple[str, str]]
    forget: Callable[[Any, str, str], None]
    again: Callable[[Json], Json]
    more: dict[str, str]


def _woo_introduce(shop: WooShop) -> tuple[str, str]:
    order = next(row for row in shop.orders.values() if row.customer_id and row.status == "processing")
    customer = shop.customers[order.customer_id]
    first, last, email, street, phone = PERSON
    customer.first, customer.last, customer.email = first, last, email
    for where in (customer.billing, order.billing):
        where.update(first_name=first, last_name=last, email=email, address_1=street, phone=phone)
    for where in (customer.shipping, order.shipping):
        where.update(first_name=first, last_name=last, address_1=street)
    for other in shop.orders.values():  # whatever else the buyer bought is another's now
        other.customer_id = other.customer_id if other is order or other.customer_id != customer.id else 0
    return str(customer.id), str(order.id)


def _woo_forget(shop: WooShop, customer: str, order: str) -> None:
    """WooCommerce's eraser empties texts and puts a placeholder for the e-mail: WC_Privacy_Erasers."""
    row = shop.orders[int(order)]
    for where in (row.billing, row.shipping):
        where.update(dict.fromkeys(where, ""))
    row.billing["email"] = "deleted@site.invalid"
    row.customer_id = 0
    changes.change_order(shop, row)
    changes.delete_customer(shop, shop.customers[int(customer)])


def _shopify_introduce(shop: ShopifyShop) -> tuple[str, str]:
    order = next(row for row in shop.rows["Order"].values() if row["customer"] and row["billingAddress"])
    customer = shop.rows["Customer"][order["customer"].gid]
    first, last, email, street, phone = PERSON
    where = {**order["billingAddress"], "firstName": first, "lastName": last, "name": f"{first} {last}", "phone": phone}
    where |= {"address1": street}
    customer.update(firstName=first, lastName=last, displayName=f"{first} {last}", email=email, phone=phone, defaultAddress=where)
    order.update(email=email, phone=phone, billingAddress=where, shippingAddress=where)
    for other in shop.rows["Order"].values():
        if other is not order and other["customer"] and other["customer"].gid == customer["id"]:
            other.update(customer=None)
    return str(number(customer)), str(number(order))


def _shopify_forget(shop: ShopifyShop, customer: str, order: str) -> None:
    row = shop.rows["Order"][f"gid://shopify/Order/{order}"]
    row.update(email=None, phone=None, billingAddress=None, shippingAddress=None, customer=None, note=None, clientIp=None)
    shop.changed(row)
    del shop.rows["Customer"][f"gid://shopify/Customer/{customer}"]


def _other_woo_note(body: Json) -> Json:
    return {**body, "customer_note": "read anew"} if "customer_note" in body else body


def _other_shopify_note(body: Json) -> Json:
    return {**body, "note": "read anew"} if "displayFinancialStatus" in body else body


CASES = {
    "woocommerce": Case(
        lambda: WooShop(3, orders=14, products=5, customers=4), _woo_introduce, _woo_forget, _other_woo_note, {"auth": "basic"}
    ),
    "shopify": Case(
        lambda: ShopifyShop(3, orders=14, products=5, customers=4, bulk_seconds=0),
        _shopify_introduce,
        _shopify_forget,
        _other_shopify_note,
        {},
    ),
}


async def found(side: Connected) -> bytes:
    """All documents of the shop, decrypted, as one text."""
    return orjson.dumps([await side.documents(name) for name in SHOP_COLLECTIONS], default=str)


async def told(side: Connected) -> list[Event]:
    return await read_topics(side.settings, *(topic.name for topic in DOCUMENTS.values()))


def opened(side: Connected, event: Event) -> bytes:
    return orjson.dumps(unseal(side.project.cipher, event.topic.split(".")[1], event.value or {}), default=str)


def _named(text: bytes) -> list[str]:
    """What of the person the text has."""
    return [each for each in PERSON if each.encode() in text]


@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.timeout(180)
async def test_what_a_shop_erased_does_not_come_back(
    name: str, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    shop = case.make()
    customer, order = case.introduce(shop)
    mended: dict[str, Relay] = {**RELAYS, name: reading(RELAYS[name], case.again)}
    monkeypatch.setattr(replay, "RELAYS", mended)
    type_ = shell(settings, monkeypatch, "replay")
    async with connected(store, settings, shop, case.more) as side, polling(settings):
        async with normalizing(settings, RELAYS):
            await imported(store)
            await drained(settings)
            assert _named(await found(side)) == list(PERSON), "the buyer is known to begin with"
            case.forget(shop, customer, order)
            await side.ask("customers", customer)
            await side.poll("orders", "customers")
            assert _named(await found(side)) == []
            before = {each.id for each in await told(side)}
        async with normalizing(settings, mended):
            replayed = await type_("--json")
            assert replayed.exit_code == 0, replayed.output
            await drained(settings)
            assert orjson.loads(replayed.stdout.splitlines()[-1])["documents"]["orders"]["updated"] > 0
            assert _named(await found(side)) == []
            await admin.resync_webshop(store, side.project, side.webshop)
            await imported(store)
            await drained(settings)
            assert _named(await found(side)) == []
        later = [each for each in await told(side) if each.id not in before]
        assert later, "the replay told of what it changed"
        assert [each.id for each in later if _named(opened(side, each))] == []
