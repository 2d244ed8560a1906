"""Orders: how one comes about, and what it adds up to."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shoprelay_simulators.shopify.money import CURRENCIES, RATES, amount, bag, cents
from shoprelay_simulators.shopify.schema import Ref, Row
from shoprelay_simulators.world.chance import chance

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.shop import ShopifyShop

TAX = Decimal("0.25")
ZERO = Decimal(0)
DELIVERIES = (("GLS pakkeshop", "gls", Decimal(39)), ("Afhentning", "pickup", ZERO), ("DHL", "dhl", Decimal(79)))


def new_order(shop: "ShopifyShop", created: datetime, lines: int | None = None) -> Row:
    """An order by one of the shop's customers, by a guest or over the counter; not announced."""
    rng, when = shop.rng, created.strftime("%Y-%m-%dT%H:%M:%SZ")
    buyer = None if chance(rng, 10) or not shop.rows["Customer"] else rng.choice(list(shop.rows["Customer"].values()))
    where = buyer["defaultAddress"] if buyer else None
    currency = CURRENCIES[where["countryCodeV2"]] if where else "DKK"
    included = not chance(rng, 20)
    row = blank(shop.next_number(), when) | {
        "email": buyer["email"] if buyer else None,
        "note": "Ring på" if chance(rng, 10) else None,
        "presentmentCurrencyCode": currency,
        "taxesIncluded": included,
        "clientIp": f"192.0.2.{rng.randint(1, 254)}" if buyer else None,
        "sourceName": "web" if buyer else "pos",
        "discountCodes": ["VELKOMMEN"] if chance(rng, 25) else [],
        "paymentGatewayNames": ["shopify_payments" if buyer else "cash"],
        "retailLocation": None if buyer else Ref(next(iter(shop.rows["Location"]))),
        "billingAddress": where,
        "shippingAddress": where,
        "customer": Ref(buyer["id"]) if buyer and chance(rng, 80) else None,
    }
    row["lineItems"] = [_line(shop, row) for _ in range(lines if lines is not None else rng.randint(1, 3))]
    row["shippingLines"] = [_shipping(shop, row)] if buyer else []
    total(row)
    return shop.keep(row)


def blank(own: int, when: str) -> Row:
    """An order of nothing, by nobody."""
    return {
        "id": f"gid://shopify/Order/{own}",
        "name": f"#{own}",
        "email": None,
        "phone": None,
        "poNumber": None,
        "note": None,
        "tags": [],
        "test": False,
        "createdAt": when,
        "processedAt": when,
        "updatedAt": when,
        "closedAt": None,
        "cancelledAt": None,
        "cancelReason": None,
        "confirmed": True,
        "edited": False,
        "displayFinancialStatus": "PENDING",
        "displayFulfillmentStatus": "UNFULFILLED",
        "currencyCode": "DKK",
        "presentmentCurrencyCode": "DKK",
        "taxesIncluded": True,
        "customerLocale": "da-DK",
        "customerAcceptsMarketing": False,
        "clientIp": None,
        "sourceName": "app",
        "cartToken": f"c{own}",
        "checkoutToken": f"k{own}",
        "discountCodes": [],
        "paymentGatewayNames": [],
        "customAttributes": [],
        "customerJourneySummary": None,
        "retailLocation": None,
        "billingAddress": None,
        "shippingAddress": None,
        "customer": None,
        "lineItems": [],
        "shippingLines": [],
        "fulfillments": [],
        "refunds": [],
        "transactions": [],
    }


def _line(shop: "ShopifyShop", order: Row) -> Row:
    variant = shop.rng.choice(list(shop.rows["ProductVariant"].values()))
    quantity = shop.rng.randint(1, 4)
    price = cents(Decimal(variant["price"]) * RATES[order["presentmentCurrencyCode"]])
    off = cents(price * quantity / 10) if order["discountCodes"] else ZERO
    return line(shop, order, variant, quantity, price, off)


