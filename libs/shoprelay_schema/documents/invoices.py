from pydantic import Field

from shoprelay_schema.documents.base import Float, Id, Lookup, SecretList, ShopDocument, Text, Time, index


class Invoice(ShopDocument):
    """What a shop invoiced on one of its orders."""

    collection = "invoices"
    indexes = (
        index("webshop_id", "order_number", "created_at", "remote_id", unique=True, present="remote_id"),
        index("company_id", "order_number"),
        index("webshop_id"),
    )

    amount: Float | None = Field(None, description="What was invoiced in all.")
    captured_amount: Float | None = Field(None, description="What was captured from the payment card.")
    created_at: Time | None = Field(None, description="Date of the invoice.")
    order_id: Id | None = Field(None, description="The order it belongs to.")
    order_lines: SecretList | None = Field(None, description="[{variant_sku, quantity, amount, variant_id}]")
    order_number: Text | None = Field(None, description="Number of the order it belongs to.")
    paid_amount: Float | None = Field(None, description="What was paid by other means than the payment card.")
    payment_amount: Float | None = Field(None, description="Invoiced for the payment method.")
    remote_id: Lookup | None = Field(None, description="The shop's own id of it.")
    shipping_amount: Float | None = Field(None, description="Invoiced for delivery.")
