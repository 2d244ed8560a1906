"""What a merchant gives: the shop's address and a webservice key."""

from typing import Literal

from pydantic import BaseModel, Field, HttpUrl, SecretStr

RIGHTS = (
    "addresses, carriers, cart_rules, categories, combinations, configurations, countries, currencies, customers, groups, "
    "languages, messages, order_carriers, order_cart_rules, order_details, order_histories, order_invoices, order_payments, "
    "order_slip, order_states, orders, product_feature_values, product_features, product_option_values, product_options, "
    "products, specific_prices, states, stock_availables, tags, tax_rules, taxes"
)


class Credentials(BaseModel):
    """A webservice key; https://devdocs.prestashop-project.org/8/webservice/tutorials/creating-access/ says how to make one."""

    shop_url: HttpUrl = Field(
        title="Shop address",
        description="The address of the shop exactly as buyers see it, with https://, www. and folder if it has them.",
        examples=["https://shop.example.com"],
    )
    key: SecretStr = Field(
        title="Webservice key",
        description=f"Advanced Parameters > Webservice > Add new key, with the right View (GET) on: {RIGHTS}. To act in the shop "
        "as well: Add (POST), Modify (PUT, and PATCH from version 8) and Delete on what is to be changed, and on images.",
        examples=["ABCDEFGHIJKLMNOPQRSTUVWXYZ123456"],
    )
    shop_id: str | None = Field(
        None,
        title="Shop number",
        description="Where one installation serves several shops: the number (id) of the shop to read.",
        examples=["1"],
        pattern="^[0-9]*$",
    )
    time_zone: str | None = Field(
        None,
        title="Time zone",
        description="The shop's time zone, for a key without the right on configurations; else it is read from the shop.",
        examples=["Europe/Copenhagen"],
    )
    auth: Literal["auto", "basic", "query"] = Field(
        "auto",
        title="How to sign in",
        description="auto: Basic, and in the address where the host drops the Authorization header.",
        examples=["auto"],
    )
