"""Settings of the shop: https://devdocs.prestashop-project.org/8/webservice/resources/configurations/"""

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.others import UpdateWebshop
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.prestashop.actions import asking, writing
from shoprelay_relays.prestashop.reader import Reader

_NAMES = {"name": "PS_SHOP_NAME", "email": "PS_SHOP_EMAIL", "weight_unit": "PS_WEIGHT_UNIT"}
ATTRIBUTES = (*_NAMES, "settings")


async def update(call: Call[UpdateWebshop]) -> Done:
    """Only settings that there are; those of the shop itself go before those of all shops."""
    wanted = {**(call.data.settings or {}), **writing.plain(call.data, _NAMES)}
    mine = str(call.config.get("shop_id") or "")
    rows = await Reader(call.client, call.config).rows("configurations", "name", wanted)
    known = {str(row["name"]): str(row["id"]) for row in rows if str(row.get("id_shop") or "") in {"", "0"}}
    known |= {str(row["name"]): str(row["id"]) for row in rows if mine and str(row.get("id_shop") or "") == mine}
    if missing := sorted(wanted.keys() - known.keys()):
        raise CannotDo("settings", f"the shop has no setting {missing[0]}")
    for name, value in wanted.items():
        await asking.edit(call.client, call.config, "configurations", known[name], {"value": value})
    return Done({"settings": sorted(wanted)})
