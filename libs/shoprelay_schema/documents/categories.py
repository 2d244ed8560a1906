from pydantic import Field

from shoprelay_schema.documents.base import Boolean, Id, Lookup, Secret, SecretList, ShopDocument, Text, index


class Category(ShopDocument):
    """A shop's category; products and variants name theirs in `category_ids`."""

    collection = "categories"
    indexes = (
        index("webshop_id", "remote_id", unique=True),
        index("webshop_id"),
    )

    breadcrumbs: SecretList | None = Field(None, description="The names from the top category down to this one.")
    description_1: Secret | None = Field(None, description="Text of the category; HTML where the shop uses it.")
    description_2: Secret | None = Field(None, description="Further text.")
    images: SecretList | None = Field(
        None, description="[{remote_id, url, title, position}]; some platforms give addresses without a domain."
    )
    meta_description: Secret | None = Field(None, description="Description for search engines.")
    meta_title: Secret | None = Field(None, description="Title for search engines.")
    name: Secret | None = Field(None, description="Name of the category.")
    parent_category_id: Id | None = Field(None, description="The category above it.")
    path: Secret | None = Field(None, description="Path of its page in the shop.")
    published: Boolean | None = Field(None, description="Whether buyers can see it.")
    published_scope: Text | None = Field(None, description="Where it is published, such as web or global.")
    remote_id: Lookup | None = Field(None, description="The shop's own id of it.")
    searchable: Boolean | None = Field(None, description="Whether the shop's search finds it.")
    sort_order: Text | None = Field(
        None, description="Its place among its siblings, or how the shop sorts its products: platforms tell one or the other."
    )
    status: Text | None = Field(None, description="The shop's word for whether it is in use.")
    template: Secret | None = Field(None, description="The page template that the shop uses for it.")
