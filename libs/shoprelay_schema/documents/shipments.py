from pydantic import Field

from shoprelay_schema.documents.base import Id, Lookup, Secret, SecretList, ShopDocument, Text, Time, index


class Shipment(ShopDocument):
    """A parcel of an order, or the sending of some of its lines."""

    collection = "shipments"
    indexes = (
        index("webshop_id", "order_number", "created_at", "remote_id", unique=True, present="remote_id"),
        index("webshop_id", "order_number"),
        index("webshop_id"),
        index("company_id", "order_number"),
    )

    address_1: Secret | None = Field(None, description="Street and number.")
    address_2: Secret | None = Field(None, description="Further address line, such as the floor.")
    city: Secret | None = Field(None, description="City.")
    company: Secret | None = Field(None, description="The receiver's company.")
    country_id: Id | None = Field(None, description="The country it is sent to.")
    courier: Text | None = Field(None, description="The carrier as the shop spells it.")
    created_at: Time | None = Field(None, description="When it was sent or registered.")
    first_name: Secret | None = Field(None, description="The receiver's first name.")
    last_name: Secret | None = Field(None, description="The receiver's last name.")
    name: Secret | None = Field(None, description="The receiver's full name.")
    order_id: Id | None = Field(None, description="The order it belongs to.")
    order_lines: SecretList | None = Field(None, description="[{variant_sku, quantity, variant_id}]")
    order_number: Text | None = Field(None, description="Number of the order it belongs to.")
    province: Secret | None = Field(None, description="Province or state.")
    province_code: Secret | None = Field(None, description="Code of the province or state.")
    remote_id: Lookup | None = Field(None, description="The shop's own id of it.")
    tracking_number: Lookup | None = Field(None, description="The carrier's number, in the carrier's own form.")
    tracking_number_updated_at: Time | None = Field(None, description="When the tracking number was given or last changed.")
    zip_code: Secret | None = Field(None, description="Postal code.")
