"""orders/{id}/refunds, the global refunds list, and order notes."""

from decimal import Decimal, InvalidOperation

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce import changes, paging
from shoprelay_simulators.woocommerce.args import DATE_CHECKS
from shoprelay_simulators.woocommerce.build import GATEWAYS, REFUNDING
from shoprelay_simulators.woocommerce.call import Answer, Call, created, integer, objects, page_answer, text
from shoprelay_simulators.woocommerce.dates import gmt, local
from shoprelay_simulators.woocommerce.errors import WpError, invalid_id, missing_params, refund_refused
from shoprelay_simulators.woocommerce.links import links
from shoprelay_simulators.woocommerce.order_json import refund_json
from shoprelay_simulators.woocommerce.orders_api import find
from shoprelay_simulators.woocommerce.paging import Page, Sort
from shoprelay_simulators.woocommerce.rows import Charge, Line, Meta, Note, Order, Refund

SORTS: dict[str, Sort[Refund]] = {
    "date": lambda row: row.created,
    "modified": lambda row: row.created,
    "id": lambda row: row.id,
    "include": lambda row: row.id,
    "title": lambda row: row.id,
    "slug": lambda row: row.id,
}


def list_refunds(call: Call) -> Answer:
    """All refunds; only here a row names its order in parent_id."""
    return _list(call, list(call.shop.refunds.values()), with_parent=True)


def list_order_refunds(call: Call) -> Answer:
    order = find(call.shop, call.number())
    return _list(call, call.shop.refunds_of(order.id), with_parent=False)


def _list(call: Call, rows: list[Refund], *, with_parent: bool) -> Answer:
    args = call.args
    args.check(tuple(SORTS), DATE_CHECKS)
    rows = paging.window(paging.chosen(rows, args), args)
    shown = paging.cut(paging.ordered(rows, args, SORTS, "date"), args)
    items = [refund_json(call.shop, row, with_parent=with_parent) for row in shown]
    return page_answer(call, Page(items, len(rows), {}, {"dp": "2"}, forgets_total=True))


def _find(call: Call) -> Refund:
    order = find(call.shop, call.number())
    refund = call.shop.refunds.get(call.number(1))
    if refund is None or refund.order_id != order.id:
        raise WpError(404, "woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.")
    return refund


def get_refund(call: Call) -> Answer:
    return Answer(refund_json(call.shop, _find(call)))


def create_refund(call: Call) -> Answer:
    """Refused with a 500: too much, or `api_refund` (true unless said otherwise) where the gateway declines or never pays back.

    "0" books an empty refund.
    """
    shop = call.shop
    order = find(shop, call.number())
    amount = _amount(call.body)
    if amount < 0 or amount > changes.refundable(shop, order):
        raise refund_refused("Invalid refund amount.")
    by_gateway = call.body.get("api_refund", True) is not False
    if by_gateway:
        _gateway(call, order)
    refund = Refund(shop.next_id(), order.id, shop.now(), amount, text(call.body, "reason"), by_gateway, _lines(call, order))
    refund.shipping_lines = _charges(call, order.shipping_lines)
    refund.fees = _charges(call, order.fees)
    changes.refund_order(shop, order, refund, restock=call.body.get("api_restock", True) is not False)
    return created(call, refund_json(shop, refund))


def _gateway(call: Call, order: Order) -> None:
    if order.payment_method not in {name for name, _ in GATEWAYS}:
        raise refund_refused("The payment gateway for this order does not exist.")
    if order.payment_method not in REFUNDING:
        raise refund_refused("The payment gateway for this order does not support automatic refunds.")
    if call.shop.declines_refunds:
        raise refund_refused("The payment was not given back.")


def _amount(body: Json) -> Decimal:
    if "amount" not in body and not body.get("line_items"):
        raise missing_params("amount")
    given = text(body, "amount", "0")
    if "amount" not in body:
        given = str(sum((_net(item) + _tax(item) for item in objects(body, "line_items")), Decimal(0)))
    try:
        return Decimal(given)
    except InvalidOperation:
        raise refund_refused("Invalid refund amount.") from None


def _net(item: Json) -> Decimal:
    return Decimal(text(item, "refund_total", "0"))


def _tax(item: Json) -> Decimal:
    return sum((_net(tax) for tax in objects(item, "refund_tax")), Decimal(0))


def _lines(call: Call, order: Order) -> list[Line]:
    """Amounts are those that were sent; without any the line's share, as wp-admin fills in."""
    found = []
    for item in objects(call.body, "line_items"):
        held = next((line for line in order.lines if line.id == integer(item.get("id"))), None)
        quantity = integer(item.get("quantity"), 1)
        if held is None or not (quantity or _net(item)):
            continue
        made = changes.negative(call.shop, held, quantity)
        if "refund_total" in item:
            made.total = made.subtotal = -_net(item)
            made.total_tax = made.subtotal_tax = -_tax(item)
        found.append(made)
    return found


def _charges(call: Call, charges: list[Charge]) -> list[Charge]:
    found = []
    for item in objects(call.body, "line_items"):
        held = next((charge for charge in charges if charge.id == integer(item.get("id"))), None)
        if held is not None:
            origin = Meta(call.shop.next_id("meta"), "_refunded_item_id", str(held.id))
            key = call.shop.next_id("item")
            found.append(Charge(key, held.title, -_net(item), -_tax(item), held.method_id, held.instance_id, [origin]))
    return found


def delete_refund(call: Call) -> Answer:
    """Nothing tells of it: the order's date stays, no webhook."""
    refund = _find(call)
    if not call.args.flag("force"):
        raise WpError(501, "woocommerce_rest_trash_not_supported", "Order refunds do not support trashing.")
    body = refund_json(call.shop, refund)
    changes.delete_refund(call.shop, refund)
    return Answer(body)


def list_notes(call: Call) -> Answer:
    order = find(call.shop, call.number())
    return Answer([_note(call, order, note) for note in reversed(order.notes)])


def create_note(call: Call) -> Answer:
    """A note neither moves the order's date nor sends a webhook."""
    order = find(call.shop, call.number())
    if "note" not in call.body:
        raise missing_params("note")
    to_customer = call.body.get("customer_note") is True
    note = Note(call.shop.next_id("note"), call.shop.now(), text(call.body, "note"), to_customer)
    order.notes.append(note)
    return created(call, _note(call, order, note))


def delete_note(call: Call) -> Answer:
    order = find(call.shop, call.number())
    note = next((note for note in order.notes if note.id == call.number(1)), None)
    if note is None:
        raise invalid_id("order_note")
    order.notes.remove(note)
    return Answer(_note(call, order, note))


def _note(call: Call, order: Order, note: Note) -> Json:
    block = links(call.shop.site_url, f"orders/{order.id}/notes", note.id, ("GET", "DELETE"), f"orders/{order.id}")
    return {
        "id": note.id,
        "author": "WooCommerce",
        "date_created": local(note.created, call.shop.zone),
        "date_created_gmt": gmt(note.created),
        "note": note.text,
        "customer_note": note.to_customer,
        "_links": block,
    }
