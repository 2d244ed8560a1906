from pydantic import Field

from shoprelay_schema.documents.base import Boolean, Float, List, Lookup, Secret, SecretList, ShopDocument, Text, Time, index


class Customer(ShopDocument):
    """A shop's customer. Orders with the same e-mail share one."""

    collection = "customers"
    indexes = (
        index("webshop_id", "remote_id", unique=True),
        index("webshop_id"),
    )

    accepts_marketing: Boolean | None = Field(None, description="Whether the customer agreed to be sent marketing.")
    addresses: SecretList | None = Field(
        None,
        description="[{first_name, last_name, name, company, address_1, ..., country_id, billing_default, shipping_default}]",
    )
    company: Secret | None = Field(None, description="Company name.")
    company_note: Secret | None = Field(None, description="What the shop notes for itself; buyers do not see it.")
    confirmed: Boolean | None = Field(
        None, description="Whether a confirmation was sent to the customer or given by them; platforms differ."
    )
    created_at: Time | None = Field(None, description="When the shop made the account.")
    currency: Text | None = Field(
        None, description="Currency code as the shop gives it; usually ISO 4217 letters, sometimes digits."
    )
    email: Lookup | None = Field(None, description="E-mail address.")
    first_name: Secret | None = Field(None, description="First name.")
    group: Text | None = Field(None, description="The shop's customer group.")
    invited: Boolean | None = Field(None, description="Whether the customer was invited to confirm the account.")
    language: Text | None = Field(None, description="Preferred language, such as nl or nl-BE.")
    last_name: Secret | None = Field(None, description="Last name.")
    password: Secret | None = Field(None, description="What the shop reveals of the password: a hash, if anything.")
    personal_identifier: Secret | None = Field(None, description="Social security or tax number.")
    remote_id: Lookup | None = Field(None, description="The shop's id of the customer; the e-mail where there is none.")
    tags: List | None = Field(None, description="Labels that the shop gave it.")
    vat_class: Text | None = Field(None, description="The shop's VAT class.")
    vat_number: Secret | None = Field(None, description="VAT registration number.")
    vat_pct: Float | None = Field(None, description="VAT as a fraction: 0.25 is 25 %.")
