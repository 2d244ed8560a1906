"""One random change at a time."""

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.hostedshop import build
from shoprelay_simulators.hostedshop.rows import Row
from shoprelay_simulators.world.goods import Goods

if TYPE_CHECKING:
    from shoprelay_simulators.hostedshop.shop import HostedShop

Change = Callable[["HostedShop"], str]
SENT = 3
_LEAST = 3


def step(shop: "HostedShop") -> str:
    kinds = list(WEIGHTS)
    change = shop.rng.choices(kinds, weights=[WEIGHTS[kind] for kind in kinds])[0]
    return change(shop) or new_order(shop)


def _pick(shop: "HostedShop", kind: str, wanted: Callable[[Row], bool] = lambda _row: True) -> Row | None:
    fitting = [row for row in shop.tables[kind].values() if wanted(row)]
    return shop.rng.choice(fitting) if fitting else None


def new_order(shop: "HostedShop") -> str:
    """Sold stock is less, and dates no change of the product."""
    row = build.order(shop, shop.clock())
    shop.add("Order", row)
    for line in row["OrderLines"]:
        sold = shop.tables["Product"][line["ProductId"]]
        own = next((one for one in sold["Variants"] if one["Id"] == line["VariantId"]), sold)
        own["Stock"] -= line["Amount"]
        shop.note("Product", sold)
    shop.hooks.tell("orders/created", row["Id"])
    return f"order {row['Id']} placed"


def pay(shop: "HostedShop") -> str:
    """A captured payment dates no change either."""
    row = _pick(shop, "Order", lambda one: not one["Transactions"] and one["Total"] > 0)
    if row is None:
        return ""
    whole = Decimal(row["Total"]) * build.VAT
    row["Transactions"] = [
        {"Id": shop.number("Transaction"), "OrderId": row["Id"], "Status": 1, "Cardtype": "Visa"}
        | {"Amount": int(whole * 100), "AmountFull": whole, "Date": build.stamp(shop.clock())}
    ]
    shop.note("Order", row)
    return f"order {row['Id']} paid"


def ship(shop: "HostedShop") -> str:
    row = _pick(shop, "Order", lambda one: one["DateSent"] == build.ZERO and one["Total"] > 0)
    if row is None:
        return ""
    row |= {"Status": SENT, "DateSent": build.stamp(shop.clock()), "TrackingCode": f"0037{row['Id']:08d}"}
    row["InvoiceNumber"] = shop.number("Invoice")
    shop.touch("Order", row)
    shop.hooks.tell("orders/fulfilled", row["Id"])
    return f"order {row['Id']} sent"


def comment(shop: "HostedShop") -> str:
    row = _pick(shop, "Order")
    if row is None:
        return ""
    annotate(shop, row)
    return f"order {row['Id']} has a comment"


def annotate(shop: "HostedShop", row: Row) -> None:
    row["OrderComment"] = f"Set på den {build.stamp(shop.clock())}"
    shop.touch("Order", row)
    shop.hooks.tell("orders/updated", row["Id"])


def credit(shop: "HostedShop") -> str:
    """A credit note takes the next number of an order, begins as a draft, and copies the reference."""
    row = _pick(shop, "Order", lambda one: one["Status"] == SENT)
    if row is None:
        return ""
    note = deepcopy(row) | {"Id": shop.number("Order"), "Origin": str(row["Id"]), "Status": 99, "InvoiceNumber": 0}
    note |= {"DateDelivered": build.stamp(shop.clock()), "DateSent": build.ZERO, "DateUpdated": build.ZERO, "TrackingCode": ""}
    note |= {"Total": -row["Total"], "Transactions": [], "Delivery": row["Delivery"] | {"Price": 0}}
    for line in note["OrderLines"]:
        line |= {"Id": shop.number("Line"), "OrderId": note["Id"], "Amount": -line["Amount"]}
    shop.add("Order", note)
    return f"order {row['Id']} credited by {note['Id']}"


def edit_product(shop: "HostedShop") -> str:
    row = _pick(shop, "Product")
    if row is None:
        return ""
    row["Price"] = f"{Decimal(row['Price']) + 5:.2f}"
    shop.touch("Product", row)
    shop.hooks.tell("products/updated", row["Id"])
    return f"product {row['Id']} has another price"


def new_product(shop: "HostedShop") -> str:
    row = build.product(shop, Goods("Ny vare", f"NY-{shop.rng.randint(1, 9999)}", "50.00"), shop.clock())
    shop.add("Product", row)
    shop.hooks.tell("products/created", row["Id"])
    return f"product {row['Id']} made"


def delete_product(shop: "HostedShop") -> str:
    row = _pick(shop, "Product") if len(shop.tables["Product"]) > _LEAST else None
    if row is None:
        return ""
    shop.remove("Product", row["Id"])
    shop.hooks.tell("products/delete", row["Id"])
    return f"product {row['Id']} deleted"


def edit_user(shop: "HostedShop") -> str:
    row = _pick(shop, "User")
    if row is None:
        return ""
    row["Phone"] = f"+45 {shop.rng.randint(20000000, 99999999)}"
    shop.touch("User", row)
    return f"user {row['Id']} changed"


def new_user(shop: "HostedShop") -> str:
    row = build.user(shop, shop.clock())
    shop.add("User", row)
    return f"user {row['Id']} made"


WEIGHTS: dict[Change, int] = {
    new_order: 30,
    pay: 20,
    ship: 15,
    comment: 10,
    credit: 4,
    edit_product: 8,
    new_product: 3,
    delete_product: 1,
    edit_user: 4,
    new_user: 5,
}
