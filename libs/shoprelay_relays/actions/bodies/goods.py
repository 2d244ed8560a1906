"""What is done to products, variants and their stock."""

from typing import Annotated

from pydantic import Field, model_validator

from shoprelay_relays.actions.bodies.base import Amount, Body, Count, Line, Moment, Text
from shoprelay_relays.actions.reference import CategoryRef

_MANY = 500


class Image(Body):
    """An image, by an address that the shop can fetch it from."""

    url: Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\s]+$")] = Field(
        description="Where the shop fetches it from.", examples=["https://example.com/mug.jpg"]
    )
    title: Line | None = None
    position: Count | None = Field(None, description="Its place among the others; 1 is the first.")


class RemoveImage(Body):
    """Which image: by the shop's own id of it, or by its address, both as the document's `images` have them."""

    remote_id: Line | None = None
    url: Line | None = None

    @model_validator(mode="after")
    def _named(self) -> "RemoveImage":
        if not (self.remote_id or self.url):
            raise ValueError("expected remote_id or url")
        return self


class Variation(Body):
    """What sets a variant apart from its siblings."""

    type: Line = Field(examples=["Colour"])
    value: Line = Field(examples=["Blue"])


class Physical(Body):
    """What only a variant has."""

    barcode: Line | None = None
    in_stock_message: Line | None = None
    no_stock_message: Line | None = None
    stock: Count | None = Field(None, description="How many there are.")
    variations: Annotated[list[Variation], Field(max_length=20)] | None = None


class Shared(Body):
    """What products and variants may both be given."""

    allow_backorders: bool | None = None
    before_price: Amount | None = Field(None, description="The price before a reduction, with all taxes.")
    category_ids: Annotated[list[CategoryRef], Field(max_length=_MANY)] | None = None
    cost_price: Amount | None = Field(None, description="What it costs the shop, without taxes.")
    description_1: Text | None = None
    description_2: Text | None = None
    description_3: Text | None = None
    images: Annotated[list[Image], Field(max_length=100)] | None = None
    low_stock_limit: Count | None = None
    manage_stock: bool | None = None
    manufacturer: Line | None = None
    meta_description: Text | None = None
    meta_title: Line | None = None
    name: Line | None = None
    offer_finished_at: Moment | None = None
    offer_price: Amount | None = Field(None, description="The reduced price, with all taxes.")
    offer_started_at: Moment | None = None
    path: Line | None = Field(None, description="The last part of its page's address.")
    price: Amount | None = Field(None, description="With all taxes.")
    published: bool | None = Field(None, description="Whether buyers can see it.")
    sku: Line | None = None
    tags: Annotated[list[Line], Field(max_length=250)] | None = None
    weight: Count | None = Field(None, ge=0, description="In the shop's own unit.")


class VariantAttributes(Shared, Physical):
    """Attributes of a variant; those that a shop keeps on the product may be given as well."""


class CreateVariant(VariantAttributes):
    pass


class UpdateVariant(VariantAttributes):
    pass


class UpdateProduct(Shared):
    pass


class CreateProduct(Shared, Physical):
    """A product and its variants. Without `variants` it has one, with the product's own attributes."""

    variants: Annotated[list[VariantAttributes], Field(max_length=_MANY)] = Field([], description="One for each way it is sold.")


class ChangeStock(Body):
    """A new count, or by how much it changes: one of the two, never both."""

    stock: Count | None = Field(None, description="The new count.")
    stock_change: Count | None = Field(None, description="How many are added; below zero: taken away. The shop does the sum.")
    in_stock_message: Line | None = None
    no_stock_message: Line | None = None

    @model_validator(mode="after")
    def _one(self) -> "ChangeStock":
        if self.stock is not None and self.stock_change is not None:
            raise ValueError("expected stock or stock_change, not both")
        if not self.model_fields_set:
            raise ValueError("expected stock, stock_change, in_stock_message or no_stock_message")
        return self
