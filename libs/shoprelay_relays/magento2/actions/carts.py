"""New orders: https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/order-create-quote/

An order is a cart that is bought: Magento prices it as it does for a buyer. Carts belong to a store view, never to all of them.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.orders import CreateOrder, OrderedVariant
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.fields import Raw
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.magento2.actions import chosen, found, orders, shops
from shoprelay_relays.magento2.actions.asking import change
from shoprelay_relays.magento2.catalogue import PRODUCTS, Catalogue, learn
from shoprelay_relays.magento2.walk import everything
from shoprelay_relays.spec import Json

_PLACE = {
    "first_name": "firstname",
    "last_name": "lastname",
    "company": "company",
    "city": "city",
    "zip_code": "postcode",
    "phone": "telephone",
    "province": "region",
}
_NAMES = (*_PLACE, "address_1", "address_2", "country")
ATTRIBUTES = (
    *(f"{kind}_{name}" for kind in ("billing", "shipping") for name in _NAMES),
    "email",
    "customer",
    "variants",
    "delivery_method",
    "payment_method",
    "company_note",
)


@dataclass(frozen=True, slots=True)
class Cart:
    """`path`: of the cart; `guest`: whether it is nobody's."""

    path: str
    own: str
    guest: bool


async def create(call: Call[CreateOrder]) -> Done:
    """All that can be checked is checked before a cart is begun."""
    data = call.data
    payment = data.payment_method.known_as() if data.payment_method else ""
    delivery = data.delivery_method.known_as() if data.delivery_method else ""
    customer = data.customer.known_as() if data.customer else ""
    for name, given in (("payment_method", payment), ("delivery_method", delivery), ("email", data.email or customer)):
        if not given:
            raise CannotDo(name, "an order of Magento needs it")
    if customer.isdigit() and data.email:
        raise CannotDo("email", "an order of an account has the account's address: leave it out")
    catalogue, _ = await learn(call.client)
    items = [await _item(call, one, catalogue) for one in data.variants]
    # A guest's document is known by the e-mail address.
    billing = {**_address(data, "billing"), **({} if customer.isdigit() else {"email": data.email or customer})}
    shipping = {**billing, **_address(data, "shipping")}
    cart = await _begun(call, customer)
    for item in items:
        await change(call.client, "POST", f"{cart.path}/items", {"cartItem": {**item, "quote_id": cart.own}})
    await _delivered(call, cart, delivery, billing, shipping)
    made = await _bought(call, cart, payment, billing)
    if data.company_note:
        await orders.comment(call.client, made, data.company_note, None)
    return Done({"remote_id": made}, [("orders", made)])


async def _begun(call: Call[CreateOrder], customer: str) -> Cart:
    base = f"{str(call.config['shop_url']).rstrip('/')}/rest/{await _store(call)}/V1"
    if customer.isdigit():
        own = str(await change(call.client, "POST", f"{base}/customers/{customer}/carts"))
        return Cart(f"{base}/carts/{own}", own, guest=False)
    own = str(await change(call.client, "POST", f"{base}/guest-carts"))
    return Cart(f"{base}/guest-carts/{own}", own, guest=True)


async def _store(call: Call[Any]) -> str:
    code = str(call.config.get("store_code") or "all")
    if code != "all":
        return code
    views = (await shops.index(call)).result
    return str(views[0]["remote_id"]) if views else "default"


async def _delivered(call: Call[Any], cart: Cart, wanted: str, billing: Json, shipping: Json) -> None:
    """A method's code is its carrier's and its own; where one ends, only the shop knows."""
    methods = await change(call.client, "POST", f"{cart.path}/estimate-shipping-methods", {"address": shipping})
    offered = {f"{one.text('carrier_code')}_{one.text('method_code')}": one for one in Raw({"": methods}).items("")}
    if wanted not in offered:
        raise CannotDo("delivery_method", f"the shop does not send this by {wanted}, but by {', '.join(offered) or 'nothing'}")
    codes = {f"shipping_{name}": offered[wanted].text(name) for name in ("carrier_code", "method_code")}
    where = {"shipping_address": shipping, "billing_address": billing, **codes}
    await change(call.client, "POST", f"{cart.path}/shipping-information", {"addressInformation": where})


async def _bought(call: Call[CreateOrder], cart: Cart, payment: str, billing: Json) -> str:
    method = {"paymentMethod": {"method": payment}}
    if not cart.guest:
        return str(await change(call.client, "PUT", f"{cart.path}/order", method))
    asked = {**method, "email": billing["email"], "billingAddress": billing}
    return str(await change(call.client, "POST", f"{cart.path}/payment-information", asked))


async def _item(call: Call[Any], one: OrderedVariant, catalogue: Catalogue) -> dict[str, Json]:
    """What is an option of a configurable product is bought as that."""
    if one.price is not None or one.name is not None:
        raise CannotDo("variants", "Magento takes price and name from the product")
    row = await _product(call, one)
    parent = catalogue.parents.get(int(row["id"]))
    if parent is None:
        return {"sku": row["sku"], "qty": chosen.pieces(Decimal(str(one.quantity)))}
    ids = {code: key for key, code in catalogue.codes.items()}
    codes = [option["attribute_code"] for option in parent["options"]]
    picked = [{"option_id": ids[code], "option_value": int(found.custom(row, code))} for code in codes]
    option = {"extension_attributes": {"configurable_item_options": picked}}
    return {"sku": parent["sku"], "qty": chosen.pieces(Decimal(str(one.quantity))), "product_option": option}


async def _product(call: Call[Any], one: OrderedVariant) -> found.Row:
    field, key = ("entity_id", one.known_as("sku_2")) if one.id_ or not one.sku else ("sku", one.sku)
    rows, _ = await everything(call.client, PRODUCTS, [[(field, "eq", key)]])
    if not rows:
        raise NotThere(f"product {key}")
    return rows[0]


def _address(data: CreateOrder, kind: str) -> dict[str, Json]:
    """What is given of an address. The shop says which part of it is missing."""
    found_: dict[str, Json] = {}
    for name, ours in _PLACE.items():
        if (value := getattr(data, f"{kind}_{name}")) is not None:
            found_[ours] = value
    street = [line for name in ("address_1", "address_2") if (line := getattr(data, f"{kind}_{name}"))]
    country = getattr(data, f"{kind}_country")
    found_ |= {"street": street} if street else {}
    return found_ | ({"country_id": country.known_as()} if country else {})
