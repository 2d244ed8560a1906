"""What the SOAP API does to orders."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shoprelay_simulators.hostedshop import build, lists
from shoprelay_simulators.hostedshop.given import arguments, found, number, record
from shoprelay_simulators.hostedshop.rows import Row
from shoprelay_simulators.hostedshop.soap import Call, Fault

if TYPE_CHECKING:
    from shoprelay_simulators.hostedshop.shop import HostedShop

SENT, CANCELLED, PARTLY, PICKED_UP = 3, 5, 7, 8
_TOPICS = {SENT: "fulfilled", PICKED_UP: "fulfilled", CANCELLED: "cancelled", PARTLY: "partially-fulfilled"}
_INTERVALS = (0, 8, 14, 30)
_TAKEN = 1
_REQUIRED = ("CurrencyId", "PaymentId", "DeliveryId", "OrderLines", "OrderCustomer")


def update_status(shop: "HostedShop", call: Call) -> bool:
    """An order that is sent gets a date of sending, and keeps it."""
    key, wanted = arguments(call, "OrderId", "Status")
    row = found(shop, "Order", key, "OrderId")
    row["Status"] = number(wanted, "Status")
    if row["Status"] in {SENT, PICKED_UP} and row["DateSent"] == build.ZERO:
        row["DateSent"] = build.stamp(shop.clock())
    shop.touch("Order", row)
    shop.hooks.tell(f"orders/{_TOPICS.get(row['Status'], 'updated')}", row["Id"])
    return True


def update_comment(shop: "HostedShop", call: Call) -> bool:
    key, text = arguments(call, "OrderId", "Text")
    row = found(shop, "Order", key, "OrderId")
    row["OrderComment"] = text or ""
    shop.touch("Order", row)
    shop.hooks.tell("orders/updated", row["Id"])
    return True


def update_tracking_code(shop: "HostedShop", call: Call) -> bool:
    """It dates no change."""
    key, code = arguments(call, "OrderId", "TrackingCode")
    row = found(shop, "Order", key, "OrderId")
    row["TrackingCode"] = code or ""
    shop.note("Order", row)
    return True


def update_line_tracking_code(shop: "HostedShop", call: Call) -> bool:
    key, code = arguments(call, "OrderLineId", "TrackingCode")
    for row in shop.tables["Order"].values():
        for line in row["OrderLines"]:
            if line["Id"] == number(key, "OrderLineId"):
                line["TrackingCode"] = code or ""
                shop.note("Order", row)
                return True
    raise Fault("PARAM", f"No such id: {key} for OrderLineId")


def create_invoice(shop: "HostedShop", call: Call) -> bool:
    key, days = arguments(call, "OrderId", "MaturityDayInterval")
    row = found(shop, "Order", key, "OrderId")
    if number(days, "MaturityDayInterval") not in _INTERVALS:
        raise Fault("PARAM", f"MaturityDayInterval '{days}' is not one of {', '.join(map(str, _INTERVALS))}")
    row["InvoiceNumber"] = shop.number("Invoice")
    row["DateDue"] = build.stamp(shop.clock() + timedelta(days=number(days, "MaturityDayInterval")))
    shop.touch("Order", row)
    shop.hooks.tell("orders/invoice", row["Id"])
    return True


def complete_transaction(shop: "HostedShop", call: Call) -> str:
    """The payment service's answer. Money that is taken dates no change."""
    row, transaction = _transaction(shop, call)
    if transaction["Status"] == _TAKEN:
        return "Transaction is already captured"
    transaction["Status"] = _TAKEN
    shop.note("Order", row)
    return "ok"


def lower_transaction(shop: "HostedShop", call: Call) -> str:
    row, transaction = _transaction(shop, call)
    amount = number(arguments(call, "Amount")[0], "Amount")
    if not 0 < amount <= transaction["Amount"]:
        return "Amount is higher than what is authorized"
    transaction |= {"Amount": amount, "AmountFull": Decimal(amount) / 100}
    shop.note("Order", row)
    return "ok"


