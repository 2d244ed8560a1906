"""What is done to categories, customers and the shop itself."""

from typing import Annotated

from pydantic import Field

from shoprelay_relays.actions.bodies.base import Body, Line, Text
from shoprelay_relays.actions.bodies.goods import Image
from shoprelay_relays.actions.bodies.orders import NamedCountry
from shoprelay_relays.actions.reference import CategoryRef


class CategoryAttributes(Body):
    name: Line | None = Field(None, min_length=1)
    description_1: Text | None = None
    parent_category_id: CategoryRef | None = Field(None, description="`_id` of the category that it stands under.")
    published: bool | None = None
    meta_title: Line | None = None
    meta_description: Text | None = None
    images: Annotated[list[Image], Field(max_length=10)] | None = None


class CreateCategory(CategoryAttributes):
    name: Line = Field(min_length=1)


class UpdateCategory(CategoryAttributes):
    pass


class Address(Body):
    first_name: Line | None = None
    last_name: Line | None = None
    company: Line | None = None
    address_1: Line | None = None
    address_2: Line | None = None
    city: Line | None = None
    province: Line | None = None
    zip_code: Line | None = None
    country: NamedCountry | None = None
    phone: Line | None = None
    billing_default: bool | None = None
    shipping_default: bool | None = None


class CustomerAttributes(Body):
    email: Annotated[str, Field(max_length=320, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    first_name: Line | None = None
    last_name: Line | None = None
    company: Line | None = None
    phone: Line | None = None
    vat_number: Line | None = None
    group: Line | None = None
    accepts_marketing: bool | None = None
    company_note: Text | None = None
    password: Annotated[str, Field(min_length=8, max_length=200)] | None = None
    tags: Annotated[list[Line], Field(max_length=250)] | None = None
    addresses: Annotated[list[Address], Field(max_length=20)] | None = None


class CreateCustomer(CustomerAttributes):
    email: Annotated[str, Field(max_length=320, pattern=r"^[^@\s]+@[^@\s]+$")]


class UpdateCustomer(CustomerAttributes):
    pass


class UpdateWebshop(Body):
    """General settings of the shop."""

    name: Line | None = None
    email: Line | None = None
    currency: Line | None = None
    weight_unit: Line | None = None
    settings: dict[str, str | int | float | bool] | None = Field(
        None, description="Settings that only this platform has, by the platform's own names."
    )
