from pydantic import Field

from shoprelay_schema.documents.base import ShopDocument, Text, index


class Country(ShopDocument):
    """A country as one shop spells it; orders and shipments point at it."""

    collection = "countries"
    indexes = (
        index("webshop_id", "remote_id", unique=True),
        index("webshop_id"),
    )

    name: Text | None = Field(None, description="The country as the shop writes it: a name, a code or anything else.")
    remote_id: Text | None = Field(None, description="The shop's key of the country, often its code.")
