"""The contract's Shop API: 43 endpoints of 13 resources, each with its verb, its body and an example."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from shoprelay_relays.actions.bodies import goods, orders, others
from shoprelay_relays.actions.bodies.base import Body, Nothing

_PLAIN: Final = frozenset({"index", "create", "update", "destroy"})
_VERBS: Final = MappingProxyType({"index": "GET", "create": "POST", "destroy": "DELETE"})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint. `example`: its `data`, with the shop's own identifiers where it names something."""

    resource: str
    name: str
    description: str
    body: type[Body] = Nothing
    example: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """As relays name it: "orders/close"."""
        return f"{self.resource}/{self.name}"

    @property
    def method(self) -> str:
        """What is neither listed, created nor deleted is patched."""
        return _VERBS.get(self.name, "PATCH")

    @property
    def targets(self) -> bool:
        """Whether the path names a thing."""
        return self.name not in {"index", "create"}

    @property
    def path(self) -> str:
        """Below /shop_api/v1; the four plain endpoints add no name."""
        parts = [self.resource, "{id}" if self.targets else "", "" if self.name in _PLAIN else self.name]
        return "/" + "/".join(part for part in parts if part)


_ADDRESS = {"first_name": "Ada", "last_name": "Berg", "address_1": "Havnegade 1", "zip_code": "1058", "city": "Copenhagen"}

ENDPOINTS: Final = (
    Endpoint("categories", "index", "Ask the shop for its categories."),
    Endpoint("categories", "create", "Create a category.", others.CreateCategory, {"name": "Mugs"}),
    Endpoint("categories", "update", "Update a category.", others.UpdateCategory, {"name": "Mugs and cups"}),
    Endpoint("categories", "destroy", "Delete a category."),
    Endpoint("countries", "index", "Ask the shop for the countries that it knows."),
    Endpoint("customers", "index", "Ask the shop for its customers."),
    Endpoint(
        "customers", "create", "Create a customer.", others.CreateCustomer, {"email": "ada@example.com", "first_name": "Ada"}
    ),
    Endpoint("customers", "update", "Update a customer.", others.UpdateCustomer, {"first_name": "Ada"}),
    Endpoint("customers", "destroy", "Delete a customer."),
    Endpoint("delivery_methods", "index", "Ask the shop for its delivery methods."),
    Endpoint("order_lines", "update", "Update an order line.", orders.UpdateOrderLine, {"quantity": 2}),
    Endpoint("order_lines", "destroy", "Delete an order line."),
    Endpoint("orders", "index", "Ask the shop for orders."),
    Endpoint(
        "orders",
        "create",
        "Create an order.",
        orders.CreateOrder,
        {
            "email": "ada@example.com",
            **{f"billing_{name}": value for name, value in _ADDRESS.items()},
            "variants": [{"sku": "MUG-BLUE", "quantity": 2}],
        },
    ),
    Endpoint("orders", "update", "Update an order.", orders.UpdateOrder, {"company_note": "Packed by Ada."}),
    Endpoint("orders", "destroy", "Delete an order."),
    Endpoint(
        "orders",
        "close",
        "Close or archive an order, when everything is sent and paid.",
        orders.CloseOrder,
        {"capture": True},
    ),
    Endpoint(
        "orders",
        "create_shipment",
        "Create a shipment for an order.",
        orders.CreateShipment,
        {"tracking_number": "ABC123456789", "courier": "PostNord", "order_lines": [{"variant_sku": "MUG-BLUE", "quantity": 1}]},
    ),
    Endpoint("orders", "create_invoice", "Create an invoice for an order.", orders.CreateInvoice, {"include_shipping": True}),
    Endpoint("orders", "capture", "Take the payment that was authorized.", orders.CaptureOrder, {"capture_amount": 100.99}),
    Endpoint("orders", "refund", "Pay back.", orders.RefundOrder, {"refund_amount": 100.99}),
    Endpoint(
        "orders",
        "return",
        "Register that an order, or some of its lines, came back.",
        orders.ReturnOrder,
        {"order_lines": [{"variant_sku": "MUG-BLUE", "quantity": 1}], "restock": True},
    ),
    Endpoint(
        "orders",
        "update_status",
        "Move an order into a status.",
        orders.UpdateOrderStatus,
        {"status_id": "5bf935bc3ab42fc4f4280d04"},
    ),
    Endpoint("orders", "cancel", "Cancel an order.", orders.CancelOrder, {"refund": False}),
    Endpoint(
        "orders", "create_order_line", "Add a line to an order.", orders.CreateOrderLine, {"sku": "MUG-BLUE", "quantity": 1}
    ),
    Endpoint("payment_methods", "index", "Ask the shop for its payment methods."),
    Endpoint("products", "index", "Ask the shop for products and their variants."),
    Endpoint(
        "products",
        "create",
        "Create a product with any number of variants.",
        goods.CreateProduct,
        {
            "name": "Mug",
            "sku": "MUG",
            "price": 99.0,
            "variants": [
                {"sku": "MUG-BLUE", "stock": 10, "variations": [{"type": "Colour", "value": "Blue"}]},
                {"sku": "MUG-RED", "stock": 5, "variations": [{"type": "Colour", "value": "Red"}]},
            ],
        },
    ),
    Endpoint("products", "update", "Update a product.", goods.UpdateProduct, {"name": "Large mug"}),
    Endpoint("products", "destroy", "Delete a product with its variants."),
    Endpoint(
        "products",
        "create_variant",
        "Create a variant of a product.",
        goods.CreateVariant,
        {"sku": "MUG-GREEN", "stock": 3, "variations": [{"type": "Colour", "value": "Green"}]},
    ),
    Endpoint("products", "add_image", "Add an image to a product.", goods.Image, {"url": "https://example.com/mug.jpg"}),
    Endpoint("products", "remove_image", "Remove an image from a product.", goods.RemoveImage, {"remote_id": "7"}),
    Endpoint(
        "shipments", "update", "Update a shipment.", orders.UpdateShipment, {"tracking_number": "ABC123456789", "courier": "DHL"}
    ),
    Endpoint("shipments", "destroy", "Delete a shipment."),
    Endpoint("shop_ids", "index", "Ask for the shops that these credentials reach, where there are several."),
    Endpoint("statuses", "index", "Ask the shop for its order statuses."),
    Endpoint("variants", "update", "Update a variant.", goods.UpdateVariant, {"price": 89.0}),
    Endpoint("variants", "destroy", "Delete a variant."),
    Endpoint("variants", "change_stock", "Change the stock of a variant.", goods.ChangeStock, {"stock_change": -1}),
    Endpoint("variants", "add_image", "Add an image to a variant.", goods.Image, {"url": "https://example.com/mug.jpg"}),
    Endpoint("variants", "remove_image", "Remove an image from a variant.", goods.RemoveImage, {"remote_id": "7"}),
    Endpoint("webshops", "update", "Update general settings of the shop.", others.UpdateWebshop, {"name": "Ada's mugs"}),
)

BY_KEY: Final = MappingProxyType({endpoint.key: endpoint for endpoint in ENDPOINTS})
