"""The routes under /rest/<store>/V1/."""

import json
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from shoprelay_simulators.magento2 import misc
from shoprelay_simulators.magento2.cataloguing import attribute
from shoprelay_simulators.magento2.errors import MISSING, NOBODY, Refusal, answered
from shoprelay_simulators.magento2.fields import trimmed
from shoprelay_simulators.magento2.rows import Row
from shoprelay_simulators.magento2.search import criteria, listed
from shoprelay_simulators.magento2.stocking import by_sku
from shoprelay_simulators.magento2.writes import write
from shoprelay_simulators.messages import Request, Response

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop

_REST = re.compile(r"/rest/(?:(?P<store>[a-z][a-z0-9_]*)/)?(?P<path>V1/.+)")
_OPTIONS = re.compile(r"products/(attribute-sets/(?P<set>\d+)/attributes|attributes/(?P<code>\w+)/options)")
_ID = {"entity_id": "id"}
Rows = Callable[["Magento2Shop"], Iterable[Row]]
# path: resource of the role, rows, names of columns, whether the table is EAV
LISTS: dict[str, tuple[str, Rows, dict[str, str], bool]] = {
    "orders": ("Magento_Sales::actions_view", lambda shop: shop.orders.values(), {}, False),
    "shipments": ("Magento_Sales::shipment", lambda shop: shop.shipments.values(), {"order_id": "order_id"}, False),
    "invoices": ("Magento_Sales::sales_invoice", lambda shop: shop.invoices.values(), {"order_id": "order_id"}, False),
    "creditmemos": ("Magento_Sales::sales_creditmemo", lambda shop: shop.creditmemos.values(), {"order_id": "order_id"}, False),
    "products": ("Magento_Catalog::products", lambda shop: shop.products.values(), _ID, True),
    "products/attributes": ("Magento_Catalog::attributes_attributes", lambda shop: shop.attributes, {}, False),
    "customers/search": ("Magento_Customer::customer", lambda shop: shop.customers.values(), _ID, True),
    "categories/list": ("Magento_Catalog::categories", lambda shop: shop.categories.values(), _ID, True),
    "customerGroups/search": ("Magento_Customer::group", misc.groups, {}, False),
    "taxRules/search": ("Magento_Tax::manage_tax", misc.tax_rules, {"tax_calculation_rule_id": "id"}, False),
    "taxRates/search": ("Magento_Tax::manage_tax", misc.tax_rates, {"tax_calculation_rate_id": "id"}, False),
    "inventory/source-items": ("Magento_InventoryApi::source", misc.source_items, {"source_item_id": ""}, False),
    "inventory/sources": ("Magento_InventoryApi::source", misc.sources, {}, False),
    "inventory/stock-source-links": ("Magento_InventoryApi::stock_source_link", misc.links, {}, False),
}
ONES: dict[str, tuple[str, str, Callable[[str], Refusal]]] = {
    "orders": ("Magento_Sales::actions_view", "orders", lambda _: Refusal(404, MISSING)),
    "shipment": ("Magento_Sales::shipment", "shipments", lambda _: Refusal(404, MISSING)),
    "invoices": ("Magento_Sales::sales_invoice", "invoices", lambda _: Refusal(404, MISSING)),
    "creditmemo": ("Magento_Sales::sales_creditmemo", "creditmemos", lambda _: Refusal(404, MISSING)),
    "customers": ("Magento_Customer::customer", "customers", lambda key: _nobody("customerId", key)),
    "categories": ("Magento_Catalog::categories", "categories", lambda key: _nobody("id", key)),
}


def _nobody(name: str, key: str) -> Refusal:
    return Refusal(404, NOBODY, {"fieldName": name, "fieldValue": key})


def answer(shop: "Magento2Shop", request: Request) -> Response:
    try:
        return answered(_body(shop, request))
    except Refusal as refusal:
        return refusal.response()


def _body(shop: "Magento2Shop", request: Request) -> object:
    if shop.faults.unauthorized:
        raise Refusal(401, "The consumer key or the token is not valid.")
    if request.path == "/graphql":
        return {"data": {"storeConfig": {"product_url_suffix": ".html"}}}
    match = _REST.fullmatch(request.path)
    if match is None:
        raise Refusal(404, "Request does not match any route.")
    path = match["path"].removeprefix("V1/")
    if (request.method, path) == ("POST", "integration/admin/token"):
        return shop.access.login(json.loads(request.body or b"{}"), shop.clock(), shop.rng)

    def enter(resource: str) -> None:
        url = f"{shop.site_url}{quote(request.path, safe='/-._~')}"
        shop.access.enter(request, f"V1/{path}", resource, url, shop.clock())

    if request.method != "GET":
        return write(shop, request, path, enter)
    return trimmed(_got(shop, request, path, enter), dict(request.query).get("fields", ""))


def _got(shop: "Magento2Shop", request: Request, path: str, enter: Callable[[str], None]) -> object:
    if path.startswith("inventory/") and not shop.inventory:
        raise Refusal(404, "Request does not match any route.")
    if path in LISTS:
        resource, rows, names, eav = LISTS[path]
        enter(resource)
        return _list(shop, request, rows(shop), names, eav)
    head, _, key = path.partition("/")
    if head in ONES and key.isdigit():
        resource, table, missing = ONES[head]
        enter(resource)
        rows_by_id = shop.tables()[table]
        if int(key) not in rows_by_id:
            raise missing(key)
        return rows_by_id[int(key)]
    enter("Magento_Catalog::products" if head in {"products", "stockItems"} else "Magento_Backend::store")
    return _other(shop, path, head, unquote(key))


def _list(shop: "Magento2Shop", request: Request, rows: Iterable[Row], names: dict[str, str], eav: bool) -> Row:
    found, total = listed(rows, criteria(request, shop.largest_page), names, eav=eav)
    shown = [row for row in found if row.get("id") not in shop.hidden]
    return {"items": shown, "search_criteria": {"filter_groups": []}, "total_count": total}


def _other(shop: "Magento2Shop", path: str, head: str, key: str) -> object:
    if match := _OPTIONS.fullmatch(path):
        return shop.attributes if match["set"] else attribute(shop, match["code"])["options"]
    if head in {"products", "stockItems"}:
        product = by_sku(shop, key)
        item = misc.stock_item(shop, product)
        return item if head == "stockItems" else _whole(product, item)
    if path == "categories":
        return misc.tree(shop, 1)
    if path.startswith("inventory/get-product-salable-quantity/"):
        return misc.salable(shop, key.removeprefix("get-product-salable-quantity/").rpartition("/")[0])
    if path.startswith("directory/countries/"):
        return misc.country(key.removeprefix("countries/"))
    plain: dict[str, Callable[[Magento2Shop], object]] = {
        "store/storeConfigs": misc.store_configs,
        "store/storeGroups": lambda _: [{"id": 0, "root_category_id": 0}, {"id": 1, "root_category_id": 2}],
        "store/storeViews": misc.store_views,
        "store/websites": lambda _: [{"id": 1, "code": "base", "name": "Main Website", "default_group_id": 1}],
        "directory/countries": misc.countries,
        "inventory/stock-resolver/website/base": lambda _: {"stock_id": 1, "name": "Default Stock"},
    }
    if path not in plain:
        raise Refusal(404, "Request does not match any route.")
    return plain[path](shop)


def _whole(product: Row, item: Row) -> Row:
    """A single product shows its stock item, which the list does not."""
    return {**product, "extension_attributes": {**product["extension_attributes"], "stock_item": item}}
