"""The relay, and what answers look like: JSON with PHP's habits, XML that is not always one."""

from datetime import timedelta

import pytest

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.prestashop import RELAY
from shoprelay_relays.trial import DemoShop
from shoprelay_schema.documents import Order, Product, Shipment, Variant
from shoprelay_simulators import ManualClock
from shoprelay_simulators.prestashop import acts
from tests.contract.relays.prestashop.side import MARCH, Side, connected, of


async def test_a_stock_of_zero_is_zero(side: Side):
    """A single JSON answer drops zeros unless it is asked for display=full."""
    (stock, *_) = side.shop.where("stock_availables", id_product=1)
    side.shop.change("stock_availables", int(str(stock["id"])), {"quantity": "0"})
    bare = (await side.client.get(f"stock_availables/{stock['id']}", params={"output_format": "JSON"})).json()
    assert "quantity" not in bare["stock_available"]
    (variant, *_) = of(Variant, await side.documents("products", 1))
    assert variant.stock == 0


async def test_what_is_switched_off_is_off_by_a_direct_read_as_well(side: Side):
    """`active` is 0, which a single answer leaves out unless it is asked for display=full."""
    side.shop.change("products", 1, {"active": "0"})
    bare = (await side.client.get("products/1", params={"output_format": "JSON"})).json()
    assert "active" not in bare["product"]
    (product,) = of(Product, await side.documents("products", 1))
    assert (product.status, product.published) == ("inactive", False)


@pytest.mark.parametrize("resource", ["orders", "products", "customers", "categories", "statuses"])
async def test_xml_becomes_the_same_documents_as_json(clock: ManualClock, resource: str):
    found = []
    for form in (True, False):
        async with connected(ManualClock(MARCH), json=form) as side:
            side.config["shop_url"] = "https://shop.test"
            found.append([repr(side.mapped(record)) for record in await side.listed(resource)])
    assert found[0] == found[1]


@pytest.mark.parametrize("text", ["slut ]]> her", "bip\x0bbip", "a <![CDATA[ b ]]> c"])
async def test_text_that_spoils_a_page_of_xml_is_mended(clock: ManualClock, text: str):
    async with connected(clock, json=False) as side:
        side.shop.change("orders", 3, {"note": text})
        assert await side.ids("orders") == sorted(side.shop.tables["orders"])
        (order,) = of(Order, await side.documents("orders", 3))
        assert order.company_note == text.replace("\x0b", "")


async def test_one_order_that_cannot_be_read_does_not_keep_the_others_back(clock: ManualClock):
    async with connected(clock, json=False) as side:
        side.shop.broken = {4}
        records = await side.listed("orders")
        assert sorted(int(record.remote_id) for record in records) == sorted(side.shop.tables["orders"])
        (bad,) = (record for record in records if record.remote_id == "4")
        assert bad.body == b"<unreadable/>"


async def test_an_empty_list_is_empty_in_both_forms(clock: ManualClock):
    for form in (True, False):
        async with connected(ManualClock(MARCH), json=form) as side:
            assert await side.ids("orders", MARCH + timedelta(days=1)) == []


async def test_a_payload_that_is_unreadable_is_a_dead_letter():
    with pytest.raises(PayloadInvalid):
        RELAY.resource("orders").map({"id": None}, DemoShop())


@pytest.mark.parametrize("form", [True, False], ids=["json", "xml"])
@pytest.mark.parametrize("text", ["Tak 🎁 & <b>hej</b>", "Æ &amp; Å"])
async def test_pictures_and_html_come_through_unharmed(clock: ManualClock, text: str, form: bool):
    async with connected(clock, json=form) as side:
        side.shop.change("orders", 3, {"note": text})
        (order,) = of(Order, await side.documents("orders", 3))
        assert order.company_note == text


@pytest.mark.parametrize(
    ("resource", "names"), [("products", ("categories", "images", "tags", "product_features")), ("customers", ("groups",))]
)
async def test_what_nothing_is_associated_with_says_the_same_in_both_forms(resource: str, names: tuple[str, ...]):
    """JSON leaves empty associations out, XML has empty elements."""
    found = []
    for form in (True, False):
        async with connected(ManualClock(MARCH), json=form) as side:
            side.config["shop_url"] = "https://shop.test"
            side.shop.change(resource, 1, {"associations": {name: [] for name in names}})
            found.append(repr(await side.documents(resource, 1)))
    assert found[0] == found[1]


@pytest.mark.parametrize("form", [True, False], ids=["json", "xml"])
async def test_an_order_of_what_is_not_sent_has_no_parcel(clock: ManualClock, form: bool):
    """It has no row of order_carriers, and its tracking number is null."""
    async with connected(clock, json=form) as side:
        acts.set_state(side.shop, 3, acts.SHIPPED)
        for row in side.shop.where("order_carriers", id_order=3):
            side.shop.remove("order_carriers", int(str(row["id"])))
        documents = await side.documents("orders", 3)
        (order,) = of(Order, documents)
        assert (order.state, of(Shipment, documents)) == ("closed", [])
