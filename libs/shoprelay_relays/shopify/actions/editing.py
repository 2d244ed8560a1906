"""Order editing: begin, change, commit. https://shopify.dev/docs/apps/build/orders-fulfillment/order-management-apps/edit-orders"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.orders import CreateOrderLine, UpdateOrderLine
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.shopify.actions import finding
from shoprelay_relays.shopify.actions.asking import change, gid, gid_of, number, number_of_known, one, quoted, read, target, whole
from shoprelay_relays.shopify.reading import BY_NAME

_BEGIN = """mutation Begin($id: ID!) { orderEditBegin(id: $id) {
  calculatedOrder { id lineItems(first: 250) { nodes { id } } } userErrors { field message } } }"""
_ADD = """mutation Add($id: ID!, $variant: ID!, $quantity: Int!) {
  orderEditAddVariant(id: $id, variantId: $variant, quantity: $quantity, allowDuplicates: true) {
    calculatedLineItem { id } userErrors { field message } } }"""
_SET = """mutation Set($id: ID!, $line: ID!, $quantity: Int!) {
  orderEditSetQuantity(id: $id, lineItemId: $line, quantity: $quantity, restock: true) {
    calculatedLineItem { id } userErrors { field message } } }"""
_COMMIT = """mutation Commit($id: ID!) {
  orderEditCommit(id: $id, notifyCustomer: false) { order { id } userErrors { field message } } }"""
_HOLDING = """query Holding($query: String!) { orders(first: 25, sortKey: ID, reverse: true, query: $query) {
  nodes { id name lineItems(first: 250) { nodes { id } } } } }"""


async def create_line(call: Call[CreateOrderLine]) -> Done:
    (variant,) = await finding.variants(call.client, [call.data], "")
    quantity = whole(call.data.quantity, "quantity")
    edited = (await change(call.client, _BEGIN, id=gid("Order", call.target))).child("calculatedOrder")
    asked = {"id": edited.text("id"), "variant": variant.text("id"), "quantity": quantity}
    line = number((await change(call.client, _ADD, **asked)).child("calculatedLineItem"))
    await change(call.client, _COMMIT, id=edited.text("id"))
    return Done({"remote_id": target(call), "order_line": {"remote_id": line}})


async def update_line(call: Call[UpdateOrderLine]) -> Done:
    quantity = whole(call.data.quantity, "quantity")
    if quantity is None:
        raise CannotDo("quantity", "expected how many the line is to have")
    return await _set(call, quantity)


async def destroy_line(call: Call[Body]) -> Done:
    return await _set(call, 0)


def line_reads(call: Call[Body]) -> list[tuple[str, str]]:
    """The line's order, which documents know by its name alone."""
    order, _ = _ids(call)
    name = call.target.document.get("order_number")
    return [("orders", order)] if order else [("orders", f"{BY_NAME}{name}")] if name else []


async def _set(call: Call[Any], quantity: int) -> Done:
    """The pieces that are taken off are in stock again."""
    order, line = await _order(call)
    edited = (await change(call.client, _BEGIN, id=gid_of("Order", order))).child("calculatedOrder")
    lines = {number(row): row.text("id") for row in edited.child("lineItems").items("nodes")}
    if line not in lines:
        raise NotThere("404")
    await change(call.client, _SET, id=edited.text("id"), line=lines[line], quantity=quantity)
    await change(call.client, _COMMIT, id=edited.text("id"))
    return Done({"remote_id": line, "quantity": quantity}, [("orders", order)])


async def _order(call: Call[Any]) -> tuple[str, str]:
    """(order, line). Shopify leads from no line to its order: it is looked for by its name, else by what the line sells."""
    order, line = _ids(call)
    if order:
        return order, line
    name = call.target.document.get("order_number")
    query = f"name:{quoted(str(name))}" if name else f"sku:{quoted(await _sku(call, line))}"
    for row in (await read(call.client, _HOLDING, query=query)).child("orders").items("nodes"):
        if line in _lines(row):
            return number(row), line
    raise CannotDo("", "no order with this line is found: name it ORDER/LINE, by Shopify's own numbers")


def _ids(call: Call[Any]) -> tuple[str, str]:
    """(order, line); order "" where it is not told."""
    if call.target.document:
        return "", target(call)
    order, _, line = call.target.given.rpartition("/")
    return (number_of_known(order) if order else ""), number_of_known(line)


async def _sku(call: Call[Any], line: str) -> str:
    found = await one(call.client, "node", gid_of("LineItem", line), "id ... on LineItem { sku }")
    if not found.text("sku"):
        raise CannotDo("", "what this line sells has no sku: name it ORDER/LINE, by Shopify's own numbers")
    return found.text("sku") or ""


def _lines(order: Raw) -> set[str]:
    return {number(row) for row in order.child("lineItems").items("nodes")}
