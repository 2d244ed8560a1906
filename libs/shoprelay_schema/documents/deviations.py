"""Where the models differ from the public contract on purpose, and why. A test holds this list against the contract's tables."""

from typing import Final, NamedTuple

from shoprelay_schema.documents import SHOP_COLLECTIONS


class Deviation(NamedTuple):
    """`what` is "attribute NAME" or "index KEYS"; `contract` and `ours` describe it on each side, None where it is missing."""

    collection: str
    what: str
    contract: str | None
    ours: str | None
    reason: str


_SOURCE: Final = "A write never replaces newer content by older: each document says which observation it comes from."
_PER_SHOP: Final = "Two webshops of one company may use the same order numbers; uniqueness is per webshop."
_NO_ID: Final = (
    " Documents without a remote_id are left out: their _id is computed from their place in the order, and several of one order"
    " may be alike in every indexed attribute."
)
_PREFIX: Final = "Stands in for the lookups that the start of the contract's unique index served."
_SKU: Final = (
    "Shops have several articles with an empty sku or with the same one; the _id is computed from the platform's own id."
)
_VALUES: Final = "The contract's flag says No and its text that the values are encrypted: string values are, one by one."
_SEEN: Final = "Not in the contract's table, but the contract's own public tools read it."
_BY_CREATION: Final = "order_number,created_at,remote_id"
_BY_SKU: Final = "order_number,variant_sku,remote_id"


def _per_shop(collection: str, keys: str) -> tuple[Deviation, ...]:
    reason = _PER_SHOP + _NO_ID
    return (
        Deviation(collection, f"index company_id,{keys}", "unique", None, _PER_SHOP),
        Deviation(collection, f"index webshop_id,{keys}", None, "unique, where remote_id is present", reason),
    )


DEVIATIONS: Final = (
    *(Deviation(collection, "attribute source", None, "Hash", _SOURCE) for collection in SHOP_COLLECTIONS),
    Deviation("auths", "attribute error", "Array", "Array, values encrypted", _VALUES),
    Deviation("webshops", "attribute config", "Hash", "Hash, values encrypted", _VALUES),
    *(
        Deviation("webshops", f"attribute {resource}_error", "Array", "Array, values encrypted", _VALUES)
        for resource in ("categories", "customers", "orders", "products", "statuses")
    ),
    Deviation("orders", "attribute ordering_method", None, "String", _SEEN),
    Deviation("orders", "attribute processing_location", None, "String", _SEEN),
    Deviation("orders", "attribute processing_method", None, "String", _SEEN),
    Deviation("webshops", "attribute no_stock_message_ids", None, "Array", _SEEN),
    Deviation(
        "webshops", "attribute paused_imports", None, "Array", "The contract's switches stop an import and lose its place."
    ),
    Deviation("tickets", "attribute superuser_id", None, "ObjectId", "The contract indexes it without listing it."),
    Deviation("orders", "index company_id,order_number", "unique", "plain", _PER_SHOP),
    Deviation(
        "orders",
        "index webshop_id,order_number",
        None,
        "plain",
        _PER_SHOP + " Not unique there either: some platforms split one order into several that share its number.",
    ),
    Deviation("orders", "index webshop_id,_id", None, "plain", "A shop's orders are walked when its status lists change."),
    *_per_shop("order_lines", _BY_SKU),
    *_per_shop("shipments", _BY_CREATION),
    *_per_shop("invoices", _BY_CREATION),
    *_per_shop("credit_notes", _BY_CREATION),
    Deviation("order_lines", "index company_id,order_number", None, "plain", _PREFIX),
    Deviation("shipments", "index company_id,order_number", None, "plain", _PREFIX),
    Deviation("products", "index webshop_id,sku", "unique", "plain", _SKU),
    Deviation("variants", "index webshop_id,sku", "unique", "plain", _SKU),
    Deviation(
        "webshops",
        "index relay_id,webhook_token",
        "unique",
        "unique, where webhook_token is present",
        "Several webshops of one relay may have no webhook; sparse would not help, as relay_id is always present.",
    ),
)

READINGS: Final = (
    "A Time is stored in UTC with millisecond resolution, as BSON keeps it; on a topic it is ISO 8601 text that ends in Z.",
    "An attribute that a platform does not tell is absent; null means that the platform says there is none.",
    "In the sparse unique indexes of companies a null counts and an absent attribute does not: leave them out, never null.",
    "Encrypted attributes that are indexed or looked up are encrypted deterministically, all others randomized.",
)
"""What the contract leaves open, and how it is read here."""
