"""An order as the API shows it: key order, string amounts, live product data on the lines."""

from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.dates import gmt, local
from shoprelay_simulators.woocommerce.links import API, links
from shoprelay_simulators.woocommerce.php import entities, money, number
from shoprelay_simulators.woocommerce.rows import ZERO, Charge, CouponLine, Line, Meta, Order, Refund
from shoprelay_simulators.woocommerce.taxes import part_taxes, tax_lines

if TYPE_CHECKING:
    from shoprelay_simulators.woocommerce.shop import WooShop

EDITABLE = {"pending", "on-hold", "auto-draft"}
UNPAID = {"pending", "failed", "checkout-draft"}
SYMBOLS = {"DKK": "kr.", "EUR": "€", "SEK": "kr"}


def totals(order: Order) -> dict[str, Decimal]:
    """The order's sums, from its lines."""
    shipping = sum((charge.total for charge in order.shipping_lines), ZERO)
    shipping_tax = sum((charge.tax for charge in order.shipping_lines), ZERO)
    fees = sum((fee.total for fee in order.fees), ZERO)
    cart_tax = sum((line.total_tax for line in order.lines), ZERO) + sum((fee.tax for fee in order.fees), ZERO)
    goods = sum((line.total for line in order.lines), ZERO)
    return {
        "discount_total": sum((line.subtotal - line.total for line in order.lines), ZERO),
        "discount_tax": sum((line.subtotal_tax - line.total_tax for line in order.lines), ZERO),
        "shipping_total": shipping,
        "shipping_tax": shipping_tax,
        "cart_tax": cart_tax,
        "total": goods + shipping + fees + cart_tax + shipping_tax,
        "total_tax": cart_tax + shipping_tax,
    }


def order_json(shop: "WooShop", order: Order, dp: int = 2) -> Json:
    sums = totals(order)
    site = shop.site_url
    body: Json = {
        "id": order.id,
        "parent_id": 0,
        "status": order.status,
        "currency": order.currency,
        "version": shop.version,
        "prices_include_tax": True,
        "date_created": local(order.created, shop.zone),
        "date_modified": local(order.modified, shop.zone),
        **{name: money(amount, dp) for name, amount in sums.items()},
        "customer_id": order.customer_id,
        "order_key": order.key,
        "billing": dict(order.billing),
        "shipping": dict(order.shipping),
        "payment_method": order.payment_method,
        "payment_method_title": order.payment_title,
        "transaction_id": order.transaction_id,
        "customer_ip_address": order.ip,
        "customer_user_agent": order.agent,
        "created_via": order.via,
        "customer_note": order.note,
        "date_completed": local(order.completed, shop.zone),
        "date_paid": local(order.paid, shop.zone),
        "cart_hash": "",
        "number": str(order.id),
        "meta_data": [plain_meta(meta) for meta in order.meta],
        "line_items": [line_json(shop, order, line, dp) for line in order.lines],
        "tax_lines": _taxes(order, order, dp),
        "shipping_lines": [_shipping(order, charge, dp) for charge in order.shipping_lines],
        "fee_lines": [_fee(order, fee, dp) for fee in order.fees],
        "coupon_lines": [_coupon(shop, coupon, dp) for coupon in order.coupons],
        "refunds": [
            {"id": refund.id, "reason": refund.reason, "total": money(-refund.amount, dp)} for refund in shop.refunds_of(order.id)
        ],
        "payment_url": f"{site}/checkout/order-pay/{order.id}/?pay_for_order=true&key={order.key}",
        "is_editable": order.status in EDITABLE,
        "needs_payment": order.status in UNPAID and sums["total"] > 0,
        "needs_processing": bool(order.lines),
        "date_created_gmt": gmt(order.created),
        "date_modified_gmt": gmt(order.modified),
        "date_completed_gmt": gmt(order.completed),
        "date_paid_gmt": gmt(order.paid),
        "currency_symbol": SYMBOLS.get(order.currency, order.currency),
    }
    body["_links"] = _order_links(site, order)
    return body


def _order_links(site: str, order: Order) -> Json:
    block = links(site, "orders", order.id)
    mails = f"{site}{API}/orders/{order.id}/actions/email_templates"
    block["email_templates"] = [{"embeddable": True, "href": mails}]
    if order.customer_id:
        block["customer"] = [{"href": f"{site}{API}/customers/{order.customer_id}"}]
    return block


