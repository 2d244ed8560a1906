"""One shipment as the Shipment Tracking plug-in's own API lists it: /wc-shipment-tracking/v3/orders/<id>/shipment-trackings."""

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.woocommerce.meta import up
from shoprelay_relays.woocommerce.parts import day
from shoprelay_schema.documents import Shipment


def tracking(body: Json, shop: Shop) -> Mapped:
    raw = Raw(body)
    order = up(raw, "orders")
    if order is None:
        raise PayloadInvalid("_links.up", "expected the order of the shipment")
    key, moment = raw.text("tracking_id"), day(raw, "date_shipped")
    document = Shipment(
        order_id=shop.id("orders", order),
        # As with refunds: the row does not tell the number, which is the id unless a plug-in changes it.
        order_number=raw.text("order_number") or order,
        remote_id=key,
        courier=raw.text("tracking_provider"),
        tracking_number=raw.text("tracking_number"),
        created_at=moment,
        tracking_number_updated_at=moment,
    )
    return Mapped([Draft(document, f"{order}/{key}")])
