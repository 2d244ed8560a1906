"""What is done to orders, their lines and their shipments."""

from typing import Annotated

from pydantic import Field, model_validator

from shoprelay_relays.actions.bodies.base import Amount, Body, Line, Positive, Text
from shoprelay_relays.actions.reference import (
    CountryRef,
    CreditNoteRef,
    CustomerRef,
    DeliveryMethodRef,
    InvoiceRef,
    OrderLineRef,
    PaymentMethodRef,
    Reference,
    StatusRef,
    VariantRef,
)

_MANY = 500
_STATUS = "Move the order into this status as well."


class ChosenLine(Body):
    """One line of the order: by its `_id`, else by the variant's sku."""

    id_: OrderLineRef | None = Field(None, alias="_id", description="`_id` of the order line.")
    variant_sku: Line | None = Field(None, min_length=1, description="The shop's identifier of what the line sells.")
    quantity: Positive | None = Field(None, description="How many of them; all when it is left out.")

    @model_validator(mode="after")
    def _named(self) -> "ChosenLine":
        if self.id_ is None and self.variant_sku is None:
            raise ValueError("expected _id or variant_sku")
        return self


class OnLines(Body):
    """What may be said of a part of an order; no lines at all mean every line."""

    order_lines: Annotated[list[ChosenLine], Field(max_length=_MANY)] = Field([], description="Only these lines.")
    order_line_ids: Annotated[list[OrderLineRef], Field(max_length=_MANY)] = Field(
        [], description="The same by `_id` alone, each whole."
    )

    def lines(self) -> list[ChosenLine]:
        """The chosen lines in one form; empty for all."""
        return [*self.order_lines, *(ChosenLine(id_=each) for each in self.order_line_ids)]


class CloseOrder(Body):
    capture: bool | None = Field(None, description="Whether to take the payment that was authorized.")
    capture_amount: Amount | None = Field(None, description="How much of it, in the order's currency.")
    status_id: StatusRef | None = Field(None, description=_STATUS)


class CreateShipment(OnLines):
    tracking_number: Line | None = Field(None, description="The carrier's number.")
    courier: Line | None = Field(None, description="The carrier, as the shop spells it.")
    status_id: StatusRef | None = Field(None, description=_STATUS)
    capture: bool | None = Field(None, description="Whether to take the payment that was authorized.")
    capture_amount: Amount | None = Field(None, description="How much of it, in the order's currency.")


class CreateInvoice(OnLines):
    include_shipping: bool | None = Field(None, description="Whether the delivery's price is on it.")
    include_payment: bool | None = Field(None, description="Whether the payment's price is on it.")
    include_discount: bool | None = Field(None, description="Whether the order's discount is on it.")
    invoice_amount: Amount | None = Field(None, description="The amount, where the shop does not add up the lines itself.")
    capture: bool | None = Field(None, description="Whether to take the amount from the payment that was authorized.")
    status_id: StatusRef | None = Field(None, description=_STATUS)


class CaptureOrder(Body):
    capture_amount: Amount | None = Field(None, description="How much, in the order's currency; all when it is left out.")
    invoice_id: InvoiceRef | None = Field(None, description="Take what this invoice is about.")
    status_id: StatusRef | None = Field(None, description=_STATUS)


class RefundOrder(Body):
    refund_amount: Amount | None = Field(None, description="How much, in the order's currency; all when it is left out.")
    credit_note_id: CreditNoteRef | None = Field(None, description="Pay back what this credit note is about.")
    status_id: StatusRef | None = Field(None, description=_STATUS)


class ReturnOrder(OnLines):
    include_shipping: bool | None = Field(None, description="Whether the delivery's price is credited.")
    include_payment: bool | None = Field(None, description="Whether the payment's price is credited.")
    include_discount: bool | None = Field(None, description="Whether the order's discount is taken into account.")
    refund: bool | None = Field(None, description="Whether to pay back.")
    refund_amount: Amount | None = Field(None, description="How much, in the order's currency.")
    restock: bool | None = Field(None, description="Whether what comes back is in stock again.")
    status_id: StatusRef | None = Field(None, description=_STATUS)


class UpdateOrderStatus(Body):
    status_id: StatusRef = Field(description="The status to move the order into.")


class CancelOrder(Body):
    refund: bool | None = Field(None, description="Whether to pay back what was taken.")
    refund_amount: Amount | None = Field(None, description="How much, in the order's currency.")
    status_id: StatusRef | None = Field(None, description=_STATUS)


