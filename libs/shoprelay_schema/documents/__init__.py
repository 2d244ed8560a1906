"""The document models, one module per collection of the contract."""

from typing import Final

from shoprelay_schema.documents.auths import Auth
from shoprelay_schema.documents.base import Document, ShopDocument
from shoprelay_schema.documents.categories import Category
from shoprelay_schema.documents.companies import Company
from shoprelay_schema.documents.countries import Country
from shoprelay_schema.documents.credit_notes import CreditNote
from shoprelay_schema.documents.customers import Customer
from shoprelay_schema.documents.delivery_methods import DeliveryMethod
from shoprelay_schema.documents.invoices import Invoice
from shoprelay_schema.documents.order_lines import OrderLine
from shoprelay_schema.documents.orders import Order
from shoprelay_schema.documents.payment_methods import PaymentMethod
from shoprelay_schema.documents.products import Product
from shoprelay_schema.documents.shipments import Shipment
from shoprelay_schema.documents.statuses import Status
from shoprelay_schema.documents.stock_messages import StockMessage
from shoprelay_schema.documents.tickets import Ticket
from shoprelay_schema.documents.variants import Variant
from shoprelay_schema.documents.webshops import Webshop

_MODELS: Final[tuple[type[Document], ...]] = (
    Auth,
    Category,
    Company,
    Country,
    CreditNote,
    Customer,
    DeliveryMethod,
    Invoice,
    OrderLine,
    Order,
    PaymentMethod,
    Product,
    Shipment,
    Status,
    StockMessage,
    Ticket,
    Variant,
    Webshop,
)

COLLECTIONS: Final[dict[str, type[Document]]] = {model.collection: model for model in _MODELS}
"""Every collection of the contract, by name."""

SHOP_COLLECTIONS: Final[dict[str, type[ShopDocument]]] = {
    name: model for name, model in COLLECTIONS.items() if issubclass(model, ShopDocument)
}
"""The collections that hold what shops say: the normalizer alone writes them."""

__all__ = [
    "COLLECTIONS",
    "SHOP_COLLECTIONS",
    "Auth",
    "Category",
    "Company",
    "Country",
    "CreditNote",
    "Customer",
    "DeliveryMethod",
    "Document",
    "Invoice",
    "Order",
    "OrderLine",
    "PaymentMethod",
    "Product",
    "Shipment",
    "ShopDocument",
    "Status",
    "StockMessage",
    "Ticket",
    "Variant",
    "Webshop",
]
