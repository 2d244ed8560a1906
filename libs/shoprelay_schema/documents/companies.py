from pydantic import Field

from shoprelay_schema.documents.base import Document, Text, index


class Company(Document):
    """A customer of the operator: webshops and everything read from them belong to it."""

    collection = "companies"
    indexes = (
        index("remote_id", unique=True, sparse=True),
        index("website", unique=True, sparse=True),
    )

    email: Text | None = Field(None, description="Main e-mail address of the company.")
    locale: Text | None = Field(
        None, description="Language of the interface for this company; absent: the default of the project."
    )
    remote_id: Text | None = Field(None, description="The operator's own id of the company, from the operator's own system.")
    website: Text | None = Field(None, description="Domain of the company, without scheme and without www.")