def line(shop: "ShopifyShop", order: Row, variant: Row, quantity: int, price: Decimal, off: Decimal = ZERO) -> Row:
    """A line that sells a variant."""
    head, currency = shop.rows["Product"][variant["product"].gid], order["presentmentCurrencyCode"]
    due = price * quantity - off
    single = variant["title"] == "Default Title"
    return {
        "id": f"gid://shopify/LineItem/{shop.next_number()}",
        "title": head["title"],
        "variantTitle": None if single else variant["title"],
        "name": head["title"] if single else f"{head['title']} - {variant['title']}",
        "sku": variant["sku"],
        "quantity": quantity,
        "currentQuantity": quantity,
        "isGiftCard": False,
        "taxable": True,
        "vendor": head["vendor"],
        "requiresShipping": True,
        "variant": variant and Ref(variant["id"]),
        "product": Ref(head["id"]),
        "customAttributes": [],
        "originalUnitPriceSet": bag(price, currency),
        "originalTotalSet": bag(price * quantity, currency),
        "discountedTotalSet": bag(due, currency),
        "discountAllocations": [{"allocatedAmountSet": bag(off, currency)}] if off else [],
        "taxLines": [tax(due, order)],
    }


def tax(due: Decimal, order: Row) -> dict[str, Any]:
    """Moms of an amount that holds it, or on top of one that does not."""
    part = due * TAX / (1 + TAX) if order["taxesIncluded"] else due * TAX
    held = bag(cents(part), order["presentmentCurrencyCode"])
    return {"title": "Moms", "rate": float(TAX), "ratePercentage": float(TAX * 100), "priceSet": held}


def _shipping(shop: "ShopifyShop", order: Row) -> Row:
    title, code, price = shop.rng.choice(DELIVERIES)
    currency = order["presentmentCurrencyCode"]
    due = cents(price * RATES[currency])
    return {
        "id": f"gid://shopify/ShippingLine/{shop.next_number()}",
        "title": title,
        "code": code,
        "source": "shopify",
        "carrierIdentifier": None,
        "isRemoved": False,
        "originalPriceSet": bag(due, currency),
        "discountedPriceSet": bag(due, currency),
        "taxLines": [tax(due, order)],
    }


def total(order: Row) -> None:
    """The sums of an order, from its parts."""
    currency, lines, deliveries = order["presentmentCurrencyCode"], order["lineItems"], order["shippingLines"]
    goods = sum((amount(line["discountedTotalSet"]) for line in lines), ZERO)
    delivery = sum((amount(line["discountedPriceSet"]) for line in deliveries), ZERO)
    taxes = sum((amount(part["priceSet"]) for line in (*lines, *deliveries) for part in line["taxLines"]), ZERO)
    off = sum((amount(part["allocatedAmountSet"]) for line in lines for part in line["discountAllocations"]), ZERO)
    refunded = sum((amount(refund["totalRefundedSet"]) for refund in order["refunds"]), ZERO)
    whole = goods + delivery + (ZERO if order["taxesIncluded"] else taxes)
    for name, value in {
        "totalPriceSet": whole,
        "originalTotalPriceSet": whole,
        "currentTotalPriceSet": whole - refunded,
        "subtotalPriceSet": goods,
        "totalTaxSet": taxes,
        "totalDiscountsSet": off,
        "totalShippingPriceSet": delivery,
        "totalRefundedSet": refunded,
        "totalTipReceivedSet": ZERO,
    }.items():
        order[name] = bag(value, currency)


def transaction(shop: "ShopifyShop", order: Row, kind: str, value: Decimal) -> Row:
    gateway = order["paymentGatewayNames"][0]
    when = shop.stamp()
    return {
        "id": f"gid://shopify/OrderTransaction/{shop.next_number()}",
        "kind": kind,
        "status": "SUCCESS",
        "gateway": gateway,
        "formattedGateway": "Shopify Payments" if gateway == "shopify_payments" else "Cash",
        "manualPaymentGateway": False,
        "createdAt": when,
        "processedAt": when,
        "test": False,
        "parentTransaction": None,
        "amountSet": bag(value, order["presentmentCurrencyCode"]),
    }


def open_orders(shop: "ShopifyShop") -> list[Row]:
    """Those to which something may still happen, the newest of them."""
    since = (shop.now() - timedelta(days=45)).strftime("%Y-%m-%d")
    return [row for row in shop.rows["Order"].values() if not row["cancelledAt"] and row["createdAt"] > since]
