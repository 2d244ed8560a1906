from typing import Final

from pydantic import Field

from shoprelay_schema.documents.base import (
    Boolean,
    Document,
    Hash,
    Id,
    Index,
    List,
    Lookup,
    Text,
    Time,
    ValuesHash,
    ValuesList,
    index,
)

_HISTORY: Final = "created_since_catch_all_date"
_MODES: Final = (_HISTORY, "updated_since_catch_all_date", "created_since_last_request", "updated_since_last_request")
_OPEN: Final = ("open_since_1x", "open_since_2x", "open_since_3x", "open_since_4x")
# The contract indexes a poll by its switch and its stamp; of the statuses only their history.
_INDEXED: Final = {
    "categories": _MODES,
    "customers": _MODES,
    "orders": (*_MODES, *_OPEN),
    "products": _MODES,
    "statuses": (_HISTORY,),
}


def _poll_indexes() -> tuple[Index, ...]:
    """Two per poll: the stamp before the start of the latest poll, and after it, under the contract's names."""
    pairs = [
        (f"get_{resource}_{mode}", stamps)
        for resource, modes in _INDEXED.items()
        for mode in modes
        for stamp in [f"got_{resource}_{mode}_at"]
        for stamps in ((stamp, "got_started_at"), ("got_started_at", stamp))
    ]
    return tuple(index("active", "relay_id", switch, *stamps, name="_and_".join(stamps)) for switch, stamps in pairs)


