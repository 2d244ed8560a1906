from pydantic import Field

from shoprelay_schema.documents.base import ShopDocument, Text, index


class PaymentMethod(ShopDocument):
    """A way of payment as one shop names it; known once an order uses it."""

    collection = "payment_methods"
    indexes = (
        index("webshop_id", "remote_id", unique=True),
        index("webshop_id"),
    )

    name: Text | None = Field(None, description="Name of the method, such as a card or bank transfer.")
    remote_id: Text | None = Field(None, description="The shop's key of the method.")
