"""What of a row an answer shows: the fields that were asked for, in the languages that were asked for."""

import re
from typing import TYPE_CHECKING

from shoprelay_simulators.prestashop.errors import Refusal
from shoprelay_simulators.prestashop.query import Row

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

_PART = re.compile(r"(\w+)(?:\[([^\]]*)\])?(?:,|$)")


def languages(shop: "PrestaShop", asked: str) -> set[str]:
    """Those of the shop; `language=2` and `language=[1|2]` are some of them."""
    known = {str(number) for number in shop.tables["languages"]}
    return known & set(asked.strip("[]").split("|")) if asked else known


def spoken(row: Row, wanted: set[str]) -> Row:
    return {name: _said(value, wanted) for name, value in row.items()}


def _said(value: object, wanted: set[str]) -> object:
    """Of a translated field only these languages."""
    if not (isinstance(value, list) and value and isinstance(value[0], dict) and value[0].keys() == {"id", "value"}):
        return value
    return [one for one in value if one["id"] in wanted]


def picked(row: Row, display: str) -> Row:
    """`[id,date_upd,order_rows[id]]`, `full`, or nothing for ids alone."""
    if display in {"", "full"}:
        return row if display else {"id": row["id"]}
    listed = row.get("associations")
    known = listed if isinstance(listed, dict) else {}
    found: Row = {}
    trimmed: Row = {}
    for name, fields in _PART.findall(display.removeprefix("[").removesuffix("]")):
        if name in known and name not in row:
            trimmed[name] = [_members(member, fields) for member in known[name]]
        elif name in row and name != "associations":
            found[name] = row[name]
        else:
            raise Refusal(400, (35, f'Unable to display this field "{name}".'))
    return found | ({"associations": trimmed} if trimmed else {})


def _members(member: Row, fields: str) -> Row:
    return {name: member[name] for name in fields.split(",") if name in member} if fields else member
