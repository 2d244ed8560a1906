"""Offers: https://devdocs.prestashop-project.org/8/webservice/resources/specific_prices/

An offer is a row of its own: by how much, with tax, it is less than the product's price, and from when until when.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from shoprelay_relays.actions import Call
from shoprelay_relays.actions.bodies.goods import Shared
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import prices, times
from shoprelay_relays.prestashop.actions import asking, writing
from shoprelay_relays.prestashop.actions.asking import Config
from shoprelay_relays.prestashop.reader import Reader

ATTRIBUTES = ("offer_price", "offer_started_at", "offer_finished_at")
_ALWAYS = "0000-00-00 00:00:00"
_FOR_ALL = ("id_shop", "id_shop_group", "id_cart", "id_currency", "id_country", "id_group", "id_customer")


async def write(call: Call[Any], number: str, own: str, data: Shared) -> None:
    """Write the offer that every buyer gets: the one that there is of this very product or combination, else a new one."""
    if data.offer_price is None:
        if data.offer_started_at or data.offer_finished_at:
            raise CannotDo("offer_price", "give it with its times")
        return
    reader = Reader(call.client, call.config)
    less = await _regular(call, reader, number, own) - Decimal(str(data.offer_price))
    if less < 0:
        raise CannotDo("offer_price", "an offer is not dearer than the price")
    fields: writing.Fields = {
        "price": "-1.000000",
        "reduction": less,
        "reduction_tax": 1,
        "reduction_type": "amount",
        "from": _local(data.offer_started_at, call.config),
        "to": _local(data.offer_finished_at, call.config),
    }
    rows = await reader.rows("specific_prices", "id_product", [number])
    mine = [row for row in map(Raw, rows) if (row.reference("id_product_attribute") or "0") == own]
    old = next((row for row in mine if prices.for_all(row, None if own == "0" else own, call.config)), None)
    if old is not None:
        await asking.edit(call.client, call.config, "specific_prices", old.id(), fields)
        return
    whole = {**dict.fromkeys(_FOR_ALL, 0), "id_product": number, "id_product_attribute": own, "from_quantity": 1, **fields}
    await asking.create(call.client, call.config, "specific_prices", whole)


async def _regular(call: Call[Any], reader: Reader, number: str, own: str) -> Decimal:
    """The price before the offer, with tax."""
    row = await asking.one(call.client, call.config, "products", number)
    net = Raw(row).amount("price")
    if own != "0":
        net += Raw(await asking.one(call.client, call.config, "combinations", own)).amount("price")
    return prices.gross(net, await writing.rate(reader, row)) or Decimal(0)


def _local(moment: datetime | None, config: Config) -> str:
    return moment.astimezone(times.zone(config)).strftime("%Y-%m-%d %H:%M:%S") if moment else _ALWAYS
