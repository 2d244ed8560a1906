from pydantic import Field

from shoprelay_schema.documents.base import Float, Id, Lookup, SecretList, ShopDocument, Text, Time, index


class CreditNote(ShopDocument):
    """What a shop credited on one of its orders."""

    collection = "credit_notes"
    indexes = (
        index("webshop_id", "order_number", "created_at", "remote_id", unique=True, present="remote_id"),
        index("company_id", "order_number"),
        index("webshop_id"),
    )

    amount: Float | None = Field(None, description="What was credited in all.")
    created_at: Time | None = Field(None, description="Date of the credit note.")
    order_id: Id | None = Field(None, description="The order it belongs to.")
    order_lines: SecretList | None = Field(None, description="[{variant_sku, quantity, amount, variant_id}]")
    order_number: Text | None = Field(None, description="Number of the order it belongs to.")
    payment_amount: Float | None = Field(None, description="Credited for the payment method.")
    refunded_amount: Float | None = Field(None, description="What was refunded to the payment card.")
    remote_id: Lookup | None = Field(None, description="The shop's own id of it.")
    returned_amount: Float | None = Field(None, description="What was returned by other means than the payment card.")
    shipping_amount: Float | None = Field(None, description="Credited for delivery.")
