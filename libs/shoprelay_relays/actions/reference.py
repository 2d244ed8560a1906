"""A thing of the shop that a call names: by the `_id` of a document, or with `bypass_db` by what the shop calls it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import GetPydanticSchema
from pydantic_core import core_schema

from shoprelay_relays.errors import CannotDo

_LONGEST: Final = 512


@dataclass(slots=True)
class Reference:
    """`given`: as the caller wrote it. `document`: the operator's document of it, decrypted; empty when nothing was looked up."""

    collection: str
    given: str
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def known_as(self, *attributes: str) -> str:
        """What the shop knows it by: the first of these attributes that the document has; what was given when there is none.

        CannotDo when the document has none of them.
        """
        if not self.document:
            return self.given
        for attribute in attributes:
            if self.document.get(attribute) not in {None, ""}:
                return str(self.document[attribute])
        names = " or ".join(attributes)
        raise CannotDo(self.collection, f"the document {self.given} has no {names}, by which the shop knows it")


def reference(collection: str) -> Any:
    """The annotation of an attribute that names a document of a collection."""

    def read(value: object) -> Reference:
        if isinstance(value, Reference):
            return value
        if isinstance(value, str) and 0 < len(value) <= _LONGEST:
            return Reference(collection, value)
        raise ValueError(f"expected the _id of one of {collection}, or with bypass_db the shop's own identifier")

    text = {"type": "string", "minLength": 1, "maxLength": _LONGEST, "description": f"`_id` of one of {collection}."}
    schema = core_schema.no_info_plain_validator_function(
        read, serialization=core_schema.plain_serializer_function_ser_schema(lambda found: found.given)
    )
    return GetPydanticSchema(lambda _source, _handler: schema, lambda _schema, _handler: dict(text))


CategoryRef = Annotated[Reference, reference("categories")]
CountryRef = Annotated[Reference, reference("countries")]
CreditNoteRef = Annotated[Reference, reference("credit_notes")]
CustomerRef = Annotated[Reference, reference("customers")]
DeliveryMethodRef = Annotated[Reference, reference("delivery_methods")]
InvoiceRef = Annotated[Reference, reference("invoices")]
OrderLineRef = Annotated[Reference, reference("order_lines")]
PaymentMethodRef = Annotated[Reference, reference("payment_methods")]
StatusRef = Annotated[Reference, reference("statuses")]
VariantRef = Annotated[Reference, reference("variants")]
