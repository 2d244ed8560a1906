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


class Index(NamedTuple):
    """One MongoDB index: (attribute, direction) pairs in order."""

    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    sparse: bool = False
    name: str | None = None


class Kind(NamedTuple):
    """The contract's name of an attribute's type, carried in the annotation."""

    name: str


def _object_id(value: object) -> ObjectId:
    return value if isinstance(value, ObjectId) else ObjectId(str(value))


def _aware_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        message = "a time needs a time zone; give UTC or an offset"
        raise ValueError(message)
    # BSON keeps milliseconds: cut here, so that what is compared is what is stored.
    return value.astimezone(UTC).replace(microsecond=value.microsecond // 1000 * 1000)


def iso(value: datetime) -> str:
    """A stored time as text: UTC, milliseconds, Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


_HEX_ID: Final = {"type": "string", "pattern": "^[0-9a-f]{24}$", "description": "ObjectId as 24 hexadecimal digits"}
_TIME: Final = {"type": "string", "format": "date-time"}

Id = Annotated[
    ObjectId,
    PlainValidator(_object_id),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema(_HEX_ID),
    Kind("ObjectId"),
]
Time = Annotated[
    datetime,
    AfterValidator(_aware_utc),
    PlainSerializer(iso, when_used="json"),
    WithJsonSchema(_TIME),
    Kind("Time"),
]
Text = Annotated[str, Kind("String")]
Secret = Annotated[str, Kind("String"), Encryption.RANDOMIZED]
Lookup = Annotated[str, Kind("String"), Encryption.DETERMINISTIC]
Float = Annotated[float, Kind("Float")]
Integer = Annotated[int, Kind("Integer")]
Boolean = Annotated[bool, Kind("Boolean")]
# Lists and hashes hold what the contract's examples show; their items are plain JSON values, ObjectIds and times.
List = Annotated[list[Any], Kind("Array")]
SecretList = Annotated[list[Any], Kind("Array"), Encryption.RANDOMIZED]
Hash = Annotated[dict[str, Any], Kind("Hash")]
SecretHash = Annotated[dict[str, Any], Kind("Hash"), Encryption.RANDOMIZED]


class Source(BaseModel):
    """Where a document's present content comes from; beside the contract's own attributes in every shop document."""

    model_config = ConfigDict(extra="forbid")

    version: str
    """The platform's own modified time (UTC, sortable text) or revision; empty where the platform has none."""
    observed_at: Time
    """When the read was asked or the push arrived."""
    via: Text
    """poll, read, webhook or derived (learnt from another record, such as an order's payment method)."""
    raw: Text
    """topic-partition-offset of the raw record."""
    owns: dict[str, list[Id]] | None = None
    """Per collection, the documents that this record listed as its own (an order's lines); one it lists no more is gone."""


class Document(BaseModel):
    """One record of a collection. `collection` and `indexes` are set by each model."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, populate_by_name=True)

    collection: ClassVar[str]
    indexes: ClassVar[tuple[Index, ...]] = ()

    id_: Id | None = Field(None, alias="_id")


class Attribute(NamedTuple):
    """What the reference, the store and the cipher need to know of one attribute."""

    name: str
    type: str
    encryption: Encryption | None
    description: str


@cache
def attributes(model: type[Document]) -> dict[str, Attribute]:
    """The attributes of a collection by name, `_id` first."""
    found = (_attribute(name, field) for name, field in model.model_fields.items())
    return {attribute.name: attribute for attribute in found}


def _attribute(name: str, field: FieldInfo) -> Attribute:
    marks = _marks(field.annotation, tuple(field.metadata))
    kind = next(m.name for m in marks if isinstance(m, Kind))
    encryption = next((m for m in marks if isinstance(m, Encryption)), None)
    return Attribute("_id" if name == "id_" else name, kind, encryption, field.description or "")


def _marks(annotation: Any, found: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    for part in getattr(annotation, "__args__", ()):
        found += tuple(getattr(part, "__metadata__", ())) + _marks(getattr(part, "__origin__", None))
    return found + tuple(getattr(annotation, "__metadata__", ()))
