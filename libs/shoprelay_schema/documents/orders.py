from pydantic import Field

from shoprelay_schema.documents.base import (
    Boolean,
    Float,
    Id,
    Integer,
    List,
    Lookup,
    Secret,
    SecretList,
    ShopDocument,
    Text,
    Time,
    index,
)


class Order(ShopDocument):
    """An order of a shop, recognised by its number."""

    collection = "orders"
    indexes = (
        index("webshop_id", "order_number"),
        index("webshop_id", "_id"),
        index("company_id", "order_number"),
        index("webshop_id", "-initialized_at"),
        index("webshop_id", "state", "initialized_at"),
        index("webshop_id"),
    )

    accepts_marketing: Boolean | None = Field(None, description="Whether the customer agreed to be sent marketing.")
    billing_address_1: Secret | None = Field(None, description="The buyer's street and number.")
    billing_address_2: Secret | None = Field(None, description="Further line of the buyer's address.")
    billing_city: Secret | None = Field(None, description="The buyer's city.")
    billing_company: Secret | None = Field(None, description="The buyer's company.")
    billing_country_id: Id | None = Field(None, description="The buyer's country.")
    billing_first_name: Secret | None = Field(None, description="The buyer's first name, where the platform keeps it apart.")
    billing_last_name: Secret | None = Field(None, description="The buyer's last name, where the platform keeps it apart.")
    billing_name: Secret | None = Field(None, description="The buyer's full name.")
    billing_personal_identifier: Secret | None = Field(None, description="The buyer's social security or tax number.")
    billing_phone: Secret | None = Field(None, description="The buyer's phone number as it was given.")
    billing_phone_short: Lookup | None = Field(None, description="The buyer's phone number in one comparable form: digits only.")
    billing_province: Secret | None = Field(None, description="The buyer's province or state.")
    billing_province_code: Secret | None = Field(None, description="Code of the buyer's province or state.")
    billing_vat_number: Secret | None = Field(None, description="The buyer's VAT registration number.")
    billing_zip_code: Secret | None = Field(None, description="The buyer's postal code.")
    browser_accept_language: Secret | None = Field(None, description="The browser's Accept-Language header.")
    browser_height: Integer | None = Field(None, description="The browser window's height in pixels.")
    browser_ip: Secret | None = Field(None, description="The address the order was placed from.")
    browser_session_hash: Secret | None = Field(None, description="The shop's hash of the browser session.")
    browser_user_agent: Secret | None = Field(None, description="The browser's User-Agent header.")
    browser_width: Integer | None = Field(None, description="The browser window's width in pixels.")
    cancellation_reason: Secret | None = Field(None, description="Why the order was cancelled, as the shop or the buyer put it.")
    cancelled_at: Time | None = Field(None, description="When the order was found cancelled.")
    cart_token: Secret | None = Field(None, description="Token of the cart that became the order.")
    checkout_token: Secret | None = Field(None, description="Token of the checkout that became the order.")
    closed_at: Time | None = Field(None, description="When the order was found closed.")
    company_note: Secret | None = Field(None, description="What the shop notes for itself; buyers do not see it.")
    created_at: Time | None = Field(
        None,
        description="When the order was placed and paid; at once for invoice, transfer and the like, else null until authorised.",
    )
    created_by: Text | None = Field(None, description="What placed the order when it was not a buyer, such as shop_api.")
    currency: Text | None = Field(
        None, description="Currency code as the shop gives it; usually ISO 4217 letters, sometimes digits."
    )
    customer_id: Id | None = Field(None, description="The customer who ordered.")
    customer_note: Secret | None = Field(None, description="What the buyer wrote when ordering.")
    delivery_method_id: Id | None = Field(None, description="How it is delivered.")
    delivery_price: Float | None = Field(None, description="What the buyer pays for delivery, with all taxes.")
    discount_amount: Float | None = Field(None, description="What was taken off the order as a whole; a positive number.")
    discount_codes: List | None = Field(None, description="The codes that the buyer used.")
    email: Lookup | None = Field(None, description="The buyer's e-mail address.")
    events: SecretList | None = Field(
        None, description="What happened to the order in the shop: [{created_at, status, comment}]."
    )
    initialized_at: Time | None = Field(None, description="When the order was placed, paid or not.")
    landing_page: Text | None = Field(None, description="The first page of the visit that led to the order.")
    language: Text | None = Field(None, description="Preferred language, such as nl or nl-BE.")
    order_number: Text | None = Field(None, description="The order's number, unique in its webshop.")
    ordering_method: Text | None = Field(None, description="How the order was placed.")
    payment_method_id: Id | None = Field(None, description="How it is paid.")
    payment_price: Float | None = Field(None, description="What the buyer pays for the payment method, with all taxes.")
    price: Float | None = Field(
        None, description="The total: lines, delivery and payment less the discount, as far as the platform adds up that way."
    )
    processing_location: Text | None = Field(None, description="Where the shop handles the order.")
    processing_method: Text | None = Field(None, description="How the shop handles the order.")
    reference: Text | None = Field(None, description="The order's reference, such as a sales representative.")
    referer_page: Text | None = Field(None, description="Where that visit came from.")
    refunded_at: Time | None = Field(None, description="When the order was found refunded.")
    remote_id: Lookup | None = Field(None, description="The shop's own id of it.")
    shipping_address_1: Secret | None = Field(None, description="The receiver's street and number.")
    shipping_address_2: Secret | None = Field(None, description="Further line of the receiver's address.")
    shipping_city: Secret | None = Field(None, description="The receiver's city.")
    shipping_company: Secret | None = Field(None, description="The receiver's company.")
    shipping_country_id: Id | None = Field(None, description="The receiver's country.")
    shipping_first_name: Secret | None = Field(None, description="The receiver's first name, where the platform keeps it apart.")
    shipping_last_name: Secret | None = Field(None, description="The receiver's last name, where the platform keeps it apart.")
    shipping_name: Secret | None = Field(None, description="The receiver's full name.")
    shipping_personal_identifier: Secret | None = Field(None, description="The receiver's social security or tax number.")
    shipping_phone: Secret | None = Field(None, description="The receiver's phone number as it was given.")
    shipping_phone_short: Lookup | None = Field(
        None, description="The receiver's phone number in one comparable form: digits only."
    )
    shipping_province: Secret | None = Field(None, description="The receiver's province or state.")
    shipping_province_code: Secret | None = Field(None, description="Code of the receiver's province or state.")
    shipping_vat_number: Secret | None = Field(None, description="The receiver's VAT registration number.")
    shipping_zip_code: Secret | None = Field(None, description="The receiver's postal code.")
    state: Text | None = Field(
        None, description="open, closed, cancelled or refunded; follows from the status and the status lists of the webshop."
    )
    status_id: Id | None = Field(None, description="The order's status in the shop.")
    tags: List | None = Field(None, description="Labels that the shop gave the order.")
    vat_class: Text | None = Field(None, description="The shop's VAT class.")
    vat_pct: Float | None = Field(None, description="VAT as a fraction: 0.25 is 25 %.")
