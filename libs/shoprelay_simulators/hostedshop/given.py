"""What a call gives, as PHP reads it: texts that have to be numbers, and records whose unknown fields are dropped."""

from typing import TYPE_CHECKING, Any

from shoprelay_simulators.hostedshop.rows import Row
from shoprelay_simulators.hostedshop.soap import Call, Fault

if TYPE_CHECKING:
    from shoprelay_simulators.hostedshop.shop import HostedShop

_WHOLE = frozenset(
    {
        *("Id", "CategoryId", "ProducerId", "ProductId", "VariantId", "Stock", "StockLow", "DeliveryTimeId", "DiscountGroupId"),
        *("UnitId", "MinAmount", "Sorting", "PictureId", "UserGroupId", "Sex", "CountryCode", "ShippingCountryCode", "ParentId"),
        *("CurrencyId", "PaymentId", "DeliveryId", "UserId", "Amount", "ProductVariantTypeId"),
    }
)
_FLAGS = frozenset(
    {"Online", "Status", "DisableOnEmpty", "CallForPrice", "FocusFrontpage", "FocusCart", "Newsletter", "Approved"}
)
_LISTS = frozenset({"SecondaryCategoryIds", "RelatedProducts", "VariantTypeValues", "PictureIds"})


def arguments(call: Call, *names: str) -> list[str | None]:
    """PHP passes arguments by position: unknown names are dropped, and too few are a fault of the whole program."""
    there = [name for name in names if name in call.arguments]
    if len(there) < len(names):
        passed = f"{len(there)} passed and exactly {len(names)} expected"
        raise Fault("INTERNAL", f"Too few arguments to function WebService::{call.operation}(), {passed}")
    return [call.arguments[name] for name in names]


def number(value: str | None, name: str) -> int:
    if value is None or not value.lstrip("-").isdigit():
        raise Fault("PARAM", f"{name} '{value}' is not a number")
    return int(value)


def record(told: dict[str, Any]) -> Row:
    """The fields of a record in the kinds that rows have."""
    return {name: _read(name, value) for name, value in told.items()}


def found(shop: "HostedShop", kind: str, key: str | int | None, name: str) -> Row:
    """Raises PARAM for an id that the shop does not have."""
    row = shop.tables[kind].get(number(str(key), name))
    if row is None:
        raise Fault("PARAM", f"No such id: {key} for {name}")
    return row


def _read(name: str, value: Any) -> Any:
    if name in _WHOLE:
        return number(value, name)
    if name in _FLAGS:
        return value in {"true", "1"}
    if name in _LISTS:
        return [number(one, name) for one in value or []]
    return value