def cancel_transaction(shop: "HostedShop", call: Call) -> str:
    row, transaction = _transaction(shop, call)
    if transaction["Status"] == _TAKEN:
        return "Transaction is already captured"
    row["Transactions"].remove(transaction)
    shop.note("Order", row)
    return "ok"


def create(shop: "HostedShop", call: Call) -> int:
    """The order is made even when lines are left out of it: the fault says which."""
    told = call.record
    if missing := [name for name in _REQUIRED if not told.get(name)]:
        raise Fault("Internal", f"SOAP-ERROR: Encoding: object has no '{missing[0]}' property")
    customer, row = record(told["OrderCustomer"]), build.order(shop, shop.clock())
    lines = [_line(shop, row["Id"], record(one)) for one in told["OrderLines"]]
    there = [line for line in lines if line.pop("orderable")]
    row |= {
        "Status": 0,
        "Origin": "",
        "UserId": number(told.get("UserId", "0"), "UserId"),
        "OrderLines": there,
        "Customer": {**row["Customer"], **dict.fromkeys(build.blank_address(), ""), "Cvr": "", "Ean": "", **customer},
        "CustomerComment": told.get("CustomerComment", ""),
        "Currency": row["Currency"] | {"Iso": _named(lists.CURRENCIES, told, "CurrencyId")["Iso"]},
        "Delivery": row["Delivery"] | _delivery(told),
        "Payment": row["Payment"] | _payment(told),
        "Total": sum((Decimal(line["Price"]) * line["Amount"] for line in there), Decimal(0)),
    }
    shop.add("Order", row)
    shop.hooks.tell("orders/created", row["Id"])
    if left_out := [line["ProductId"] for line in lines if line not in there]:
        products = ", ".join(f"Product: {key}" for key in left_out)
        raise Fault("lineErrors", f"Order: {row['Id']} created. Following products were not included: {products}")
    return int(row["Id"])


def _line(shop: "HostedShop", number_of: int, told: Row) -> Row:
    """Without a price it has the product's, without VAT. Goods have to be online, and in stock or to be bought without."""
    product = found(shop, "Product", told["ProductId"], "ProductId")
    variant: dict[str, Any] = next((one for one in product["Variants"] if one["Id"] == told.get("VariantId")), {})
    own = variant or product
    orderable = product["Online"] and (own["Stock"] > 0 or product["OutOfStockBuy"] == "1")
    line = build.line_of(shop, number_of, product, variant) | {"Amount": told["Amount"], "orderable": orderable}
    if "Price" in told:
        line |= {"Price": told["Price"], "PriceRounded": told["Price"]}
    if orderable:
        own["Stock"] -= told["Amount"]
        shop.note("Product", product)
    return line


def _delivery(told: dict[str, Any]) -> Row:
    method = _named(lists.DELIVERY_METHODS, told, "DeliveryId")
    price = told.get("DeliveryPrice", method["Price"])
    return {"DeliveryMethodId": method["Id"], "Title": method["Title"], "Price": price, "Vat": method["Vat"]}


def _payment(told: dict[str, Any]) -> Row:
    method = _named(lists.PAYMENT_METHODS, told, "PaymentId")
    return {"PaymentMethodId": method["Id"], "Title": method["Title"]}


def _named(rows: list[Row], told: dict[str, Any], name: str) -> Row:
    key = number(told[name], name)
    row = next((one for one in rows if int(one["Id"]) == key), None)
    if row is None:
        raise Fault("PARAM", f"No such id: {key} for {name}")
    return row


def _transaction(shop: "HostedShop", call: Call) -> tuple[Row, Row]:
    code, key = arguments(call, "TransactionCode", "OrderId")
    row = found(shop, "Order", key, "OrderId")
    for transaction in row["Transactions"]:
        if str(transaction.get("TransactionNumber")) == code:
            return row, transaction
    raise Fault("PARAM", f"No such transaction: {code}")