def line_json(shop: "WooShop", order: Order, line: Line, dp: int = 2) -> Json:
    """SKU and image are the product's of today; once it is deleted: product_id 0, sku null, image id 0."""
    product = shop.products.get(line.variation_id or line.product_id)
    parent = shop.products.get(product.parent_id) if product and product.parent_id else None
    return {
        "id": line.id,
        "name": line.name,
        "product_id": line.product_id if product else 0,
        "variation_id": line.variation_id if product else 0,
        "quantity": line.quantity,
        "tax_class": "",
        "subtotal": money(line.subtotal, dp),
        "subtotal_tax": money(line.subtotal_tax, dp),
        "total": money(line.total, dp),
        "total_tax": money(line.total_tax, dp),
        "taxes": part_taxes(order, line.total_tax, line.subtotal_tax, dp),
        "meta_data": [shown_meta(meta) for meta in line.meta],
        "sku": (product.sku or (parent.sku if parent else "")) if product else None,
        "price": number(line.total / line.quantity) if line.quantity else 0,
        "image": shop.line_image(product, parent),
        "parent_name": line.parent_name,
    }


def plain_meta(meta: Meta) -> Json:
    return {"id": meta.id, "key": meta.key, "value": meta.value}


def shown_meta(meta: Meta) -> Json:
    label = meta.key.removeprefix("pa_").capitalize() if not meta.key.startswith("_") else meta.key
    shown = entities(str(meta.value)) if not meta.key.startswith("_") else meta.value
    return {**plain_meta(meta), "display_key": label, "display_value": shown}


def _taxes(order: Order, of: Order | Refund, dp: int) -> list[Json]:
    goods = [*(line.total_tax for line in of.lines), *(fee.tax for fee in of.fees)]
    return tax_lines(order, goods, (charge.tax for charge in of.shipping_lines), dp)


def _shipping(order: Order, charge: Charge, dp: int) -> Json:
    return {
        "id": charge.id,
        "method_title": charge.title,
        "method_id": charge.method_id,
        "instance_id": charge.instance_id,
        "total": money(charge.total, dp),
        "total_tax": money(charge.tax, dp),
        "taxes": part_taxes(order, charge.tax, None, dp),
        "tax_status": "taxable",
        "meta_data": [shown_meta(meta) for meta in charge.meta],
    }


def _fee(order: Order, fee: Charge, dp: int) -> Json:
    return {
        "id": fee.id,
        "name": fee.title,
        "tax_class": "",
        "tax_status": "taxable",
        "amount": "",
        "total": money(fee.total, dp),
        "total_tax": money(fee.tax, dp),
        "taxes": part_taxes(order, fee.tax, None, dp),
        "meta_data": [shown_meta(meta) for meta in fee.meta],
    }


def _coupon(shop: "WooShop", coupon: CouponLine, dp: int) -> Json:
    coupon_id = next((row.id for row in shop.coupons.values() if row.code == coupon.code), 0)
    info = f'[{coupon_id},"{coupon.code}","percent",{coupon.percent}]'
    return {
        "id": coupon.id,
        "code": coupon.code,
        "discount": money(coupon.discount, dp),
        "discount_tax": money(coupon.discount_tax, dp),
        "meta_data": [shown_meta(Meta(coupon.id * 10, "coupon_info", info))],
        "discount_type": "percent",
        "nominal_amount": coupon.percent,
        "free_shipping": False,
    }


def refund_json(shop: "WooShop", refund: Refund, *, with_parent: bool = False, dp: int = 2) -> Json:
    """A refund; the order is named by `_links.up`, in the global list by parent_id as well."""
    order = shop.orders[refund.order_id]
    block = links(shop.site_url, f"orders/{order.id}/refunds", refund.id, ("GET", "DELETE"), f"orders/{order.id}")
    return {
        "id": refund.id,
        **({"parent_id": order.id} if with_parent else {}),
        "date_created": local(refund.created, shop.zone),
        "date_created_gmt": gmt(refund.created),
        "amount": money(refund.amount, dp),
        "reason": refund.reason,
        "refunded_by": 1,
        "refunded_payment": refund.by_gateway,
        "meta_data": [],
        "line_items": [line_json(shop, order, line, dp) for line in refund.lines],
        "shipping_lines": [_shipping(order, charge, dp) for charge in refund.shipping_lines],
        "tax_lines": _taxes(order, refund, dp) if refund.lines else [],
        "fee_lines": [_fee(order, fee, dp) for fee in refund.fees],
        "_links": block,
    }
