"""What records have, by the operation that chooses among it, and how one is shown with the fields of a session."""

from typing import Any

Row = dict[str, Any]

_ADDRESS = ("Firstname", "Lastname", "Company", "Address", "Address2", "Zip", "City", "Country", "CountryCode", "State", "Phone")
FIELDS: dict[str, tuple[str, ...]] = {
    "Order_SetFields": (
        *("Id", "InvoiceNumber", "CurrencyId", "Currency", "CustomerId", "Customer", "UserId", "User", "Site", "LanguageISO"),
        *("Status", "PaymentId", "Payment", "Transactions", "Vat", "Total", "OrderComment", "OrderCommentExternal"),
        *("CustomerComment", "DeliveryComment", "DeliveryTime", "TrackingCode", "DateDelivered", "DateDue", "DateSent"),
        *("DateUpdated", "OrderLines", "PackingId", "Packing", "DeliveryId", "Delivery", "DiscountCodes", "ReferenceNumber"),
        *("Origin", "ReferralCode"),
    ),
    "Order_SetOrderLineFields": (
        *("Id", "OrderId", "ProductId", "VariantId", "FileDownloadId", "Amount", "PacketLines", "PacketTitle", "PacketId"),
        *("ProductTitle", "VariantTitle", "AdditionalTitle", "ItemNumber", "ItemNumberSupplier", "Discount", "DiscountRounded"),
        *("Price", "PriceRounded", "ServiceType", "BuyPrice", "StockStatus", "Status", "TrackingCode", "Weight", "LineAddresses"),
        *("OfflineProduct", "VatRate", "StockLocationId", "DeliveryId", "Unit", "ExtendedDataInternal", "ExtendedDataExternal"),
    ),
    "Product_SetFields": (
        *("Id", "CategoryId", "Category", "SecondaryCategoryIds", "SecondaryCategories", "ProducerId", "Producer", "Online"),
        *("Status", "DisableOnEmpty", "CallForPrice", "Stock", "ItemNumber", "ItemNumberSupplier", "RelationCode", "Url"),
        *("Weight", "BuyingPrice", "Price", "Discount", "DiscountType", "Delivery", "DeliveryId", "DeliveryTime"),
        *("DeliveryTimeId", "DiscountGroupId", "Ean", "DateCreated", "DateUpdated", "RelatedProductIds", "LanguageISO", "Title"),
        *("SeoTitle", "SeoDescription", "SeoKeywords", "SeoLink", "SeoCanonical", "Description", "DescriptionShort"),
        *("DescriptionLong", "Variants", "Tags", "Pictures", "CustomData", "Additionals", "UnitId", "Unit", "Discounts"),
        *("MinAmount", "VariantTypes", "Sorting", "GuidelinePrice", "ProductUrl", "Type", "PacketProducts", "VatGroupId"),
        *("VatGroup", "AutoStock", "OutOfStockBuy", "StockLow", "StockLocations"),
    ),
    "Product_SetVariantFields": (
        *("Id", "ProductId", "Stock", "StockLow", "Price", "BuyingPrice", "ItemNumber", "ItemNumberSupplier", "Weight"),
        *("DeliveryTime", "DeliveryTimeId", "Description", "DescriptionLong", "Status", "DisableOnEmpty", "Discount"),
        *("DiscountType", "Ean", "PictureId", "PictureIds", "Sorting", "VariantTypeValues", "MinAmount", "Title", "Unit"),
        *("StockLocations",),
    ),
    "User_SetFields": (
        *("Id", "Username", "Password", "UserGroupId", "Type", "CustomData", "Cvr", "Ean", "Sex", "Currency", "Mobile", "Fax"),
        *("Email", "Url", "DiscountGroupId", "Newsletter", "Referer", "BirthDate", "DateCreated", "DateUpdated", "Approved"),
        *("LanguageISO", "Description", "InterestFields", "Number", "Site", "ShippingType", "Consent", "ConsentDate"),
        *_ADDRESS,
        *(f"Shipping{name}" for name in (*_ADDRESS, "Cvr", "Ean", "Mobile", "Email", "ReferenceNumber")),
    ),
}
_NESTED = {"OrderLines": "Order_SetOrderLineFields", "Variants": "Product_SetVariantFields"}
# Asked for, and yet left out of a record in which they are empty.
_SPARSE = frozenset({"InvoiceNumber", "SeoLink", "PacketId"})
KINDS = {"Order": "Order_SetFields", "Product": "Product_SetFields", "User": "User_SetFields"}


def pick(row: Row, operation: str, fields: dict[str, list[str]]) -> Row:
    """The row as a session with these field sets sees it."""
    chosen = fields.get(operation, ["Id"])
    found: Row = {}
    for name, value in row.items():
        if name not in chosen or (name in _SPARSE and value in {None, "", 0}):
            continue
        inner = _NESTED.get(name)
        found[name] = [pick(one, inner, fields) for one in value] if inner else value
    return found
