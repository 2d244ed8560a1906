"""auth, user, tenant, legal texts, availability and webhook addresses."""

from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.shopgo.access import PERMISSIONS, Refusal

if TYPE_CHECKING:
    from shoprelay_simulators.shopgo.shop import ShopGoShop

WEBHOOKS = ("confirm-order", "calculate-shipping-rates")


def create_key(shop: "ShopGoShop", _: tuple[str, ...], body: Json) -> Json:
    key = shop.access.exchange(body.get("email"), body.get("password"))
    return {
        "api_key": key,
        "user_id": shop.user_id,
        "tenant_id": int(shop.access.tenant_id),
        "tenant": tenant(shop),
        "user": user(shop),
    }


def show_key(_: "ShopGoShop", __: tuple[str, ...], ___: Json) -> Json:
    return {}


def user(shop: "ShopGoShop") -> Json:
    return {
        "id": shop.user_id,
        "name": "Dana Haddad",
        "email": shop.access.email,
        "permissions": sorted(shop.access.permissions),
    }


def get_user(shop: "ShopGoShop", ids: tuple[str, ...], _: Json) -> Json:
    if ids[0] != shop.user_id:
        raise Refusal(404, "user not found")
    return {"user": user(shop)}


def tenant(shop: "ShopGoShop") -> Json:
    return {
        "id": int(shop.access.tenant_id),
        "name": shop.access.tenant_name,
        "owner": shop.user_id,
        "country": "JO",
        "store_host": f"{shop.access.tenant_name}.myshopgo.me",
        "subscribed": "active" if shop.subscribed else "expired",
        "timezone": "Asia/Amman",
        "permissions": list(PERMISSIONS),
    }


def get_tenant(shop: "ShopGoShop", _: tuple[str, ...], __: Json) -> Json:
    return {"tenant": tenant(shop)}


def get_legal(_: "ShopGoShop", __: tuple[str, ...], ___: Json) -> Json:
    return {
        "legal": {
            "city": "Amman",
            "email": "hello@matjar.example",
            "country": "Jordan",
            "phone_no": "+96265550100",
            "license_no": "4471",
            "tax_ref_no": "20231",
            "address_line1": {"en": "12 Rainbow Street", "ar": "١٢ شارع الرينبو"},
            "address_line2": {"en": "", "ar": ""},
            "business_name": {"en": "Matjar & Sons", "ar": "متجر وأولاده"},
        }
    }


def get_available(shop: "ShopGoShop", _: tuple[str, ...], __: Json) -> Json:
    return {"available": shop.available}


def set_available(shop: "ShopGoShop", _: tuple[str, ...], body: Json) -> Json:
    value = body.get("available")
    if not isinstance(value, bool):
        raise Refusal(400, "available must be a boolean")
    shop.available = value
    return {}


def get_webhook(shop: "ShopGoShop", ids: tuple[str, ...], _: Json) -> Json:
    return {"url": shop.webhooks[_known(ids[0])]}


def set_webhook(shop: "ShopGoShop", ids: tuple[str, ...], body: Json) -> Json:
    url = body.get("url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise Refusal(400, "url must be an http or https address")
    shop.webhooks[_known(ids[0])] = url
    return {}


def _known(name: str) -> str:
    if name not in WEBHOOKS:
        raise Refusal(404, "webhook not found")
    return name
