"""A body's attributes as PrestaShop's. https://devdocs.prestashop-project.org/8/webservice/resources/products/

Prices are without tax, with six decimals. A translated field is written whole: what is not sent of it is empty afterwards.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import composing, money, prices
from shoprelay_relays.prestashop.actions.asking import Config
from shoprelay_relays.prestashop.reader import Reader
from shoprelay_relays.spec import Json

Fields = dict[str, object]
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ð": "d", "þ": "th"})


def plain(data: Body, names: Mapping[str, str]) -> Fields:
    """The fields, by what ours are called there; flags as 1 and 0."""
    given = {ours: getattr(data, name) for name, ours in names.items() if getattr(data, name) is not None}
    return {ours: int(value) if isinstance(value, bool) else value for ours, value in given.items()}


async def texts(reader: Reader, data: Body, names: Mapping[str, str], row: Mapping[str, Any]) -> Fields:
    """Translated fields: in the shop's main language; a new record (`row` empty) has the text in every language."""
    given = plain(data, names)
    if not given:
        return {}
    languages = sorted(await reader.table("languages"), key=int)
    main = reader.config.get("language_id") or languages[0]
    return {name: _translated(str(text), row.get(name), languages, main) for name, text in given.items()}


def everywhere(text: str, languages: Sequence[str]) -> list[Json]:
    return [{"id": one, "value": text} for one in languages]


def _translated(text: str, before: Json, languages: Sequence[str], main: str) -> list[Json]:
    """A shop with one language shows plain text."""
    if not isinstance(before, list):
        return everywhere(text, languages)
    known = {str(one["id"]): one["value"] for one in before}
    return [{"id": one, "value": text if one == main else known.get(one, text)} for one in languages]


def slug(name: str) -> str:
    """The end of an address: letters, digits and hyphens."""
    ascii_ = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")[:120] or "x"


async def net(reader: Reader, row: Json, price: float) -> Decimal:
    """A price with the shop's own taxes as it is stored. CannotDo where nobody tells the taxes."""
    return (Decimal(str(price)) / (1 + await rate(reader, row))).quantize(money.UNIT)


async def rate(reader: Reader, row: Json) -> Decimal:
    """The tax of a product, as a fraction."""
    rows = [dict(row)]
    await composing.rates(reader, rows, reader.config)
    found = prices.tax_rate(Raw(rows[0]))
    if found is None:
        raise CannotDo(
            "price", "prices are stored without tax: give the webservice key the right View (GET) on tax_rules and taxes"
        )
    return found


async def usual_taxes(reader: Reader) -> str:
    """The tax rules group of most products, which the back office offers first as well; "0" (none) in an empty shop."""
    asked = {"display": "[id,id_tax_rules_group]", "sort": "[id_DESC]", "limit": "200"}
    rows: list[Config] = (await reader.get("products", asked)).rows
    found = Counter(str(row.get("id_tax_rules_group") or "0") for row in rows).most_common(1)
    return found[0][0] if found else "0"
