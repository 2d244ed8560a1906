from pydantic import Field

from shoprelay_schema.documents.base import Document, Id, List, Lookup, Secret, Text, Time, index


class Ticket(Document):
    """A merchant's request for help, with access to the shop where it was given."""

    collection = "tickets"
    indexes = (
        index("auth_id"),
        index("company_id"),
        index("relay_id", "status", "-updated_at"),
        index("status", "webshop_id"),
        index("superuser_id", "status", "-updated_at"),
        index("webshop_id"),
        index("webshop_id", "superuser_id", "status"),
    )

    admin_password: Secret | None = Field(None, description="Password for the shop's administration.")
    admin_url: Secret | None = Field(None, description="Address of the shop's administration.")
    admin_username: Secret | None = Field(None, description="User name for the shop's administration.")
    auth_id: Id | None = Field(None, description="The test that the request is about.")
    author_id: Text | None = Field(None, description="Who opened the request, in the words of the system that showed the form.")
    closed_at: Time | None = Field(None, description="When the request was closed.")
    comments: Secret | None = Field(None, description="What the merchant wrote.")
    company_id: Id | None = Field(None, description="The company it belongs to.")
    email: Lookup | None = Field(None, description="E-mail address of who opened the request.")
    escalated_at: Time | None = Field(None, description="When the request was shared with the relay's author.")
    ftp_host: Secret | None = Field(None, description="Address of the shop's FTP server.")
    ftp_password: Secret | None = Field(None, description="Password for the shop's FTP server.")
    ftp_username: Secret | None = Field(None, description="User name for the shop's FTP server.")
    log: List | None = Field(None, description="What happened to the request.")
    opened_at: Time | None = Field(None, description="When the request was opened.")
    phone: Secret | None = Field(None, description="Phone number of who opened the request.")
    relay_id: Id | None = Field(None, description="The relay of the platform.")
    ssh_address: Secret | None = Field(None, description="Where the shop's server answers SSH.")
    ssh_password: Secret | None = Field(None, description="Password for SSH, where one is used.")
    status: Text | None = Field(None, description="open, in_progress or closed.")
    superuser_id: Id | None = Field(None, description="Who at the operator looks after the request.")
    token: Text | None = Field(None, description="Names the request in addresses.")
    updated_at: Time | None = Field(None, description="When it was last changed.")
    webshop_id: Id | None = Field(None, description="The webshop it is about.")
