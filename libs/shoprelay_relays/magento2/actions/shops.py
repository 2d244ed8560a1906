"""The store views of an installation: https://developer.adobe.com/commerce/webapi/rest/ (storeStoreRepositoryV1)"""

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Nothing
from shoprelay_relays.magento2.client import get
from shoprelay_relays.magento2.settings import rows


async def index(call: Call[Nothing]) -> Done:
    """As the setting `store_code` names them."""
    found = rows((await get(call.client, "store/storeViews")).body)
    return Done([{"remote_id": row.text("code"), "name": row.text("name")} for row in found if row.text("code") != "admin"])
