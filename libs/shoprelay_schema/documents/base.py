"""The building blocks of the document models: attribute types, encryption flags, indexes.

A model is the one source for its collection: MongoDB indexes, which attributes are encrypted and how, JSON Schema and the
generated reference all come from it. Every attribute may be absent: a platform tells what it knows.
"""

from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, Final, NamedTuple

from bson import ObjectId
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic.fields import FieldInfo


class Encryption(StrEnum):
    """How an attribute is encrypted in MongoDB and on every topic."""

    RANDOMIZED = "randomized"
    """AES-256-GCM: equal values look different."""
    DETERMINISTIC = "deterministic"
    """AES-SIV: equal values look equal, so that the attribute can be indexed and looked up."""
    VALUES = "values"
    """The hash or list itself is readable; its string values are encrypted one by one (randomized).

    A hash: every string value. A list of {name, value}: every string `value`. Other values stay as they are.
    """


class Index(NamedTuple):
    """One MongoDB index: (attribute, direction) pairs in order.

    `present`: only documents in which this attribute holds text are indexed, so that a unique index says nothing about
    documents that lack it (`sparse` cannot: it skips a document only when all of an index's attributes are absent).
    """

    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    sparse: bool = False
    name: str | None = None
    present: str | None = None

    @property
    def partial(self) -> dict[str, dict[str, str]] | None:
        """MongoDB's partialFilterExpression; "greater than the empty text" is what a lookup by equality implies."""
        return None if self.present is None else {self.present: {"$gt": ""}}


def index(*keys: str, unique: bool = False, sparse: bool = False, name: str | None = None, present: str | None = None) -> Index:
    """An index over attributes in this order, ascending; "-" before a name makes it descending."""
    pairs = tuple((key.removeprefix("-"), -1 if key.startswith("-") else 1) for key in keys)
    return Index(pairs, unique, sparse, name, present)


class Kind(NamedTuple):
    """The contract's name of an attribute's type, carried in the annotation."""

    name: str


def _object_id(value: object) -> ObjectId:
    if isinstance(value, ObjectId | str) and ObjectId.is_valid(value):
        return ObjectId(value)
    raise ValueError("expected an ObjectId or its 24 hexadecimal digits")


def _aware_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        message = "a time needs a time zone; give UTC or an offset"
        raise ValueError(message)
    # BSON keeps milliseconds: cut here, so that what is compared is what is stored.
    finer = value.microsecond % 1000
    own = value if value.tzinfo is UTC else value.astimezone(UTC)
    return own.replace(microsecond=value.microsecond - finer) if finer else own


def iso(value: datetime) -> str:
    """A stored time as text: UTC, milliseconds, Z."""
    # isoformat: strftime takes ten times as long, and this runs for every time of every event.
    own = value if value.tzinfo is UTC else value.astimezone(UTC)
    return own.isoformat(timespec="milliseconds")[:-6] + "Z"


def storable(value: Any) -> Any:
    """An item of a list or a hash as it reads back from MongoDB; ValueError for what BSON or JSON cannot hold."""
    match value:
        case None | bool() | str() | ObjectId():
            return value
        case int() if -(2**63) <= value < 2**63:
            return value
        case float() if value - value == 0:
            return value
        case datetime():
            return _aware_utc(value)
        case list() | tuple():
            return [storable(item) for item in value]
        case dict() if all(isinstance(key, str) for key in value):
            return {key: storable(item) for key, item in value.items()}
        case _:
            raise ValueError(f"expected JSON values, ObjectIds and times in lists and hashes, got {type(value).__name__}")


def jsonable(value: Any) -> Any:
    """A stored value as JSON: ObjectIds as hexadecimal digits, times as `iso` writes them."""
    match value:
        case ObjectId():
            return str(value)
        case datetime():
            return iso(value)
        case list():
            return [jsonable(item) for item in value]
        case dict():
            return {key: jsonable(item) for key, item in value.items()}
        case _:
            return value


HEX_ID: Final = {"type": "string", "pattern": "^[0-9a-f]{24}$", "description": "ObjectId as 24 hexadecimal digits"}
TIME: Final = {"type": "string", "format": "date-time"}

