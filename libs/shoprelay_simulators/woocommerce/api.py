"""The routes of /wp-json/wc/v3/, permission, and the frame every answer comes in."""

import re
from collections.abc import Callable
from email.utils import format_datetime
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json, Request, Response
from shoprelay_simulators.woocommerce import (
    coupons_api,
    customers_api,
    orders_api,
    products_api,
    refunds_api,
    settings_api,
    statuses,
    taxes_api,
    terms_api,
    tracking_api,
    webhooks_api,
)
from shoprelay_simulators.woocommerce.args import Args
from shoprelay_simulators.woocommerce.batch_api import batch
from shoprelay_simulators.woocommerce.call import Answer, Call, read_body
from shoprelay_simulators.woocommerce.errors import WpError, no_route
from shoprelay_simulators.woocommerce.links import API
from shoprelay_simulators.woocommerce.php import encode

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

Handler = Callable[[Call], Answer]
Methods = dict[str, Handler]


def _item(get: Handler, update: Handler, delete: Handler) -> Methods:
    return {"GET": get, "POST": update, "PUT": update, "PATCH": update, "DELETE": delete}


def _writes(handler: Handler) -> Methods:
    return {"POST": handler, "PUT": handler, "PATCH": handler}


_TERMS: Methods = {"GET": terms_api.list_terms, "POST": terms_api.create_term}
_TERM = _item(terms_api.get_term, terms_api.update_term, terms_api.delete_term)
_ROUTES: list[tuple[str, Methods]] = [
    ("orders", {"GET": orders_api.list_orders, "POST": orders_api.create_order}),
    ("orders/statuses", {"GET": statuses.list_statuses}),
    ("orders/batch", _writes(batch(orders_api.create_order, orders_api.update_order, orders_api.delete_order))),
    ("orders/ID", _item(orders_api.get_order, orders_api.update_order, orders_api.delete_order)),
    ("orders/ID/refunds", {"GET": refunds_api.list_order_refunds, "POST": refunds_api.create_refund}),
    ("orders/ID/refunds/ID", {"GET": refunds_api.get_refund, "DELETE": refunds_api.delete_refund}),
    ("orders/ID/shipment-trackings", {"GET": tracking_api.list_trackings, "POST": tracking_api.create_tracking}),
    ("orders/ID/shipment-trackings/providers", {"GET": tracking_api.list_providers}),
    ("orders/ID/shipment-trackings/WORD", {"GET": tracking_api.get_tracking, "DELETE": tracking_api.delete_tracking}),
    ("orders/ID/notes", {"GET": refunds_api.list_notes, "POST": refunds_api.create_note}),
    ("orders/ID/notes/ID", {"DELETE": refunds_api.delete_note}),
    ("refunds", {"GET": refunds_api.list_refunds}),
    ("reports/orders/totals", {"GET": statuses.order_totals}),
    ("products", {"GET": products_api.list_products, "POST": products_api.create_product}),
    (
        "products/batch",
        _writes(batch(products_api.create_product, products_api.update_product, products_api.delete_product)),
    ),
    ("products/categories", _TERMS),
    ("products/categories/ID", _TERM),
    ("products/brands", _TERMS),
    ("products/brands/ID", _TERM),
    ("products/tags", _TERMS),
    ("products/tags/ID", _TERM),
    ("products/ID", _item(products_api.get_product, products_api.update_product, products_api.delete_product)),
    ("products/ID/variations", {"GET": products_api.list_variations, "POST": products_api.create_variation}),
    (
        "products/ID/variations/batch",
        _writes(batch(products_api.create_variation, products_api.update_variation, products_api.delete_variation)),
    ),
    (
        "products/ID/variations/ID",
        _item(products_api.get_variation, products_api.update_variation, products_api.delete_variation),
    ),
    ("variations", {"GET": products_api.list_all_variations}),
    ("coupons", {"GET": coupons_api.list_coupons, "POST": coupons_api.create_coupon}),
    ("coupons/batch", _writes(batch(coupons_api.create_coupon, coupons_api.update_coupon, coupons_api.delete_coupon))),
    ("coupons/ID", _item(coupons_api.get_coupon, coupons_api.update_coupon, coupons_api.delete_coupon)),
    ("customers", {"GET": customers_api.list_customers, "POST": customers_api.create_customer}),
    ("customers/ID", _item(customers_api.get_customer, customers_api.update_customer, customers_api.delete_customer)),
    ("webhooks", {"GET": webhooks_api.list_webhooks, "POST": webhooks_api.create_webhook}),
    ("webhooks/ID", _item(webhooks_api.get_webhook, webhooks_api.update_webhook, webhooks_api.delete_webhook)),
    ("taxes", {"GET": taxes_api.list_taxes}),
    ("taxes/ID", {"GET": taxes_api.get_tax}),
    ("data/countries", {"GET": settings_api.list_countries}),
    ("data/countries/WORD", {"GET": settings_api.get_country}),
    ("payment_gateways", {"GET": settings_api.list_gateways}),
    ("payment_gateways/WORD", {"GET": settings_api.get_gateway}),
    ("shipping/zones", {"GET": settings_api.list_zones}),
    ("shipping/zones/ID/methods", {"GET": settings_api.list_zone_methods}),
    ("settings/WORD", {"GET": settings_api.list_settings}),
    ("settings/WORD/WORD", {"GET": settings_api.get_setting, **_writes(settings_api.set_setting)}),
    ("system_status", {"GET": settings_api.system_status}),
]
ROUTES = [(re.compile(path.replace("ID", r"(\d+)").replace("WORD", r"([\w-]+)")), methods) for path, methods in _ROUTES]
_LEGACY = re.compile(r"/wc-api/v[1-3](/|$)")
_OVER: Json = {"errors": {"code": "woocommerce_api_disabled", "message": "The WooCommerce API is disabled on this site"}}
DENIED = {
    "GET": ("view", "Sorry, you cannot list resources."),
    "POST": ("create", "Sorry, you are not allowed to create resources."),
    "PUT": ("edit", "Sorry, you are not allowed to edit this resource."),
    "PATCH": ("edit", "Sorry, you are not allowed to edit this resource."),
    "DELETE": ("delete", "Sorry, you are not allowed to delete this resource."),
}


