"""The shops of one installation: https://devdocs.prestashop-project.org/8/webservice/resources/shops/"""

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Nothing
from shoprelay_relays.prestashop.client import get


async def index(call: Call[Nothing]) -> Done:
    """As the setting `shop_id` names them."""
    rows = (await get(call.client, "shops", {"display": "full", "sort": "[id_ASC]"})).rows
    return Done([{"remote_id": str(row["id"]), "name": row.get("name")} for row in rows if str(row.get("deleted")) != "1"])
