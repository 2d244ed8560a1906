from pydantic import Field

from shoprelay_schema.documents.base import ShopDocument, Text, index


class StockMessage(ShopDocument):
    """A text about availability as one shop words it; variants point at it."""

    collection = "stock_messages"
    indexes = (
        index("webshop_id", "remote_id", unique=True),
        index("webshop_id"),
    )

    remote_id: Text | None = Field(None, description="The text itself, such as In stock.")
