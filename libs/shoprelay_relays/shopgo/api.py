"""ShopGo's Management API v1, every call of it. https://docs.shopgo.me/1.0.0/management-api/api-endpoints

The order list for polling is in listing.py: it keeps each order's own text, which a typed object would not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from shoprelay_relays.errors import PayloadInvalid, ShopTrouble
from shoprelay_relays.shopgo.http import Refused, ask
from shoprelay_relays.shopgo.objects import DashboardUser, Legal, Money, Order, Payment, ShopGoObject, Tenant

Typed = TypeVar("Typed", bound=ShopGoObject)
WebhookName = Literal["confirm-order", "calculate-shipping-rates"]
ShipmentState = Literal["ready", "shipped", "delivered"]


@dataclass(frozen=True, slots=True)
class Management:
    """The typed client. Every call raises CredentialsRejected, Refused (ShopGo said no) or ShopTrouble (it cannot answer now)."""

    client: httpx.AsyncClient

    async def create_key(self, email: str, password: str) -> str:
        """POST auth/key: an API key for a dashboard user; 401 for a wrong e-mail or password."""
        answer = await ask(self.client, "POST", "auth/key", {"email": email, "password": password}, safe=True)
        return str(_part(answer, "api_key"))

    async def test_key(self) -> None:
        """GET auth/test: returns when the key is good, raises CredentialsRejected when it is not."""
        await ask(self.client, "GET", "auth/test")

    async def orders(self) -> list[Order]:
        """GET order/: every order of the store in one answer; there is neither paging nor a filter."""
        return [_typed(Order, raw, "orders") for raw in _many(await ask(self.client, "GET", "order/"))]

    async def order(self, number: str) -> Order | None:
        """GET order/:number, or None where there is no such order. The order comes under the plural key, as an object."""
        try:
            found = _many(await ask(self.client, "GET", _order(number)))
        except Refused as refusal:
            if refusal.status == httpx.codes.NOT_FOUND:
                return None
            raise
        return _typed(Order, found[0], "orders") if found else None

    async def create_payment(self, number: str, payment: Payment | None = None) -> None:
        """POST order/:number/payment/: with nothing given, the whole balance is settled in cash on delivery, now."""
        body = payment.model_dump(mode="json", exclude_none=True) if payment else {}
        await ask(self.client, "POST", f"{_order(number)}/payment/", body)

    async def create_refund(self, number: str, total: Money) -> None:
        """The same call with method "refund" and a negative amount; `total` is what goes back, as a positive amount."""
        back = Money(amount=total.amount if total.amount.startswith("-") else f"-{total.amount}", currency=total.currency)
        await self.create_payment(number, Payment(method="refund", total=back))

    async def authorize(self, number: str, *, authorized: bool = True) -> None:
        """PATCH order/:number: the shipments of an order can move only once it is authorized."""
        await ask(self.client, "PATCH", _order(number), {"authorized": authorized})

    async def cancel(self, number: str, *, cancelled: bool = True, restock: bool = True) -> None:
        """PATCH order/:number: `restock` frees the stock that the order holds."""
        await ask(self.client, "PATCH", _order(number), {"cancelled": cancelled, "restock": restock})

    async def set_visibility(self, number: str, *, visible: bool) -> None:
        """PATCH order/:number: shows the order in the dashboard and the store front, or hides it."""
        await ask(self.client, "PATCH", _order(number), {"visible": visible})

    async def update_shipment(
        self, number: str, shipment_id: str, state: ShipmentState | None = None, target_delivery: datetime | None = None
    ) -> None:
        """PATCH order/:number/shipment/:id; refused while the order is not authorized."""
        body = {"state": state, "target_delivery": target_delivery.isoformat() if target_delivery else None}
        path = f"{_order(number)}/shipment/{quote(shipment_id, safe='')}"
        await ask(self.client, "PATCH", path, {name: value for name, value in body.items() if value is not None})

    async def user(self, user_id: str) -> DashboardUser:
        """GET user/:id."""
        return _typed(DashboardUser, _part(await ask(self.client, "GET", f"user/{quote(user_id, safe='')}"), "user"), "user")

    async def tenant(self) -> Tenant:
        """GET tenant: the account of the store that the key belongs to."""
        return _typed(Tenant, _part(await ask(self.client, "GET", "tenant"), "tenant"), "tenant")

    async def legal(self) -> Legal:
        """GET settings/legal."""
        return _typed(Legal, _part(await ask(self.client, "GET", "settings/legal"), "legal"), "legal")

    async def available(self) -> bool:
        """GET order/available: whether the store takes new orders."""
        return _part(await ask(self.client, "GET", "order/available"), "available") is True

    async def set_available(self, *, available: bool) -> None:
        """PATCH order/available: overrides the store's opening hours."""
        await ask(self.client, "PATCH", "order/available", {"available": available})

    async def webhook_url(self, name: WebhookName) -> str | None:
        """GET settings/webhook/:name, or None where no address is set."""
        return (await ask(self.client, "GET", f"settings/webhook/{name}")).get("url") or None

    async def set_webhook_url(self, name: WebhookName, url: str) -> None:
        """PATCH settings/webhook/:name: each webhook has one address, and this replaces it."""
        await ask(self.client, "PATCH", f"settings/webhook/{name}", {"url": url})


def _order(number: str) -> str:
    return f"order/{quote(number, safe='')}"


def _many(payload: Mapping[str, Any]) -> list[Any]:
    found = payload.get("orders")
    return found if isinstance(found, list) else [] if found is None else [found]


def _part(payload: Mapping[str, Any], name: str) -> Any:
    if name not in payload:
        raise ShopTrouble(f"ShopGo's answer lacks payload.{name}")
    return payload[name]


def _typed(model: type[Typed], raw: Any, field: str) -> Typed:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise PayloadInvalid(".".join([field, *map(str, first["loc"])]), first["msg"]) from None
