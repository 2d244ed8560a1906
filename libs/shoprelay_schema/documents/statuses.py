from pydantic import Field

from shoprelay_schema.documents.base import ShopDocument, Text, index


class Status(ShopDocument):
    """An order status as one shop names it; the webshop's status lists say what state it means."""

    collection = "statuses"
    indexes = (
        index("webshop_id", "remote_id", unique=True),
        index("webshop_id", "_id"),
        index("webshop_id"),
    )

    name: Text | None = Field(None, description="The status in the words of the shop.")
    remote_id: Text | None = Field(None, description="The shop's key of the status.")
