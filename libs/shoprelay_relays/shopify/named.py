"""What orders name in passing: statuses, payment and delivery methods. Shopify has a list of none of them."""

from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft
from shoprelay_schema.documents import DeliveryMethod, PaymentMethod, Status

FINANCIAL = {
    "AUTHORIZED": "Authorized",
    "EXPIRED": "Expired",
    "PAID": "Paid",
    "PARTIALLY_PAID": "Partially paid",
    "PARTIALLY_REFUNDED": "Partially refunded",
    "PENDING": "Payment pending",
    "REFUNDED": "Refunded",
    "VOIDED": "Voided",
}
FULFILLMENT = {
    "FULFILLED": "Fulfilled",
    "IN_PROGRESS": "In progress",
    "ON_HOLD": "On hold",
    "OPEN": "Open",
    "PARTIALLY_FULFILLED": "Partially fulfilled",
    "PENDING_FULFILLMENT": "Pending fulfillment",
    "REQUEST_DECLINED": "Request declined",
    "RESTOCKED": "Restocked",
    "SCHEDULED": "Scheduled",
    "UNFULFILLED": "Unfulfilled",
}


def status(raw: Raw, unknown: list[str]) -> Draft | None:
    """Shopify has no list of statuses: how far an order is paid and how far it is sent are one together, as PAID/UNFULFILLED."""
    paid, sent = raw.text("displayFinancialStatus"), raw.text("displayFulfillmentStatus")
    unknown += [f"status={code}" for code, known in ((paid, FINANCIAL), (sent, FULFILLMENT)) if code and code not in known]
    told = [(code, known) for code, known in ((paid, FINANCIAL), (sent, FULFILLMENT)) if code]
    if not told:
        return None
    code = "/".join(code for code, _ in told)
    name = " / ".join(known.get(code, code) for code, known in told)
    return Draft(Status(remote_id=code, name=name), code, derived=True)


def payment_method(raw: Raw) -> Draft | None:
    """The first gateway; a transaction tells its name as people see it."""
    gateway = next(iter(raw.words("paymentGatewayNames")), None)
    if gateway is None:
        return None
    names = (item.text("formattedGateway") for item in raw.items("transactions") if item.text("gateway") == gateway)
    return Draft(PaymentMethod(remote_id=gateway, name=next(filter(None, names), gateway)), gateway, derived=True)


def delivery_method(raw: Raw) -> Draft | None:
    row = next(iter(raw.child("shippingLines").items("nodes")), None)
    if row is None:
        return None
    own = row.text("code") or row.text("title")
    return Draft(DeliveryMethod(remote_id=own, name=row.text("title") or own), own, derived=True) if own else None
