"""The shop itself. https://api.hostedshop.dk/doc/ (Sites_GetAll, Solution_GetWebinfo)"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop import client
from shoprelay_relays.hostedshop.actions.asking import rows


async def sites(call: Call[Body]) -> Done:
    """The sites of a solution: orders name theirs."""
    found = await rows(call.client, "Sites_GetAll")
    return Done([{"remote_id": each.id("Id"), "name": each.text("Title") or each.id("Id")} for each in found])


async def language(call: Call[Any]) -> str:
    """The shop's main language, in which texts are read."""
    return Raw((await client.call(call.client, "Solution_GetWebinfo")).value).text("LanguageISO") or "DK"
