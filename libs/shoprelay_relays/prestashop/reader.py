"""What one run asks of a shop: rows by filters, parts by their parents, and small records that are named again and again."""

from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from shoprelay_relays.prestashop import client
from shoprelay_relays.prestashop.client import Answer, Missing
from shoprelay_relays.prestashop.payload import Unreadable
from shoprelay_relays.spec import Json

# 400 ids make an address of 2.8 kB, which passed; hosts cut long before 8 kB.
_IDS_A_REQUEST = 200

# As many as there are orders: a long run would hold them all.
_NOT_KEPT = frozenset({"customers", "addresses"})

Rows = list[Json]


class Reader:
    """`requests` counts what was asked. What `named` has found is not asked for again."""

    def __init__(self, shop: httpx.AsyncClient, config: Mapping[str, Any]) -> None:
        self._shop = shop
        self.config = config
        self._common = {"id_shop": config["shop_id"]} if config.get("shop_id") else {}
        self._known: dict[str, dict[str, Json]] = {}
        self._tables: dict[str, dict[str, Json]] = {}
        self.requests = 0

    async def get(self, path: str, params: Mapping[str, str | int]) -> Answer:
        self.requests += 1
        return await client.get(self._shop, path, {**self._common, **params})

    async def rows(
        self, path: str, field: str, values: Iterable[str], display: str = "full", also: Mapping[str, str] | None = None
    ) -> Rows:
        """The rows of which `field` is one of these (`also`: further filters). Only `display=full` keeps zeros."""
        wanted = sorted(set(values), key=lambda value: (len(value), value))
        found: Rows = []
        for start in range(0, len(wanted), _IDS_A_REQUEST):
            lot = "|".join(wanted[start : start + _IDS_A_REQUEST])
            asked = {"display": display, f"filter[{field}]": f"[{lot}]", "sort": "[id_ASC]", **(also or {})}
            answer = await self.get(path, asked)
            found += answer.rows
        return found

    async def parts(self, path: str, field: str, values: Iterable[str]) -> dict[str, Rows] | None:
        """Rows by the value of `field`; None where the key may not read them or the shop has none of the kind."""
        try:
            rows = await self.rows(path, field, values)
        except Missing:
            return None
        found: dict[str, Rows] = {}
        for row in rows:
            found.setdefault(str(row.get(field)), []).append(row)
        return found

    async def named(self, path: str, ids: Iterable[Any]) -> dict[str, Json]:
        """Records by id: those of these ids that exist and may be read."""
        known = {} if path in _NOT_KEPT else self._known.setdefault(path, {})
        wanted = {str(one) for one in ids if str(one).isdigit() and int(str(one))} - known.keys()
        if wanted:
            try:
                rows = await self.rows(path, "id", wanted)
            except Missing:
                rows = []
            known |= dict.fromkeys(wanted)
            known |= {str(row["id"]): row for row in rows}
        return {one: row for one, row in known.items() if row is not None}

    async def table(self, path: str) -> dict[str, Json]:
        """All records of a short list, by id."""
        if path not in self._tables:
            rows = (await self.get(path, {"display": "full", "sort": "[id_ASC]"})).rows
            self._tables[path] = {str(row["id"]): row for row in rows}
        return self._tables[path]

    async def readable(self, path: str, ids: list[str], also: Mapping[str, str] | None = None) -> tuple[Rows, list[str]]:
        """The records of these ids, and the ids of those that cannot be read: they are halved until each stands alone."""
        try:
            return await self.rows(path, "id", ids, also=also), []
        except Unreadable:
            if len(ids) == 1:
                return [], ids
        half = len(ids) // 2
        first, second = await self.readable(path, ids[:half], also), await self.readable(path, ids[half:], also)
        return first[0] + second[0], first[1] + second[1]
