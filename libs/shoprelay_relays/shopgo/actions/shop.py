"""Whether the store takes orders. https://docs.shopgo.me/1.0.0/management-api/api-endpoints (Override Store Availability)"""

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.others import UpdateWebshop
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.shopgo.actions.acting import management


async def update(call: Call[UpdateWebshop]) -> Done:
    settings = call.data.settings or {}
    available = settings.get("available")
    if set(settings) != {"available"} or not isinstance(available, bool):
        raise CannotDo("settings", "expected available, true or false: it is the one setting that ShopGo lets be changed")
    with management(call) as api:
        await api.set_available(available=available)
    return Done({"settings": {"available": available}})
