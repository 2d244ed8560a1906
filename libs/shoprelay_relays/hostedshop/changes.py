"""The operations that change a shop, and the records that they take. https://api.hostedshop.dk/doc/

A record's field is written name:kind. What the documentation calls required of a new record is given by the actions that make it.
"""

from typing import Final

_PLACE = "Firstname Lastname Company Address Address2 Zip City Country"
_PRODUCT = (
    "CategoryId:int SecondaryCategoryIds:ints ProducerId:int Online:boolean Status:boolean DisableOnEmpty:boolean Ean "
    "CallForPrice:boolean Stock:int StockLow:int ItemNumber ItemNumberSupplier Url RelationCode Weight:double BuyingPrice:double "
    "Price:double Discount:double DiscountType DeliveryTimeId:int DiscountGroupId:int FocusFrontpage:boolean FocusCart:boolean "
    "DateCreated DateUpdated RelatedProducts:ints LanguageISO Title SeoTitle SeoDescription SeoKeywords SeoLink Description "
    "DescriptionShort DescriptionLong UnitId:int MinAmount:int Sorting:int GuidelinePrice:double OutOfStockBuy"
)
_VARIANT = (
    "ProductId:int Stock:int StockLow:int Price:double BuyingPrice:double ItemNumber ItemNumberSupplier Weight:double "
    "DeliveryTimeId:int Status:boolean Description DescriptionLong DisableOnEmpty:boolean Discount:double DiscountType Ean "
    "PictureId:int PictureIds:ints Sorting:int VariantTypeValues:ints MinAmount:int"
)
_USER = (
    f"Username Password UserGroupId:int Type {_PLACE} CountryCode:int Cvr Ean Sex:int Currency Phone Mobile Fax Email Url "
    "DiscountGroupId:int Newsletter:boolean Referer BirthDate DateCreated DateUpdated Approved:boolean LanguageISO Description "
    "ShippingType ShippingFirstname ShippingLastname ShippingCompany ShippingAddress ShippingAddress2 ShippingZip ShippingCity "
    "ShippingCountry ShippingCountryCode:int ShippingState ShippingPhone"
)
_CATEGORY = "Description LanguageISO Title SeoTitle SeoDescription ParentId:int Status:boolean Sorting:int"

RECORDS: Final = {
    "OrderCreate": (
        "CurrencyId:int LanguageISO UserId:int PaymentId:int CustomerComment DeliveryId:int DeliveryPrice:double "
        "OrderLines:OrderLineCreates OrderCustomer:OrderCustomerCreate"
    ),
    "OrderLineCreate": "ProductId:int VariantId:int Amount:int Price:double",
    "OrderCustomerCreate": (
        f"{_PLACE} CountryCode Cvr Ean State Phone Email ShippingFirstname ShippingLastname ShippingCompany ShippingAddress "
        "ShippingAddress2 ShippingZip ShippingCity ShippingCountry ShippingCountryCode ShippingState ShippingPhone"
    ),
    "ProductCreate": _PRODUCT,
    "ProductUpdate": f"Id:int {_PRODUCT}",
    "ProductVariantCreate": _VARIANT,
    "ProductVariantUpdate": f"Id:int {_VARIANT}",
    "ProductVariantTypeCreateUpdate": "LanguageISO Title",
    "ProductVariantTypeValueCreateUpdate": "LanguageISO Title ProductVariantTypeId:int",
    "ProductPictureCreate": "ProductId:int FileName Sorting:int",
    "UserCreate": _USER,
    "UserUpdate": f"Id:int {_USER}",
    "CategoryCreate": _CATEGORY,
    "CategoryUpdate": f"Id:int {_CATEGORY}",
}
"""Record -> its fields; text where no kind is said."""

CHANGES: Final[dict[str, dict[str, str]]] = {
    "Order_UpdateStatus": {"OrderId": "int", "Status": "int"},
    "Order_UpdateTrackingCode": {"OrderId": "int", "TrackingCode": "string"},
    "Order_UpdateLineTrackingCode": {"OrderLineId": "int", "TrackingCode": "string"},
    "Order_UpdateComment": {"OrderId": "int", "Text": "string"},
    "Order_CreateInvoice": {"OrderId": "int", "MaturityDayInterval": "int"},
    "Order_LowerTransaction": {"TransactionCode": "string", "Amount": "int", "OrderId": "int"},
    "Order_CompleteTransaction": {"TransactionCode": "string", "OrderId": "int"},
    "Order_CancelTransaction": {"TransactionCode": "string", "OrderId": "int"},
    "Order_Create": {"OrderData": "OrderCreate"},
    "Product_Create": {"ProductData": "ProductCreate"},
    "Product_Update": {"ProductData": "ProductUpdate"},
    "Product_Delete": {"ProductId": "int"},
    "Product_CreateVariant": {"VariantData": "ProductVariantCreate"},
    "Product_UpdateVariant": {"VariantData": "ProductVariantUpdate"},
    "Product_DeleteVariant": {"VariantId": "int"},
    "Product_CreateOrUpdateVariantType": {"VariantTypeData": "ProductVariantTypeCreateUpdate"},
    "Product_CreateOrUpdateVariantTypeValue": {"VariantTypeValueData": "ProductVariantTypeValueCreateUpdate"},
    "Product_CreatePicture": {"PictureData": "ProductPictureCreate"},
    "Product_DeletePicture": {"PictureId": "int"},
    "User_Create": {"UserData": "UserCreate"},
    "User_Update": {"UserData": "UserUpdate"},
    "User_Delete": {"UserId": "int"},
    "Category_Create": {"CategoryData": "CategoryCreate"},
    "Category_Update": {"CategoryData": "CategoryUpdate"},
    "Category_Delete": {"CategoryId": "int"},
}
"""Name -> its arguments in order, as in `operations`."""


def schema() -> str:
    """The records as XML schema types. A list is a record of its own, with elements `item`."""
    types = "".join(_type(name, [_field(*field.partition(":")[::2]) for field in said.split()]) for name, said in RECORDS.items())
    lists = (("ints", "x:int"), ("OrderLineCreates", "t:OrderLineCreate"))
    items = '<x:element name="item" type="{}" minOccurs="0" maxOccurs="unbounded"/>'
    return types + "".join(_type(name, [items.format(kind)]) for name, kind in lists)


def kind(said: str) -> str:
    """An argument's or a field's type in the schema."""
    return f"x:{said or 'string'}" if said in {"", "string", "int", "double", "boolean"} else f"t:{said}"


def _type(name: str, parts: list[str]) -> str:
    return f'<x:complexType name="{name}"><x:sequence>{"".join(parts)}</x:sequence></x:complexType>'


def _field(name: str, said: str) -> str:
    """What a change leaves out stays as it is in the shop."""
    return f'<x:element name="{name}" type="{kind(said)}" minOccurs="0"/>'
