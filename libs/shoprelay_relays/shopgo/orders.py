"""ShopGo orders, mapped. An order is all that ShopGo lists, so everything else is learnt from it.

https://docs.shopgo.me/1.0.0/management-api/objects/order, .../developer-guides/order-processing
"""

from typing import Any

from shoprelay_relays.shopgo import goods, money, parties
from shoprelay_relays.shopgo.facts import Facts, read
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import an_object, as_float, text, utc
from shoprelay_schema.documents import DeliveryMethod, Order, Shipment, Status

# ShopGo has no list of statuses: these are the steps of its order processing, furthest first.
STATUSES = {
    "cancelled": "Cancelled",
    "refunded": "Refunded",
    "completed": "Completed",
    "authorized": "Authorized",
    "confirmed": "Confirmed",
    "created": "Created",
}
# Callers name the status that an order is to have by its document, so there is one before the first order has it.
SETTABLE = ("authorized", "cancelled", "completed")
STATES = {"cancelled": "cancelled", "refunded": "refunded", "completed": "closed"}
SENT = frozenset({"shipped", "delivered"})
SHIPMENT_STATES = SENT | {"ready"}


def map_order(body: Json, shop: Shop) -> Mapped:
    """One order as the documents it becomes. ShopGo has no modified time: the version is empty and the latest read wins."""
    facts = read(body, shop)
    parts = {
        "order_lines": goods.lines(facts),
        "shipments": _shipments(facts),
        "invoices": money.invoices(facts),
        "credit_notes": money.credit_notes(facts),
    }
    customer = parties.customer(facts)
    prices = money.adjustments(facts)
    order = Draft(_order(facts, prices, customer), facts.number)
    learnt = [*([customer] if customer else []), *goods.products(facts), *parties.countries(facts)]
    learnt += [*money.payment_methods(facts), *_delivery_methods(facts), *_statuses(facts)]
    return Mapped(
        drafts=[order, *(draft for drafts in parts.values() for draft in drafts), *learnt],
        owns=[(order, name, [shop.id(name, draft.key) for draft in drafts]) for name, drafts in parts.items()],
        unknown=prices.unknown + _unknown(facts),
    )


def step(facts: Facts) -> str:
    """How far the order is, as a key of STATUSES.

    A partial refund after delivery does not reopen an order: it is complete once everything was delivered and once paid for.
    """
    if facts.body.get("cancelled") is True:
        return "cancelled"
    if facts.refunded > 0 and facts.total is not None and facts.refunded >= facts.total:
        return "refunded"
    delivered = bool(facts.shipments) and all(text(s.get("state")) == "delivered" for s in facts.shipments)
    if delivered and facts.total is not None and facts.paid >= facts.total:
        return "completed"
    return next((flag for flag in ("authorized", "confirmed") if facts.body.get(flag) is True), "created")


def _order(facts: Facts, prices: money.Adjustments, customer: Draft | None) -> Order:
    method = text(facts.body.get("payment_method"))
    courier = _courier(facts)
    reached = step(facts)
    return Order(
        order_number=facts.number,
        remote_id=facts.number,
        initialized_at=facts.created,
        created_at=facts.created if method in money.PAID_LATER else money.settled_at(facts),
        refunded_at=money.refunded_at(facts) if reached == "refunded" else None,
        state=STATES.get(reached, "open"),
        status_id=facts.shop.id("statuses", reached),
        price=as_float(facts.total),
        currency=facts.currency,
        discount_amount=as_float(prices.discount),
        discount_codes=prices.codes,
        delivery_price=as_float(prices.delivery),
        payment_price=as_float(prices.surcharge),
        payment_method_id=facts.shop.id("payment_methods", method) if method else None,
        delivery_method_id=facts.shop.id("delivery_methods", courier) if courier else None,
        customer_id=facts.shop.id("customers", customer.key) if customer else None,
        email=parties.email(facts),
        browser_ip=text(an_object(facts.body.get("buyer"), "buyer").get("ip")),
        language=text(facts.body.get("source")),
        # An order that the merchant hid from the dashboard is still an order; the contract has no attribute for it but tags.
        tags=["hidden"] if facts.body.get("visible") is False else [],
        **parties.address(facts, "billing"),
        **parties.address(facts, "shipping"),
    )


def _shipments(facts: Facts) -> list[Draft]:
    """Shipments exist from the start; they are told of once they left. ShopGo does not say which lines are in them."""
    drafts = []
    for i, shipment in enumerate(facts.shipments):
        remote_id = text(shipment.get("id")) or f"{i + 1}"
        draft = Draft(_shipment(facts, shipment, remote_id), f"{facts.number}/{remote_id}")
        if text(shipment.get("state")) in SENT:
            drafts.append(draft)
    return drafts


def _shipment(facts: Facts, shipment: dict[str, Any], remote_id: str) -> Shipment:
    to = an_object(shipment.get("destination"), "shipments.destination")
    return Shipment(
        order_id=facts.shop.id("orders", facts.number),
        order_number=facts.number,
        remote_id=remote_id,
        courier=text(shipment.get("provider")),
        created_at=utc(shipment.get("created"), "shipments.created"),
        name=text(to.get("name")),
        address_1=text(to.get("line1")),
        address_2=text(to.get("line2")),
        city=text(to.get("city")),
        zip_code=text(to.get("postcode")),
        country_id=parties.country_id(facts.shop, text(to.get("country"))),
    )


def _courier(facts: Facts) -> str | None:
    return next((provider for s in facts.shipments if (provider := text(s.get("provider")))), None)


def _delivery_methods(facts: Facts) -> list[Draft]:
    names = {name for s in facts.shipments if (name := text(s.get("provider")))}
    return [Draft(DeliveryMethod(remote_id=name, name=name), name, derived=True) for name in sorted(names)]


def _statuses(facts: Facts) -> list[Draft]:
    names = sorted({step(facts), *SETTABLE})
    return [Draft(Status(remote_id=name, name=STATUSES[name]), name, derived=True) for name in names]


def _unknown(facts: Facts) -> list[str]:
    methods = {text(facts.body.get("payment_method")), *(p.method for p in facts.payments)} - {None, "refund"}
    states = {text(s.get("state")) for s in facts.shipments}
    found = [f"payment_method={m}" for m in methods if m not in money.PAYMENT_METHODS]
    found += [f"shipment.state={s}" for s in states if s not in SHIPMENT_STATES]
    if any(purchase.get("charges") for _, purchase in goods.purchases(facts)):
        found.append("purchase.charges=undescribed")
    return sorted(found)
