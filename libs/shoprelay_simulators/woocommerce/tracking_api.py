"""orders/{id}/shipment-trackings, of the plug-in Shipment Tracking: it keeps its list in the order's meta data.

https://woocommerce.com/document/shipment-tracking/
"""

import hashlib
from datetime import UTC, date, datetime

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce import changes
from shoprelay_simulators.woocommerce.call import Answer, Call, text
from shoprelay_simulators.woocommerce.errors import WpError, invalid_params, missing_params, no_route
from shoprelay_simulators.woocommerce.orders_api import find
from shoprelay_simulators.woocommerce.rows import Meta, Order

KEY = "_wc_shipment_tracking_items"
PROVIDERS = {
    "Denmark": {"GLS DK": "https://gls.example/track/%number%"},
    "Sweden": {"PostNord Sverige AB": "https://postnord.example/track/%number%"},
}


def list_providers(call: Call) -> Answer:
    _order(call)
    return Answer(PROVIDERS)


def list_trackings(call: Call) -> Answer:
    return Answer([_shown(item) for item in _items(_order(call))])


def get_tracking(call: Call) -> Answer:
    return Answer(_shown(_find(call)))


def create_tracking(call: Call) -> Answer:
    """A provider that the plug-in knows brings its link; any other is a custom one."""
    order, body = _order(call), call.body
    if not body.get("tracking_number"):
        raise missing_params("tracking_number")
    shipped = text(body, "date_shipped")
    moment = datetime.combine(_day(shipped) if shipped else call.shop.now().date(), datetime.min.time(), UTC)
    item: Json = {
        "tracking_provider": text(body, "tracking_provider"),
        "custom_tracking_provider": text(body, "custom_tracking_provider"),
        "custom_tracking_link": text(body, "custom_tracking_link"),
        "tracking_number": text(body, "tracking_number"),
        "date_shipped": str(int(moment.timestamp())),
    }
    seed = f"{item['tracking_provider']}-{item['tracking_number']}-{call.shop.next_id('tracking')}"
    item["tracking_id"] = hashlib.sha256(seed.encode()).hexdigest()[:32]
    _keep(call, order, [*_items(order), item])
    return Answer(_shown(item), 201)


def delete_tracking(call: Call) -> Answer:
    order, item = _order(call), _find(call)
    _keep(call, order, [held for held in _items(order) if held is not item])
    return Answer(_shown(item))


def _order(call: Call) -> Order:
    if not call.shop.tracks_shipments:
        raise no_route()
    return find(call.shop, call.number())


def _items(order: Order) -> list[Json]:
    held = next((meta.value for meta in order.meta if meta.key == KEY), [])
    return held if isinstance(held, list) else []


def _find(call: Call) -> Json:
    item = next((item for item in _items(_order(call)) if item["tracking_id"] == call.ids[1]), None)
    if item is None:
        raise WpError(404, "woocommerce_rest_order_shipment_tracking_invalid_id", "Invalid shipment tracking ID.")
    return item


def _keep(call: Call, order: Order, items: list[Json]) -> None:
    order.meta = [meta for meta in order.meta if meta.key != KEY]
    if items:
        order.meta.append(Meta(call.shop.next_id("meta"), KEY, items))
    changes.change_order(call.shop, order, moves_date=call.shop.order_tables)


def _shown(item: Json) -> Json:
    links = {name: link for carriers in PROVIDERS.values() for name, link in carriers.items()}
    number, provider = text(item, "tracking_number"), text(item, "tracking_provider")
    link = links.get(provider, text(item, "custom_tracking_link"))
    return {
        "tracking_id": item["tracking_id"],
        "tracking_provider": provider or item["custom_tracking_provider"],
        "tracking_link": link.replace("%number%", number),
        "tracking_number": number,
        "date_shipped": datetime.fromtimestamp(int(text(item, "date_shipped")), UTC).date().isoformat(),
    }


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise invalid_params({"date_shipped": ("rest_invalid_date", "Invalid date.")}) from None
