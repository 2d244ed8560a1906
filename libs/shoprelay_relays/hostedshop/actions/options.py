"""What variants differ in: types (Colour) and their values (Blue), which the whole shop shares.

https://api.hostedshop.dk/doc/ (Product_CreateOrUpdateVariantType, Product_CreateOrUpdateVariantTypeValue)
"""

from dataclasses import dataclass, field
from typing import Any, Final

from shoprelay_relays.actions import Call
from shoprelay_relays.actions.bodies.goods import Physical
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.hostedshop.actions.asking import items, made, rows
from shoprelay_relays.hostedshop.actions.shop import language

NEW: Final[dict[str, Any]] = {
    **dict.fromkeys(("Stock", "DeliveryTimeId", "PictureId", "Sorting"), 0),
    **dict.fromkeys(("Price", "BuyingPrice", "Weight", "Discount"), "0"),
    "ItemNumber": "",
    "Ean": "",
    "Status": True,
    "DisableOnEmpty": False,
    "DiscountType": "a",
    "MinAmount": 1,
}
"""What the documentation requires of a new variant."""


def expect(data: Physical, where: str = "") -> None:
    """CannotDo for a new variant that differs in nothing."""
    if not data.variations:
        raise CannotDo(f"{where}variations", "expected what sets it apart from the product's other variants")


@dataclass(slots=True)
class Values:
    """The shop's types and values, by their names in small letters. What is asked for and not there is made."""

    call: Call[Any]
    types: dict[str, str]
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    @classmethod
    async def of(cls, call: Call[Any]) -> "Values":
        found = await rows(call.client, "Product_GetVariantTypeAll")
        return cls(call, {(each.text("Title") or "").lower(): each.id("Id") for each in found})

    async def ids(self, data: Physical) -> dict[str, Any]:
        """The variant's values; {} when none are given."""
        if data.variations is None:
            return {}
        return {"VariantTypeValues": items([await self._value(each.type, each.value) for each in data.variations])}

    async def _value(self, kind: str, title: str) -> str:
        of = self.types.get(kind.lower()) or await self._make("", kind)
        self.types[kind.lower()] = of
        if of not in self.known:
            found = await rows(self.call.client, "Product_GetVariantTypeValuesByType", VariantTypeId=of)
            self.values |= {(of, (each.text("Title") or "").lower()): each.id("Id") for each in found}
            self.known.add(of)
        key = (of, title.lower())
        if key not in self.values:
            self.values[key] = await self._make(of, title)
        return self.values[key]

    async def _make(self, of: str, title: str) -> str:
        told = {"LanguageISO": await language(self.call), "Title": title}
        if not of:
            return await made(self.call.client, "Product_CreateOrUpdateVariantType", VariantTypeData=told)
        told |= {"ProductVariantTypeId": of}
        return await made(self.call.client, "Product_CreateOrUpdateVariantTypeValue", VariantTypeValueData=told)
