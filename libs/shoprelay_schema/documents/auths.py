from pydantic import Field

from shoprelay_schema.documents.base import Document, Hash, Id, Lookup, SecretHash, Text, Time, ValuesList, index


class Auth(Document):
    """The test of a shop's credentials, from the form's submission until a webshop is made of it."""

    collection = "auths"
    indexes = (
        index("_id", "relay_id"),
        index("relay_id"),
    )

    created_at: Time | None = Field(None, description="When the form was submitted.")
    error: ValuesList | None = Field(None, description="Null, or what went wrong: [{name, value}], the values encrypted.")
    log: Hash | None = Field(None, description="How far the test has come, such as {klasses: {orders: 8}}.")
    relay_id: Id | None = Field(None, description="The relay of the platform.")
    remote_ip: Lookup | None = Field(None, description="Where the form was submitted from.")
    setup_config: SecretHash | None = Field(
        None, description="What the test learnt from the shop, shown on the form: shops to choose from, statuses to assign."
    )
    status: Text | None = Field(None, description="error or success once the test has ended.")
    status_description: Text | None = Field(None, description="Null, or the error in a sentence.")
    updated_at: Time | None = Field(None, description="When it was last changed.")
    webshop_config: SecretHash | None = Field(None, description="What was entered on the form, credentials included.")
    webshop_id: Id | None = Field(None, description="The webshop whose credentials are entered anew, if any.")
