"""The shop's own settings: https://woocommerce.github.io/woocommerce-rest-api-docs/#setting-options"""

import re
from typing import Final

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.others import UpdateWebshop
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.woocommerce.actions.asking import change

_NAMED: Final = {"currency": "general/woocommerce_currency", "weight_unit": "products/woocommerce_weight_unit"}
_NAME: Final = re.compile(r"[\w-]+/[\w-]+", re.ASCII)


async def update(call: Call[UpdateWebshop]) -> Done:
    """One after the other: where one is refused, those before it are set."""
    told: dict[str, str] = {}
    for name, value in _asked(call.data).items():
        row = await change(call.client, "PUT", f"settings/{name}", {"value": value})
        told[name] = str(row.get("value"))
    return Done({"settings": told})


def _asked(data: UpdateWebshop) -> dict[str, str]:
    found = {theirs: value for ours, theirs in _NAMED.items() if (value := getattr(data, ours)) is not None}
    for name, value in (data.settings or {}).items():
        if not _NAME.fullmatch(name):
            raise CannotDo(f"settings.{name}", "expected group/id, as tax/woocommerce_prices_include_tax")
        found[name] = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return found
