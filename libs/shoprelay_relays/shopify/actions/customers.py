"""Customers: https://shopify.dev/docs/api/admin-graphql/latest/mutations/customerCreate"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.others import CreateCustomer, UpdateCustomer
from shoprelay_relays.shopify.actions import addresses
from shoprelay_relays.shopify.actions.asking import change, gid, number, target

ATTRIBUTES = ("email", "first_name", "last_name", "phone", "accepts_marketing", "company_note", "tags")
_SAME = {
    "email": "email",
    "first_name": "firstName",
    "last_name": "lastName",
    "phone": "phone",
    "company_note": "note",
    "tags": "tags",
}
_CREATE = (
    "mutation Create($input: CustomerInput!) { customerCreate(input: $input) { customer { id } userErrors { field message } } }"
)
_UPDATE = (
    "mutation Update($input: CustomerInput!) { customerUpdate(input: $input) { customer { id } userErrors { field message } } }"
)
_DELETE = """mutation Delete($input: CustomerDeleteInput!) {
  customerDelete(input: $input) { deletedCustomerId userErrors { field message } } }"""
_ADDRESS = """mutation Add($customer: ID!, $address: MailingAddressInput!, $default: Boolean) {
  customerAddressCreate(customerId: $customer, address: $address, setAsDefault: $default) {
    address { id } userErrors { field message } } }"""
_CONSENT = """mutation Consent($input: CustomerEmailMarketingConsentUpdateInput!) {
  customerEmailMarketingConsentUpdate(input: $input) { customer { id } userErrors { field message code } } }"""


def reads(call: Call[Body]) -> list[tuple[str, str]]:
    """The customer."""
    return [("customers", target(call))]


async def create(call: Call[CreateCustomer]) -> Done:
    """The customer first, then each address. Who is new is not subscribed, and cannot be told to be unsubscribed."""
    data = call.data
    places = [(addresses.given(each), bool(each.billing_default or each.shipping_default)) for each in data.addresses or ()]
    asked = _told(data)
    if data.accepts_marketing:
        asked["emailMarketingConsent"] = _consent(accepts=True)
    made = (await change(call.client, _CREATE, input=asked)).child("customer")
    for place, default in places:
        await change(call.client, _ADDRESS, customer=made.text("id"), address=place, default=default)
    return Done({"remote_id": number(made)}, [("customers", number(made))])


async def update(call: Call[UpdateCustomer]) -> Done:
    """Shopify has a mutation of its own for the consent to marketing."""
    customer = gid("Customer", call.target)
    if asked := _told(call.data):
        await change(call.client, _UPDATE, input={"id": customer, **asked})
    if call.data.accepts_marketing is not None:
        consent = _consent(accepts=call.data.accepts_marketing)
        await change(call.client, _CONSENT, input={"customerId": customer, "emailMarketingConsent": consent})
    return Done({"remote_id": target(call)})


async def destroy(call: Call[Body]) -> Done:
    await change(call.client, _DELETE, input={"id": gid("Customer", call.target)})
    return Done({"remote_id": target(call)})


def _told(data: Any) -> dict[str, Any]:
    told = {theirs: getattr(data, ours) for ours, theirs in _SAME.items()}
    return {name: value for name, value in told.items() if value is not None}


def _consent(*, accepts: bool) -> dict[str, str]:
    return {"marketingState": "SUBSCRIBED" if accepts else "UNSUBSCRIBED", "marketingOptInLevel": "SINGLE_OPT_IN"}