def answer(shop: "WooShop", request: Request) -> Response:
    path = _place(request)
    if path.startswith("/wp-json") and not shop.permalinks and path == _written(request):
        return _page(shop, request)
    if _LEGACY.match(path):
        # Before any key is asked for, in a shape of its own (WooCommerce's LegacyRestApiStub).
        return Response(404, encode(_OVER), [("Content-Type", "application/json; charset=UTF-8")])
    if path == "/wp-json":
        call = Call(shop, request, Args(shop.zone), ())
        return _response(shop, settings_api.index(call), "GET")
    try:
        ids, methods = _route(path, request.method)
    except WpError as error:
        return _refuse(shop, error, "")
    allow = ", ".join(methods)
    try:
        _permit(shop, request)
        args = Args.read(request.query, shop.zone)
        call = Call(shop, request, args, ids, read_body(request))
        return _response(shop, methods[_method(request)](call), allow)
    except WpError as error:
        return _refuse(shop, error, allow)


def _page(shop: "WooShop", request: Request) -> Response:
    """WordPress knows no such page: a reader is led on, and anything else gets the front page (seen with WordPress 7.1)."""
    if _method(request) == "GET":
        return Response(301, b"<html>Moved</html>", [("Content-Type", "text/html"), ("Location", f"{shop.site_url}/")])
    link = f'<{shop.site_url}/index.php?rest_route=/>; rel="https://api.w.org/"'
    return Response(200, b"<!DOCTYPE html><html><body>Welcome</body></html>", [("Content-Type", "text/html"), ("Link", link)])


def _written(request: Request) -> str:
    return request.path.removeprefix("/index.php").rstrip("/")


def _place(request: Request) -> str:
    """The path of the API; `/?rest_route=/wc/v3/orders` is another way to write it, with plain permalinks the only one."""
    route = dict(request.query).get("rest_route")
    return _written(request) if route is None or _written(request) else f"/wp-json/{route.strip('/')}".rstrip("/")


def _method(request: Request) -> str:
    return "GET" if request.method == "HEAD" else request.method


def _route(path: str, method: str) -> tuple[tuple[str, ...], Methods]:
    """The version before this one still answers, here with the same bodies."""
    path = path.replace("/wp-json/wc/v2/", f"{API}/", 1)
    for pattern, methods in ROUTES:
        match = pattern.fullmatch(path.removeprefix(f"{API}/"))
        if match and path.startswith(API) and ("GET" if method == "HEAD" else method) in methods:
            return match.groups(), methods
    raise no_route()


def _permit(shop: "WooShop", request: Request) -> None:
    known = None
    if not shop.faults.unauthorized:
        known = shop.gate.enter(request, shop.site_url, shop.clock().timestamp())
    if known is None:
        verb, message = DENIED[_method(request)]
        if verb == "view" and request.path.rsplit("/", 1)[-1].isdigit():
            message = "Sorry, you cannot view this resource."
        raise WpError(401, f"woocommerce_rest_cannot_{verb}", message, allow=False)


def _refuse(shop: "WooShop", error: WpError, allow: str) -> Response:
    response = _response(shop, Answer(error.body(), error.status), allow if error.allow else "")
    if error.status == 401:  # noqa: PLR2004
        response.headers.append(("Vary", "Origin"))
    return response


def _response(shop: "WooShop", given: Answer, allow: str) -> Response:
    headers = [
        ("Server", "nginx/1.22.1"),
        ("Date", format_datetime(shop.now(), usegmt=True)),
        ("Content-Type", "application/json; charset=UTF-8"),
        ("X-Robots-Tag", "noindex"),
        ("X-Content-Type-Options", "nosniff"),
        ("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link"),
        ("Access-Control-Allow-Headers", "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type"),
        *given.headers,
        *([("Allow", allow)] if allow else []),
        ("Expires", "Wed, 11 Jan 1984 05:00:00 GMT"),
        ("Cache-Control", "no-cache, must-revalidate, max-age=0, no-store, private"),
    ]
    if all(name != "Link" for name, _ in given.headers):
        place = f"{shop.site_url}/wp-json/" if shop.permalinks else f"{shop.site_url}/index.php?rest_route=/"
        headers.insert(4, ("Link", f'<{place}>; rel="https://api.w.org/"'))
    return Response(given.status, encode(given.body), headers)
