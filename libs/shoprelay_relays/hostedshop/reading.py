"""Direct reads of one record. A missing one is answered with nothing, or with a fault that says so."""

from collections.abc import Mapping
from typing import Any

import httpx

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.hostedshop.client import one
from shoprelay_relays.hostedshop.listing import record
from shoprelay_relays.hostedshop.options import Options
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.spec import Gone, Record
from shoprelay_schema.raw import Evidence

# resource -> (operation, its argument)
_READS = {
    "orders": ("Order_GetById", "OrderId"),
    "products": ("Product_GetById", "ProductId"),
    "customers": ("User_GetById", "UserId"),
    "categories": ("Category_GetById", "CategoryId"),
}


async def read(resource: str, shop: httpx.AsyncClient, remote_id: str, _config: Mapping[str, Any]) -> list[Record] | Gone:
    operation, argument = _READS[resource]
    try:
        answer = await one(shop, operation, **{argument: remote_id})
    except NotThere:
        return Gone(resource, remote_id, Evidence.NOT_FOUND)
    if str(answer.value["Id"]) != remote_id:
        raise ShopTrouble(f"{operation}: the answer is not about {remote_id}")
    row = await Options(shop).beside(answer.value) if resource == "products" else answer.value
    return [record(resource, row)]
