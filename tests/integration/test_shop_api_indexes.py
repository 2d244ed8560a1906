"""Every index of the Shop API on every platform that offers it: what it lists is what the simulated shop has."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.shop_api.documenting import served_by
from shoprelay_relays.actions import BY_KEY, ENDPOINTS
from shoprelay_relays.registry import RELAYS
from shoprelay_runtime import admin
from shoprelay_runtime.projects import Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_simulators import ManualClock, serve
from shoprelay_simulators.hostedshop import lists
from shoprelay_simulators.woocommerce.build import GATEWAYS
from shoprelay_simulators.woocommerce.settings_api import COUNTRIES
from shoprelay_simulators.woocommerce.statuses import NAMES
from tests.support.shop_api import shop_api
from tests.support.simulated import Simulated, simulated

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
Held = Callable[[Any], Iterable[Any]]
_ORDERS, _MOST_PAGES = 3, 20
_KNOWN_BY = ("remote_id", "sku_2", "sku")
"""How a document says what the shop calls it, the surest first."""
SERVED = {name: {each.key for each in ENDPOINTS if each.name == "index" and RELAYS[name] in served_by(each)} for name in RELAYS}


def _ids(rows: Iterable[dict[str, Any]], name: str = "Id") -> Iterable[Any]:
    return [row[name] for row in rows]


def _numbers(rows: Iterable[str]) -> list[str]:
    return [row.rpartition("/")[2] for row in rows]


HOSTEDSHOP: dict[str, Held] = {
    "categories/index": lambda shop: shop.tables["Category"],
    "countries/index": lambda _: _ids(lists.DELIVERY_COUNTRIES, "Code"),
    "customers/index": lambda shop: shop.tables["User"],
    "delivery_methods/index": lambda _: _ids(lists.DELIVERY_METHODS),
    "orders/index": lambda shop: shop.tables["Order"],
    "payment_methods/index": lambda _: _ids(lists.PAYMENT_METHODS),
    "products/index": lambda shop: _ids(shop.tables["Product"].values(), "ItemNumberSupplier"),
    "shop_ids/index": lambda _: _ids(lists.SITES),
    "statuses/index": lambda _: _ids(lists.STATUSES),
}
HELD: dict[str, dict[str, Held]] = {
    "HostedShop": HOSTEDSHOP,
    "Magento2Shop": {
        # The root of all is no category of the merchant's.
        "categories/index": lambda shop: [number for number, row in shop.categories.items() if row["parent_id"]],
        "countries/index": lambda _: ("DK", "SE", "DE"),
        "customers/index": lambda shop: shop.customers,
        "orders/index": lambda shop: shop.orders,
        "products/index": lambda shop: shop.products,
        "shop_ids/index": lambda _: ("default", "de"),
    },
    "PrestaShop": {
        "categories/index": lambda shop: shop.tables["categories"],
        "customers/index": lambda shop: shop.tables["customers"],
        "orders/index": lambda shop: shop.tables["orders"],
        "products/index": lambda shop: shop.tables["products"],
        "shop_ids/index": lambda shop: shop.tables["shops"],
        "statuses/index": lambda shop: shop.tables["order_states"],
    },
    "QuickbutikShop": {
        "categories/index": lambda shop: range(1, len(shop.categories) + 1),
        "orders/index": lambda shop: shop.orders,
        "products/index": lambda shop: [row.goods.sku for row in shop.products.values()],
    },
    "ShopGoShop": {"orders/index": lambda shop: shop.orders},
    "ShopifyShop": {
        "categories/index": lambda shop: _numbers(shop.rows["Collection"]),
        "customers/index": lambda shop: _numbers(shop.rows["Customer"]),
        "orders/index": lambda shop: _numbers(shop.rows["Order"]),
        "products/index": lambda shop: _numbers(shop.rows["Product"]),
    },
    "WooShop": {
        "categories/index": lambda shop: shop.categories,
        "countries/index": lambda _: COUNTRIES,
        "customers/index": lambda shop: shop.customers,
        "delivery_methods/index": lambda _: ("flat_rate:1", "flat_rate:4", "local_pickup:2"),
        "orders/index": lambda shop: shop.orders,
        "payment_methods/index": lambda _: [name for name, _ in GATEWAYS],
        "products/index": lambda shop: shop.products,
        # A basket that somebody is filling is no order yet.
        "statuses/index": lambda _: NAMES.keys() - {"checkout-draft"},
    },
}
"""What a simulated shop has of it, as a document says it (_KNOWN_BY)."""


def _how(name: str) -> Simulated:
    found = simulated(name)
    assert found is not None, f"{name} has no simulated shop"
    return _how(found) if isinstance(found, str) else found


def _shop(name: str) -> Any:
    now = datetime.now(UTC).replace(microsecond=0)
    return _how(name).shop(_ORDERS, now, ManualClock(now))


@pytest.mark.parametrize("name", [name for name, served in SERVED.items() if served])
def test_every_index_of_every_platform_is_tried(name: str) -> None:
    assert HELD[type(_shop(name)).__name__].keys() == SERVED[name]


@pytest.mark.parametrize("name", [name for name, served in SERVED.items() if served])
async def test_an_index_lists_what_the_shop_has(store: Store, settings: Settings, name: str) -> None:
    shop = _shop(name)
    made = await admin.create_project(store, settings, "Growth")
    async with serve(shop) as url, shop_api(settings, made.shop_api_token) as api:
        webshop = await _connected(store, settings, made.id, name, _how(name).config(shop, url))
        for key, held in HELD[type(shop).__name__].items():
            wanted = sorted(str(each) for each in held(shop))
            assert wanted, f"the simulated shop has no {key}"
            own = await _listed(api, key, webshop, unfiltered_response="true")
            told = await _listed(api, key, webshop)
            assert sorted(map(_known, told)) == wanted, key
            assert len(own) >= len(told), key


async def _connected(store: Store, settings: Settings, owner: Any, name: str, config: dict[str, Any]) -> str:
    projects = Projects(store, settings.master())
    project = await projects.get(owner)
    companies = store.database(project.database)["companies"]
    company = (await companies.insert_one({"website": "a.example"})).inserted_id
    given = {field: value for field, value in config.items() if field in RELAYS[name].credentials.model_fields}
    return str((await admin.add_webshop(store, settings, projects, project, company, name, given)).id)


async def _listed(api: httpx.AsyncClient, key: str, webshop: str, **more: str) -> list[dict[str, Any]]:
    """All pages."""
    rows: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        answer = await api.get(f"/shop_api/v1{BY_KEY[key].path}", params={"webshop_id": webshop, **more, **cursor})
        assert answer.status_code == httpx.codes.OK, f"{key}: {answer.text}"
        rows += answer.json()["result"]
        if not (goes_on := answer.json().get("cursor")):
            return rows
        cursor = {"cursor": goes_on}
    raise AssertionError(f"{key} has no end")


def _known(document: dict[str, Any]) -> str:
    return str(next(document[name] for name in _KNOWN_BY if document.get(name)))
