"""Customers. https://shopify.dev/docs/api/admin-graphql/latest/mutations/customerCreate"""

from typing import TYPE_CHECKING, Any

from shoprelay_simulators.shopify import build
from shoprelay_simulators.shopify.writes.address import entered
from shoprelay_simulators.shopify.writes.common import Args, Refusal, existing, put

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.schema import Row
    from shoprelay_simulators.shopify.shop import ShopifyShop

_CONSENT = "To update emailMarketingConsent, please use the customerEmailMarketingConsentUpdate Mutation instead"


def create(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    given, when = args["input"], shop.stamp()
    if not any(given.get(name) for name in ("email", "phone", "firstName", "lastName")):
        raise Refusal("A name, phone number, or email address must be present")
    row: Row = {
        "id": build.gid(shop, "Customer"),
        "firstName": None,
        "lastName": None,
        "email": None,
        "locale": "da",
        "note": None,
        "tags": [],
        "state": "DISABLED",
        "verifiedEmail": True,
        "taxExempt": False,
        "createdAt": when,
        "updatedAt": when,
        "numberOfOrders": "0",
        "defaultEmailAddress": None,
        "defaultPhoneNumber": None,
        "defaultAddress": None,
        "addressesV2": [],
    }
    _take(shop, row, given)
    state = (given.get("emailMarketingConsent") or {}).get("marketingState", "NOT_SUBSCRIBED")
    if row["defaultEmailAddress"]:
        row["defaultEmailAddress"]["marketingState"] = state
    shop.changed(shop.keep(row), "create")
    return {"customer": row}


def update(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    given = args["input"]
    row = existing(shop, given.get("id") or "", "Customer", "id")
    if "emailMarketingConsent" in given:
        raise Refusal(_CONSENT, "emailMarketingConsent")
    _take(shop, row, given)
    shop.changed(row)
    return {"customer": row}


def _take(shop: "ShopifyShop", row: "Row", given: Args) -> None:
    email = given.get("email")
    if email and any(each["email"] == email and each["id"] != row["id"] for each in shop.rows["Customer"].values()):
        raise Refusal("Email has already been taken", "email")
    put(row, given, "firstName", "lastName", "email", "note", "tags", "locale")
    row["displayName"] = " ".join(filter(None, (row["firstName"], row["lastName"]))) or row["email"] or ""
    if email:
        held = row["defaultEmailAddress"] or {"marketingState": "NOT_SUBSCRIBED"}
        row["defaultEmailAddress"] = {**held, "emailAddress": email}
    if given.get("phone"):
        row["defaultPhoneNumber"] = {"phoneNumber": given["phone"]}


def delete(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    row = existing(shop, args["input"]["id"], "Customer", "id")
    if any(order["customer"] and order["customer"].gid == row["id"] for order in shop.rows["Order"].values()):
        raise Refusal("Customer can’t be deleted because they have associated orders", "id")  # noqa: RUF001 - Shopify's words
    shop.delete(row["id"])
    return {"deletedCustomerId": row["id"]}


def add_address(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    row, made = existing(shop, args["customerId"], "Customer", "customerId"), entered(shop, args["address"])
    row["addressesV2"] = [*row["addressesV2"], made]
    if args.get("setAsDefault") or row["defaultAddress"] is None:
        row["defaultAddress"] = made
    shop.changed(row)
    return {"address": made}


def consent(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    given = args["input"]
    row = existing(shop, given["customerId"], "Customer", "input", "customerId")
    if not row["defaultEmailAddress"]:
        raise Refusal("An email address is required to set the email marketing consent state.", "input", code="INVALID")
    row["defaultEmailAddress"] = {
        **row["defaultEmailAddress"],
        "marketingState": given["emailMarketingConsent"]["marketingState"],
    }
    shop.changed(row)
    return {"customer": row}
