"""What all bodies have in common."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from shoprelay_relays.actions.reference import Reference


class Body(BaseModel):
    """The `data` of a call. Every attribute may be absent; one that does not exist is refused by its name."""

    # Built when they are first used: every service imports the relays, and only one takes bodies.
    model_config = ConfigDict(extra="forbid", populate_by_name=True, str_strip_whitespace=True, defer_build=True)

    def given(self) -> dict[str, Any]:
        """The attributes that the caller gave, by name."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def outer(name: str) -> str:
    """An attribute's name as callers write it: `_id` cannot be an attribute's name in Python."""
    return "_id" if name == "id_" else name


class Nothing(Body):
    """A call that needs no data."""


def references(value: object) -> Iterator[Reference]:
    """Every reference inside a body."""
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, Body):
        for name in value.model_fields_set:
            yield from references(getattr(value, name))
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


Text = Annotated[str, Field(max_length=100_000)]
Line = Annotated[str, Field(max_length=1000)]
Amount = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e12)]
Count = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Positive = Annotated[float, Field(allow_inf_nan=False, gt=0, le=1e9)]
Moment = datetime
