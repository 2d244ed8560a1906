"""What is done to the lines of orders, and to shipments."""

from shoprelay_simulators.shopify.paging import number
from tests.contract.relays.shopify.acting import line_id, order_id, order_row, parcel_row, pieces, variant_row
from tests.support.acting import Case

LINES = (
    Case(
        "orders/create_order_line",
        target=lambda shop: order_id(shop, "paid"),
        data=lambda shop: {"sku": variant_row(shop, 1)["sku"], "quantity": 2},
        shop_says=pieces("paid"),
        holds=[(3, 3), (1, 1), (2, 2)],
        document=("order_lines", {"quantity": 2}),
    ),
    Case(
        "order_lines/update",
        name="more",
        target=lambda shop: line_id(shop, "paid"),
        data=lambda _shop: {"quantity": 5},
        shop_says=pieces("paid"),
        holds=[(5, 5), (1, 1)],
        document=("order_lines", {"quantity": 5}),
        result={"quantity": 5},
    ),
    Case(
        "order_lines/update",
        name="fewer",
        target=lambda shop: line_id(shop, "paid"),
        data=lambda _shop: {"quantity": 1},
        shop_says=pieces("paid"),
        holds=[(3, 1), (1, 1)],
        document=("credit_notes", {"amount": 200.0, "refunded_amount": 0.0}),
    ),
    Case(
        "order_lines/destroy",
        target=lambda shop: line_id(shop, "paid", 1),
        shop_says=pieces("paid"),
        holds=[(3, 3), (1, 0)],
        document=("credit_notes", {"amount": 50.0}),
    ),
    Case(
        "shipments/update",
        target=lambda shop: str(number(parcel_row(shop))),
        data=lambda _shop: {"tracking_number": "ABC2"},
        shop_says=lambda shop: parcel_row(shop)["trackingInfo"],
        holds=[{"company": "GLS", "number": "ABC2", "url": None}],
        document=("shipments", {"tracking_number": "ABC2", "courier": "GLS"}),
    ),
    Case(
        "shipments/destroy",
        target=lambda shop: str(number(parcel_row(shop))),
        shop_says=lambda shop: (parcel_row(shop)["status"], order_row(shop, "sent")["displayFulfillmentStatus"]),
        holds=("CANCELLED", "UNFULFILLED"),
        document=("shipments", None),
    ),
)