class Webshop(Document):
    """One connected shop: its credentials, what is polled and when it was, and what its statuses mean."""

    collection = "webshops"
    indexes = (
        index("_id", "company_id"),
        index("active"),
        index("active", "got_error_at", "relay_id"),
        index("active", "got_error_since"),
        index("company_id"),
        index("relay_id", "webhook_token", unique=True, present="webhook_token"),
        *_poll_indexes(),
    )

    active: Boolean | None = Field(None, description="Whether the shop is polled; false stops it.")
    base_webshop_id: Id | None = Field(
        None, description="The webshop that this one builds on, for integrations that add to a shop."
    )
    cancelled_status_ids: List | None = Field(None, description="Statuses that mean cancelled.")
    categories_error: ValuesList | None = Field(
        None, description="Null, or why the latest poll of categories failed: [{name, value}], the values encrypted."
    )
    categories_stats: Hash | None = Field(None, description="What the latest poll of categories did, as counts.")
    closed_status_ids: List | None = Field(None, description="Statuses that mean closed.")
    company_id: Id | None = Field(None, description="The company that owns the shop.")
    config: ValuesHash | None = Field(
        None, description="Credentials and settings of the shop; what is text is encrypted value by value."
    )
    created_categories_at: Time | None = Field(None, description="When categories were last created here.")
    created_customers_at: Time | None = Field(None, description="When customers were last created here.")
    created_orders_at: Time | None = Field(None, description="When orders were last created here.")
    created_products_at: Time | None = Field(None, description="When products were last created here.")
    created_statuses_at: Time | None = Field(None, description="When statuses were last created here.")
    customers_error: ValuesList | None = Field(
        None, description="Null, or why the latest poll of customers failed: [{name, value}], the values encrypted."
    )
    customers_stats: Hash | None = Field(None, description="What the latest poll of customers did, as counts.")
    get_categories_created_since_catch_all_date: Boolean | None = Field(
        None, description="Whether categories are polled: the history, by when they were created."
    )
    get_categories_created_since_last_request: Boolean | None = Field(
        None, description="Whether categories are polled: those created since the last poll."
    )
    get_categories_updated_since_catch_all_date: Boolean | None = Field(
        None, description="Whether categories are polled: the history, by when they were updated."
    )
    get_categories_updated_since_last_request: Boolean | None = Field(
        None, description="Whether categories are polled: those updated since the last poll."
    )
    get_customers_created_since_catch_all_date: Boolean | None = Field(
        None, description="Whether customers are polled: the history, by when they were created."
    )
    get_customers_created_since_last_request: Boolean | None = Field(
        None, description="Whether customers are polled: those created since the last poll."
    )
    get_customers_updated_since_catch_all_date: Boolean | None = Field(
        None, description="Whether customers are polled: the history, by when they were updated."
    )
    get_customers_updated_since_last_request: Boolean | None = Field(
        None, description="Whether customers are polled: those updated since the last poll."
    )
    get_orders_created_since_catch_all_date: Boolean | None = Field(
        None, description="Whether orders are polled: the history, by when they were created."
    )
    get_orders_created_since_last_request: Boolean | None = Field(
        None, description="Whether orders are polled: those created since the last poll."
    )
    get_orders_open_since_1x: Boolean | None = Field(
        None, description="Whether orders are polled: those still open, first of four rounds."
    )
    get_orders_open_since_2x: Boolean | None = Field(
        None, description="Whether orders are polled: those still open, second of four rounds."
    )
    get_orders_open_since_3x: Boolean | None = Field(
        None, description="Whether orders are polled: those still open, third of four rounds."
    )
    get_orders_open_since_4x: Boolean | None = Field(
        None, description="Whether orders are polled: those still open, fourth of four rounds."
    )
    get_orders_updated_since_catch_all_date: Boolean | None = Field(
        None, description="Whether orders are polled: the history, by when they were updated."
    )
    get_orders_updated_since_last_request: Boolean | None = Field(
        None, description="Whether orders are polled: those updated since the last poll."
    )
    get_products_created_since_catch_all_date: Boolean | None = Field(
        None, description="Whether products are polled: the history, by when they were created."
    )
    get_products_created_since_last_request: Boolean | None = Field(
        None, description="Whether products are polled: those created since the last poll."
    )
    get_products_updated_since_catch_all_date: Boolean | None = Field(
        None, description="Whether products are polled: the history, by when they were updated."
    )
    get_products_updated_since_last_request: Boolean | None = Field(
        None, description="Whether products are polled: those updated since the last poll."
    )
    get_statuses_created_since_catch_all_date: Boolean | None = Field(
        None, description="Whether statuses are polled: the history, by when they were created."
    )
    get_statuses_created_since_last_request: Boolean | None = Field(
        None, description="Whether statuses are polled: those created since the last poll."
    )
    get_statuses_updated_since_catch_all_date: Boolean | None = Field(
        None, description="Whether statuses are polled: the history, by when they were updated."
    )
    get_statuses_updated_since_last_request: Boolean | None = Field(
        None, description="Whether statuses are polled: those updated since the last poll."
    )
    got_categories_created_since_catch_all_date_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_categories_created_since_last_request_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_categories_updated_since_catch_all_date_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_categories_updated_since_last_request_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_customers_created_since_catch_all_date_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_customers_created_since_last_request_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_customers_updated_since_catch_all_date_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_customers_updated_since_last_request_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_error_at: Time | None = Field(None, description="When a poll last failed.")
    got_error_since: Time | None = Field(None, description="Since when every poll has failed; absent when the latest succeeded.")
    got_finished_at: Time | None = Field(None, description="When the latest poll ended.")
    got_orders_created_since_catch_all_date_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_orders_created_since_last_request_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_orders_open_since_1x_at: Time | None = Field(None, description="Up to when that poll has read; null asks for it again.")
    got_orders_open_since_2x_at: Time | None = Field(None, description="Up to when that poll has read; null asks for it again.")
    got_orders_open_since_3x_at: Time | None = Field(None, description="Up to when that poll has read; null asks for it again.")
    got_orders_open_since_4x_at: Time | None = Field(None, description="Up to when that poll has read; null asks for it again.")
    got_orders_updated_since_catch_all_date_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_orders_updated_since_last_request_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_products_created_since_catch_all_date_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_products_created_since_last_request_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_products_updated_since_catch_all_date_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_products_updated_since_last_request_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_started_at: Time | None = Field(None, description="When the latest poll began.")
    got_statuses_created_since_catch_all_date_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_statuses_created_since_last_request_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_statuses_updated_since_catch_all_date_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    got_statuses_updated_since_last_request_at: Time | None = Field(
        None, description="Up to when that poll has read; null asks for it again."
    )
    ignore_status_ids: List | None = Field(None, description="Statuses of orders that are left out.")
    log: Hash | None = Field(None, description="How far the running poll has come.")
    logging: Boolean | None = Field(None, description="Whether the traffic with the shop is logged.")
    no_stock_message_ids: List | None = Field(None, description="Stock messages that mean out of stock.")
    orders_error: ValuesList | None = Field(
        None, description="Null, or why the latest poll of orders failed: [{name, value}], the values encrypted."
    )
    orders_stats: Hash | None = Field(None, description="What the latest poll of orders did, as counts.")
    pending_status_ids: List | None = Field(None, description="Statuses of orders that are not yet paid.")
    products_error: ValuesList | None = Field(
        None, description="Null, or why the latest poll of products failed: [{name, value}], the values encrypted."
    )
    products_stats: Hash | None = Field(None, description="What the latest poll of products did, as counts.")
    refunded_status_ids: List | None = Field(None, description="Statuses that mean refunded.")
    relay_id: Id | None = Field(None, description="The relay of the platform.")
    shipped_status_ids: List | None = Field(None, description="Statuses given to orders that are sent.")
    status: Text | None = Field(None, description="How the connection stands.")
    statuses_error: ValuesList | None = Field(
        None, description="Null, or why the latest poll of statuses failed: [{name, value}], the values encrypted."
    )
    statuses_stats: Hash | None = Field(None, description="What the latest poll of statuses did, as counts.")
    updated_categories_at: Time | None = Field(None, description="When categories were last updated here.")
    updated_customers_at: Time | None = Field(None, description="When customers were last updated here.")
    paused_imports: List | None = Field(
        None, description="Resources whose import of everything waits: orders, products... Polls of changes go on."
    )
    updated_orders_at: Time | None = Field(None, description="When orders were last updated here.")
    updated_products_at: Time | None = Field(None, description="When products were last updated here.")
    updated_statuses_at: Time | None = Field(None, description="When statuses were last updated here.")
    webhook_token: Lookup | None = Field(None, description="The secret part of the shop's webhook address.")
