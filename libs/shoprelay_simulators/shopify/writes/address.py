"""Addresses as they are entered."""

from typing import TYPE_CHECKING, Any

from shoprelay_simulators.shopify.build import COUNTRIES

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.shop import ShopifyShop

_NAMES = ("firstName", "lastName", "company", "address1", "address2", "zip", "city", "provinceCode", "phone")


def entered(shop: "ShopifyShop", given: dict[str, Any] | None) -> dict[str, Any] | None:
    """A whole address: what is not given is not there."""
    if given is None:
        return None
    code = given.get("countryCode")
    return {
        "id": f"gid://shopify/MailingAddress/{shop.next_number()}?model_name=Address",
        **{name: given.get(name) or None for name in _NAMES},
        "name": " ".join(filter(None, (given.get("firstName"), given.get("lastName")))) or None,
        "province": given.get("provinceCode"),
        "country": COUNTRIES.get(code or "", code),
        "countryCodeV2": code,
    }