class OrderedVariant(Body):
    """What an order's line sells: a variant by its `_id`, else by the shop's own identifiers."""

    id_: VariantRef | None = Field(None, alias="_id", description="`_id` of the variant.")
    sku: Line | None = None
    sku_2: Line | None = None
    sku_3: Line | None = None
    name: Line | None = Field(None, description="What the line says, where it may differ from the variant.")
    price: Amount | None = Field(None, description="What one piece costs, with all taxes; the shop's price when left out.")
    quantity: Positive = 1

    @model_validator(mode="after")
    def _named(self) -> "OrderedVariant":
        if not (self.id_ or self.sku or self.sku_2 or self.sku_3):
            raise ValueError("expected _id, sku, sku_2 or sku_3")
        return self

    def known_as(self, *attributes: str) -> str:
        """The variant's identifier in the shop: of its document, else as given under one of these names, else ""."""
        if self.id_ is not None:
            return self.id_.known_as(*attributes)
        return next((getattr(self, name) for name in attributes if getattr(self, name, None)), "")


class CreateOrderLine(OrderedVariant):
    pass


class UpdateOrderLine(Body):
    price: Amount | None = Field(None, description="What one piece costs, with all taxes.")
    product_name: Line | None = None
    quantity: Positive | None = None


class Named(Body):
    """A thing by the `_id` of its document, or by the key that the shop has for it."""

    remote_id: Line | None = Field(None, min_length=1, description="The shop's own key of it.")

    def known_as(self, attribute: str = "remote_id") -> str:
        """The shop's key, "" when neither is given."""
        found: Reference | None = getattr(self, "id_", None)
        return found.known_as(attribute) if found is not None else self.remote_id or ""


class NamedCountry(Named):
    id_: CountryRef | None = Field(None, alias="_id", description="`_id` of the country.")


class NamedCustomer(Named):
    id_: CustomerRef | None = Field(None, alias="_id", description="`_id` of the customer.")


class NamedDeliveryMethod(Named):
    id_: DeliveryMethodRef | None = Field(None, alias="_id", description="`_id` of the delivery method.")
    name: Line | None = None


class NamedPaymentMethod(Named):
    id_: PaymentMethodRef | None = Field(None, alias="_id", description="`_id` of the payment method.")
    name: Line | None = None


class NamedStatus(Named):
    id_: StatusRef | None = Field(None, alias="_id", description="`_id` of the status.")


class OrderAttributes(Body):
    """The attributes of an order that a shop may let be written."""

    billing_address_1: Line | None = None
    billing_address_2: Line | None = None
    billing_city: Line | None = None
    billing_company: Line | None = None
    billing_country: NamedCountry | None = None
    billing_first_name: Line | None = None
    billing_last_name: Line | None = None
    billing_phone: Line | None = None
    billing_province: Line | None = None
    billing_vat_number: Line | None = None
    billing_zip_code: Line | None = None
    shipping_address_1: Line | None = None
    shipping_address_2: Line | None = None
    shipping_city: Line | None = None
    shipping_company: Line | None = None
    shipping_country: NamedCountry | None = None
    shipping_first_name: Line | None = None
    shipping_last_name: Line | None = None
    shipping_phone: Line | None = None
    shipping_province: Line | None = None
    shipping_zip_code: Line | None = None
    company_note: Text | None = Field(None, description="For the shop itself; buyers do not see it.")
    customer_note: Text | None = Field(None, description="The buyer's own note.")
    email: Line | None = Field(None, description="The buyer's e-mail address.")
    tags: Annotated[list[Line], Field(max_length=250)] | None = None
    status: NamedStatus | None = None


class UpdateOrder(OrderAttributes):
    pass


class CreateOrder(OrderAttributes):
    variants: Annotated[list[OrderedVariant], Field(max_length=_MANY)] = Field(description="What is ordered, a line each.")
    currency: Line | None = Field(None, description="The shop's own when it is left out.")
    customer: NamedCustomer | None = None
    delivery_method: NamedDeliveryMethod | None = None
    delivery_price: Amount | None = Field(None, description="With all taxes.")
    payment_method: NamedPaymentMethod | None = None
    paid: bool | None = Field(None, description="Whether the order is paid already.")


class UpdateShipment(Body):
    tracking_number: Line | None = None
    courier: Line | None = None
