"""The operations that are used, and their requests: SOAP 1.2, document/literal.

The interface is described here, so that nothing of it is fetched while the program runs; an answer is read without a schema.
https://api.hostedshop.dk/doc/
"""

import io
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from shoprelay_relays.hostedshop.changes import CHANGES, kind, schema

if TYPE_CHECKING:
    import zeep

NAMESPACE = "https://api.hostedshop.io/service.php"

_PERIOD = {"Start": "string", "End": "string"}
_PAGE = {"Page": "int", "PageSize": "int"}
_FIELDS = {"Fields": "string"}
_READS: dict[str, dict[str, str]] = {
    "Solution_Connect": {"Username": "string", "Password": "string"},
    "Solution_GetWebinfo": {},
    "Order_SetFields": _FIELDS,
    "Order_SetOrderLineFields": _FIELDS,
    "Order_GetByDate": {**_PERIOD, "Status": "string"},
    "Order_GetByDateWithPagination": {**_PERIOD, "Status": "string", **_PAGE},
    "Order_GetByDateUpdated": {**_PERIOD, "Status": "string"},
    "Order_GetByDateUpdatedWithPagination": {**_PERIOD, "Status": "string", **_PAGE},
    "Order_GetById": {"OrderId": "int"},
    "OrderStatusCode_GetAll": {},
    "Product_SetFields": _FIELDS,
    "Product_SetVariantFields": _FIELDS,
    "Product_GetAllWithLimit": {"Start": "int", "Length": "int"},
    "Product_GetByUpdatedDate": _PERIOD,
    "Product_GetById": {"ProductId": "int"},
    "Product_GetByItemNumber": {"ItemNumber": "string"},
    "Product_GetVariantById": {"VariantId": "string"},
    "Product_GetVariantsByItemNumber": {"ItemNumber": "string"},
    "Product_GetVariantTypeAll": {},
    "Product_GetVariantTypeValuesByType": {"VariantTypeId": "int"},
    "Product_GetDeliveryCountryAll": {},
    "Product_GetDeliveryTimeAll": {},
    "Category_GetAll": {},
    "Category_GetById": {"CategoryId": "int"},
    "User_SetFields": _FIELDS,
    "User_GetAllByDate": _PERIOD,
    "User_GetById": {"UserId": "int"},
    "User_GetGroupAll": {},
    "Payment_GetAll": {},
    "Delivery_GetAll": {},
    "Currency_GetAll": {},
    "Sites_GetAll": {},
}
OPERATIONS: dict[str, dict[str, str]] = {**_READS, **CHANGES}
"""Name -> its arguments in order. PHP counts positions: an argument that is left out is a fault, one that is nil is not."""


def envelope(operation: str, arguments: Mapping[str, Any]) -> bytes:
    """The request as XML. TypeError for an argument that the operation does not have."""
    from zeep.wsdl.utils import etree_to_string

    client = _client()
    told = {name: arguments.get(name) for name in OPERATIONS[operation]} | dict(arguments)
    whole = client.create_message(client.service, operation, **told)  # type: ignore[no-untyped-call]
    return bytes(etree_to_string(whole))  # type: ignore[no-untyped-call]


def headers(operation: str) -> dict[str, str]:
    action = f"{NAMESPACE}#{operation}"
    return {
        "Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"',
        "SOAPAction": f'"{action}"',
        "Accept": "application/soap+xml, text/xml",
        "User-Agent": "shoprelay",
    }


@cache
def _client() -> "zeep.Client":
    """Made once, when the first request is: the package takes half a second to load, which no other shop should wait for."""
    import zeep
    from zeep.transports import Transport

    class Nowhere(Transport):
        """Nothing is loaded from anywhere."""

        def load(self, url: str) -> bytes:
            raise OSError(f"{url} is not to be loaded")

    settings = zeep.Settings(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    nowhere = Nowhere()  # type: ignore[no-untyped-call]
    return zeep.Client(io.BytesIO(description().encode()), transport=nowhere, settings=settings)  # type: ignore[no-untyped-call]


def description() -> str:
    """The WSDL 1.1 of the operations above. Of their answers it says no more than that there are some."""
    elements = "".join(_element(name, arguments) for name, arguments in OPERATIONS.items())
    messages = "".join(
        f'<message name="{name}In"><part name="parameters" element="t:{name}"/></message>'
        f'<message name="{name}Out"><part name="parameters" element="t:{name}Response"/></message>'
        for name in OPERATIONS
    )
    port = "".join(
        f'<operation name="{name}"><input message="t:{name}In"/><output message="t:{name}Out"/></operation>'
        for name in OPERATIONS
    )
    literal = '<input><s:body use="literal"/></input><output><s:body use="literal"/></output>'
    binding = "".join(
        f'<operation name="{name}"><s:operation soapAction="{NAMESPACE}#{name}"/>{literal}</operation>' for name in OPERATIONS
    )
    return (
        '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap12/"'
        f' xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="{NAMESPACE}" targetNamespace="{NAMESPACE}">'
        f'<types><x:schema targetNamespace="{NAMESPACE}">{schema()}{elements}</x:schema></types>{messages}'
        f'<portType name="Port">{port}</portType>'
        f'<binding name="Binding" type="t:Port"><s:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>'
        f"{binding}</binding>"
        f'<service name="Service"><port name="Port" binding="t:Binding"><s:address location="{NAMESPACE}"/></port></service>'
        "</definitions>"
    )


def _element(name: str, arguments: dict[str, str]) -> str:
    parts = "".join(f'<x:element name="{argument}" type="{kind(said)}" nillable="true"/>' for argument, said in arguments.items())
    return (
        f'<x:element name="{name}"><x:complexType><x:sequence>{parts}</x:sequence></x:complexType></x:element>'
        f'<x:element name="{name}Response" type="x:anyType"/>'
    )
