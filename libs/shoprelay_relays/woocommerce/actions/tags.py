"""Tags of products, which WooCommerce takes by id: https://woocommerce.github.io/woocommerce-rest-api-docs/#product-tags"""

import html
from typing import Any

from shoprelay_relays.actions import Call
from shoprelay_relays.woocommerce.actions.asking import change, rows


async def ids(call: Call[Any], names: list[str]) -> list[dict[str, int]]:
    """Each tag's id; one that the shop does not have is made."""
    return [{"id": await _id(call, name)} for name in dict.fromkeys(names)]


async def _id(call: Call[Any], name: str) -> int:
    # WordPress keeps names with entities, and looks for what it is told as it stands.
    for row in await rows(call.client, "products/tags", search=html.escape(name, quote=False)):
        if html.unescape(str(row.get("name"))).lower() == name.lower():
            return int(row["id"])
    return int((await change(call.client, "POST", "products/tags", {"name": name}))["id"])
