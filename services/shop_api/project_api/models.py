"""What the Project API is told and answers, for its documentation and for checking what it is told."""

from datetime import datetime
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

from shoprelay_runtime.admin.project_settings import ProjectSettings

T = TypeVar("T")
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{24}$", examples=["6651f0c2a7b4c0d1e2f30415"])]


class Answer(BaseModel):
    """An answer; later versions may add attributes."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


class Given(BaseModel):
    """A body; what it does not know is refused by its name."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Document(Answer):
    """Something with an id."""

    id_: Id = Field(alias="_id")


class Documents(Answer, Generic[T]):
    """A list."""

    documents: list[T]


class Begun(Answer):
    """What was asked for goes on."""

    see: str = Field(
        description="The path that shows how far it is.", examples=["/project_api/v1/webshops/6651f0c2a7b4c0d1e2f30415"]
    )


class _About(Document):
    """A project with all its settings."""

    name: str
    time_zone: str = Field(description="Where the bill's days begin.")
    created_at: datetime | None
    webhook_active: bool
    webhook_disabled_reason: str | None
    webhook_token: str | None = Field(None, description="When it was made by this call: it is shown once.")
    webhook_secret: str | None = Field(None, description="When it was made by this call: it is shown once.")


_SETTINGS: Final[dict[str, Any]] = {name: (field.annotation, field) for name, field in ProjectSettings.model_fields.items()}
ProjectDocument: Final = create_model("ProjectDocument", __base__=_About, **_SETTINGS)


class RotateToken(Given):
    """How a token is exchanged."""

    overlap_hours: int = Field(24, ge=0, le=720, description="How long the token before is still valid.")


class RotatedToken(Answer):
    """A new token, shown this once."""

    kind: str
    token: str
    created_at: datetime
    old_until: datetime = Field(description="When the tokens before end.")


class RotatedWebhook(Answer):
    """A new token and a new secret of your webhook, shown this once."""

    token: str
    secret: str
    created_at: datetime
    old_until: datetime = Field(description="Until then calls come with the token before, and are signed with both secrets.")


class RotatedKeys(Answer):
    """The key that what is new is encrypted with."""

    current_key: str = Field(examples=["k2"])


class RelayDocument(Document):
    """A relay: what connects one platform."""

    name: str = Field(examples=["WooCommerce"])
    author: str
    identifier: str = Field(description="Its unique name.", examples=["woocommerce"])
    docs: str = Field(description="The platform's own documentation.")
    active: bool = Field(description="Whether it relays data.")
    published: bool = Field(description="Whether new shops can be connected.")
    ecommerce_platform: bool = Field(description="Whether it has products and orders itself; else it builds on such platforms.")
    adds_to_platforms: bool = Field(description="Whether it can be added to other relays, as couriers and payment providers are.")
    identifiable_config_keys: list[str] = Field(description="The config keys that say which shop a webshop is.")
    requests: dict[str, Any] = Field(description="{polls: {resource: [mode]}, reads: [resource], webhooks}: what it accepts.")
    credentials: list[dict[str, Any]] = Field(description="What `POST /webshops` takes as credentials.")
    support_fees: str = Field(description="Fees for support, in words.")
    path__new_edit: str = Field(description="Where a shop is connected.")
    shop_api: dict[str, Any] = Field(description="{v1: {endpoints: {resource: [endpoint]}}}: what can be done in its shops.")


class CreateCompany(Given):
    """A customer of yours."""

    website: str = Field(min_length=3, max_length=253, description="Its domain.", examples=["acme.example"])
    email: str | None = Field(None, max_length=320, examples=["hi@acme.example"])
    remote_id: str | None = Field(None, max_length=512, description="Your own id of it.", examples=["42"])


class CompanyDocument(Document):
    """A company, as its document has it."""

    website: str | None = None
    email: str | None = None
    remote_id: str | None = None
    destroying_at: datetime | None = Field(None, description="Since when it is being destroyed.")


class CompanyShown(CompanyDocument):
    """A company, with what belongs to it."""

    contents: dict[str, int] = Field(description="How many documents it has, by collection.")


class AddWebshop(Given):
    """A shop to connect."""

    relay: str = Field(max_length=100, description="The platform: a relay's `identifier`.", examples=["woocommerce"])
    company: str = Field(max_length=512, description="Its owner: `_id`, your own id, or website.", examples=["acme.example"])
    credentials: dict[str, Any] = Field(
        max_length=50,
        description="What the relay's `credentials` name. They are tried in the shop, then stored encrypted.",
        examples=[{"shop_url": "https://shop.example", "consumer_key": "ck_...", "consumer_secret": "cs_..."}],
    )


class AddedWebshop(Document):
    """A connected shop. Its webhook address holds a secret, and is shown this once."""

    relay: str
    company_id: Id
    webhook_token: str
    webhook_url: str | None = Field(description="Where the shop sends its webhooks; null when this service does not know.")
    webhook_trouble: str | None = Field(description="Why the shop could not be told so; null when it was, or cannot be told.")


class ChangeWebshop(Given):
    """What becomes another in a connected shop."""

    credentials: dict[str, Any] = Field(
        min_length=1,
        max_length=50,
        description="Those that change; the others stay. Null takes an optional one away.",
        examples=[{"consumer_key": "ck_...", "consumer_secret": "cs_..."}],
    )


class Subscribed(Document):
    """A shop that was told where to send its webhooks."""

    sends_to: str = Field(description="The public address of webhook-ingest.", examples=["https://in.example.com"])


class RotatedHook(Document):
    """Another webhook address, shown this once."""

    token: str = Field(description="The secret part of the address.")
    url: str | None = Field(description="The address, where the public address of webhook-ingest is known.")
    created_at: datetime
    old_until: datetime = Field(description="When the addresses before end.")
    webhook_trouble: str | None = Field(description="What the shop said when it was told its new address; null when all is well.")


class WebshopDocument(Document):
    """A webshop without its credentials; all other attributes of its document stand beside these."""

    company_id: Id
    relay: str | None = Field(description="Null when this version does not have it.", examples=["woocommerce"])
    active: bool | None = None
    status: str | None = None


class Health(Answer):
    """How a webshop stands."""

    state: Literal["ok", "trouble", "paused", "destroying"]
    status: str | None
    since: datetime | None = Field(description="Since when polls fail.")
    errors: list[dict[str, Any]] = Field(description="{resource, kind, error}: what the latest polls said.")


class Gap(Answer):
    """Something of the shop that was not read."""

    resource: str
    mode: str | None
    why: Literal["late", "failing", "counted"]
    since: datetime | None = Field(description="Up to when it was read; of `counted`, when it was counted.")
    missing: int | None = Field(description="How many records the shop has more than it listed.")


class WebshopShown(WebshopDocument):
    """A webshop, how it stands, and what is polled when."""

    health: Health
    gaps: list[Gap]
    backfill: list[dict[str, Any]]
    schedule: list[dict[str, Any]]


class Switched(Document):
    """Whether it is polled now."""

    active: bool


class Backfill(Answer):
    """The import of one resource of a webshop."""

    webshop: Id
    resource: str
    state: Literal["waiting", "running", "paused", "done"]
    records: int
    of: int | None = Field(description="Of how many; null where the shop does not tell.")
    pages: int
    partition_backlog: int = Field(description="Records of history that wait in the webshop's partition, other shops' included.")


class Resources(Given):
    """Which imports; none: all."""

    resources: list[Annotated[str, Field(max_length=100)]] = Field([], max_length=100, examples=[["products"]])


class ResourcesChanged(Answer):
    """Which imports were meant."""

    resources: list[str]
