from pydantic import Field

from shoprelay_schema.documents.base import (
    Boolean,
    Float,
    Integer,
    List,
    Lookup,
    Secret,
    SecretList,
    ShopDocument,
    Text,
    Time,
    index,
)


class Product(ShopDocument):
    """What the variants of an article have in common. What is bought is a variant; every product has at least one."""

    collection = "products"
    indexes = (
        index("webshop_id"),
        index("webshop_id", "sku"),
    )

    allow_backorders: Boolean | None = Field(None, description="Whether it can be bought while out of stock.")
    before_price: Float | None = Field(None, description="The price before a reduction, with all taxes.")
    campaign: Secret | None = Field(None, description="Name of the campaign it takes part in.")
    campaign_finished_at: Time | None = Field(None, description="When the campaign ends.")
    campaign_started_at: Time | None = Field(None, description="When the campaign begins.")
    category_ids: List | None = Field(None, description="ObjectIds of its categories.")
    cost_price: Float | None = Field(None, description="What it costs the shop, without taxes.")
    currency: Text | None = Field(
        None, description="Currency code as the shop gives it; usually ISO 4217 letters, sometimes digits."
    )
    description_1: Secret | None = Field(None, description="Main text; HTML where the shop uses it.")
    description_2: Secret | None = Field(None, description="Further text.")
    description_3: Secret | None = Field(None, description="Further text, such as the materials.")
    height: Integer | None = Field(None, description="Height in `size_unit`, packed.")
    images: SecretList | None = Field(
        None, description="[{remote_id, url, title, position}]; some platforms give addresses without a domain."
    )
    in_stock_message: Text | None = Field(None, description="What the shop shows while it is in stock.")
    length: Integer | None = Field(None, description="Length in `size_unit`, packed.")
    low_stock_limit: Integer | None = Field(None, description="From how few pieces on the shop warns.")
    manage_stock: Boolean | None = Field(None, description="Whether the shop counts its stock.")
    manufacturer: Secret | None = Field(None, description="Producer or brand.")
    max_quantity: Integer | None = Field(None, description="The most that one purchase may hold.")
    meta_description: Secret | None = Field(None, description="Description for search engines.")
    meta_title: Secret | None = Field(None, description="Title for search engines.")
    min_quantity: Integer | None = Field(None, description="The least that one purchase must hold.")
    name: Secret | None = Field(None, description="Name of the product.")
    no_stock_message: Text | None = Field(None, description="What the shop shows when it is out of stock.")
    offer_finished_at: Time | None = Field(None, description="When the reduction ends.")
    offer_price: Float | None = Field(None, description="Reduced price with all taxes.")
    offer_started_at: Time | None = Field(None, description="When the reduction begins.")
    path: Secret | None = Field(None, description="Path of its page in the shop.")
    price: Float | None = Field(None, description="Price with all taxes.")
    published: Boolean | None = Field(None, description="Whether buyers can see it.")
    published_scope: Text | None = Field(None, description="Where it is published, such as web or global.")
    related_product_ids: List | None = Field(None, description="ObjectIds of the products shown with it.")
    searchable: Text | None = Field(None, description="Whether the shop's search finds it: the text true or false.")
    size_unit: Text | None = Field(None, description="Unit of the sizes, such as cm.")
    sku: Lookup | None = Field(
        None, description="The product's stock keeping unit; with one variant often the same as that one's."
    )
    sku_2: Lookup | None = Field(None, description="A further key of the shop's own.")
    sku_3: Lookup | None = Field(None, description="A further key of the shop's own.")
    status: Text | None = Field(None, description="The shop's word for whether it is in use.")
    tags: SecretList | None = Field(None, description="Labels that the shop gave it.")
    template: Secret | None = Field(None, description="The page template that the shop uses for it.")
    type: Text | None = Field(None, description="The shop's own kind of article.")
    unboxed_height: Integer | None = Field(None, description="Height in `size_unit`, without packing.")
    unboxed_length: Integer | None = Field(None, description="Length in `size_unit`, without packing.")
    unboxed_weight: Integer | None = Field(None, description="Weight in `weight_unit`, without packing.")
    unboxed_width: Integer | None = Field(None, description="Width in `size_unit`, without packing.")
    url: Secret | None = Field(None, description="Address of its page in the shop; some platforms give no domain.")
    vat_class: Text | None = Field(None, description="The shop's VAT class.")
    vat_pct: Float | None = Field(None, description="VAT as a fraction: 0.25 is 25 %.")
    weight: Integer | None = Field(None, description="Weight in `weight_unit`, packed.")
    weight_unit: Text | None = Field(None, description="Unit of the weights, such as g.")
    width: Integer | None = Field(None, description="Width in `size_unit`, packed.")