Id = Annotated[
    ObjectId,
    PlainValidator(_object_id),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema(HEX_ID),
    Kind("ObjectId"),
]
Time = Annotated[
    datetime,
    AfterValidator(_aware_utc),
    PlainSerializer(iso, when_used="json"),
    WithJsonSchema(TIME),
    Kind("Time"),
]
Text = Annotated[str, Kind("String")]
Secret = Annotated[str, Kind("String"), Encryption.RANDOMIZED]
Lookup = Annotated[str, Kind("String"), Encryption.DETERMINISTIC]
Float = Annotated[float, Field(allow_inf_nan=False), Kind("Float")]
Integer = Annotated[int, Field(ge=-(2**63), le=2**63 - 1), Kind("Integer")]
Boolean = Annotated[bool, Kind("Boolean")]
# Lists and hashes hold what the contract's examples show; their items are plain JSON values, ObjectIds and times.
List = Annotated[list[Any], AfterValidator(storable), PlainSerializer(jsonable, when_used="json"), Kind("Array")]
SecretList = Annotated[List, Encryption.RANDOMIZED]
ValuesList = Annotated[List, Encryption.VALUES]
Hash = Annotated[dict[str, Any], AfterValidator(storable), PlainSerializer(jsonable, when_used="json"), Kind("Hash")]
SecretHash = Annotated[Hash, Encryption.RANDOMIZED]
ValuesHash = Annotated[Hash, Encryption.VALUES]


class Source(BaseModel):
    """Where a document's present content comes from; beside the contract's own attributes in every shop document."""

    model_config = ConfigDict(extra="forbid")

    version: str
    """Sortable text: the platform's own modified time (UTC) or revision; "-" where the platform has none, and "!..." for what
    was only learnt from another record, which therefore never replaces a direct observation."""
    observed_at: Time
    """When the read was asked or the push arrived; rises with each change that is stored."""
    via: Text
    """poll, read, webhook, feed (the platform's own list of deletions) or derived (learnt from another record, such as an order's
    payment method)."""
    raw: Text
    """topic-partition-offset of the raw record."""
    owns: dict[str, list[Id]] | None = None
    """Per collection, the documents that this record listed as its own (an order's lines); one it lists no more is gone."""
    said: dict[str, Any] | None = None
    """What the shop itself said of attributes that the merchant's status lists decide (an order's state and its times)."""


class Document(BaseModel):
    """One record of a collection. `collection` and `indexes` are set by each model."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, populate_by_name=True)

    collection: ClassVar[str]
    indexes: ClassVar[tuple[Index, ...]] = ()

    id_: Id | None = Field(None, alias="_id")


class ShopDocument(Document):
    """A document that a shop's record becomes: it belongs to a company's webshop and says where its content comes from."""

    company_id: Id | None = Field(None, description="The company that the webshop belongs to.")
    webshop_id: Id | None = Field(None, description="The webshop that the document was read from.")
    updated_at: Time | None = Field(None, description="When the stored content last changed.")
    source: Annotated[Source, Kind("Hash")] | None = Field(
        None, description="Which observation the content comes from: {version, observed_at, via, raw, owns, said}."
    )


class Attribute(NamedTuple):
    """What the reference, the store and the cipher need to know of one attribute."""

    name: str
    type: str
    encryption: Encryption | None
    description: str


@cache
def attributes(model: type[Document]) -> dict[str, Attribute]:
    """The attributes of a collection by name, `_id` first; the same dict at every call: read it only."""
    found = (_attribute(name, field) for name, field in model.model_fields.items())
    return {attribute.name: attribute for attribute in found}


def _attribute(name: str, field: FieldInfo) -> Attribute:
    marks = (*_marks(field.annotation), *field.metadata)
    kind = next(m.name for m in marks if isinstance(m, Kind))
    encryption = next((m for m in marks if isinstance(m, Encryption)), None)
    return Attribute(field.alias or name, kind, encryption, field.description or "")


def _marks(annotation: Any) -> tuple[Any, ...]:
    """What Annotated carries, here or inside `X | None`."""
    inner = (mark for part in getattr(annotation, "__args__", ()) for mark in _marks(part))
    return (*getattr(annotation, "__metadata__", ()), *inner)
