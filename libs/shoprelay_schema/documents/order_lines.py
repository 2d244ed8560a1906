from pydantic import Field

from shoprelay_schema.documents.base import Float, Id, Integer, Lookup, Secret, ShopDocument, Text, index


class OrderLine(ShopDocument):
    """One line of an order."""

    collection = "order_lines"
    indexes = (
        index("webshop_id", "order_number", "variant_sku", "remote_id", unique=True, present="remote_id"),
        index("order_id"),
        index("webshop_id", "order_number"),
        index("webshop_id"),
        index("company_id", "order_number"),
    )

    order_id: Id | None = Field(None, description="The order it belongs to.")
    order_number: Text | None = Field(None, description="Number of the order it belongs to.")
    price: Float | None = Field(None, description="What one piece cost, with all taxes.")
    product_name: Secret | None = Field(None, description="What was bought, in the words of the order.")
    quantity: Integer | None = Field(None, description="How many were ordered.")
    remote_id: Lookup | None = Field(None, description="The shop's own id of it.")
    variant_id: Id | None = Field(None, description="The variant that was bought.")
    variant_sku: Lookup | None = Field(None, description="The variant's sku, also where the variant is unknown.")
    vat_class: Text | None = Field(None, description="The shop's VAT class.")
    vat_pct: Float | None = Field(None, description="VAT as a fraction: 0.25 is 25 %.")
